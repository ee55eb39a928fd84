"""Limits at the ends of the line, enclosed: the range of the function over everything beyond a point.

Over all v >= R (or v <= -R) a function's values lie in the interval that interval arithmetic on the extended line gives.
So does every limit point at that end, and the limit, if the interval is narrow. Intervals are pairs of real balls, of
which only the lower end of the first and the upper end of the second count; either may be infinite.
"""

import flint
from flint import acb, arb
from sympy import Add, Derivative, Mul, Pow, exp, log

from derivations.language.word import Word, depends

INFINITY = arb("inf")


def limit(balls, word):
    """The enclosure of a `LimitAtInfinity`."""
    beyond = arb(2) ** flint.ctx.prec
    place = (beyond, INFINITY) if word.end > 0 else (-INFINITY, -beyond)
    function = word.function.doit() if word.function.has(Derivative) else word.function
    low, high = _range(balls, function, word.bound, place)
    if not (low.is_finite() and high.is_finite()):
        raise _unevaluable(f"no bound on {word.function} for large |{word.bound}|")
    return acb(low.union(high))


def _range(balls, u, v, place):
    """(low, high) of u over the values of v in `place`."""
    if not depends(u, v):
        value = balls.real(u)
        return value, value
    if u == v:
        return place
    if isinstance(u, (Add, Mul)):
        combined = _sum if isinstance(u, Add) else _product
        first, *others = (_range(balls, a, v, place) for a in u.args)
        for other in others:
            first = combined(first, other)
        return first
    if isinstance(u, Pow) and u.exp.is_Integer:
        low, high = _range(balls, u.base, v, place)
        if u.exp < 0:
            low, high = _inverse(low, high, u)
        result = low, high
        for _ in range(abs(int(u.exp)) - 1):
            result = _product(result, (low, high))
        return result
    if isinstance(u, exp):
        return tuple(map(_exp, _range(balls, u.args[0], v, place)))
    if isinstance(u, log):
        low, high = _range(balls, u.args[0], v, place)
        if not low > 0:
            raise _unevaluable(f"{u.args[0]} may come near 0")
        return tuple(INFINITY if end == INFINITY else end.log() for end in (low, high))
    if isinstance(u, Word):
        return _range(balls, u.definition(), v, place)
    raise _unevaluable(f"no bound on {type(u).__name__} for large |{v}|")


def _sum(a, b):
    return _checked(a[0] + b[0]), _checked(a[1] + b[1])


def _product(a, b):
    ends = [_times(x, y) for x in a for y in b]
    low, high = ends[0], ends[0]
    for e in ends[1:]:
        low, high = low.min(e), high.max(e)
    return _checked(low), _checked(high)


def _times(x, y):
    """With 0 times infinity 0: an end that is exactly 0 bounds a product whatever the other factor is."""
    return arb(0) if x == 0 or y == 0 else x * y


def _inverse(low, high, u):
    if not (low > 0 or high < 0):
        raise _unevaluable(f"{u.base} may come near 0")
    return tuple(arb(0) if abs(e) == INFINITY else 1 / e for e in (high, low))


def _exp(end):
    return arb(0) if end == -INFINITY else INFINITY if end == INFINITY else end.exp()


def _checked(end):
    if end.is_nan():
        raise _unevaluable("an infinity less another")
    return end


def _unevaluable(message):
    from derivations.enclose.balls import Unevaluable

    return Unevaluable(message)
