"""What a broken checker must not get past: every layer refuses a wrong statement, in words of its own."""

from dataclasses import replace

import pytest
from sympy import Eq, Rational

import derivations
from derivations.checker import Context, check_claim
from derivations.claimfile import Part
from derivations.conditions import ANY_DISCRIMINATOR, ANY_LAW, CONTINUOUS, DIFFEOMORPHIC, DIFFERENTIATE_INSIDE, INVERTIBLE, SMOOTH
from derivations.language import ArgMax
from derivations.rules import algebra, attained_by_law, bayes, gaussian_moments, induction, linearity, log_density
from derivations.rules.rule import StepError
from verify.arguments import bind
from verify.case import Case
from verify.verifier import ask

CLAIM = derivations.claim("kl_gaussian")
LAYERS = ("enclosure", "monte_carlo", "gradient")
PASSES = {"enclosure": "enclosed", "monte_carlo": "supported", "gradient": "supported"}


def asked(layer, right):
    statement = Eq(CLAIM.statement.lhs, right, evaluate=False)
    claim = replace(CLAIM, parts=(Part(statement, CLAIM.derivation),))
    return ask(layer, Case(claim, bind(claim, {})))


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_passes_the_right_statement_and_refutes_a_wrong_one(layer):
    right = CLAIM.statement.rhs
    assert asked(layer, right).status == PASSES[layer]
    wrong = asked(layer, -right)
    assert wrong.status == "refuted" and "counterexample" in wrong.details
    if layer != "monte_carlo":
        assert asked(layer, right * Rational(101, 100)).status == "refuted"


def test_no_equation_is_read_as_an_inequality():
    """A rule for equations refuses '<=' and '>=', even where both sides are equal."""
    for position, step in enumerate(CLAIM.derivation.steps):
        for relation in ("<=", ">="):
            steps = list(CLAIM.derivation.steps)
            steps[position] = replace(step, relation=relation)
            broken = replace(CLAIM, parts=(Part(CLAIM.statement, replace(CLAIM.derivation, steps=tuple(steps))),))
            assert not check_claim(broken, attack=False).parts[0].steps[position].replayed


NEEDED = (
    ("optimal_discriminator", ANY_DISCRIMINATOR),
    ("elbo_lower_bound", ANY_LAW),
    ("score_function_gradient", DIFFERENTIATE_INSIDE),
    ("pathwise_gradient", SMOOTH),
    ("reparameterization_density", CONTINUOUS),
    ("reparameterization_density", DIFFEOMORPHIC),
    ("inverse_cdf_reparameterization", INVERTIBLE),
)


@pytest.mark.parametrize(("name", "condition"), NEEDED)
def test_a_rule_is_refused_without_the_condition_it_needs(name, condition):
    claim = derivations.claim(name)
    assert check_claim(claim, attack=False).ok
    bare = replace(claim, conditions=tuple(c for c in claim.conditions if c != condition))
    assert not check_claim(bare, attack=False).ok


def test_the_second_order_condition_is_looked_at():
    """Where V is greatest, -V is least: the stationary point of -V is no maximum."""
    claim = derivations.claim("optimal_discriminator")
    step = claim.parts[0].derivation.steps[-1]
    integrand, d = claim.parts[0].derivation.steps[-2].result.args
    assert step.rule.replay(ArgMax(integrand, d), "=", step.result, Context(claim))
    with pytest.raises(StepError, match="second derivative"):
        step.rule.replay(ArgMax(-integrand, d), "=", step.result, Context(claim))


def test_inductions_leave_two_derivations_to_be_replayed():
    claim = derivations.claim("ddpm_forward_marginal")
    (step,) = claim.parts[0].derivation.steps
    for swapped in (induction(step.rule.variable, step.rule.step, step.rule.step), induction(step.rule.variable, step.rule.base, step.rule.base)):
        derivation = replace(claim.parts[0].derivation, steps=(replace(step, rule=swapped),))
        assert not check_claim(replace(claim, parts=(Part(claim.statement, derivation),)), attack=False).ok


def test_no_samples_are_no_support(monkeypatch):
    from verify.layers import monte_carlo

    monkeypatch.setattr(monte_carlo, "tests_of", lambda statement, point: ())
    assert asked("monte_carlo", CLAIM.statement.rhs).status == "undecided"


def test_a_candidate_that_is_no_density_is_not_admitted():
    claim = derivations.claim("elbo_lower_bound")
    (step,) = claim.parts[3].derivation.steps
    before = claim.parts[3].derivation.first
    assert step.rule.replay(before, "=", step.result, Context(claim))
    told = step.rule
    twice = attained_by_law(2 * told.law, told.value, *told.derivations, gap=told.gap)
    with pytest.raises(StepError, match="density"):
        twice.replay(before, "=", 2 * step.result, Context(claim))


@pytest.mark.parametrize("rule", [gaussian_moments, linearity, bayes, log_density])
def test_rearranging_is_no_other_rule(rule):
    """x (x + 1) and x^2 + x differ by arithmetic: no rule but algebra may claim the step."""
    x = CLAIM.parameters[0].symbol
    assert algebra().replay(x * (x + 1), "=", x**2 + x, Context(CLAIM))
    with pytest.raises(StepError, match="ring arithmetic"):
        rule().replay(x * (x + 1), "=", x**2 + x, Context(CLAIM))
