"""Integrals of step functions over finite tables: of what depends on a number t through inequalities, jumps and quantiles only.

The distribution function F of a table jumps at its points; its quantile F^-1(u), the least point at which F is at least u,
jumps at the values of F. What is built of such words is integrated from one jump to the next, without error.
"""

from flint import acb, arb

from derivations.language.maps import DistributionFunction, InverseMap
from derivations.language.pushforward import Indicator, Probability
from derivations.language.word import Binder, depends


def line_integral(tables, integrand, t):
    """The integral over t on the line; the integrand must vanish beyond all jumps."""
    cuts = _in_order(_jumps(tables, integrand, t))
    if not cuts or not all(_at(tables, integrand, t, end).contains(0) for end in (cuts[0] - 1, cuts[-1] + 1)):
        raise _unevaluable(f"an integral over {t} on the line of something that does not vanish beyond its jumps")
    return _from_jump_to_jump(tables, integrand, t, cuts)


def unit_integral(tables, integrand, u):
    """The integral over u between 0 and 1."""
    inside = [c for c in _jumps(tables, integrand, u) if c > 0 and c < 1]
    return _from_jump_to_jump(tables, integrand, u, [arb(0), *_in_order(inside), arb(1)])


def distribution_function(tables, word):
    """The mass of all points of the table up to the word's point."""
    point = tables(word.point)
    if not isinstance(point, acb):
        raise _unevaluable("the derivative of a distribution function with jumps")
    total = arb(0)
    for value, mass in _masses(tables, word):
        if point.real >= value:
            total += mass
        elif not point.real < value:
            raise _unevaluable("a distribution function at what may be one of its jumps")
    return acb(total)


def quantile(tables, word):
    """The least point at which the distribution function that the word inverts is at least u."""
    u, below = tables(word.point), arb(0)
    for value, mass in _masses(tables, _inverted(word)):
        if isinstance(u, acb) and u.real > below and u.real < below + mass:
            return acb(value)
        below += mass
    raise _unevaluable("a quantile at a jump, or elsewhere than between 0 and 1")


def _jumps(tables, expr, t):
    """Where `expr` may jump as a function of t, whatever points its inner variables take."""
    if not depends(expr, t):
        return []
    if expr == t:
        raise _unevaluable(f"something that depends on {t} in other ways than by jumps")
    if isinstance(expr, (Indicator, Probability)) and t in (expr.lesser, expr.greater):
        other = expr.lesser if expr.greater == t else expr.greater
        if isinstance(other, InverseMap):
            return [value for value, _ in _masses(tables, _inverted(other))]
        return [here(other).real for here in _inside(tables, expr)]
    if isinstance(expr, DistributionFunction) and expr.point == t:
        return [value for value, _ in _masses(tables, expr)]
    if isinstance(expr, InverseMap) and expr.point == t:
        masses = [mass for _, mass in _masses(tables, _inverted(expr))]
        return [sum(masses[:k], arb(0)) for k in range(1, len(masses))]
    parts = [part for part in expr.args if depends(part, t)]
    return [jump for here in _inside(tables, expr) for part in parts for jump in _jumps(here, part, t)]


def _inside(tables, expr):
    """The evaluators inside a word: at every point of its bound variable's table, where it has one."""
    has_table = isinstance(expr, Binder) and tables.support(expr.bound) is not None
    return tables.points(expr.bound) if has_table else [tables]


def _masses(tables, word):
    """(point, mass) for every point of the table of a distribution function, in order."""
    here = tables.points(word.bound)
    return sorted(((at(word.bound).real, at(word.function).real) for at in here), key=lambda pair: float(pair[0]))


def _inverted(inverse):
    """The distribution function of which a word is the inverse."""
    F = inverse.function
    if not isinstance(F, DistributionFunction) or F.point != inverse.bound:
        raise _unevaluable("the inverse of something else than a distribution function, in a finite table")
    return F


def _from_jump_to_jump(tables, integrand, t, cuts):
    return sum(((high - low) * _at(tables, integrand, t, (low + high) / 2) for low, high in zip(cuts, cuts[1:])), acb(0))


def _at(tables, integrand, t, value):
    return tables.with_values({t: acb(value.mid())})(integrand)


def _in_order(cuts):
    """The jumps from left to right; those that are not told apart are one."""
    found = []
    for c in sorted(cuts, key=float):
        if found and c.overlaps(found[-1]):
            found[-1] = found[-1].union(c)
        else:
            found.append(c)
    return found


def _unevaluable(message):
    from derivations.enclose.balls import Unevaluable

    return Unevaluable(message)
