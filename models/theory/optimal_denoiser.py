"""A diffusion model's network comes to predict the mean of the noise given x_t, which is known for a Gaussian mixture.

The squared error of any prediction exceeds the least by its mean squared distance to that mean; training takes this excess
towards 0. All steps t count alike, as in the loss that is trained.
"""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from models.data.densities import load, mixture
from models.settings import Settings
from models.theory.exact_noise import mixture_eps
from models.theory.outcome import Comparison, Outcome
from models.theory.training import protocol, trained

STEPS = {"quick": 1500, "full": 20000}
DRAWS = 2000  # at each step of the chain
STOPS = 10
ERRORS = 6.5  # standard errors: a normal mean strays further once in 1e10
OPTIONS = {"timesteps": 50, "noise_schedule": "cosine", "hidden": (64, 64)}


def train(size, seed):
    steps = STEPS[size]
    stops = tuple(range(0, steps + 1, steps // STOPS))
    settings = Settings(learning_rate=3e-3, schedule="cosine", batch_size=500, seed=seed, steps=steps)
    key = jax.random.key(seed + 1)
    _, found = trained("ddpm", load("mixture"), settings, seed, stops, lambda model: measured(model, key), **OPTIONS)
    loss, error, least, distance = found[-1]
    comparisons = (
        Comparison("squared error of the noise, against that of its mean given x_t", loss, least, 0.05 * least + ERRORS * error, "above", ERRORS * error),
        Comparison("excess over the least error, against the squared distance to that mean", loss - least, distance, ERRORS * error, "equal", ERRORS * error),
    )
    curves = {"excess over the least squared error": [row[0] - row[2] for row in found], "squared distance to the best prediction": [row[3] for row in found]}
    return Outcome(comparisons, stops, curves, "squared error", 0.0, protocol("ddpm", "mixture", steps, seed, batch=500, **OPTIONS), {"least": least})


def measured(model, key):
    """At fresh draws: the squared error of the noise, the standard error of its excess, the least error, and the squared distance to the best prediction."""
    loss, least, distance, spread = (float(v) for v in _at(model, key))
    return loss, spread / np.sqrt(DRAWS * model.schedule.steps), least, distance


@eqx.filter_jit
def _at(model, key):
    law, schedule = mixture(), model.schedule
    best = mixture_eps(law, schedule)

    def at_step(t):
        sample_key, noise_key = jax.random.split(jax.random.fold_in(key, t))
        noise = jax.random.normal(noise_key, (DRAWS, 2))
        x = schedule.noised(law.sample(sample_key, DRAWS)[0], noise, t)
        found, mean = jax.vmap(lambda one: model.eps(one, t, 0))(x), best(x, t)
        return tuple(((a - b) ** 2).sum(axis=1) for a, b in ((noise, found), (noise, mean), (found, mean)))

    loss, least, distance = jax.lax.map(at_step, jnp.arange(1, schedule.steps + 1))
    return loss.mean(), least.mean(), distance.mean(), jnp.std(loss - least - distance)
