"""Inequalities, and optima over laws: what their rules accept, and what they refuse."""

from dataclasses import replace

import pytest
from sympy import Eq, Rational, log, sqrt

import derivations
from derivations.checker import Context, check_claim
from derivations.claimfile import Part
from derivations.coordinates import i, independent, mu
from derivations.coordinates import z as vector
from derivations.derivation import start
from derivations.language import ELBO, KL, ArgMax, E, Maximum, Normal, positive, real
from derivations.language.density import Law
from derivations.rules import attained_by_law, earlier_claim, jensen, linearity, log_increases, marginalisation, tangent_of_log
from derivations.rules.densities import is_density
from derivations.rules.rule import StepError
from derivations.vae import elbo_lower_bound as bound

CLAIMS = ("elbo_decomposition", "kl_nonnegative", "elbo_lower_bound")
CONTEXT = Context(derivations.claim("elbo_lower_bound"))
BARE = Context(replace(CONTEXT.claim, conditions=()))
x, z, c = real("x z c")
a = positive("a")
p, q, r = Law("p"), Law("q"), Law("r")


def accepts(rule, before, relation, after, context=CONTEXT):
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
            if wrong != step.result:
                assert not accepts(step.rule, before, step.relation, wrong, Context(claim)), step.rule.name
            before = step.result


@pytest.mark.parametrize("name", CLAIMS)
def test_no_step_can_be_left_out_of_the_relation(name):
    """A derivation whose inequality is dropped or turned does not prove its statement."""
    claim = derivations.claim(name)
    for part in claim.parts:
        for k, step in enumerate(part.derivation.steps):
            if step.relation == "=":
                continue
            for relation in ("=", {"<=": ">=", ">=": "<="}[step.relation]):
                steps = (*part.derivation.steps[:k], replace(step, relation=relation), *part.derivation.steps[k + 1 :])
                wrong = replace(part, derivation=replace(part.derivation, steps=steps))
                assert not check_claim(replace(claim, parts=(wrong,)), attack=False).ok


class TestJensen:
    mean_of_log, log_of_mean = E(log(p(x)), q(x), x), log(E(p(x), q(x), x))

    def test_accepts(self):
        assert accepts(jensen(), self.mean_of_log, "<=", self.log_of_mean)
        assert accepts(jensen(), c - 3 * self.mean_of_log, ">=", c - 3 * self.log_of_mean)

    @pytest.mark.parametrize(
        "before, relation, after",
        [
            (mean_of_log, ">=", log_of_mean),  # the wrong way round
            (mean_of_log, "=", log_of_mean),
            (log_of_mean, "<=", mean_of_log),  # swapped
            (-mean_of_log, "<=", -log_of_mean),  # a minus turns it
            (c * mean_of_log, "<=", c * log_of_mean),  # a factor of unknown sign
            (mean_of_log, "<=", 2 * log_of_mean),
            (mean_of_log, "<=", log(E(q(x), q(x), x))),  # another integrand
            (mean_of_log, "<=", log(E(p(x), p(x), x))),  # another law
            (E(log(p(x)), 2 * q(x), x), "<=", log(E(p(x), 2 * q(x), x))),  # no density
            (E(log(p(x)), q(x, z), x), "<=", log(E(p(x), q(x, z), x))),  # of x and z, not of x
            (E(log(x), q(x), x), "<=", log(E(x, q(x), x))),  # x may be negative
            (E(p(x), q(x), x), "<=", E(p(x), q(x), x)),  # no step
            (mean_of_log, "<=", log_of_mean + c**2),
        ],
    )
    def test_refuses(self, before, relation, after):
        assert not accepts(jensen(), before, relation, after)


class TestTangentOfLog:
    u = sqrt(p(x) / q(x))

    def test_accepts(self):
        assert accepts(tangent_of_log(), log(a), "<=", a - 1)
        assert accepts(tangent_of_log(), -2 * E(log(self.u), q(x), x), ">=", -2 * E(self.u - 1, q(x), x))

    @pytest.mark.parametrize(
        "before, relation, after",
        [
            (log(a), ">=", a - 1),
            (log(a), "<=", a - 2),
            (log(a), "<=", 1 - a),
            (log(a), "<=", log(a) + 1),
            (-log(a), "<=", 1 - a),
            (log(c), "<=", c - 1),  # c may be negative
            (E(log(a), x, x), "<=", E(a - 1, x, x)),  # a weight of unknown sign
            (E(log(u), q(x), x), "<=", E(u - 1, p(x), x)),
        ],
    )
    def test_refuses(self, before, relation, after):
        assert not accepts(tangent_of_log(), before, relation, after)


class TestLogIncreases:
    share = 2 * p(x) / (p(x) + q(x))

    def test_accepts(self):
        assert accepts(log_increases(), E(log(self.share), p(x), x), "<=", E(log(2), p(x), x))
        assert accepts(log_increases(), -log(a), ">=", -log(a + a**2))

    @pytest.mark.parametrize(
        "before, relation, after",
        [
            (E(log(share), p(x), x), ">=", E(log(2), p(x), x)),
            (E(log(share), p(x), x), "<=", E(log(Rational(3, 2)), p(x), x)),
            (E(log(share), p(x), x), "<=", E(log(2), q(x), x)),
            (log(a), "<=", log(a + c)),
            (log(a), "<=", log(a - 1)),
            (log(c), "<=", log(c + 1)),  # c may be negative
        ],
    )
    def test_refuses(self, before, relation, after):
        assert not accepts(log_increases(), before, relation, after)


@pytest.mark.parametrize("density", [p(x), p(x, given=z), Normal(z, a)(x), (p(x) + q(x)) / 2, p(x) / 3 + 2 * q(x) / 3])
def test_densities(density):
    assert is_density(density, x)


def test_independent_coordinates_are_a_density():
    assert is_density(independent(Normal(mu[i], 1)(vector[i])), vector)
    assert not is_density(independent(2 * Normal(mu[i], 1)(vector[i])), vector)
    assert not is_density(independent(Normal(vector[1], 1)(vector[i])), vector)


@pytest.mark.parametrize(
    "density",
    [2 * p(x), p(x) + q(x), 2 * p(x) - q(x), p(x) * q(x), p(x, z), p(z), p(z, given=x), Normal(x, a)(x), x, c * p(x) + (1 - c) * q(x)],
)
def test_no_densities(density):
    assert not is_density(density, x)


@pytest.mark.parametrize("rule", [linearity(), marginalisation()])
def test_a_mean_of_one_under_no_density_is_not_one(rule):
    assert accepts(rule, E(c, p(x), x), "=", c)
    for law in (2 * p(x), p(x) + q(x), p(x, z), Normal(x, a)(x)):
        assert not accepts(rule, E(c, law, x), "=", c)


class TestEarlierInequality:
    half = Rational(1, 2)

    def rule(self, q_is, **more):
        return earlier_claim("kl_nonnegative", {q(x): q_is, p(x): r(x)}, **more)

    def test_accepts_for_densities(self):
        assert accepts(self.rule(p(x)), KL(p(x), r(x), x), ">=", 0 * x)
        assert accepts(self.rule(p(x), times=self.half), KL(p(x), r(x), x) / 2 + c, ">=", c)

    def test_refuses_what_is_no_density(self):
        assert not accepts(self.rule(2 * p(x)), KL(2 * p(x), r(x), x), ">=", 0 * x)
        assert not accepts(self.rule(p(z)), KL(p(z), r(x), x), ">=", 0 * x)

    def test_refuses_a_wrong_multiple(self):
        assert not accepts(self.rule(p(x), times=-1), -KL(p(x), r(x), x), ">=", 0 * x)
        assert not accepts(self.rule(p(x)), KL(p(x), r(x), x), "<=", 0 * x)
        assert not accepts(self.rule(p(x)), -KL(p(x), r(x), x), ">=", 0 * x)
        assert not accepts(self.rule(p(x)), KL(p(x), r(x), x), ">=", 0 * x + 1)

    def test_refuses_without_the_conditions(self):
        assert not accepts(self.rule(p(x)), KL(p(x), r(x), x), ">=", 0 * x, BARE)


class TestOptimumOverLaws:
    def rule(self, law=bound.posterior, value=bound.evidence, below=bound.missed_by_the_distance, attained=bound.reached_by_the_posterior, gap=1):
        return attained_by_law(law, value, below, attained, gap)

    def proved(self, rule, after, word=ArgMax, functional=bound.elbo):
        before = word(functional, bound.encoder)
        part = Part(Eq(before, after, evaluate=False), start(before).by(rule, after))
        return check_claim(replace(CONTEXT.claim, parts=(part,)), attack=False).ok

    def test_accepts_value_and_place(self):
        assert self.proved(self.rule(), bound.posterior)
        assert self.proved(self.rule(below=bound.at_most_the_evidence, gap=0), bound.evidence, Maximum)

    def test_refuses_a_weaker_or_stronger_bound(self):
        assert not self.proved(self.rule(below=bound.at_most_the_evidence), bound.posterior)  # no gap shown
        assert not self.proved(self.rule(gap=2), bound.posterior)
        assert not self.proved(self.rule(gap=0), bound.posterior)
        assert not self.proved(self.rule(gap=-1), bound.posterior)

    def test_refuses_another_place_or_value(self):
        assert not self.proved(self.rule(), p(z))
        assert not self.proved(self.rule(law=p(z)), p(z))
        assert not self.proved(self.rule(law=2 * bound.posterior), 2 * bound.posterior)
        assert not self.proved(self.rule(law=bound.encoder), bound.encoder)
        assert not self.proved(self.rule(below=bound.at_most_the_evidence, gap=0), bound.evidence + 1, Maximum)
        assert not self.proved(self.rule(below=bound.at_most_the_evidence, gap=0, value=bound.evidence + 1), bound.evidence + 1, Maximum)

    def test_refuses_a_functional_that_sees_the_law_elsewhere(self):
        assert not self.proved(self.rule(), bound.posterior, functional=bound.elbo + log(q(x)))

    def test_refuses_swapped_derivations(self):
        assert not self.proved(self.rule(below=bound.reached_by_the_posterior, attained=bound.missed_by_the_distance), bound.posterior)

    def test_refuses_without_the_condition(self):
        rule, before = self.rule(), ArgMax(ELBO(p(x, z), q(z, given=x), z), q(z, given=x))
        assert accepts(rule, before, "=", bound.posterior) and not accepts(rule, before, "=", bound.posterior, BARE)
