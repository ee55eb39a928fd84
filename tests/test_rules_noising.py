"""Predictions along the noising chain: words, rules and claims, and what no rule may make of them."""

from dataclasses import replace
from fractions import Fraction

import pytest
from sympy import Rational, sqrt

import derivations
from derivations.checker import Context
from derivations.claimfile import Parameter
from derivations.compile import evaluate
from derivations.diffusion import ddim_marginals as ddim
from derivations.diffusion import ddpm_parameterizations as predictions
from derivations.diffusion.ddpm_forward_marginal import marginal
from derivations.domains import Interval
from derivations.enclose import Balls, precision
from derivations.language import CleanGivenDiffused, DiffusedDensity, E, ForwardMarginal, Int, NoiseVariance, NonMarkovMarginal, Normal, real
from derivations.noising import beta, t, x, x0, xt
from derivations.rules import definition, earlier_claim, gaussian_closure, linearity
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


class TestNonMarkovSteps:
    @pytest.mark.parametrize("part", [1, 2])
    @pytest.mark.parametrize("corrupt", [lambda e: -e, lambda e: 2 * e, lambda e: e + 1])
    def test_no_step_survives_a_wrong_sign_or_factor(self, part, corrupt):
        assert spoilt("ddim_marginals", part, corrupt)

    @pytest.mark.parametrize("step", [ddim.first_step, ddim.next_step])
    def test_what_is_kept_and_what_is_drawn_anew_must_add_up(self, step):
        """With sigma^2 in place of sigma, with the noise of the wrong step, or kept whole beside what is drawn, the variance is another."""
        before = step.steps[-2].result
        wrong = [
            before.xreplace({ddim.drawn: ddim.drawn**2}),
            before.xreplace({ddim.step.mu: ddim.non_markov_mean(ddim.y, x0, 0, beta, t + 1)}),
            before.xreplace({ddim.step: ddim.step.func(ddim.step.x, ddim.step.mu, 2 * ddim.drawn)}),
        ]
        claim = derivations.claim("ddim_marginals")
        assert accepts(gaussian_closure(), before, marginal(xt, t), claim)
        for other in wrong:
            assert other != before and not accepts(gaussian_closure(), other, marginal(xt, t), claim)
        assert not accepts(gaussian_closure(), before, marginal(xt, t + 1), claim)

    def test_the_process_starts_from_the_chain_and_goes_down(self):
        claim, rule = derivations.claim("ddim_marginals"), definition(NonMarkovMarginal)
        first, later = ddim.process(xt, t, 1), ddim.process(xt, t, ddim.k + 1)
        assert accepts(rule, first, ddim.first_step.steps[0].result, claim)
        for wrong in (Int(ddim.step * ForwardMarginal(ddim.y, x0, beta, t), ddim.y), Int(ddim.step * ddim.process(ddim.y, t + 1, 1), ddim.y)):
            assert not accepts(rule, first, wrong, claim)
        for wrong in (ddim.process(ddim.y, t, ddim.k), ddim.process(ddim.y, t + 1, ddim.k + 1), ddim.process(ddim.y, t - 1, ddim.k)):
            assert not accepts(rule, later, Int(ddim.step * wrong, ddim.y), claim)
        with pytest.raises(NotImplementedError):
            ddim.process(xt, t, ddim.k).definition()

    def test_a_process_against_quadrature(self):
        values = {beta: [Fraction(1, 5), Fraction(1, 3)], ddim.rho: [Fraction(1, 2), Fraction(1, 4)], xt: Fraction(1, 2), x0: Fraction(3, 2), t: 1}
        word = ddim.process(xt, t, 1)
        with precision(128):
            at = Balls(values)
            assert (at(word) - at(word.definition())).contains(0)

    def test_the_closed_form_is_the_papers(self):
        """Equation (12) of Song, Meng & Ermon 2021 with a predicted x_0, in NumPy, against the compiled mean."""
        import numpy

        betas, now = numpy.linspace(1e-4, 0.02, 50), 20
        bars = numpy.cumprod(1 - betas)
        start, state, sigma = 0.3, -0.7, 0.02
        eps = (state - numpy.sqrt(bars[now - 1]) * start) / numpy.sqrt(1 - bars[now - 1])
        by_hand = numpy.sqrt(bars[now - 2]) * start + numpy.sqrt(1 - bars[now - 2] - sigma**2) * eps
        found = evaluate(ddim.mean, {beta: betas, t: now, x0: start, xt: state, ddim.sigma: sigma}, numpy)
        assert numpy.isclose(found, by_hand, rtol=1e-13)

    def test_a_process_that_starts_beyond_the_schedule_is_bad_input(self):
        import verify

        with pytest.raises(ValueError, match="k = 2 is outside its domain: k is an integer, 1 <= k <= the number of betas - t = 1"):
            verify.ddim_marginals(betas=[0.1, 0.2], shares=[0.5, 0.5], t=1, k=2)

    def test_the_noise_is_positive_after_one_step_only(self):
        assert NoiseVariance(beta, t).is_positive and NoiseVariance(beta, t + 1).is_positive
        assert NoiseVariance(beta, t - 1).is_positive is None and NoiseVariance(beta, 0).is_positive is None
