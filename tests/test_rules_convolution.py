"""Convolutions and their transposes against loops and against JAX; the order of finite sums."""

import itertools

import numpy
import pytest
from sympy import IndexedBase, Sum

import derivations
import verify
from derivations.checker import Context
from derivations.compile import evaluate
from derivations.gan.transposed_convolution_adjoint import gathered, i, j, k, m, n, o, p, s, scattered, w, x, y
from derivations.language import Convolution, PaddedEntry, TransposedConvolution
from derivations.rules import definition, order_of_sums
from derivations.rules.rule import StepError

CLAIM = derivations.claim("transposed_convolution_adjoint")
a = IndexedBase("a", real=True)


def accepts(rule, before, after):
    try:
        return bool(rule.replay(before, "=", after, Context(CLAIM)))
    except StepError:
        return False


def convolved(x, w, stride, padding):
    """By NumPy's correlation of the padded numbers, every stride-th."""
    return numpy.correlate(numpy.pad(x, padding), w, "valid")[::stride]


@pytest.mark.parametrize("size, kernel, stride, padding", [(5, 3, 1, 0), (6, 3, 2, 1), (7, 4, 3, 2), (4, 4, 2, 1), (3, 1, 2, 0)])
def test_both_against_other_implementations(size, kernel, stride, padding):
    from jax import vjp
    import jax.numpy as jnp

    rng = numpy.random.default_rng(size)
    given, weights = rng.normal(size=size), rng.normal(size=kernel)
    there = convolved(given, weights, stride, padding)
    values = {x: given, w: weights, n: size, k: kernel, s: stride, p: padding, o: len(there)}
    ours = [float(evaluate(Convolution(x, n, w, k, s, p, j), {**values, j: number}, numpy)) for number in range(1, len(there) + 1)]
    assert numpy.allclose(ours, there)

    def by_jax(v):
        return jnp.correlate(jnp.pad(v, padding), jnp.asarray(weights, jnp.float32), "valid")[::stride]

    back = rng.normal(size=len(there))
    pulled = vjp(by_jax, jnp.asarray(given, jnp.float32))[1](jnp.asarray(back, jnp.float32))[0]
    values[y] = back
    ours = [float(evaluate(TransposedConvolution(y, o, w, k, s, p, i), {**values, i: number}, numpy)) for number in range(1, size + 1)]
    assert numpy.allclose(ours, pulled, atol=1e-5)


def test_factors_go_into_sums_and_sums_change_places():
    rule = order_of_sums()
    before = Sum(y[j] * Sum(x[i] * a[i, j], (i, 1, n)), (j, 1, o))
    assert accepts(rule, before, Sum(x[i] * Sum(y[j] * a[i, j], (j, 1, o)), (i, 1, n)))
    for wrong in (
        Sum(x[i] * Sum(y[j] * a[j, i], (j, 1, o)), (i, 1, n)),
        Sum(x[i] * Sum(y[j] * a[i, j], (j, 1, n)), (i, 1, o)),
        Sum(y[i] * Sum(x[j] * a[i, j], (j, 1, o)), (i, 1, n)),
        -Sum(x[i] * Sum(y[j] * a[i, j], (j, 1, o)), (i, 1, n)),
        Sum(x[i] * y[i] * a[i, i], (i, 1, n)),
        Sum(x[i], (i, 1, n)) * Sum(y[j] * a[i, j], (j, 1, o)),
    ):
        assert not accepts(rule, before, wrong)


def test_sums_whose_limits_hang_together_keep_their_order():
    triangle = Sum(Sum(a[i, j], (i, 1, j)), (j, 1, n))
    assert not accepts(order_of_sums(), triangle, Sum(Sum(a[i, j], (j, 1, n)), (i, 1, j)))
    assert not accepts(order_of_sums(), triangle, Sum(Sum(a[i, j], (j, 1, n)), (i, 1, n)))
    assert not accepts(order_of_sums(), Sum(a[i, i] * Sum(x[i], (i, 1, n)), (i, 1, n)), Sum(Sum(a[i, i] * x[i], (i, 1, n)), (i, 1, n)))


@pytest.mark.parametrize("wrong", [lambda e: -e, lambda e: 2 * e, lambda e: e + 1])
def test_corrupted_steps_are_refused(wrong):
    for part in CLAIM.parts:
        before = part.derivation.first
        for step in part.derivation.steps:
            assert not accepts(step.rule, before, wrong(step.result))
            before = step.result


def test_other_strides_paddings_and_flipped_windows_are_refuted():
    """The adjoint uses the same window at the same places."""
    step = CLAIM.parts[0].derivation.steps[-1]
    inner = CLAIM.parts[0].derivation.steps[-2].result
    for false in ({s: s + 1}, {p: p + 1}, {w: a}):
        assert not accepts(step.rule, inner, scattered.xreplace(false))
        assert not accepts(definition(Convolution, PaddedEntry), gathered.xreplace(false), CLAIM.parts[0].derivation.steps[0].result)


def test_no_index_is_captured():
    """Words that are asked for entry m + i keep their own indices apart."""
    values = {x: numpy.arange(1.0, 6), w: numpy.array([1.0, 10, 100]), y: numpy.arange(1.0, 4), n: 5, k: 3, o: 3, s: 1, p: 0, i: 1, j: 1, m: 1}
    for place in (i, j, m):
        assert float(evaluate(Convolution(x, n, w, k, s, p, place + 1), values, numpy)) == 2 + 30 + 400
        assert float(evaluate(TransposedConvolution(y, o, w, k, s, p, place + 1), values, numpy)) == 2 + 10
        assert float(evaluate(PaddedEntry(x, n, place), values, numpy)) == 1


def test_the_length_of_the_transposed_convolution():
    for size, kernel, stride, padding in itertools.product((1, 2, 5), (2, 3, 4), (1, 2, 3), (0, 1)):
        length = stride * (size - 1) + kernel - 2 * padding
        if length > 0:
            assert len(convolved(numpy.zeros(length), numpy.ones(kernel), stride, padding)) == size
    assert verify.transposed_convolution_adjoint(x=[1.0, 2], y=[3.0], w=[1.0, 1], stride=1, padding=0, layers="enclosure").value == 9
