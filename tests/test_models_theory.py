"""Training reaches the optima that are derived: fast versions."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from models import losses, optima
from models.data.densities import load as load_density
from models.data.digits import load
from models.iwae import iwae_bound
from models.registry import build
from models.settings import Settings
from models.trainer import Trainer


def trained(name, dataset, k, steps):
    """The model after L-BFGS steps, in float64, on all of the data at once."""
    settings = Settings(steps=steps, batch_size=len(dataset.train), optimiser="lbfgs")
    trainer = Trainer(build(name, dataset, jax.random.key(0), latent_dim=k), dataset, settings, jax.devices()[:1])
    return trainer.model(trainer.advance(trainer.initial(), steps)[0])


def mean_loss(model, x):
    return float(jax.jit(jax.vmap(lambda x: model.loss(x, 0, None)[0]))(jnp.asarray(x)).mean())


@pytest.mark.parametrize(("k", "tail"), [(2, 3.3553), (8, 1.5304), (16, 0.7068)])
def test_linear_autoencoder_reaches_the_tail_and_the_principal_subspace(k, tail):
    digits = load()
    x = digits.everything()
    assert optima.linear_autoencoder_optimum(x, k) == pytest.approx(tail, abs=5e-5)
    with jax.enable_x64(True):
        model = trained("linear-autoencoder", optima.twin(digits), k, 900)
        excess = mean_loss(model, x.astype(float)) - optima.linear_autoencoder_optimum(x, k)
    assert -1e-6 < excess < 1e-4
    assert optima.largest_angle(model.decoder, x) < 1e-3
    columns = np.asarray(model.decoder) / np.linalg.norm(model.decoder, axis=0)
    correlation = np.abs(optima.spectrum(x)[2][:, :k].T @ columns)
    assert k == 2 or correlation.max(axis=1).min() < 0.9, "the columns span the components, but are not the components"


@pytest.mark.parametrize(("k", "evidence"), [(2, 0.006), (8, 14.210), (16, 23.929)])
def test_linear_vae_reaches_the_likelihood_of_probabilistic_pca(k, evidence):
    digits = load()
    x = digits.everything()
    best = optima.ppca_log_likelihood(x, k)
    assert best == pytest.approx(evidence, abs=5e-4)
    with jax.enable_x64(True):
        model = trained("linear-vae", optima.twin(digits), k, 1200)
        elbo = -mean_loss(model, x.astype(float))
    assert best - 0.01 < elbo < best + 1e-6


def test_twin_has_the_same_loss_whatever_the_weights():
    digits = load()
    with jax.enable_x64(True):
        twin = optima.twin(digits)
        model = build("linear-vae", digits, jax.random.key(1), latent_dim=3)
        assert mean_loss(model, digits.everything().astype(float)) == pytest.approx(mean_loss(model, twin.train), rel=1e-6)


def test_gap_of_a_vae_is_the_divergence_to_its_posterior():
    """The evidence and the divergence by the trapezoid rule over codes; the ELBO by its closed-form KL and a grid of noise."""
    ring = load_density("ring")
    trainer = Trainer(build("vae", ring, jax.random.key(0), latent_dim=2, hidden=(16,)), ring, Settings(learning_rate=5e-3), jax.devices()[:1])
    state, _ = trainer.advance(trainer.initial(), 300)
    with jax.enable_x64(True):
        model = jax.tree.map(lambda a: a.astype(jnp.float64) if eqx.is_inexact_array(a) else a, trainer.model(state))
        codes, code_area = plane(6, 601)
        noise, noise_area = plane(7, 281)

        @jax.jit
        def both_sides(x, codes, noise):
            def log_likelihood(z):
                return model.likelihood.log_likelihood(x, model.decoded(z, 0))

            mu, log_var = model.posterior(x, 0)
            log_joint = jax.vmap(log_likelihood)(codes) + losses.log_normal(codes, 0.0, 0.0)
            log_evidence = jax.nn.logsumexp(log_joint) + jnp.log(code_area)
            log_q = losses.log_normal(codes, mu, log_var)
            divergence = (jnp.exp(log_q) * (log_q - (log_joint - log_evidence))).sum() * code_area
            weights = jnp.exp(losses.log_normal(noise, 0.0, 0.0)) * noise_area
            reconstruction = weights @ jax.vmap(log_likelihood)(losses.reparameterised(mu, log_var, noise))
            return log_evidence, losses.elbo(reconstruction, losses.kl_to_prior(mu, log_var)), divergence

        for x in ring.test[:5].astype(float):
            evidence, elbo, divergence = map(float, both_sides(jnp.asarray(x), codes, noise))
            assert evidence - elbo == pytest.approx(divergence, rel=1e-2, abs=1e-4)
            assert divergence > 1e-3, "ten times the tolerance: the equality says something"
        bounds = jax.jit(jax.vmap(lambda key: iwae_bound(model, jnp.asarray(x), 0, key, 1000)))(jax.random.split(jax.random.key(0), 20))
        assert elbo < float(bounds.mean()) == pytest.approx(evidence, abs=0.05)


def plane(reach, side):
    """Points (side^2, 2) of a square grid on [-reach, reach]^2, and the area that each stands for."""
    line = jnp.linspace(-reach, reach, side)
    return jnp.stack(jnp.meshgrid(line, line, indexing="ij"), -1).reshape(-1, 2), float(line[1] - line[0]) ** 2
