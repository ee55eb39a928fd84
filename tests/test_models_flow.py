"""Flows: every layer is held to its Jacobian and its inverse, and the whole to being a density."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from models.couplings import COUPLINGS
from models.data.densities import load
from models.data.digits import load as digits
from models.flow import Flow
from models.registry import build
from models.theory import flow_likelihood

# What the best Gaussian reaches on the mixture, log(2 pi e) + log(det of its covariance) / 2; by hand the variances are
# 2/3 + 1/4 and 1/2 + 1/4. A flow that is below has learnt more than mean and covariance.
BEST_GAUSSIAN = math.log(2 * math.pi * math.e) + math.log((2 / 3 + 1 / 4) * (1 / 2 + 1 / 4)) / 2


def layer(kind, size, seed=0, parity=0):
    """A coupling whose network is not that of a new one, which would be the same for all x."""
    made = COUPLINGS[kind](size, parity, jax.random.key(seed), (8,))
    keys = iter(jax.random.split(jax.random.key(seed + 1), 10))
    return jax.tree.map(lambda a: a + 0.7 * jax.random.normal(next(keys), a.shape) if isinstance(a, jax.Array) else a, made)


@pytest.mark.parametrize("size, parity", [(2, 1), (5, 0)])
@pytest.mark.parametrize("kind", COUPLINGS)
def test_a_coupling_has_the_jacobian_and_the_inverse_that_it_says(kind, size, parity):
    with jax.enable_x64(True):
        one = layer(kind, size, parity=parity)
        x = 2.5 * jax.random.normal(jax.random.key(3), (40, size))  # also beyond the splines' bound
        (y, log_det), jacobians, back = jax.jit(jax.vmap(lambda x: (one(x), jax.jacobian(lambda x: one(x)[0])(x), one.inverse(one(x)[0]))))(x)
        assert np.allclose(np.linalg.slogdet(jacobians)[1], log_det, atol=1e-9)
        assert np.abs(back - x).max() < 1e-5
        assert not np.allclose(y, x)


@pytest.mark.parametrize("kind", COUPLINGS)
def test_the_numbers_that_stay_stay(kind):
    one = layer(kind, 4)
    x = jnp.arange(4.0) / 3
    assert np.array_equal(one(x)[0][jnp.array([1, 3])], x[jnp.array([1, 3])])


def test_a_whole_flow_has_the_inverse_and_the_jacobian_that_it_says():
    with jax.enable_x64(True):
        model = Flow((6,), jax.random.key(0), couplings=4, hidden=(8,))
        keys = iter(jax.random.split(jax.random.key(1), 100))
        model = jax.tree.map(lambda a: a + 0.3 * jax.random.normal(next(keys), a.shape) if isinstance(a, jax.Array) else a, model)
        u = jax.random.normal(jax.random.key(2), (6,))
        z, log_det = jax.jit(lambda u: model.to_code(u))(u)
        assert np.abs(jax.jit(lambda z: model.from_code(z))(z) - u).max() < 1e-5
        assert np.linalg.slogdet(jax.jit(jax.jacobian(lambda u: model.to_code(u)[0]))(u))[1] == pytest.approx(float(log_det), abs=1e-9)


def test_an_image_comes_back_from_its_code_whatever_the_noise_in_its_pixels():
    data = digits()
    model = build("flow", data, jax.random.key(0), couplings=2, hidden=(8,))
    x = jnp.asarray(data.floats(data.test[0]))
    assert np.allclose(model.reconstruct(x, 0), x, atol=1e-6)
    for noise in (0.01, 0.99):
        u, _ = model._spread(x, jnp.full(x.shape, noise))
        assert np.allclose(model.decode(model.to_code(u)[0], 0), x, atol=1e-6)


def test_the_density_of_stored_pixels_counts_their_levels():
    """The map from stored pixel values to logits, by `jax.jacobian`: the slope that the likelihood takes into account."""
    data = digits()
    model = build("flow", data, jax.random.key(0), couplings=2, hidden=(8,))
    x = jnp.asarray(data.floats(data.test[0]))
    stored = x.reshape(-1) * data.scale
    jacobian = jax.jacobian(lambda k: model._spread((k / data.scale).reshape(8, 8), 0.5)[0])(stored)
    assert float(model._spread(x, 0.5)[1]) == pytest.approx(np.linalg.slogdet(np.asarray(jacobian, float))[1], rel=1e-5)


def smaller(monkeypatch):
    """The experiment in little: two layers, a coarser grid (the density is smooth), few steps."""
    monkeypatch.setitem(flow_likelihood.STEPS, "quick", 60)
    monkeypatch.setitem(flow_likelihood.OPTIONS, "couplings", 2)
    monkeypatch.setattr(flow_likelihood, "SIDE", 161)


@pytest.mark.parametrize("kind", COUPLINGS)
def test_a_flow_learns_a_density(kind, monkeypatch):
    monkeypatch.setitem(flow_likelihood.OPTIONS, "coupling", kind)
    smaller(monkeypatch)
    outcome = flow_likelihood.train("quick", seed=0)
    assert not any(c.contradicts for c in outcome.comparisons)
    assert 0 < outcome.curves["cross-entropy less the entropy"][-1] < BEST_GAUSSIAN - outcome.measured["entropy"]


def test_a_wrong_slope_is_no_density(monkeypatch):
    smaller(monkeypatch)
    right = Flow.to_code
    monkeypatch.setattr(Flow, "to_code", lambda self, u: (right(self, u)[0], 0.9 * right(self, u)[1]))
    assert flow_likelihood.train("quick", seed=0).status == "refuted"


def test_what_cannot_be_is_refused():
    with pytest.raises(ValueError, match="coupling = 'cubic' is none of affine, spline"):
        build("flow", load("ring"), jax.random.key(0), coupling="cubic")
    with pytest.raises(ValueError, match="couplings = 1 is outside"):
        build("flow", load("ring"), jax.random.key(0), couplings=1)
    assert math.prod(build("flow", digits(), jax.random.key(0)).shape) == 64
