"""Independent coordinates."""

from sympy import Add, Mul, Product, Sum, Symbol, preorder_traversal
from sympy.tensor.indexed import Indexed, IndexedBase

from derivations.language import E
from derivations.language.normal import NormalDensity
from derivations.language.word import depends
from derivations.rules.rule import Normaliser, bottom_up

_COORDINATE = Symbol("_coordinate", real=True)


class independence(Normaliser):
    """E[sum_i f_i(z_i)] under a product of laws is sum_i E[f_i(z_i)], each under its own law.

    The other coordinates integrate to one. The sum must run over the coordinates of the product, and its i-th
    term may depend on z through z_i alone.
    """

    summary = (
        "When the coordinates are independent, the mean of a sum of functions of one coordinate each is the sum of "
        "their means: in each term the other coordinates integrate to 1."
    )

    def normal(self, expr, context):
        return bottom_up(expr, coordinatewise)


def coordinatewise(node):
    """An expectation under a product law, of a sum over the coordinates, as the sum of expectations."""
    if not (isinstance(node, E) and isinstance(node.density, Product) and isinstance(node.bound, IndexedBase)):
        return node
    law, limits = node.density.function, node.density.limits
    index, low, high = limits[0]
    if len(limits) > 1 or not isinstance(law, NormalDensity) or law.x != node.bound[index] or depends(law.mu + law.sigma, node.bound):
        return node
    moved, rest = [], []
    for term in Add.make_args(node.integrand):
        mean = _mean_of(term, node.bound, law, index, (low, high))
        (rest if mean is None else moved).append(term if mean is None else mean)
    return Add(*moved, *([E(Add(*rest), node.density, node.bound)] if rest else []))


def _mean_of(term, vector, law, index, ends):
    """E of c sum_i f_i(z_i); None where the term is not of this form."""
    sums = [f for f in Mul.make_args(term) if isinstance(f, Sum)]
    outside = Mul(*(f for f in Mul.make_args(term) if f not in sums))
    if len(sums) != 1 or depends(outside, vector) or len(sums[0].limits) > 1 or sums[0].limits[0][1:] != ends:
        return None
    i = sums[0].limits[0][0]
    summand = sums[0].function.xreplace({vector[i]: _COORDINATE})
    if _mentions(summand, vector):
        return None
    marginal = law.xreplace({vector[index]: _COORDINATE}).xreplace({index: i})
    if i != index and law.has(i):
        return None
    return outside * Sum(E(summand, marginal, _COORDINATE), sums[0].limits[0])


def _mentions(expr, vector):
    return any(node == vector or isinstance(node, Indexed) and node.base == vector for node in preorder_traversal(expr))
