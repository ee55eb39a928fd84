"""The losses that models train with are the derived statements, and nothing else."""

import subprocess
import sys
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from sympy import Eq

import derivations
from models import losses
from models.data.digits import load
from models.registry import build


@pytest.fixture
def example():
    x, logits, mu, log_var = jax.random.normal(jax.random.key(0), (4, 6))
    return (x > 0).astype(float), logits, mu, log_var


def test_the_terms_are_those_written_on_paper(example):
    x, logits, mu, log_var = example
    p = jax.nn.sigmoid(logits)
    assert np.allclose(losses.bernoulli_log_likelihood(x, logits), (x * jnp.log(p) + (1 - x) * jnp.log(1 - p)).sum(), rtol=1e-5)
    assert np.allclose(losses.kl_to_prior(mu, log_var), 0.5 * (mu**2 + jnp.exp(log_var) - log_var - 1).sum(), rtol=1e-5)
    assert np.allclose(losses.gaussian_log_likelihood(x, mu), jax.scipy.stats.norm.logpdf(x, mu).sum(), rtol=1e-5)
    assert np.allclose(losses.scaled_gaussian_log_likelihood(x, mu, 0.3), jax.scipy.stats.norm.logpdf(x, mu, 0.3).sum(), rtol=1e-5)
    assert np.allclose(losses.log_normal(x, mu, log_var), jax.scipy.stats.norm.logpdf(x, mu, jnp.exp(log_var / 2)).sum(), rtol=1e-5)
    assert np.allclose(losses.squared_error(x, mu), ((x - mu) ** 2).sum(), rtol=1e-5)
    assert losses.elbo(jnp.float32(-3.0), jnp.float32(2.0)) == -5 and losses.beta_elbo(jnp.float32(-3.0), jnp.float32(2.0), 4.0) == -11


@pytest.mark.parametrize("logit", [1e4, -1e4])
@pytest.mark.parametrize("pixel", [0.0, 0.5, 1.0])
def test_sure_decoders_stay_finite_in_float32(logit, pixel):
    value, slope = jax.value_and_grad(lambda l: losses.bernoulli_log_likelihood(jnp.array([pixel]), l[None]))(jnp.float32(logit))
    assert value.dtype == jnp.float32
    assert value == (pixel - (logit > 0)) * logit and slope == pixel - (logit > 0)


def test_half_precision_networks_are_judged_in_float32(example):
    x, logits, mu, log_var = (a.astype(jnp.bfloat16) for a in example)
    assert losses.bernoulli_log_likelihood(x, logits).dtype == losses.kl_to_prior(mu, log_var).dtype == jnp.float32


@pytest.mark.parametrize("name", ["kl_gaussian_standard_normal", "bernoulli_log_likelihood", "elbo_decomposition"])
def test_a_sign_changed_in_the_derivation_changes_the_model(name, monkeypatch):
    """The model has no formula of its own: with another right side in the claim it has another loss."""
    dataset = load()
    model = build("vae", dataset, jax.random.key(0), latent_dim=2, hidden=(8,))
    x = jnp.asarray(dataset.floats(dataset.train[0]))

    def loss():
        losses._compiled.cache_clear()
        return float(model.loss(x, 0, jax.random.key(1))[0])

    right = loss()
    claim = derivations.claim(name)
    (part,) = claim.parts
    left, right_side = part.statement.args
    terms = right_side.as_ordered_terms() if name == "elbo_decomposition" else [right_side]
    wrong_side = terms[0] - sum(terms[1:]) if len(terms) > 1 else -right_side
    wrong = replace(claim, parts=(replace(part, statement=Eq(left, wrong_side, evaluate=False)),))
    known = derivations.claim
    with monkeypatch.context() as changed:
        changed.setattr(derivations, "claim", lambda n: wrong if n == name else known(n))
        assert abs(loss() - right) > 0.1
    assert loss() == right


def test_models_import_quickly_and_load_no_jax():
    code = "import sys, time; t = time.perf_counter(); import models, models.settings; print(time.perf_counter() - t, 'jax' in sys.modules, 'sympy' in sys.modules)"
    best = min(float(seconds) for seconds, *_ in (_words(code) for _ in range(2)))
    assert best < 1
    assert _words(code)[1:] == ["False", "False"]


def _words(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
