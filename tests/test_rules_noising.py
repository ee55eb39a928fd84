"""Predictions along the noising chain: words, rules and claims, and what no rule may make of them."""

from dataclasses import replace
from fractions import Fraction

import pytest
from sympy import Rational, sqrt

import derivations
from derivations.checker import Context
from derivations.claimfile import Parameter
from derivations.diffusion import ddpm_parameterizations as predictions
from derivations.diffusion.ddpm_forward_marginal import marginal
from derivations.domains import Interval
from derivations.enclose import Balls, precision
from derivations.language import CleanGivenDiffused, DiffusedDensity, E, ForwardMarginal, Int, Normal, real
from derivations.noising import beta, t, x, x0, xt
from derivations.rules import earlier_claim, linearity
from derivations.rules.densities import is_density
from derivations.rules.rule import StepError

y = real("y")
CHAIN = ForwardMarginal(xt, x0, beta, t)


def accepts(rule, before, after, claim, relation="="):
    try:
        return bool(rule.replay(before, relation, after, Context(claim)))
    except StepError:
        return False


def spoilt(name, part, corrupt):
    """Is every step of the part refused once its result is corrupted?"""
    claim = derivations.claim(name)
    before = claim.parts[part].derivation.first
    for step in claim.parts[part].derivation.steps:
        if accepts(step.rule, before, corrupt(step.result), claim, step.relation):
            return False
        before = step.result
    return True


@pytest.mark.parametrize("part", range(6))
@pytest.mark.parametrize("corrupt", [lambda e: -e, lambda e: 2 * e, lambda e: e + 1, lambda e: e + beta[t]])
def test_no_step_between_predictions_survives_a_wrong_sign_or_factor(part, corrupt):
    assert spoilt("ddpm_parameterizations", part, corrupt)


@pytest.mark.parametrize(
    "found, wrong",
    [
        (predictions.best_x0, predictions.x0_from_eps(-predictions.best_eps)),
        (predictions.best_x0, predictions.x0_from_v(predictions.best_eps)),
        (predictions.best_x0, predictions.signal * xt + predictions.spread * predictions.best_v),
        (predictions.best_eps, predictions.eps_from_v(-predictions.best_v)),
        (predictions.best_eps, (xt - predictions.best_x0) / predictions.spread),
    ],
)
def test_a_conversion_with_a_wrong_sign_or_coefficient_is_refused(found, wrong):
    assert not accepts(linearity(), found, wrong, derivations.claim("ddpm_parameterizations"))


def test_a_posterior_is_a_density_of_its_own_variable_only():
    posterior = predictions.posterior
    assert is_density(posterior, x0)
    assert not is_density(posterior, xt) and not is_density(posterior, y)
    improper = DiffusedDensity(xt, 2 * predictions.q, beta, t, x0)
    assert not is_density(CleanGivenDiffused(x0, improper), x0)
    assert not is_density(CleanGivenDiffused(2 * x0, predictions.density), x0)
    assert not is_density(CleanGivenDiffused(x0, predictions.density.func(x0, *predictions.density.args[1:-1], y)), x0)


def test_the_chain_from_a_random_start_against_numbers_by_hand():
    """x_0 ~ N(1, 2^2), beta = 19/100: x_1 = 9/10 x_0 + sqrt(19)/10 eps has variance 343/100, and E[x_0 | x_1 = 4] is 1 + 360 (4 - 9/10) / 343."""
    density = DiffusedDensity(xt, Normal(1, 2)(x0), beta, t, x0)
    with precision(128):
        at = Balls({beta: [Fraction(19, 100)], t: 1, xt: 4})
        mean = at(E(x0, CleanGivenDiffused(x0, density), x0))
        assert (343 * mean - 343 - 1116).contains(0) and mean.real.rad() < 1e-30
        assert (at(density) - at(Normal(Rational(9, 10), sqrt(Rational(343, 100)))(xt))).contains(0)


class TestAnEarlierClaimUnderAnIntegral:
    """What holds for every start may be put in under an integral over the start."""

    rule = earlier_claim("ddpm_forward_marginal", {x: xt})
    before, after = Int(predictions.q * CHAIN, x0), Int(predictions.q * marginal(xt, t), x0)

    def test_it_replaces_what_stands_there(self):
        claim = derivations.claim("ddpm_parameterizations")
        assert accepts(self.rule, self.before, self.after, claim) and accepts(self.rule, self.after, self.before, claim)
        for wrong in (Int(predictions.q * marginal(x, t), x0), Int(predictions.q * marginal(xt, t + 1), x0), Int(marginal(xt, t), x0)):
            assert not accepts(self.rule, self.before, wrong, claim)

    def test_not_where_the_claim_does_not_hold_for_all_that_the_integral_runs_over(self, monkeypatch):
        earlier = derivations.claim("ddpm_forward_marginal")
        domain = Interval(Fraction(0), Fraction(1))
        narrow = replace(earlier, parameters=tuple(replace(p, domain=domain) if p.symbol == x0 else p for p in earlier.parameters))
        claim = derivations.claim("ddpm_parameterizations")
        here = replace(claim, parameters=(*claim.parameters, Parameter(x0, domain)))
        known = derivations.claim
        monkeypatch.setattr("derivations.claim", lambda name: narrow if name == earlier.name else known(name))
        assert accepts(self.rule, CHAIN, marginal(xt, t), here)
        assert not accepts(self.rule, self.before, self.after, here)
