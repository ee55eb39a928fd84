"""Mutual information, and what the Inception score is."""

import pytest
from sympy import log

import derivations
import verify
from derivations.checker import Context
from derivations.gan.inception_score_mutual_information import b, images, information, joint, labelled, labels, m, s, score, tau, w, x, y
from derivations.instance import concretise
from derivations.language import KL, E, Int, LogInceptionScore, MutualInformation, real
from derivations.language.substitution import put
from derivations.rules import definition, earlier_claim, fubini
from derivations.rules.admissible import bound_variables
from derivations.rules.rule import StepError

CLAIM = derivations.claim("inception_score_mutual_information")


def accepts(rule, before, after, claim=CLAIM):
    try:
        return bool(rule.replay(before, "=", after, Context(claim)))
    except StepError:
        return False


def test_every_step_is_confirmed_by_tables_and_by_gaussians():
    assert all(step.attack.agreed for step in derivations.check(CLAIM.name).steps)


@pytest.mark.parametrize("part", (0, 1))
@pytest.mark.parametrize("wrong", [lambda e: -e, lambda e: 2 * e, lambda e: e + 1])
def test_corrupted_steps_are_refused(part, wrong):
    before = CLAIM.parts[part].derivation.first
    for step in CLAIM.parts[part].derivation.steps:
        assert not accepts(step.rule, before, wrong(step.result))
        before = step.result


def test_the_score_compares_with_the_marginal_and_averages_over_images():
    assert accepts(definition(LogInceptionScore), score, E(KL(labelled, labels, y), images, x))
    for wrong in (E(KL(labels, labelled, y), images, x), E(KL(labelled, images, y), images, x), KL(labelled, labels, y)):
        assert not accepts(definition(LogInceptionScore), score, wrong)
    integral = Int(Int((log(joint) - log(images) - log(labels)) * joint, y), x)
    assert accepts(definition(MutualInformation), integral, information)
    for wrong in (integral.xreplace({joint: labelled}), -integral, Int(Int((log(joint) - log(labels)) * joint, y), x)):
        assert not accepts(definition(MutualInformation), wrong, information)


def test_both_variables_are_bound():
    assert not information.free_symbols and bound_variables(information) == {x, y}
    word = concretise(information, CLAIM.instance)
    assert word.free_symbols == {w, b, s, m, tau}
    assert put(word, m, x) is None and put(word, m, 2 * y) is None and put(word, x, m) == word
    assert put(word, m, real("c")).free_symbols == {w, b, s, real("c"), tau}
    with pytest.raises(StepError):  # a variable that is integrated over can only get another name
        earlier_claim(CLAIM.name, {x: 2 * x}).replay(score, "=", information, Context(derivations.claim("elbo_gap")))


def test_the_order_of_integration_needs_finite_integrals():
    inner = Int(Int(log(labels) * joint, y), x)
    assert accepts(fubini(), inner, Int(Int(log(labels) * joint, x), y))
    assert not accepts(fubini(), inner, Int(Int(log(labels) * joint, x), y), derivations.claim("bernoulli_log_likelihood"))


def test_the_score_of_labels_that_say_nothing_is_one():
    assert verify.inception_score_mutual_information(w=0.0, s=1.0, tau=1.0, layers="enclosure").value == 0
