"""Noised data: its words, their enclosures, and what no rule may make of them."""

from sympy import Derivative, log, sqrt

import derivations
from derivations.checker import Context
from derivations.diffusion.tweedie import noise, noised, p, posterior, sigma, x, y
from derivations.enclose import Balls, precision
from derivations.language import CleanGivenNoised, E, Int, NoisedDensity, Normal, real
from derivations.rules import algebra, definition, differentiation, linearity
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
