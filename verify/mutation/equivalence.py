"""When a mutant says nothing new: proved by exact normal forms, never assumed."""

import random
from itertools import combinations

from sympy import Dummy, Eq, Le, Rational, default_sort_key, factor_terms, log, sympify

from derivations.enclose import Unevaluable, precision
from derivations.enclose.points import random_point
from derivations.language.density import Density
from derivations.language.divergences import Divergence, Hellinger
from derivations.language.functions import AbstractFunction
from derivations.language.gan import GANValue
from derivations.language.integral import Var
from derivations.language.layers import Named
from derivations.language.multivariate import QuadraticForm
from derivations.language.normal import NormalDensity
from derivations.language.optimum import Optimum
from derivations.language.word import Binder
from derivations.ring import is_zero
from derivations.rules.algebra import split
from derivations.rules.differentiation import differentiation
from derivations.rules.gaussian import gaussian_moments, log_density
from derivations.rules.linearity import distribute
from derivations.rules.rule import bottom_up

_FACTORS = (1, Rational(101, 100), Rational(100, 101), 2, Rational(1, 2), 1 / log(2), log(2))


def same_value(a, b):
    """Are the two equal by ring arithmetic, the laws of logarithms, linearity, and what words abbreviate?"""
    return a == b or _multiple(a, b, (1,))


def _multiple(a, b, factors):
    """Is `a` one of the factors times `b`, by one of the exact normal forms?"""
    for form in (split, _unfolded, _computed, _written_out):
        try:
            left, right = form(a), form(b)
            if any(is_zero(left - c * right) for c in factors):
                return True
        except (NotImplementedError, AttributeError, TypeError, ValueError, RecursionError):
            continue  # outside the normal form: not proved
    return False


def _possible(claim, a, b, factors):
    """The factors that a random point of the domain does not rule out; all of them where there is no value."""
    point = random_point(claim, random.Random(0))
    with precision(64):
        try:
            left, right = point.evaluate(a), point.evaluate(b)
            return tuple(c for c in factors if (left - point.evaluate(sympify(c)) * right).contains(0))
        except (Unevaluable, ZeroDivisionError):
            return factors


def _unfolded(expr):
    expr = bottom_up(expr, lambda n: n.definition() if isinstance(n, (Divergence, GANValue)) else n)
    return split(distribute(split(bottom_up(expr, lambda n: _either_sign(n) if isinstance(n, QuadraticForm) else n))))


def _either_sign(form):
    """v^T A v = (-v)^T A (-v), written with whichever comes first."""
    return form.func(min(form.vector, (-form.vector).expand(), key=default_sort_key), form.matrix)


def _computed(expr):
    """Variances, log-densities, derivatives and moments of Gaussians carried out, as far as the rules go."""
    if expr.has(Density, AbstractFunction):
        return split(expr)
    expr = bottom_up(expr, lambda n: n.definition() if isinstance(n, (Var, Divergence)) else n)
    for rule in (log_density(), differentiation(), gaussian_moments()):
        expr = rule.normal(expr, None)
    return split(expr)


def _written_out(expr):
    """Names by what they stand for, Gaussian densities by their formula."""
    return split(bottom_up(expr, lambda n: n.definition() if isinstance(n, (Named, NormalDensity)) else n))


def _reflected(original, mutant):
    """Is the mutant the original with the sign of a variable turned, whose law N(0, sigma^2) knows no sign?"""
    for v, sigma in {(n.x, n.sigma) for n in original.atoms(NormalDensity) if n.x.is_Symbol and n.mu == 0}:
        turned = mutant.xreplace({v: -v}).xreplace({NormalDensity(-v, 0, sigma): NormalDensity(v, 0, sigma)})
        if turned.replace(lambda n: isinstance(n, Binder) and n.args[-1] == -v, lambda n: n.func(*n.args[:-1], v)) == original:
            return True
    return False


def why_equivalent(claim, original, mutant):
    """Why the mutated statement says the same as the original; empty where that is not proved."""
    if type(original) is type(mutant) and any(a == b and _reflected(c, d) for a, b, c, d in _sides(original, mutant)):
        return "the same law: a standard normal variable with its sign turned"
    if type(original) is type(mutant):
        factors = _FACTORS + tuple(-c for c in _FACTORS) * isinstance(original, Eq)
        gap, other = _gap(original), _gap(mutant)
        if _multiple(other, gap, _possible(claim, other, gap, factors)):
            return "the same, by exact normal forms"
        if _same_optimum(original, mutant):
            return "the place of an optimum does not change when the functional is multiplied by a positive number"
    for a, b in combinations(claim.parameters, 2):
        renamed = mutant.xreplace({a.symbol: b.symbol, b.symbol: a.symbol})
        if a.domain != b.domain or type(renamed) is not type(original):
            continue
        sides = tuple(zip(renamed.args, original.args))
        if all(_possible(claim, new, old, (1,)) for new, old in sides) and all(same_value(new, old) for new, old in sides):
            return f"the same with {a.name} and {b.name} renamed"
    return ""


def _sides(original, mutant):
    """(one side of the original, of the mutant, the other of the original, of the mutant), both ways."""
    (left, right), (mutated_left, mutated_right) = original.args, mutant.args
    return (left, mutated_left, right, mutated_right), (right, mutated_right, left, mutated_left)


def why_implied(original, mutant):
    """Why the mutated inequality follows from the original one, being weaker; empty where that is not shown."""
    if isinstance(original, Eq) or type(original) is not type(mutant):
        return ""
    gap, other, distance = _gap(original), _gap(mutant), Dummy(nonnegative=True)
    for factor in _FACTORS:
        slack = (other - factor * gap).replace(lambda n: isinstance(n, Hellinger), lambda n: distance)
        if factor_terms(slack.expand()).is_nonnegative:
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
    return _multiple(b.functional, a.functional, _FACTORS)
