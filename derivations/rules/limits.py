"""Limits at the ends of the line, by the laws of limits."""

from sympy import Add, Mul, Pow, S, Symbol, exp, log, oo

from derivations.language.layers import Sigmoid
from derivations.language.limits import LimitAtInfinity
from derivations.language.word import Binder, depends
from derivations.rules.rule import Normaliser, bottom_up


class limit_laws(Normaliser):
    """Limits of sums, products, whole powers, exponentials, logarithms and the logistic function, from those of their parts.

    A sum of infinities of opposite sign, a product of zero and infinity, and a quotient by something that tends to zero
    have no limit by these laws, and stay.
    """

    name = "laws of limits"
    summary = (
        "Limits go through sums, products, quotients and continuous functions where all of them exist; at the ends of the line "
        "e^u tends to 0 or grows without bound, and sigma(u) tends to 0 or 1."
    )

    def normal(self, expr, context):
        return bottom_up(expr, _taken)


def _taken(node):
    if not isinstance(node, LimitAtInfinity) or not isinstance(node.bound, Symbol) or node.bound.is_real is not True:
        return node
    if node.bound.is_positive and node.end < 0 or node.bound.is_negative and node.end > 0 or node.bound.is_integer:
        return node
    value = _limit(node.function, node.bound, node.end)
    return node if value is None or value in (oo, -oo) else value


def _limit(u, v, end):
    """The limit of u as v tends to `end` times infinity: an expression, oo or -oo; None where the laws do not say."""
    if not depends(u, v):
        return u
    if u == v:
        return end * oo
    if isinstance(u, Binder) or not isinstance(u, (Add, Mul, Pow, exp, log, Sigmoid)):
        return None
    if isinstance(u, Pow) and not u.exp.is_Integer:
        return None
    parts = [_limit(a, v, end) for a in u.args]
    if None in parts:
        return None
    infinite, finite = [p for p in parts if p in (oo, -oo)], [p for p in parts if p not in (oo, -oo)]
    if isinstance(u, Add):
        if not infinite:
            return Add(*finite)
        return infinite[0] if len(set(infinite)) == 1 else None
    if isinstance(u, Mul):
        return _product(infinite, finite)
    if isinstance(u, Pow):
        return _power(parts[0], int(u.exp))
    (at,) = parts
    if isinstance(u, exp):
        return {oo: oo, -oo: S.Zero}[at] if infinite else exp(at)
    if isinstance(u, Sigmoid):
        return {oo: S.One, -oo: S.Zero}[at] if infinite else Sigmoid(at)
    return oo if at == oo else log(at) if not infinite and at.is_positive else None


def _product(infinite, finite):
    if not infinite:
        return Mul(*finite)
    rest = Mul(*finite)
    if not (rest.is_positive or rest.is_negative):
        return None  # zero times infinity, or a sign that is not known
    return (1 if rest.is_positive else -1) * Mul(*(S.One if p == oo else S.NegativeOne for p in infinite)) * oo


def _power(base, k):
    if base in (oo, -oo):
        return S.Zero if k < 0 else oo if base == oo or k % 2 == 0 else -oo
    return base**k if k > 0 or base.is_nonzero else None
