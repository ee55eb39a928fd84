"""Two estimators of one gradient, at a trained VAE: pathwise and score-function agree with each other and with quadrature.

The gradient is that of E_q log p(x | z) in the mean of q(z | x). Each estimator is a mean over draws of z, with its
standard error; the exact gradient is that of the same expectation on a grid of noise.
"""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from models import losses
from models.data.densities import load
from models.settings import Settings
from models.theory.elbo_gap import plane
from models.theory.outcome import Comparison, Outcome
from models.theory.training import protocol, trained

STEPS = {"quick": 300, "full": 3000}
DRAWS = {"quick": 200_000, "full": 4_000_000}
CHUNK, STOPS, POINTS = 20_000, 6, 3
ERRORS = 6.5  # standard errors: a normal mean strays further once in 1e10


def train(size, seed):
    ring, steps, draws = load("ring"), STEPS[size], DRAWS[size]
    stops = tuple(range(steps // STOPS, steps + 1, steps // STOPS))
    x = jnp.asarray(ring.test[:POINTS])
    key = jax.random.key(seed)
    _, found = trained("vae", ring, Settings(learning_rate=5e-3, seed=seed, steps=steps), seed, stops, lambda m: measured(m, x, key, draws), latent_dim=2, hidden=(16,))
    exact, pathwise, score = found[-1]
    comparisons = []
    for name, (mean, error, _) in (("pathwise", pathwise), ("score-function", score)):
        for n, j in np.ndindex(*exact.shape):
            bound = ERRORS * float(error[n, j]) + 1e-4 * (1 + abs(float(exact[n, j])))  # the second term is that of float32 and of the grid
            comparisons.append(Comparison(f"{name} gradient at point {n + 1}, unit {j + 1}", float(mean[n, j]), float(exact[n, j]), bound, "equal", bound))
    ratios = [float((s[2] / p[2]).mean()) for _, p, s in found]
    return Outcome(
        tuple(comparisons), stops, {"score function / pathwise": ratios}, "ratio of the variances of the two estimators", None,
        protocol("vae", "ring", steps, seed, latent_dim=2, hidden=(16,), draws=draws), {"variance_ratio": ratios[-1]},
    )


def measured(model, x, key, draws):
    """The exact gradient (n, 2) at points x (n, 2), and for each estimator its mean, standard error and variance per draw."""
    exact, totals = _exact(model, x, *plane(7, 281)), 0.0
    for chunk_key in jax.random.split(key, draws // CHUNK):
        totals = totals + np.asarray(_sums(model, x, chunk_key), float)
    mean, square = totals / draws
    variance = square - mean**2
    error = np.sqrt(variance / draws)
    return np.asarray(exact), *((mean[k], error[k], variance[k]) for k in (0, 1))


def _expected_log_likelihood(model, x, mu, log_var, noise):
    """log p(x | z) at z = mu + sigma eps, for one eps."""
    return model.likelihood.log_likelihood(x, model.decoded(losses.reparameterised(mu, log_var, noise), 0))


@eqx.filter_jit
def _exact(model, x, noise, area):
    weights = jnp.exp(losses.log_normal(noise, 0.0, 0.0)) * area

    def gradient(x):
        mu, log_var = model.posterior(x, 0)
        return weights @ jax.vmap(lambda eps: jax.grad(lambda m: _expected_log_likelihood(model, x, m, log_var, eps))(mu))(noise)

    return jax.vmap(gradient)(x)


@eqx.filter_jit
def _sums(model, x, key):
    """Sums over CHUNK draws of both estimators and of their squares: (2 moments, 2 estimators, n, 2)."""

    def at(x, key):
        mu, log_var = model.posterior(x, 0)

        def both(eps):
            pathwise = jax.grad(lambda m: _expected_log_likelihood(model, x, m, log_var, eps))(mu)
            z = losses.reparameterised(mu, log_var, eps)
            score = jax.grad(lambda m: losses.log_normal(z, m, log_var))(mu)
            return jnp.stack([pathwise, _expected_log_likelihood(model, x, mu, log_var, eps) * score])

        estimates = jax.vmap(both)(jax.random.normal(key, (CHUNK, len(mu))))
        return jnp.stack([estimates.sum(0), (estimates**2).sum(0)])

    return jnp.moveaxis(jax.vmap(at)(x, jax.random.split(key, len(x))), 0, 2)
