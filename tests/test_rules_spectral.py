"""Spectral normalisation: what the bounds accept and refuse, and singular values against NumPy's."""

from dataclasses import replace
from fractions import Fraction

import numpy
import pytest
from flint import acb_mat
from sympy import MatrixSymbol

import derivations
from derivations.checker import Context, check_claim
from derivations.domains import ClosedInterval, Real
from derivations.enclose import Balls, precision
from derivations.gan.spectral_norm_lipschitz import W1, W2, alpha, before_activation, d, layer, x, y
from derivations.language import ActivatedVector, NormalisedMatrix, SpectralNorm, real
from derivations.rules import activation_bound, spectral_bound
from derivations.rules.rule import StepError
from derivations.rules.spectral import squared

CLAIM = derivations.claim("spectral_norm_lipschitz")
N1, N2 = NormalisedMatrix(W1), NormalisedMatrix(W2)
z = MatrixSymbol("z", d, 1)


def accepts(rule, before, after, relation="<=", claim=CLAIM):
    try:
        return bool(rule.replay(before, relation, after, Context(claim)))
    except StepError:
        return False


@pytest.mark.parametrize(
    "rule, before, after",
    [
        (spectral_bound(W1, x), W1 * x, x),  # not normalised
        (spectral_bound(W1, x), N2 * x, x),
        (spectral_bound(W1, x), N1 * x, y),
        (spectral_bound(W1, x), 2 * N1 * x, x),
        (spectral_bound(W1, x - y), N1 * x - N1 * y, x + y),
        (spectral_bound(W1, x), N1 * x + y, x + y),
        (activation_bound(x, y, alpha), ActivatedVector(x, alpha) + ActivatedVector(y, alpha), x + y),
        (activation_bound(x, y, alpha), ActivatedVector(x, alpha) - ActivatedVector(z, alpha), x - y),
        (activation_bound(x, y, alpha), 2 * ActivatedVector(x, alpha) - 2 * ActivatedVector(y, alpha), x - y),
    ],
)
def test_refused(rule, before, after):
    assert not accepts(rule, squared(before), squared(after))


def test_accepted_in_one_direction_and_under_the_condition():
    bounds = (
        (spectral_bound(W1, x - y), squared(N1 * x - N1 * y), squared(x - y)),
        (activation_bound(x, y, alpha), squared(ActivatedVector(x, alpha) - ActivatedVector(y, alpha)), squared(x - y)),
    )
    for rule, before, after in bounds:
        assert accepts(rule, before, after)
        assert not any(accepts(rule, before, after, relation) for relation in (">=", "=")) and not accepts(rule, after, before)
    assert not accepts(*bounds[0], claim=replace(CLAIM, conditions=()))
    assert not check_claim(replace(CLAIM, conditions=()), attack=False).ok


@pytest.mark.parametrize("domain", [Real(), ClosedInterval(Fraction(0), Fraction(2)), ClosedInterval(Fraction(-2), Fraction(1))])
def test_steeper_activations_are_refused(domain):
    claim = replace(CLAIM, parameters=(*CLAIM.parameters[:-1], replace(CLAIM.parameters[-1], domain=domain)))
    assert not check_claim(claim, attack=False).ok
    assert not accepts(activation_bound(x, y, real("b")), squared(ActivatedVector(x, real("b")) - ActivatedVector(y, real("b"))), squared(x - y))


@pytest.mark.parametrize("part", (0, 1))
def test_corrupted_steps_are_refused(part):
    before = CLAIM.parts[part].derivation.first
    for step in CLAIM.parts[part].derivation.steps:
        for wrong in (-step.result, 2 * step.result, step.result + 1, step.result / 2):
            assert not accepts(step.rule, before, wrong, step.relation)
        before = step.result


def test_singular_values_and_layers_against_numpy():
    rng = numpy.random.default_rng(5)
    for size in (1, 2, 3):
        weights, (first, second) = rng.normal(size=(size, size)), rng.normal(size=(2, size))
        with precision(128):
            at = Balls({d: size, W1: acb_mat(weights.tolist()), x: acb_mat([[v] for v in first]), y: acb_mat([[v] for v in second]), alpha: 0.2})
            norm = at(SpectralNorm(W1)).real
            assert float(norm.rad()) < 1e-25 and numpy.isclose(float(norm.mid()), numpy.linalg.norm(weights, 2), rtol=1e-13)
            there = [weights @ v / numpy.linalg.norm(weights, 2) for v in (first, second)]
            gap = numpy.subtract(*(numpy.maximum(v, 0.2 * v) for v in there))
            assert numpy.isclose(float(at(squared(layer(W1, x) - layer(W1, y))).real.mid()), gap @ gap, rtol=1e-12)
            assert at(squared(N1 * x)).real < at(squared(x)).real + 1e-20
    repeated = Balls({d: 2, W1: acb_mat([[3, 0], [0, -3]])})(SpectralNorm(W1)).real
    assert repeated.overlaps(repeated * 0 + 3) and float(repeated.rad()) < 1e-9
    assert before_activation(W1, x) == N1 * x
