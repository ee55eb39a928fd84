"""The checker refuses: a corrupted step, a wrong rule, ends that do not meet, and numbers that disagree."""

from dataclasses import replace

import pytest
from sympy import Eq, Mul, Rational, Symbol, log

import derivations
from derivations.checker import check_claim
from derivations.claimfile import Part
from derivations.derivation import Step, start
from derivations.language import KL, E
from derivations.rules import algebra, bayes, definition, gaussian_moments, linearity, log_density
from derivations.vae.kl_gaussian import mu1, mu2, p, q, sigma1, sigma2, x

CLAIM = derivations.claim("kl_gaussian")


def with_steps(steps, first=CLAIM.derivation.first, statement=CLAIM.statement):
    derivation = replace(CLAIM.derivation, first=first, steps=tuple(steps))
    return check_claim(replace(CLAIM, parts=(Part(statement, derivation),)))


def test_the_right_derivation_is_accepted():
    assert check_claim(CLAIM).ok


@pytest.mark.parametrize("position", range(len(CLAIM.derivation.steps)))
@pytest.mark.parametrize("corrupt", [lambda e: -e, lambda e: 2 * e, lambda e: e + 1, lambda e: e.subs(sigma1, sigma2), lambda e: e * Rational(101, 100)])
def test_a_corrupted_step_is_refused_by_rule_and_by_numbers(position, corrupt):
    steps = list(CLAIM.derivation.steps)
    steps[position] = replace(steps[position], result=corrupt(steps[position].result))
    replay = with_steps(steps)
    assert not replay.ok
    broken = replay.parts[0].steps[position]
    assert not broken.replayed
    assert broken.attack.agreed is False


@pytest.mark.parametrize("position", range(len(CLAIM.derivation.steps)))
def test_a_step_with_another_rule_is_refused(position):
    right = CLAIM.derivation.steps[position].rule.name
    for rule in (algebra(), linearity(), bayes(), gaussian_moments(), log_density(), definition(KL), definition(E)):
        if rule.name == right:
            continue
        steps = list(CLAIM.derivation.steps)
        steps[position] = replace(steps[position], rule=rule)
        assert not with_steps(steps).parts[0].steps[position].replayed, rule.name


def test_a_missing_step_is_noticed():
    assert not with_steps(CLAIM.derivation.steps[:-1]).ok
    assert not with_steps(CLAIM.derivation.steps[1:]).ok
    assert not with_steps(()).ok


def test_ends_that_do_not_meet_the_statement():
    other = Eq(KL(q, p, x), CLAIM.statement.rhs + 1, evaluate=False)
    assert "not at the right side" in with_steps(CLAIM.derivation.steps, statement=other).failure
    swapped = Eq(KL(p, q, x), CLAIM.statement.rhs, evaluate=False)
    assert "does not start at the left side" in with_steps(CLAIM.derivation.steps, statement=swapped).failure


def test_a_step_that_only_rearranges_needs_no_other_rule():
    replay = with_steps([Step("=", gaussian_moments(), E(log(q) - log(p), q, x) + 0 * mu1)])
    assert not replay.parts[0].steps[0].replayed


def test_the_attack_alone_catches_a_rule_that_accepts_everything():
    """A checker whose rule is broken is contradicted by the numbers."""

    class anything(algebra):
        def replay(self, before, relation, after, context):
            return "fine"

    wrong = start(KL(q, p, x)).by(anything, log(sigma2 / sigma1) + (sigma1**2 - (mu1 - mu2) ** 2) / (2 * sigma2**2))
    replay = with_steps(wrong.steps)
    assert replay.parts[0].steps[0].replayed
    assert not replay.ok and "contradicted by numbers" in replay.failure


def test_a_division_by_what_may_be_zero_is_refused():
    """u / u = 1 in the field of fractions, and nothing at u = 0."""
    u, v = Symbol("u", real=True), Symbol("v", positive=True)
    for symbol, holds in ((u, False), (v, True)):
        ratio = Mul(symbol**2, 1 / symbol, evaluate=False)
        claim = replace(CLAIM, parts=(Part(Eq(ratio, symbol, evaluate=False), start(ratio).by(algebra, symbol)),), stable=(), parameters=())
        replay = check_claim(claim, attack=False)
        assert replay.ok is holds
        assert holds or "divides by u, which may be 0" in replay.parts[0].steps[0].reason
