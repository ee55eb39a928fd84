"""Noised data, and the best of all denoisers: words, rules and enclosures, and what no rule may make of them."""

import pytest
from sympy import Derivative, log, sqrt

import derivations
from derivations.checker import Context
from derivations.diffusion.tweedie import noise, noised, p, posterior, sigma, x, y
from derivations.enclose import Balls, Unevaluable, precision
from derivations.language import ArgMax, ArgMin, CleanGivenNoised, Discriminator, E, Function, Int, Minimum, NoisedDensity, Normal, positive, real
from derivations.rules import algebra, definition, differentiation, fubini, linearity, pointwise_optimum, stationary_point
from derivations.rules.rule import StepError

CLAIM = derivations.claim("tweedie")
u = real("u")


def accepts(rule, before, after, claim=CLAIM, relation="="):
    try:
        return bool(rule.replay(before, relation, after, Context(claim)))
    except StepError:
        return False


def test_the_noised_density_is_the_integral_over_the_clean_value():
    rule = definition(NoisedDensity)
    assert accepts(rule, noised, Int(p * noise, x))
    for wrong in (Int(p * Normal(x, sigma**2)(y), x), Int(p * Normal(0, sigma)(y), x), Int(noise, x), -Int(p * noise, x), p * noise):
        assert not accepts(rule, noised, wrong)
    assert not accepts(algebra(), noised, Int(p * noise, x))


def test_the_posterior_is_bayes():
    rule = definition(CleanGivenNoised)
    assert accepts(rule, posterior, p * noise / noised)
    for wrong in (p * noise, noise / noised, p * noise / noised.func(u, sigma, p, x), noised / (p * noise)):
        assert not accepts(rule, posterior, wrong)


def test_tweedie_needs_its_conditions_and_its_signs():
    before = CLAIM.derivation.first
    for step in CLAIM.derivation.steps:
        for wrong in (-step.result, 2 * step.result, step.result + 1, step.result.xreplace({sigma: 2 * sigma})):
            assert not accepts(step.rule, before, wrong)
        before = step.result
    assert not accepts(linearity(), y + sigma**2 * Derivative(log(noised), y), y - sigma**2 * Derivative(log(noised), y))
    assert not accepts(differentiation(), Derivative(log(noised), y), Derivative(noised, y))


def test_products_of_gaussians_are_integrated_exactly():
    """x ~ N(1, 2^2), y = x + 3 eps: at y = 4 the density is N(4; 1, 13), the posterior mean (9 + 16) / 13."""
    evidence = NoisedDensity(y, sigma, Normal(1, 2)(x), x)
    with precision(128):
        at = Balls({y: 4, sigma: 3})
        mean, density = at(E(x, CleanGivenNoised(x, evidence), x)), at(evidence)
        assert (13 * mean - 25).contains(0) and mean.real.rad() < 1e-30
        assert (density - at(Normal(1, sqrt(13))(y))).contains(0) and density.real.rad() < 1e-30


def test_a_clean_value_is_not_drawn_from_its_prior():
    """The sampled test of a posterior mean sees the prior's mean, and the noisy value itself, in its place."""
    from dataclasses import replace

    from sympy import Eq

    from verify.arguments import bind
    from verify.case import Case
    from verify.layers import monte_carlo

    m = CLAIM.parameters[2].symbol
    for right in (m, y, y - sigma**2 * Derivative(log(noised), y)):
        wrong = replace(CLAIM, parts=(replace(CLAIM.parts[0], statement=Eq(CLAIM.statement.lhs, right, evaluate=False)),))
        assert monte_carlo.run(Case(wrong, bind(wrong, {})), samples=2**16).status == "refuted"


# --- the best of all functions

DENOISER = derivations.claim("denoising_autoencoder_score")
f, t = Function("f"), Function("t")()
a, c = positive("a c")
b, v = real("b v")


def test_real_functions_are_chosen_value_by_value():
    rule = pointwise_optimum(t)
    whole = Int(a * f(y) ** 2 - b * y * f(y), y)
    assert accepts(rule, ArgMin(whole, f(y)), ArgMin(a * t**2 - b * y * t, t), DENOISER)
    assert not accepts(rule, ArgMin(whole, f(y)), ArgMin(a * t**2 - b * x * t, t), DENOISER)
    assert not accepts(rule, ArgMin(whole, f(y)), ArgMax(a * t**2 - b * y * t, t), DENOISER)
    elsewhere = Int(a * f(y) ** 2 - b * f(2 * y), y)  # two values of the function hang together
    assert not accepts(rule, ArgMin(elsewhere, f(y)), ArgMin(a * t**2 - b * f(2 * y), t), DENOISER)
    assert not accepts(rule, ArgMin(whole, f(y)), ArgMin(a * t**2 - b * y * t, t), CLAIM)  # which does not state the condition
    unit = Discriminator("d")()
    assert not accepts(pointwise_optimum(unit), ArgMin(whole, f(y)), ArgMin(a * unit**2 - b * y * unit, unit), DENOISER)


def test_a_parabola_has_its_vertex():
    best = ArgMin(a * t**2 - 2 * b * t + v, t)
    assert accepts(stationary_point(b / a), best, b / a, DENOISER)
    for wrong in (-b / a, 2 * b / a, a / b, b / a + 1):
        assert not accepts(stationary_point(wrong), best, wrong, DENOISER)
    assert not accepts(stationary_point(b / a), ArgMax(a * t**2 - 2 * b * t, t), b / a, DENOISER)
    assert not accepts(stationary_point(a / b), ArgMin(b * t**2 - 2 * a * t, t), a / b, DENOISER)  # b may be negative
    assert not accepts(stationary_point(1 / a), ArgMin(a * t - log(t), t), 1 / a, DENOISER)  # no logarithm on the whole line
    unit = Discriminator("d")()
    assert not accepts(stationary_point(b / a), ArgMin(a * unit**2 - 2 * b * unit, unit), b / a, DENOISER)  # may lie outside of (0, 1)


def test_integrals_in_either_order():
    rule, double = fubini(), Int(Int(p * noise * y, y), x)
    assert accepts(rule, double, Int(Int(p * noise * y, x), y), DENOISER)
    assert accepts(rule, Int(p * Int(noise * y, y), x), Int(Int(p * noise * y, x), y), DENOISER)
    for wrong in (Int(Int(p * noise * x, x), y), -Int(Int(p * noise * y, x), y), Int(Int(p * noise * y, x), x), Int(Int(p * noise * y, y), y)):
        assert not accepts(rule, double, wrong, DENOISER)
    captured = Int(y * Int(p * noise, y), x)  # the y outside is another one
    assert not accepts(rule, captured, Int(Int(y * p * noise, x), y), DENOISER)
    assert not accepts(rule, double, Int(Int(p * noise * y, x), y), derivations.claim("pathwise_gradient"))
    assert not accepts(linearity(), double, Int(Int(p * noise * y, x), y), DENOISER)


def test_no_step_of_the_denoiser_can_be_corrupted():
    for part in DENOISER.parts:
        before = part.derivation.first
        for step in part.derivation.steps:
            for wrong in (-step.result, 2 * step.result, step.result + 1):
                assert not accepts(step.rule, before, wrong, DENOISER)
            before = step.result


def test_the_best_function_is_found_on_the_line():
    """ArgMin of E (x - f)^2 is the posterior mean, (4 * 4 + 9 * 1) / 13 at y = 4, and nothing else."""
    squared = E(E((x - f(y)) ** 2, Normal(x, 3)(y), y), Normal(1, 2)(x), x)
    with precision(128):
        at = Balls({y: 4})
        found = at(ArgMin(squared, f(y)))
        assert (13 * found - 25).contains(0) and found.real.rad() < 1e-30
        for nonsense in (ArgMax(squared, f(y)), ArgMin(squared**2, f(y)), Minimum(squared, f(y)), ArgMin(E(f(y) ** 4, Normal(0, 1)(y), y), f(y))):
            with pytest.raises(Unevaluable):
                at(nonsense)
