"""Critics given by their slopes: integration by parts, the gradient penalty, and the Kantorovich-Rubinstein potential."""

from dataclasses import replace
from fractions import Fraction

import numpy
import pytest
from scipy.stats import norm
from sympy import Abs, Eq, Integer, sign

import derivations
import verify
from derivations.adversarial import p_data, p_g, x
from derivations.checker import Context, check_claim
from derivations.compile import evaluate
from derivations.enclose import Balls, Unevaluable, precision
from derivations.gan.gradient_penalty_optimum import delta, lam, mirrored, most, rho, t
from derivations.gan.kantorovich_rubinstein_1d import ahead, area, gain, slope, u, y
from derivations.instance import concretise
from derivations.language import (
    Antiderivative, ArgMax, Discriminator, DistributionFunction, E, Function, Int, Maximum, Minimum, Normal, Slope, real,
)  # fmt: skip
from derivations.language.density import Law
from derivations.rules import absolute_value, integration_by_parts, linear_optimum, pointwise_optimum, size_bound, stationary_point, sum_of_squares
from derivations.rules.admissible import check_values
from derivations.rules.rule import StepError

PENALTY, DUAL = (derivations.claim(name) for name in ("gradient_penalty_optimum", "kantorovich_rubinstein_1d"))
critic = Antiderivative(slope(y), x, y)
LAWS = {p_data: Normal(1, 2)(x), p_g: Normal(Fraction(-1, 2), 1)(x)}


def accepts(rule, before, after, relation="=", claim=DUAL):
    try:
        return bool(rule.replay(before, relation, after, Context(claim)))
    except StepError:
        return False


class TestByParts:
    rule = integration_by_parts()
    before, after = gain(slope(y)), Int(slope(x) * ahead(x), x)

    def test_accepts(self):
        assert accepts(self.rule, self.before, self.after)
        assert accepts(self.rule, 3 * E(critic, p_data, x) - 3 * E(critic, p_g, x), Int(3 * slope(x) * ahead(x), x))
        z = real("z")  # whatever the bound variables are called
        assert accepts(self.rule, E(Antiderivative(slope(z), x, z), p_data, x) - E(critic, p_g, x), self.after)

    @pytest.mark.parametrize(
        "before, after",
        [
            (gain(slope(y)), Int(-slope(x) * ahead(x), x)),
            (gain(slope(y)), Int(slope(x) * DistributionFunction(p_g, x, x), x)),
            (gain(slope(y)), Int(2 * slope(x) * ahead(x), x)),
            (E(critic, p_data, x) + E(critic, p_g, x), Int(slope(x) * ahead(x), x)),
            (2 * E(critic, p_data, x) - E(critic, p_g, x), Int(slope(x) * ahead(x), x)),  # a constant critic would not cancel
            (E(critic, p_data, x), -Int(slope(x) * DistributionFunction(p_data, x, x), x)),
            (E(critic, p_data, x) - E(critic, 2 * p_g, x), Int(slope(x) * (2 * DistributionFunction(p_g, x, x) - DistributionFunction(p_data, x, x)), x)),
            (E(critic, p_data, x) - E(Antiderivative(slope(y) ** 2, x, y), p_g, x), Int(slope(x) * ahead(x), x)),
            (E(critic**2, p_data, x) - E(critic**2, p_g, x), Int(slope(x) ** 2 * ahead(x), x)),
            (E(Antiderivative(x * slope(y), x, y), p_data, x) - E(Antiderivative(x * slope(y), x, y), p_g, x), Int(x * slope(x) * ahead(x), x)),
            (E(Antiderivative(slope(y), 2 * x, y), p_data, x) - E(Antiderivative(slope(y), 2 * x, y), p_g, x), Int(slope(2 * x) * ahead(x), x)),
        ],
    )
    def test_refuses(self, before, after):
        assert not accepts(self.rule, before, after)

    def test_needs_its_conditions(self):
        for condition in DUAL.conditions:
            kept = tuple(c for c in DUAL.conditions if c != condition)
            assert not check_claim(replace(DUAL, conditions=kept), attack=False).ok, condition


class TestLinearOptimum:
    rule, a = linear_optimum(), ahead(x)

    def test_accepts(self):
        assert accepts(self.rule, Maximum(u * self.a, u), Abs(self.a)) and accepts(self.rule, Minimum(u * self.a, u), -Abs(self.a))
        assert accepts(self.rule, Maximum(u * self.a + 3, u), Abs(self.a) + 3)

    @pytest.mark.parametrize("power", [2, 3])
    def test_refuses_what_is_not_linear(self, power):
        assert not accepts(self.rule, Maximum(u**power * self.a, u), Abs(self.a))
        assert not accepts(self.rule, Maximum(Abs(u) * self.a, u), Abs(self.a))

    def test_refuses(self):
        for wrong in (self.a, -Abs(self.a), 2 * Abs(self.a), Integer(0)):
            assert not accepts(self.rule, Maximum(u * self.a, u), wrong)
        number = PENALTY.parts[0].derivation.steps[-2].result.variable  # any real number: no maximum
        assert not accepts(self.rule, Maximum(number * self.a, number), Abs(self.a))
        assert not accepts(self.rule, ArgMax(u * self.a, u), sign(self.a))  # where a is 0 it is not one alone


def test_slopes_in_a_closed_interval_are_no_free_functions():
    """A parabola over [-1, 1] may be greatest at an end, where nothing is stationary."""
    assert not accepts(stationary_point(Integer(2)), Maximum(-((u - 2) ** 2), u), Integer(0))
    assert not accepts(stationary_point(Integer(0)), Maximum(-(u**2), u), Integer(0))
    assert accepts(pointwise_optimum(u), Maximum(Int(slope(x) * ahead(x), x), slope(x)), Int(Maximum(u * ahead(x), u), x))
    assert not accepts(pointwise_optimum(u), Maximum(Int(slope(x) * ahead(x), x), slope(x)), Int(Maximum(u * ahead(x), u), x), claim=PENALTY)


def test_a_number_is_at_most_its_size():
    assert accepts(size_bound(t * delta), t * delta - 1, Abs(t * delta) - 1, "<=")
    for before, after, relation in ((t * delta, Abs(t * delta), ">="), (Abs(t), t, "<="), (t, -Abs(t), "<="), (2 * t, Abs(t), "<="), (-t, -Abs(t), "<=")):
        assert not accepts(size_bound(t), before, after, relation) and not accepts(size_bound(t * delta), before, after, relation)


def test_the_sign_of_a_product():
    assert accepts(absolute_value(), Abs(t * delta), Abs(t) * Abs(delta))
    for wrong in (t * Abs(delta), -Abs(t) * Abs(delta), Abs(t) + Abs(delta), t * delta):
        assert not accepts(absolute_value(), Abs(t * delta), wrong)


@pytest.mark.parametrize("claim", [PENALTY, DUAL], ids=lambda claim: claim.name)
@pytest.mark.parametrize("wrong", [lambda e: -e, lambda e: 2 * e, lambda e: e + 1])
def test_corrupted_steps_are_refused(claim, wrong):
    for part in claim.parts:
        before = part.derivation.first
        for step in part.derivation.steps:
            if not (isinstance(step.rule, sum_of_squares) and wrong(step.result) - step.result == 1):  # a weaker bound is a bound
                assert not accepts(step.rule, before, wrong(step.result), step.relation, claim), step.rule.name
            before = step.result


@pytest.mark.parametrize("text", ["wrong sign", "twice the penalty", "always 1"])
def test_a_wrong_slope_is_refuted_by_numbers(text):
    best = PENALTY.parts[0].statement.rhs
    false = {"wrong sign": 2 - best, "twice the penalty": (1 + best) / 2, "always 1": Integer(1)}[text]
    part = replace(PENALTY.parts[0], statement=Eq(PENALTY.parts[0].statement.lhs, false, evaluate=False))
    from verify.arguments import bind
    from verify.case import Case
    from verify.layers import enclosure

    claim = replace(PENALTY, parts=(part,))
    assert enclosure.run(Case(claim, bind(claim, {}))).status == "refuted"


def test_the_penalised_critic_by_brute_force():
    """The slope on a grid against the best of many slopes, from SciPy's distribution functions."""
    lam_, points, slopes = 0.7, numpy.linspace(-2.9, 3.1, 13), numpy.linspace(-9, 9, 360_001)
    gap, density = norm.cdf(points, -0.5, 1) - norm.cdf(points, 1, 2), norm.pdf(points, 0, 1.5)
    signed = [slopes[numpy.argmax(slopes * g - lam_ * r * (slopes - 1) ** 2)] for g, r in zip(gap, density)]
    normed = [slopes[numpy.argmax(slopes * g - lam_ * r * (abs(slopes) - 1) ** 2)] for g, r in zip(gap, density)]
    laws = {**LAWS, Law("r")(x): Normal(0, Fraction(3, 2))(x)}
    found = evaluate(concretise(PENALTY.parts[0].statement.rhs, laws), {x: points, lam: lam_}, numpy)
    assert numpy.allclose(found, signed, atol=1e-4)
    at = {delta: gap, rho: density, lam: lam_}
    assert numpy.allclose(evaluate(mirrored, at, numpy), normed, atol=1e-4) and (abs(evaluate(mirrored, at, numpy)) >= 1).all()
    assert numpy.allclose(evaluate(most, at, numpy), [max(slopes * g - lam_ * r * (abs(slopes) - 1) ** 2) for g, r in zip(gap, density)], atol=1e-7)


def test_the_area_between_distribution_functions_is_enclosed():
    """Shifts and spreads of Gaussians, by hand: |mu1 - mu2| for equal spreads, sqrt(2/pi) |sigma1 - sigma2| for equal means."""
    with precision(128):
        for first, second, value in (((3, 2), (-1, 2), 4.0), ((1, 3), (1, 1), 2 * (2 / numpy.pi) ** 0.5), ((0, 1), (0, 1), 0.0)):
            laws = {p_data: Normal(*first)(x), p_g: Normal(*second)(x)}
            found = Balls({})(concretise(area, laws)).real
            assert abs(float(found.mid()) - value) < 1e-15 and float(found.rad()) < 1e-25
        with pytest.raises(Unevaluable):  # without a second law the integral is infinite
            Balls({})(Int(DistributionFunction(Normal(0, 1)(x), x, x), x))


def test_the_best_critic_between_shifted_laws_is_the_identity():
    shifted = verify.kantorovich_rubinstein_1d(p=Normal(3, 2), q=Normal(1, 2), layers="enclosure")
    assert shifted and numpy.isclose(shifted.value, 2, rtol=1e-12)


def test_only_a_bounded_slope_stands_for_a_bounded_slope():
    statement = Eq(E(slope(x), p_data, x), E(slope(x), p_data, x), evaluate=False)
    check_values(statement, {slope(x): Slope("h")(x)}, DUAL, Context(DUAL))
    for value in (2 * slope(x), Function("h")(x), Integer(2), Discriminator("h")(x)):
        with pytest.raises(StepError, match="between -1 and 1"):
            check_values(statement, {slope(x): value}, DUAL, Context(DUAL))
