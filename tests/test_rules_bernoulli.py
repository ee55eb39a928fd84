"""The Bernoulli law: its rule, its claim, and numbers that stay finite."""

import numpy
import pytest
from sympy import Sum, log

import derivations
import verify
from derivations.checker import Context
from derivations.coordinates import d, i, logits, x
from derivations.domains import Bit
from derivations.language import Bernoulli, Sigmoid, Softplus, real
from derivations.rules import algebra, definition, log_density
from derivations.rules.rule import StepError

CLAIM = derivations.claim("bernoulli_log_likelihood")
p, y = real("p y")


def accepts(rule, before, after):
    try:
        return bool(rule.replay(before, "=", after, Context(CLAIM)))
    except StepError:
        return False


def test_log_density_of_a_bit():
    before = log(Bernoulli(p)(y))
    assert accepts(log_density(), before, y * log(p) + (1 - y) * log(1 - p))
    for wrong in (y * log(1 - p) + (1 - y) * log(p), y * log(p) - (1 - y) * log(1 - p), -y * log(p) - (1 - y) * log(1 - p), y * log(p)):
        assert not accepts(log_density(), before, wrong)
    assert not accepts(algebra(), before, y * log(p) + (1 - y) * log(1 - p))


def test_softplus_is_its_definition():
    assert not accepts(definition(Sigmoid), Sum(Softplus(logits[i]), (i, 1, d)), Sum(log(1 + Sigmoid(logits[i])), (i, 1, d)))


def test_every_step_is_attacked_and_none_can_be_corrupted():
    replay = derivations.check(CLAIM.name)
    assert replay.ok and all(s.attack.agreed for s in replay.steps)
    before = CLAIM.derivation.first
    for step in CLAIM.derivation.steps:
        for wrong in (-step.result, 2 * step.result, step.result + 1, step.result.xreplace({x[i]: 1 - x[i]})):
            with pytest.raises(StepError):
                step.rule.replay(before, "=", wrong, Context(CLAIM))
        before = step.result


def test_a_bit_is_zero_or_one():
    assert Bit().validate("x", [0, 1, 1]).shape == (3,)
    with pytest.raises(ValueError, match="x = 0.5 .* x is 0 or 1"):
        Bit().validate("x", [0, 0.5])


def test_the_compiled_form_is_finite_for_sure_decoders():
    found = verify.bernoulli_log_likelihood.numpy()(numpy.array([1.0, 0.0, 1.0]), numpy.array([1e4, -1e4, 0.0]))
    assert found == pytest.approx(-numpy.log(2))
