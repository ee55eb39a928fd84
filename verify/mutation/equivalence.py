"""When a mutant says nothing new: proved by exact normal forms, never assumed."""

from itertools import combinations

from sympy import Dummy, Eq, Le, Rational, log

from derivations.language.divergences import Divergence, Hellinger
from derivations.language.optimum import Optimum
from derivations.ring import is_zero
from derivations.rules.algebra import split
from derivations.rules.linearity import distribute
from derivations.rules.rule import bottom_up

_FACTORS = (1, Rational(101, 100), Rational(100, 101), 2, Rational(1, 2), 1 / log(2), log(2))


def same_value(a, b):
    """Are the two equal by ring arithmetic, the laws of logarithms, linearity, and what divergences abbreviate?"""
    if a == b:
        return True
    difference = a - b
    return any(_vanishes(form, difference) for form in (split, _unfolded))


def _vanishes(form, difference):
    try:
        return is_zero(form(difference))
    except (NotImplementedError, AttributeError, TypeError, ValueError, RecursionError):
        return False  # outside the normal form: not proved


def _unfolded(expr):
    return split(distribute(split(bottom_up(expr, lambda n: n.definition() if isinstance(n, Divergence) else n))))


def why_equivalent(claim, original, mutant):
    """Why the mutated statement says the same as the original; empty where that is not proved."""
    if type(original) is type(mutant):
        factors = _FACTORS + tuple(-c for c in _FACTORS) * isinstance(original, Eq)
        gap, other = _gap(original), _gap(mutant)
        if other is not None and any(same_value(other, c * gap) for c in factors):
            return "the same, by exact normal forms"
        if _same_optimum(original, mutant):
            return "the place of an optimum does not change when the functional is multiplied by a positive number"
    for a, b in combinations(claim.parameters, 2):
        renamed = mutant.xreplace({a.symbol: b.symbol, b.symbol: a.symbol})
        if a.domain == b.domain and type(renamed) is type(original) and all(map(same_value, renamed.args, original.args)):
            return f"the same with {a.name} and {b.name} renamed"
    return ""


def why_implied(original, mutant):
    """Why the mutated inequality follows from the original one, being weaker; empty where that is not shown."""
    if isinstance(original, Eq) or type(original) is not type(mutant):
        return ""
    gap, other = _gap(original), _gap(mutant)
    for factor in _FACTORS:
        slack = distribute((other - factor * gap).expand())
        if slack.replace(lambda n: isinstance(n, Hellinger), lambda n: Dummy(nonnegative=True)).is_nonnegative:
            return "weaker than the claim, which implies it"
    return ""


def _gap(statement):
    """The quantity that the statement says is zero, or not negative."""
    left, right = statement.args
    return right - left if isinstance(statement, Le) else left - right


def _same_optimum(original, mutant):
    a, b = original.lhs, mutant.lhs
    if not (isinstance(a, Optimum) and a.place and type(a) is type(b) and a.variable == b.variable and original.rhs == mutant.rhs):
        return False
    return any(same_value(b.functional, c * a.functional) for c in _FACTORS)
