"""Predictions along the noising chain: words, rules and claims, and what no rule may make of them."""

from dataclasses import replace
from fractions import Fraction

import pytest
from sympy import IndexedBase, Rational, Sum, sqrt

import derivations
from derivations.checker import Context
from derivations.claimfile import Parameter
from derivations.compile import evaluate
from derivations.diffusion import ddim_marginals as ddim
from derivations.diffusion import ddpm_parameterizations as predictions
from derivations.diffusion import denoising_score_matching as matching
from derivations.diffusion import optimal_denoiser_gaussian_mixture as mixture
from derivations.diffusion.ddpm_forward_marginal import marginal
from derivations.domains import Interval
from derivations.enclose import Balls, precision
from derivations.enclose.points import Point
from derivations.language import (
    AlphaBar, CleanGivenDiffused, DiffusedDensity, E, ForwardMarginal, Function, Int, NoiseVariance, NonMarkovMarginal, Normal, ReverseDensity,
    integer, real, transition,
)  # fmt: skip
from derivations.noising import beta, t, x, x0, xt
from derivations.rules import definition, earlier_claim, gaussian_closure, linearity, noise_schedule, noise_variance, telescoping
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


CORRUPTIONS = [lambda e: -e, lambda e: 2 * e, lambda e: e + 1]


@pytest.mark.parametrize("corrupt", CORRUPTIONS)
@pytest.mark.parametrize("part", [0, 1])
@pytest.mark.parametrize("name", ["optimal_denoiser_gaussian_mixture", "ddpm_simple_loss"])
def test_no_step_of_the_loss_survives_a_wrong_sign_or_factor(name, part, corrupt):
    assert spoilt(name, part, corrupt)


@pytest.mark.parametrize("corrupt", CORRUPTIONS)
@pytest.mark.parametrize("name", ["ddpm_elbo", "denoising_score_matching"])
def test_no_step_of_the_bounds_survives_a_wrong_sign_or_factor(name, corrupt):
    assert spoilt(name, 0, corrupt)


def test_the_two_errors_of_score_matching_by_hand():
    """Data N(0, 1), noise N(0, 1), network -y/4: y has variance 2, so 1/2 E(y/4)^2 = 1/16; the other is 1/2 (2/16 - 2/4 + 1) = 5/16."""
    values = {matching.m: 0, matching.tau: 1, matching.sigma: 1, matching.b: Fraction(1, 4)}
    at = Point(values, matching.instance)
    with precision(128):
        assert (16 * at.evaluate(matching.explicit) - 1).contains(0)
        assert (16 * at.evaluate(matching.denoising) - 5).contains(0)
        assert (4 * at.evaluate(matching.statement.rhs) - 1).contains(0)


def test_the_weight_of_a_step_is_the_papers():
    """Equation (12) of Ho et al. 2020, in NumPy."""
    import numpy

    import verify

    betas, now, deviation = numpy.linspace(1e-4, 0.02, 100), 30, 0.05
    bars = numpy.cumprod(1 - betas)
    by_hand = betas[now - 1] ** 2 / (2 * deviation**2 * (1 - betas[now - 1]) * (1 - bars[now - 1]))
    assert numpy.isclose(verify.ddpm_simple_loss.numpy()(betas, now, deviation), by_hand, rtol=1e-12)


class TestTelescoping:
    n, k = integer("n k")
    f, g = Function("f"), Function("g")

    def total(self, term, low=1, high=None):
        return Sum(term, (self.k, low, self.n if high is None else high))

    def accepts(self, before, after):
        return accepts(telescoping(), before, after, derivations.claim("ddpm_elbo"))

    def test_the_ends_are_left(self):
        f, k, n = self.f, self.k, self.n
        assert self.accepts(self.total(f(k) - f(k - 1)), f(n) - f(0))
        assert self.accepts(self.total(self.g(k) + 3 * f(k + 1) - 3 * f(k)), self.total(self.g(k)) + 3 * f(n + 1) - 3 * f(1))
        assert self.accepts(self.total(f(k) - f(k - 1), 2, n + 1), f(n + 1) - f(1))

    def test_what_does_not_cancel_stays(self):
        f, g, k, n = self.f, self.g, self.k, self.n
        assert not self.accepts(self.total(f(k) - f(k - 1)), f(n) - f(1))
        assert not self.accepts(self.total(f(k) - f(k - 1)), f(n - 1) - f(0))
        assert not self.accepts(self.total(f(k) - f(k - 1)), f(0) - f(n))
        assert not self.accepts(self.total(f(k) + f(k - 1)), f(n) + f(0))
        assert not self.accepts(self.total(f(k) - f(k - 2)), f(n) - f(0))
        assert not self.accepts(self.total(f(k) - g(k - 1)), f(n) - g(0))
        assert not self.accepts(self.total(2 * f(k) - f(k - 1)), f(n) - f(0))
        assert not self.accepts(self.total(f(k)) - self.total(f(k - 1), 2), f(n) - f(0))

    def test_an_upper_end_that_may_lie_far_below_the_lower_is_refused(self):
        f, k, n = self.f, self.k, self.n
        assert not self.accepts(self.total(f(k) - f(k - 1), 5), f(n) - f(4))


class TestFiniteSumsUnderAnIntegral:
    n, k = integer("n k")
    w = IndexedBase("w", positive=True)

    def test_they_are_integrated_term_by_term(self):
        claim = derivations.claim("optimal_denoiser_gaussian_mixture")
        term = self.w[self.k] * Normal(self.k, 1)(x)
        before = Int(x**2 * Sum(term, (self.k, 1, self.n)), x)
        after = Sum(self.w[self.k] * Int(x**2 * Normal(self.k, 1)(x), x), (self.k, 1, self.n))
        assert accepts(linearity(), before, after, claim)
        for wrong in (Sum(term, (self.k, 1, self.n)), self.n * after, Int(x**2, x) * Sum(term, (self.k, 1, self.n)), after.xreplace({self.n: self.n + 1})):
            assert not accepts(linearity(), before, wrong, claim)

    def test_not_where_the_ends_move_or_the_index_stands_outside(self):
        claim = derivations.claim("optimal_denoiser_gaussian_mixture")
        moving = Int(Sum(Normal(self.k, 1)(x), (self.k, 1, x)), x)
        outside = Int(self.k * x * Sum(Normal(self.k, 1)(x), (self.k, 1, 3)), x)
        assert not accepts(linearity(), moving, Sum(Int(Normal(self.k, 1)(x), x), (self.k, 1, x)), claim)
        assert not accepts(linearity(), outside, Sum(self.k * Int(x * Normal(self.k, 1)(x), x), (self.k, 1, 3)), claim)

    def test_squares_of_sums_are_multiplied_out(self):
        claim = derivations.claim("optimal_denoiser_gaussian_mixture")
        density = Normal(0, 1)(x)
        before = Int((x / sqrt(y**2 + 1) - y) ** 2 * density, x)
        parts = [Int(x**2 * density, x) / (y**2 + 1), -2 * y * Int(x * density, x) / sqrt(y**2 + 1), y**2 * Int(density, x)]
        assert accepts(linearity(), before, sum(parts), claim)
        assert not accepts(linearity(), before, parts[0] + parts[1] - parts[2], claim)


class TestNoiseVariance:
    bar, after = AlphaBar(beta, t), AlphaBar(beta, t + 1)
    noise, noise_after = NoiseVariance(beta, t), NoiseVariance(beta, t + 1)

    def accepts(self, before, after, name="ddpm_simple_loss"):
        return accepts(noise_variance(), before, after, derivations.claim(name))

    def test_roots_of_quotients_split_after_a_step(self):
        assert self.accepts(sqrt((1 - self.bar) / (1 - self.after)), sqrt(self.noise) / sqrt(self.noise_after))
        assert self.accepts(sqrt((1 - self.bar) ** 2 * y**2 + (1 - self.bar) ** 2), self.noise * sqrt(1 + y**2))

    def test_what_it_refuses(self):
        assert not self.accepts(1 - self.bar, self.noise_after)
        assert not self.accepts(self.bar, self.noise)
        assert not self.accepts(sqrt((1 - self.bar) / (1 - self.after)), -sqrt(self.noise) / sqrt(self.noise_after))
        unknown = sqrt((1 - AlphaBar(beta, t - 1)) ** 2)
        assert not self.accepts(unknown, NoiseVariance(beta, t - 1))

    def test_only_for_variances_between_0_and_1(self):
        assert not self.accepts(1 - self.bar, self.noise, "kl_gaussian")

    def test_a_schedule_inside_a_sum_is_put_in_lowest_terms_there(self):
        claim, k, n = derivations.claim("ddpm_simple_loss"), *integer("k n")
        w = IndexedBase("w", positive=True)
        root = sqrt(self.noise)
        before = Sum(w[k] / (self.noise + w[k]) * (self.noise / root), (k, 1, n))
        assert accepts(noise_schedule(), Sum((w[k] - w[k] ** 2 / (w[k] + self.noise)) / root, (k, 1, n)), before, claim)
        assert not accepts(noise_schedule(), Sum((w[k] + w[k] ** 2 / (w[k] + self.noise)) / root, (k, 1, n)), before, claim)


class TestReverseDensity:
    word = ReverseDensity(x, xt, x0, beta, t + 1)

    def test_it_is_bayes(self):
        claim = derivations.claim("ddpm_elbo")
        bayes = transition(xt, x, beta, t + 1) * ForwardMarginal(x, x0, beta, t) / ForwardMarginal(xt, x0, beta, t + 1)
        assert accepts(definition(ReverseDensity), self.word, bayes, claim)
        for wrong in (bayes.xreplace({t: t + 1}), 1 / bayes, bayes * ForwardMarginal(xt, x0, beta, t + 1)):
            assert not accepts(definition(ReverseDensity), self.word, wrong, claim)

    def test_it_is_a_density_of_the_state_before_and_after_the_first_step_only(self):
        assert is_density(self.word, x)
        assert not is_density(self.word, xt) and not is_density(self.word, x0)
        assert not is_density(ReverseDensity(x, xt, x0, beta, t), x)
        assert not is_density(ReverseDensity(x, xt, x, beta, t + 1), x)

    def test_its_mean_agrees_with_quadrature_of_bayes(self):
        values = {beta: [Fraction(1, 5), Fraction(1, 3)], xt: Fraction(1, 2), x0: Fraction(3, 2), t: 1}
        with precision(128):
            at = Balls(values)
            normalised = at(Int(self.word.definition(), x))
            assert (normalised - 1).contains(0) and normalised.real.rad() < 1e-20
            assert (at(E(x**2, self.word, x)) - at(Int(x**2 * self.word.definition(), x))).contains(0)


def test_samples_of_a_mixture_have_its_moments():
    """0.25 N(-1, 1) + 0.75 N(2, 0.5^2): mean 1.25, second moment 0.25 * 2 + 0.75 * 4.25. 8 standard errors: false alarm below 1e-14."""
    import jax
    import numpy

    from derivations.compile import Calculus
    from verify.sampling import _sample

    values = {mixture.w: numpy.array([1.0, 3.0]), mixture.m: numpy.array([-1.0, 2.0]), mixture.s: numpy.array([1.0, 0.5]), mixture.K: 2}
    count = 2**16
    drawn = numpy.asarray(_sample(mixture.mixture, x0, Calculus(values, jax.numpy), jax.random.key(0), count, jax.numpy), float)
    second = 0.25 * 2 + 0.75 * 4.25
    fourth = 0.25 * (1 + 6 + 3) + 0.75 * (16 + 6 * 4 * 0.25 + 3 * 0.5**4)
    assert abs(drawn.mean() - 1.25) < 8 * ((second - 1.25**2) / count) ** 0.5
    assert abs((drawn**2).mean() - second) < 8 * ((fourth - second**2) / count) ** 0.5
