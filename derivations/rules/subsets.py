"""Sums over independent draws with one of them left out."""

from sympy import Mul, Product, Sum, preorder_traversal
from sympy.tensor.indexed import Indexed, IndexedBase

from derivations.language import E
from derivations.language.iwae import AllBut
from derivations.language.word import depends
from derivations.rules.independence import has_law
from derivations.rules.rule import Normaliser, bottom_up


class leave_one_out(Normaliser):
    """Sum_j of (the sum of all u_k but u_j), j and k from 1 to n, is (n - 1) times the sum of all u_k."""

    name = "one left out in turn"
    summary = "Where each of n terms is left out in turn, every term stands in n - 1 of the n sums."

    def normal(self, expr, context):
        return bottom_up(expr, _collected)


def _collected(node):
    found = _over_all_but(node)
    if found is None or found[1] != 1:
        return node
    word, _, outside = found
    _, low, high = word.total.limits[0]
    return outside * (high - low) * word.total


def _over_all_but(node):
    """(word, what stands under the sum beside it, factors free of the index) of a sum over the index of an AllBut; else None."""
    if not isinstance(node, Sum) or len(node.limits) != 1:
        return None
    j, low, high = node.limits[0]
    inside = [f for f in Mul.make_args(node.function) if f.has(j)]
    outside = Mul(*(f for f in Mul.make_args(node.function) if not f.has(j)))
    words = {n for n in preorder_traversal(node.function) if isinstance(n, AllBut)}
    if len(words) != 1 or len(inside) != 1:
        return None
    (word,) = words
    if word.index != j or word.total.has(j) or len(word.total.limits) != 1 or word.total.limits[0][1:] != (low, high):
        return None
    return word, 1 if inside[0] == word else inside[0], outside


class exchangeability(Normaliser):
    """Sum_j E[f(the sum of all u(z_k) but the j-th)] over n independent draws of one law is n E[f(the sum over n - 1 draws)].

    The integrand may speak of the draws through that sum alone.
    """

    summary = (
        "Independent draws from one law are exchangeable, and one that does not occur integrates to 1: whichever of n draws is "
        "left out, the mean is that over n - 1 draws."
    )

    def normal(self, expr, context):
        return bottom_up(expr, _left_out)


def _left_out(node):
    found = _over_all_but(node)
    if found is None or not isinstance(found[1], E):
        return node
    word, mean, outside = found
    (k, low, high), law, draws = word.total.limits[0], mean.density, mean.bound
    if not isinstance(law, Product) or law.limits[0][1:] != (low, high) or len(law.limits) != 1 or not isinstance(draws, IndexedBase):
        return node
    index, one = law.limits[0][0], law.function
    hidden = mean.integrand.xreplace({word: low})
    speaks = any(n == draws or isinstance(n, Indexed) and n.base == draws for n in preorder_traversal(hidden))
    own = word.total.function.xreplace({draws[k]: low})
    if speaks or hidden.has(word.index) or one.has(word.index) or own.has(k) or depends(own, draws) or not has_law(draws, index, one) or one.xreplace({draws[index]: low}).has(index):
        return node
    if not (high - low).is_positive:
        return node
    fewer = mean.integrand.xreplace({word: Sum(word.total.function, (k, low, high - 1))})
    return outside * (high - low + 1) * E(fewer, Product(one, (index, low, high - 1)), draws)
