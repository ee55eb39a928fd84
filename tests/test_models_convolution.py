"""Convolutions by products of matrices: against loops, against XLA's own, and against the language of the claim."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import derivations.gan.transposed_convolution_adjoint as claim
from derivations.compile import evaluate
from derivations.language import Convolution as Stated
from derivations.language import TransposedConvolution as StatedTransposed
from models import convolution
from models.convolution import Convolution, TransposedConvolution, convolved, transposed, weighed

# kernel, stride, padding, height, width: those of the models, and some whose windows end before the image does
CASES = [(4, 2, 1, 8, 12), (3, 1, 1, 5, 7), (1, 1, 0, 4, 4), (3, 2, 1, 8, 9), (5, 3, 2, 11, 9), (2, 2, 0, 7, 7)]


@pytest.fixture(autouse=True)
def wide():
    with jax.enable_x64(True):
        yield


def drawn(kernel, stride, padding, height, width, images=6):
    """Images, weights, and numbers of the shape of their convolution."""
    random = np.random.default_rng(0)
    x, weight = random.normal(size=(images, height, width, 3)), random.normal(size=(5, kernel, kernel, 3))
    return x, weight, random.normal(size=by_loops(x, weight, stride, padding).shape)


def by_loops(x, weight, stride, padding):
    """The definition: a window of zero-padded x at every place, times the weights."""
    x, kernel = np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0))), weight.shape[1]
    down, along = ((side - kernel) // stride + 1 for side in x.shape[1:3])
    found = np.zeros((len(x), down, along, len(weight)))
    for i in range(down):
        for j in range(along):
            window = x[:, i * stride : i * stride + kernel, j * stride : j * stride + kernel]
            found[:, i, j] = np.einsum("nabc,oabc->no", window, weight)
    return found


@pytest.mark.parametrize("patches", [convolution.PATCHES, 1], ids=["at once", "one by one"])
@pytest.mark.parametrize("case", CASES)
def test_the_three_are_what_loops_say(case, patches, monkeypatch):
    """The transpose and the weights' gradient by the form that is linear in all three."""
    monkeypatch.setattr(convolution, "PATCHES", patches)
    kernel, stride, padding, *sides = case
    x, weight, g = drawn(*case)
    forward = by_loops(x, weight, stride, padding)
    near = dict(rtol=1e-12, atol=1e-12)
    assert np.allclose(jax.jit(lambda x, w: convolved(x, w, stride, padding))(x, weight), forward, **near)
    back = jax.jit(lambda g, w: transposed(g, w, stride, padding, tuple(sides)))(g, weight)
    of_weights = jax.jit(lambda x, g: weighed(x, g, stride, padding, kernel))(x, g)
    # Random probes: a linear map that agrees with its definition on them is its definition, but for a set of measure 0.
    assert np.isclose((g * forward).sum(), (back * x).sum(), rtol=1e-12)
    assert np.isclose((g * forward).sum(), (of_weights * weight).sum(), rtol=1e-12)
    probe, aside = np.random.default_rng(1).normal(size=x.shape), np.random.default_rng(2).normal(size=weight.shape)
    assert np.isclose((g * by_loops(probe, weight, stride, padding)).sum(), (back * probe).sum(), rtol=1e-11)
    assert np.isclose((g * by_loops(x, aside, stride, padding)).sum(), (of_weights * aside).sum(), rtol=1e-11)


@pytest.mark.parametrize("case", CASES[:2])
def test_derivatives_of_both_orders_are_those_of_xla(case):
    kernel, stride, padding, *_ = case
    x, weight, g = drawn(*case, images=2)

    def slopes(convolve):
        def first(x, weight):
            return jax.grad(lambda *a: (convolve(*a) ** 2 * g).sum(), (0, 1))(x, weight)

        return first, lambda x, weight: jax.grad(lambda *a: sum((s**2).sum() for s in first(*a)), (0, 1))(x, weight)

    ours = slopes(lambda x, w: convolved(x, w, stride, padding))
    theirs = slopes(lambda x, w: convolution._convolved_by_xla(x, w, stride=stride, padding=padding))
    for mine, its in zip(ours, theirs):
        for a, b in zip(jax.jit(mine)(x, weight), jax.jit(its)(x, weight)):
            assert np.allclose(a, b, rtol=1e-11)


def test_batches_of_images_and_of_weights():
    """A batch of images is one product; weights of each example's own are computed one by one, as in gradients of single examples."""
    x, weight, g = drawn(4, 2, 1, 8, 8)
    one = lambda x, w: convolved(x[None], w, 2, 1)[0]
    assert np.allclose(jax.vmap(one, (0, None))(x, weight), by_loops(x, weight, 2, 1))
    weights = np.stack([weight, 2 * weight])
    assert np.allclose(jax.vmap(one, (None, 0))(x[0], weights)[1], 2 * by_loops(x[:1], weight, 2, 1)[0])
    of_each = jax.vmap(lambda x, g: jax.grad(lambda w: (one(x, w) * g).sum())(weight))(x, g)
    assert of_each.shape == (len(x), *weight.shape) and np.allclose(of_each.sum(axis=0), weighed(jnp.asarray(x), jnp.asarray(g), 2, 1, 4))
    by_rows, by_columns = (mode(lambda x: one(x, weight))(x[0]) for mode in (jax.jacrev, jax.jacfwd))
    assert np.allclose(by_rows, by_columns)


def test_the_layers_are_what_the_claim_speaks_of():
    """A line of pixels, and weights in the middle row of the kernel, are the convolution in one dimension of transposed_convolution_adjoint."""
    random, n, k, s, p = np.random.default_rng(3), 7, 3, 2, 1
    line, weights = random.normal(size=n), random.normal(size=k)
    square = np.zeros((1, k, k, 1))
    square[0, k // 2, :, 0] = weights
    shown = np.asarray(convolved(line.reshape(1, 1, n, 1), square, s, p)).ravel()
    values = {claim.x: line, claim.w: weights, claim.n: n, claim.k: k, claim.s: s, claim.p: p, claim.o: len(shown), claim.y: shown}
    stated = Stated(claim.x, claim.n, claim.w, claim.k, claim.s, claim.p, claim.j)
    assert np.allclose(shown, [float(evaluate(stated, {**values, claim.j: j}, np)) for j in range(1, len(shown) + 1)])
    spread = np.asarray(transposed(shown.reshape(1, 1, -1, 1), square, s, p, (1, n))).ravel()
    stated = StatedTransposed(claim.y, claim.o, claim.w, claim.k, claim.s, claim.p, claim.i)
    assert np.allclose(spread, [float(evaluate(stated, {**values, claim.i: i}, np)) for i in range(1, n + 1)])


def test_layers_have_the_shapes_and_first_weights_of_equinox():
    key = jax.random.key(0)
    halving, doubling = Convolution(3, 50, 4, key, stride=2, padding=1), TransposedConvolution(3, 50, 4, key, stride=2, padding=1)
    assert halving(jnp.ones((8, 12, 3))).shape == (4, 6, 50) and doubling(jnp.ones((4, 6, 3))).shape == (8, 12, 50)
    for layer in (halving, doubling):
        bound = 1 / np.sqrt(3 * 16)  # uniform, with the bound of equinox and PyTorch: one over the root of what an output is made of
        assert 0.99 * bound < abs(layer.weight).max() <= bound and abs(layer.bias).max() <= bound
    assert Convolution(3, 5, 1, key, use_bias=False).bias is None


@pytest.mark.parametrize("broken", ["_matrix", "_windows"])
def test_a_window_in_another_order_is_seen(broken, monkeypatch):
    whole = getattr(convolution, broken)
    monkeypatch.setattr(convolution, broken, lambda *a: jnp.roll(whole(*a), 1, axis=-1))
    x, weight, _ = drawn(4, 2, 1, 8, 8)
    assert not np.allclose(jax.jit(lambda x, w: convolved(x, w, 2, 1))(x, weight), by_loops(x, weight, 2, 1), rtol=1e-2)
