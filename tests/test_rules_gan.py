"""Optima over functions and numbers: what their rules accept and refuse, and the values of the adversarial game."""

import random
from dataclasses import replace
from fractions import Fraction

import pytest
from flint import acb
from sympy import Derivative, Integer, Rational, exp, log

import derivations
from derivations.adversarial import D, best, d, game, p_data, p_g, x
from derivations.checker import Context
from derivations.enclose import Balls, Tables, Unevaluable, precision
from derivations.language import (
    JS, KL, Accuracy, ArgMax, ArgMin, Discriminator, Entropy, GANValue, Int, Maximum, Minimum, Normal, real,
)  # fmt: skip
from derivations.language.density import Law
from derivations.rules import pointwise_optimum, stationary_point
from derivations.rules.rule import StepError

CLAIMS = ("optimal_discriminator", "gan_value_jensen_shannon", "jensen_shannon_bounds", "gan_global_optimum")
CONTEXT = Context(derivations.claim("gan_global_optimum"))
BARE = Context(replace(CONTEXT.claim, conditions=()))
half = Rational(1, 2)
y = real("y")
integrand = p_data * log(D) + p_g * log(1 - D)
of_number = p_data * log(d) + p_g * log(1 - d)


def accepts(rule, before, after, context=CONTEXT, relation="="):
    try:
        return bool(rule.replay(before, relation, after, context))
    except StepError:
        return False


@pytest.mark.parametrize("name", CLAIMS)
def test_the_claim_is_proved_and_every_step_attacked(name):
    replay = derivations.check(name)
    assert replay.ok, replay.failure
    assert all(s.attack.agreed for s in replay.steps)


@pytest.mark.parametrize("name", CLAIMS)
@pytest.mark.parametrize("corrupt", [lambda e: -e, lambda e: 2 * e, lambda e: e + 1, lambda e: e - Rational(1, 100)])
def test_a_corrupted_step_is_refused(name, corrupt):
    claim = derivations.claim(name)
    for part in claim.parts:
        before = part.derivation.first
        for step in part.derivation.steps:
            wrong = corrupt(step.result)
            if not derivations.ring.same(wrong, step.result):
                assert not accepts(step.rule, before, wrong, Context(claim), step.relation), step.rule.name
            before = step.result


def test_museum_departs_from_the_truth_only_at_the_end():
    replay = derivations.check("discriminator_accuracy_at_equilibrium")
    assert not replay.ok and "not at the right side" in replay.failure
    assert all(s.ok for s in replay.steps)


class TestPointwiseOptimum:
    rule = pointwise_optimum(d)

    def test_accepts_value_and_place(self):
        assert accepts(self.rule, Maximum(Int(integrand, x), D), Int(Maximum(of_number, d), x))
        assert accepts(self.rule, ArgMax(Int(integrand, x), D), ArgMax(of_number, d))
        assert accepts(self.rule, ArgMin(Int(integrand, x), D), ArgMin(of_number, d))

    @pytest.mark.parametrize(
        "before, after",
        [
            (Maximum(Int(integrand, x), D), Int(Minimum(of_number, d), x)),
            (Maximum(Int(integrand, x), D), Maximum(Int(of_number, x), d)),  # one number for all x
            (Maximum(Int(integrand, x), D), Int(Maximum(2 * of_number, d), x)),
            (Maximum(Int(integrand, x) ** 2, D), Int(Maximum(of_number**2, d), x)),
            (Maximum(Int(integrand * D.func(D.args[0], (y,)), x), D), Int(Maximum(of_number * d, d), x)),  # at another point too
            (Maximum(Int(p_data * Derivative(D, x), x), D), Int(Maximum(p_data * Derivative(d, x), d), x)),  # a slope is not free
            (Maximum(Int(D * Int(D, x), x), D), Int(Maximum(d * Int(d, x), d), x)),  # an integral inside
            (Maximum(Int(integrand * d, x), D), Int(Maximum(of_number * d, d), x)),  # the number's name is taken
        ],
    )
    def test_refuses(self, before, after):
        assert not accepts(self.rule, before, after)

    def test_refuses_without_the_conditions(self):
        assert not accepts(self.rule, Maximum(Int(integrand, x), D), Int(Maximum(of_number, d), x), BARE)


class TestStationaryPoint:
    def test_accepts_value_and_place(self):
        assert accepts(stationary_point(best), ArgMax(of_number, d), best)
        assert accepts(stationary_point(best), Maximum(of_number, d), of_number.xreplace({d: best}))
        assert accepts(stationary_point(half), ArgMin((d - half) ** 2, d), half)

    @pytest.mark.parametrize(
        "point, before",
        [
            (p_g / (p_data + p_g), ArgMax(of_number, d)),  # not stationary
            (best / 2, ArgMax(of_number, d)),
            (best, ArgMin(of_number, d)),  # concave, not convex
            (half, ArgMax((d - half) ** 2, d)),
            (half, ArgMax((d - half) ** 3, d)),  # stationary, but neither
            (half, ArgMax(-((d - half) ** 4) + (d - half) ** 2, d)),  # curved both ways
            (Integer(2), ArgMax(-((d - 2) ** 2), d)),  # outside (0, 1)
            (Integer(0), ArgMax(-(d**2), d)),  # on the edge
            (x, ArgMax(-((d - x) ** 2), d)),  # not known to be inside
            (half, ArgMax(p_data * d, d)),  # no stationary point
        ],
    )
    def test_refuses(self, point, before):
        assert not accepts(stationary_point(point), before, point)

    def test_the_second_order_condition_is_reported(self):
        reason = stationary_point(best).replay(ArgMax(of_number, d), "=", best, CONTEXT)
        assert "the second" in reason and "< 0" in reason and "(0, 1)" in reason


class TestEnclosedOptima:
    def test_a_number(self):
        with precision(96):
            found = Balls()(ArgMax(log(d) + 3 * log(1 - d), d))
            assert found.contains(acb(1) / 4) and float(found.real.rad()) < 1e-18
            assert Balls()(Maximum(-((d - half) ** 2), d)).contains(0)

    @pytest.mark.parametrize("functional", [d, -d, (d - half) ** 2, exp(d)])
    def test_no_optimum_inside_is_no_number(self, functional):
        with pytest.raises(Unevaluable):
            Balls()(ArgMax(functional, d))

    def test_no_optimum_inside_is_no_number_on_the_line_and_on_a_table(self):
        for word in (Minimum(game, D), Maximum(-game, D), Maximum(Int(D * p_data, x), D)):
            with pytest.raises(Unevaluable):
                Balls()(word.xreplace({p_data: Normal(0, 1)(x), p_g: Normal(1, 1)(x)}))
            with pytest.raises(Unevaluable):
                _tables()(word)

    def test_a_function_on_a_table_beats_its_competitors(self):
        tables = _tables()
        greatest, law = tables(Maximum(game, D)).real, tables.support(x)
        rng = random.Random(3)
        for _ in range(50):
            table = {(i,): acb(rng.uniform(0.01, 0.99)) for i in range(law)}
            assert tables.with_function("D", table)(game).real < greatest

    def test_a_wrong_discriminator_is_contradicted(self):
        tables = _tables()
        assert tables.at({x: 0})(ArgMax(game, D) - best).contains(0)
        assert not tables.at({x: 0})(ArgMax(game, D) - p_g / (p_data + p_g)).contains(0)

    def test_laws_on_a_table(self):
        tables, q = _tables(), Law("p_g")(x)
        with precision(96):
            assert (tables(Maximum(Entropy(q, x), q)) - acb(3).log()).contains(0)
            least = tables(Minimum(KL(q, p_data, x), q))
            assert least.contains(0) and float(least.real.rad()) < 1e-18
            assert (tables.at({x: 1})(ArgMin(JS(p_data, q, x), q)) - tables.at({x: 1})(p_data)).contains(0)
        with pytest.raises(Unevaluable):
            tables(Minimum(Entropy(q, x), q))  # concave, so the least value lies on the edge of the simplex


def _tables():
    slots = {"p_data": ("x",), "p_g": ("x",)}
    return Tables({x: [Fraction(-1), Fraction(0), Fraction(1, 2)]}, slots, random.Random(1))


class TestValues:
    law = {m: {p_data: Normal(0, 1)(x), p_g: Normal(m, 1)(x)} for m in (0, 1, 2, 4)}

    @pytest.mark.parametrize("m, value", [(1, -1.163451), (2, -0.712633), (4, -0.120854)])
    def test_against_the_best_discriminator(self, m, value):
        """Values from outside: numerical integration of V(D*), N(0, 1) against N(m, 1)."""
        for expr in (Maximum(game, D), GANValue(best, p_data, p_g, x), -log(4) + 2 * JS(p_data, p_g, x)):
            assert abs(float(Balls()(expr.xreplace(self.law[m])).real) - value) < 1e-6

    def test_no_competitor_is_better(self):
        greatest = Balls()(Maximum(game, D).xreplace(self.law[1])).real
        for shift in (-1, 0, Rational(1, 2), 3):
            competitor = Normal(0, 1)(x) / (Normal(0, 1)(x) + Normal(1 + shift, 1)(x))
            found = Balls()(GANValue(competitor, p_data, p_g, x).xreplace(self.law[1])).real
            assert found.overlaps(greatest) if shift == 0 else found < greatest

    def test_accuracy(self):
        """Of the best discriminator between N(0, 1) and N(m, 1): the mass of N(0, 1) below m/2; one half where m = 0."""
        blind = Accuracy(ArgMax(game, D), p_data, p_g, x).xreplace(self.law[0])
        assert Balls()(blind).contains(acb(1) / 2)
        table = _tables()
        sharp = Accuracy(D, p_data, p_g, x)
        right = table.with_function("D", {(0,): acb(0.9), (1,): acb(0.1), (2,): acb(0.5)})(sharp)
        p, q = ([table.at({x: i})(law) for i in range(3)] for law in (p_data, p_g))
        assert (right - (p[0] + q[1] + (p[2] + q[2]) / 2) / 2).contains(0)


def test_latex():
    assert derivations.latex(Maximum(game, D)) == r"\max_{D} V\left(D, p_{g}\right)"
    assert derivations.latex(ArgMax(game, D)) == r"\left(\operatorname*{arg\,max}_{D} V\left(D, p_{g}\right)\right)\left(x\right)"
    assert derivations.latex(Discriminator("d")()) == "d"
    assert derivations.latex(p_data) == r"p_{\mathrm{data}}\left(x\right)"
