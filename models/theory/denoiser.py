"""A denoising network learns the posterior mean of a Gaussian mixture, and its residual the score of the noisy density.

The noisy density of a mixture is a mixture with wider components, so the posterior mean is known exactly, by the formula
of `tweedie`. What a denoiser's squared error exceeds the least by is its mean squared distance to that mean.
"""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from models.data.densities import Mixture, load, mixture
from models.denoising_autoencoder import corrupted
from models.losses import tweedie
from models.settings import Settings
from models.theory.outcome import Comparison, Outcome
from models.theory.training import protocol, trained

NOISE = 0.5
STEPS = {"quick": 1500, "full": 20000}
DRAWS = 200_000
STOPS = 10
ERRORS = 6.5  # standard errors: a normal mean strays further once in 1e10
HIDDEN = (128, 64)


def train(size, seed):
    steps = STEPS[size]
    stops = tuple(range(0, steps + 1, steps // STOPS))
    settings = Settings(learning_rate=2e-3, schedule="cosine", batch_size=500, seed=seed, steps=steps)
    key = jax.random.key(seed + 1)
    _, found = trained("denoising-autoencoder", load("mixture"), settings, seed, stops, lambda m: measured(m, key), latent_dim=64, hidden=HIDDEN, noise_level=NOISE)
    loss, error, least, distance, score_error = found[-1]
    reach = 0.02 * least + ERRORS * error
    comparisons = (
        Comparison("squared error against that of the posterior mean", loss, least, reach, "above", ERRORS * error),
        Comparison("excess over the least error, against the squared distance to the posterior mean", loss - least, distance, ERRORS * error, "equal", ERRORS * error),
        Comparison("relative error of the residual / sigma^2 as the score", score_error, 0.0, 0.15, "above", 1e-9),
    )
    curves = {"excess over the least squared error": [row[0] - row[2] for row in found], "squared distance to the posterior mean": [row[3] for row in found]}
    return Outcome(comparisons, stops, curves, "squared error", 0.0, protocol("denoising-autoencoder", "mixture", steps, seed, noise=NOISE, hidden=HIDDEN, batch=500), {"least": least})


def measured(model, key):
    """At fresh draws: the loss less its noise, the standard error of its excess, the least loss, the squared distance to the
    posterior mean, and the relative root mean square error of (D(y) - y) / sigma^2 as the score of the noisy density."""
    loss, least, distance, score_error, score, spread = (np.asarray(v, float) for v in _at(model, key))
    return float(loss), float(spread / np.sqrt(DRAWS)), float(least), float(distance), float(np.sqrt(score_error / score))


@eqx.filter_jit
def _at(model, key):
    law = mixture()
    noisy_law = Mixture(law.means, float(np.hypot(law.sigma, NOISE)))
    sample_key, noise_key = jax.random.split(key)
    x, _ = law.sample(sample_key, DRAWS)
    y = corrupted(x, "gaussian", NOISE, noise_key)
    score = jax.vmap(jax.grad(noisy_law.log_density))(y)
    posterior_mean = tweedie(y, score, NOISE)
    denoised = jax.vmap(lambda one: model.reconstruct(one, 0))(y)
    errors, least = ((x - found) ** 2 for found in (denoised, posterior_mean))
    errors, least = errors.sum(axis=1), least.sum(axis=1)
    distance = ((denoised - posterior_mean) ** 2).sum(axis=1)
    residual = (denoised - y) / NOISE**2
    return errors.mean(), least.mean(), distance.mean(), ((residual - score) ** 2).sum(1).mean(), (score**2).sum(1).mean(), jnp.std(errors - least - distance)
