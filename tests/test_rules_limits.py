"""Limits at the ends of the line, by laws and by enclosures, and the generator's two losses."""

import pytest
from sympy import Abs, Integer, Rational, Symbol, exp, log, sin, sqrt

import derivations
import verify
from derivations.checker import Context
from derivations.enclose import Balls, Unevaluable, precision
from derivations.language import LimitAtInfinity, Sigmoid, positive, real
from derivations.rules import algebra, limit_laws
from derivations.rules.rule import StepError

CONTEXT = Context(derivations.claim("saturating_gradient_vanishes"))
a, b = real("a b")
c = positive("c")
n = Symbol("n", integer=True, positive=True)


def accepts(rule, before, after):
    try:
        return bool(rule.replay(before, "=", after, CONTEXT))
    except StepError:
        return False


def up(expr, variable=a):
    return LimitAtInfinity(expr, 1, variable)


def down(expr, variable=a):
    return LimitAtInfinity(expr, -1, variable)


TRUE = [
    (down(Sigmoid(a)), Integer(0)), (up(Sigmoid(a)), Integer(1)), (down(Sigmoid(-a)), Integer(1)), (down(exp(a)), Integer(0)),
    (up(b + 1 / a), b), (up(b / a**2 + c), c), (up(1 + b / (2 * c), c), Integer(1)), (down(1 / (1 + exp(-a))), Integer(0)),
    (up(log(c + exp(-a))), log(c)), (down(Sigmoid(b + exp(a))), Sigmoid(b)), (up(1 / (a * c)), Integer(0)), (up(1 / (a + exp(a))), Integer(0)),
]  # fmt: skip
OPEN = [  # without a limit, or with one that these laws do not give
    up(a), down(exp(-a)), up(a - exp(a)), up(a / exp(a)), up(exp(a) / exp(a + 1)), up(sin(a)), up(Abs(a) / a), up(b * a), up(a * exp(-a)),
    up(1 / (exp(-a))), up(1 / (1 - Sigmoid(a))), up(sqrt(a) / a), up(log(exp(-a))), up(1 / n, n), up((1 + 1 / a) ** a), down(1 / c, c), up(b / (b + exp(-a))),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), TRUE)
def test_laws_of_limits(before, after):
    assert accepts(limit_laws(), before, after)
    assert not accepts(limit_laws(), before, after + 1) and not accepts(limit_laws(), before, -after - 1)
    assert not accepts(algebra(), before, after)


@pytest.mark.parametrize("before", OPEN)
def test_no_limit_where_the_laws_give_none(before):
    assert limit_laws().normal(before, CONTEXT) == before


@pytest.mark.parametrize(("before", "after"), TRUE)
def test_enclosures_see_the_same_limits(before, after):
    with precision(128):
        at = Balls({b: Rational(7, 3), c: Rational(5, 4)})
        difference = at(before) - at(after)
        assert difference.contains(0) and float(difference.abs_upper()) < 1e-30


@pytest.mark.parametrize("word", [up(a), up(a - exp(a)), down(exp(-a)), up(1 / exp(-a)), up(sin(a)), up(a - a**2)])
def test_no_enclosure_of_what_has_no_bound(word):
    with pytest.raises(Unevaluable):
        Balls({b: 1})(word)


def test_a_limit_is_at_one_of_two_ends():
    with pytest.raises(ValueError, match="end"):
        LimitAtInfinity(a, 0, a)


def test_exponentials_of_opposite_sign_cancel_and_no_others_do():
    assert accepts(algebra(), exp(-a) / (1 + exp(-a)), 1 / (1 + exp(a)))
    assert accepts(algebra(), 1 / (1 + exp(b - a)), exp(a) / (exp(a) + exp(b)))
    for wrong in (1 / (1 - exp(a)), 1 / (1 + exp(-a)), -1 / (1 + exp(a)), 1 / (1 + exp(2 * a)), exp(a) / (1 + exp(a))):
        assert not accepts(algebra(), exp(-a) / (1 + exp(-a)), wrong)


@pytest.mark.parametrize("part", range(5))
def test_signs_factors_and_the_other_loss_are_refused(part):
    claim = derivations.claim("saturating_gradient_vanishes")
    before = claim.parts[part].derivation.first
    for step in claim.parts[part].derivation.steps:
        for wrong in (-step.result, 2 * step.result, step.result + 1):
            if wrong != step.result:
                assert not accepts(step.rule, before, wrong) or wrong == before
        before = step.result


def test_the_two_losses_pull_alike_at_one_half_and_nowhere_else():
    at = verify.saturating_gradient_vanishes
    assert at(logit=0).value.tolist() == [-0.5, -0.5]
    minimax, non_saturating = at(logit=-30).value
    assert -1e-13 < minimax < 0 and -1 <= non_saturating < -1 + 1e-12
