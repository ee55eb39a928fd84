"""The gradients of an autoencoder: sums differentiated term by term, and no formula but the right ones."""

import numpy
import pytest
from sympy import Derivative, Integer, Sum, log

import derivations
import verify
from derivations.autoencoders.autoencoder_gradients import activation, c, slope, w, z
from derivations.checker import Context
from derivations.coordinates import d, i, x
from derivations.language import integer, positive
from derivations.rules import algebra, differentiation, linearity
from derivations.rules.rule import StepError

CLAIM = derivations.claim("autoencoder_gradients")
a, n = positive("a"), integer("n")


def accepts(rule, before, after, claim=CLAIM):
    try:
        return bool(rule.replay(before, "=", after, Context(claim)))
    except StepError:
        return False


def test_a_finite_sum_is_differentiated_term_by_term():
    before = Derivative(Sum(activation(w[i] * z), (i, 1, d)), z)
    assert accepts(differentiation(), before, Sum(slope(w[i] * z) * w[i], (i, 1, d)))
    for wrong in (Sum(slope(w[i] * z), (i, 1, d)), Sum(slope(w[i] * z) * z, (i, 1, d)), -Sum(slope(w[i] * z) * w[i], (i, 1, d)),
                  Sum(slope(w[i] * z) * w[i], (i, 1, d - 1)), d * slope(w[i] * z) * w[i], Sum(activation(w[i] * z) * w[i], (i, 1, d))):  # fmt: skip
        assert not accepts(differentiation(), before, wrong)
    for rule in (algebra(), linearity()):
        assert not accepts(rule, before, Sum(slope(w[i] * z) * w[i], (i, 1, d)))
    assert not accepts(differentiation(), before, Sum(slope(w[i] * z) * w[i], (i, 1, d)), derivations.claim("kl_gaussian"))  # s may have no slope


def test_a_sum_up_to_the_variable_is_not():
    moving = Derivative(Sum(log(i), (i, 1, n)), n)
    assert not accepts(differentiation(), moving, Integer(0))
    assert not accepts(differentiation(), Derivative(Sum(a * i, (i, 1, a)), a), Sum(i, (i, 1, a)))


def test_no_step_can_be_corrupted():
    for part in CLAIM.parts:
        before = part.derivation.first
        for step in part.derivation.steps:
            for wrong in (-step.result, 2 * step.result, step.result + 1, step.result.xreplace({w[i]: c[i]}), step.result.xreplace({x[i]: -x[i]})):
                if wrong != step.result:
                    assert not accepts(step.rule, before, wrong)
            before = step.result


@pytest.mark.parametrize("shape", [(4, 2), (6, 3)])
def test_the_matrix_formulas_of_the_sheet_have_these_entries(shape):
    """L (6) to (9) for whole matrices, by hand in NumPy, against the claim's numbers for each weight of the encoder."""
    pixels, units = shape
    rng = numpy.random.default_rng(0)
    image, encoder, decoder = rng.normal(size=pixels), rng.normal(size=(units, pixels)), rng.normal(size=(pixels, units))
    code_bias, pixel_bias = rng.normal(size=units), rng.normal(size=pixels)

    def sigmoid(t):
        return 1 / (1 + numpy.exp(-t))

    code = sigmoid(encoder @ image + code_bias)
    output = sigmoid(decoder @ code + pixel_bias)
    error = -2 * (image - output) * output * (1 - output)
    whole = numpy.outer((decoder.T @ error) * code * (1 - code), image)
    function = verify.autoencoder_gradients.numpy()
    for j in range(units):
        others = decoder @ code + pixel_bias - decoder[:, j] * code[j]
        for m in range(pixels):
            rest = encoder[j] @ image + code_bias[j] - encoder[j, m] * image[m]
            found = function(x=image, w=decoder[:, j], c=others, u=image[m], v=encoder[j, m], e=rest)
            assert found[0] == pytest.approx(whole[j, m], rel=1e-9, abs=1e-12)
