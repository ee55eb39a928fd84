"""Independent coordinates."""

from sympy import Add, Dummy, Mul, Product, Sum, preorder_traversal
from sympy.tensor.indexed import Indexed, IndexedBase

from derivations.language import E, Var
from derivations.language.word import depends
from derivations.rules.densities import is_density
from derivations.rules.rule import Normaliser, bottom_up


class independence(Normaliser):
    """E[sum_i f_i(z_i)] under a product of laws is sum_i E[f_i(z_i)], each under its own law; so for variances.

    The other coordinates integrate to one. The sum must run over the coordinates of the product, and its i-th
    term may depend on z through z_i alone.
    """

    summary = (
        "When the coordinates are independent, the mean of a sum of functions of one coordinate each is the sum of "
        "their means: in each term the other coordinates integrate to 1. The variance of such a sum is the sum of the variances."
    )

    def normal(self, expr, context):
        return bottom_up(expr, coordinatewise)


def coordinatewise(node):
    """An expectation or a variance under a product law, of a sum over the coordinates, as the sum of theirs."""
    if not (isinstance(node, (E, Var)) and isinstance(node.density, Product) and isinstance(node.bound, IndexedBase)):
        return node
    law, limits = node.density.function, node.density.limits
    index, low, high = limits[0]
    if len(limits) > 1 or not has_law(node.bound, index, law):
        return node
    if isinstance(node, Var):
        return _variance(node, law, index, (low, high))
    moved, rest = [], []
    for term in Add.make_args(node.integrand):
        mean = _mean_of(term, node.bound, law, index, (low, high))
        (rest if mean is None else moved).append(term if mean is None else mean)
    return Add(*moved, *([E(Add(*rest), node.density, node.bound)] if rest else []))


def has_law(vector, index, law):
    """Is `law` a density of one coordinate that speaks of no other?"""
    coordinate = Dummy("z", real=True)
    own = law.xreplace({vector[index]: coordinate})
    return not _mentions(own, vector) and is_density(own, coordinate)


def _variance(node, law, index, ends):
    """Var of b + c sum_i f_i(z_i) as c^2 times the sum of the variances; the node itself where it is not of this form."""
    varying = [t for t in Add.make_args(node.integrand) if _mentions(t, node.bound)]
    found = _summands(varying[0], node.bound, law, index, ends) if len(varying) == 1 else None
    if found is None:
        return node
    outside, summand, marginal, coordinate, limits = found
    return outside**2 * Sum(Var(summand, marginal, coordinate), limits)


def _mean_of(term, vector, law, index, ends):
    """E of c sum_i f_i(z_i); None where the term is not of this form."""
    found = _summands(term, vector, law, index, ends)
    if found is None:
        return None
    outside, summand, marginal, coordinate, limits = found
    return outside * Sum(E(summand, marginal, coordinate), limits)


def _summands(term, vector, law, index, ends):
    """(c, f_i, law of the coordinate, coordinate, limits) of c sum_i f_i(z_i); None where the term is not of this form."""
    sums = [f for f in Mul.make_args(term) if isinstance(f, Sum)]
    outside = Mul(*(f for f in Mul.make_args(term) if f not in sums))
    if len(sums) != 1 or depends(outside, vector) or len(sums[0].limits) > 1 or sums[0].limits[0][1:] != ends:
        return None
    i = sums[0].limits[0][0]
    coordinate = Dummy("z", real=True)
    summand = sums[0].function.xreplace({vector[i]: coordinate})
    if _mentions(summand, vector):
        return None
    marginal = law.xreplace({vector[index]: coordinate}).xreplace({index: i})
    if i != index and law.has(i):
        return None
    return outside, summand, marginal, coordinate, sums[0].limits[0]


def _mentions(expr, vector):
    return any(node == vector or isinstance(node, Indexed) and node.base == vector for node in preorder_traversal(expr))
