"""The generator's best is the data's law, at -log 4, where the discriminator can only guess.

First with the exact discriminator put in at every step: a generator of N(m, 1) moves its mean, and what it minimises is
-log 4 + 2 JS all the way down. Then with both players learning: a generator of N(m, s^2), its V by quadrature.
"""

import math

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from models import losses
from models.gan import GAN
from models.settings import Settings
from models.theory import line
from models.theory.optimal_discriminator import QUADRATURE, best_logits, greatest_value
from models.theory.outcome import Comparison, Outcome
from models.theory.training import advanced, protocol

START = 3.0  # the generator's first mean; the data are N(0, 1)
STEPS = {"quick": 400, "full": 4000}
BOTH_STEPS = {"quick": 2000, "full": 20000}
STOPS = 10
BATCH = 512
BULK = 2.0  # standard deviations from the data's mean


class AgainstTheBest(GAN):
    """The minimax game of a generator of N(m, 1) against the exact discriminator of N(0, 1) and N(m, 1)."""

    players = ("generator",)

    def __init__(self, start):
        self.shape, self.latent_dim, self.game = (1,), 1, "minimax"
        self.discriminator, self.generator = None, line.Shifted(start)

    def judge(self, labels):
        mean = jax.lax.stop_gradient(self.generator.mean)  # the best for this generator, and fixed while it moves
        return lambda x: best_logits(x, mean)


class BothLearn(GAN):
    """A dense discriminator, and a generator of N(m, s^2)."""

    def __init__(self, key):
        super().__init__((1,), 1, key, (32,))
        self.generator = line.Moved(1.0, 0.5)


def train(size, seed):
    steps = STEPS[size]
    stops = tuple(range(0, steps + 1, steps // STOPS))
    settings = Settings(learning_rate=2e-2, schedule="cosine", batch_size=BATCH, seed=seed, steps=steps)
    _, found = advanced(AgainstTheBest(START), line.normal(0), settings, stops, measured)
    means, values, distances = (np.array(v) for v in zip(*found))
    derived, least = greatest_value(means), -math.log(4)
    comparisons = [
        Comparison(f"V after {stop} steps, against -log 4 + 2 JS of the generator's mean {mean:.3g}, nats", float(value), float(expected), QUADRATURE, "equal", QUADRATURE)
        for stop, mean, value, expected in zip(stops, means, values, derived)
    ]
    comparisons += [
        Comparison("V at the end, against the exact discriminator, nats", float(values[-1]), least, 1e-3, "above", QUADRATURE),
        Comparison(f"largest distance of the exact D from 1/2 at the end, within {BULK:g} standard deviations", float(distances[-1]), 0.0, 0.02, "above", QUADRATURE),
    ]
    both = BOTH_STEPS[size]
    settings = Settings(learning_rate=2e-3, betas=(0.5, 0.99), schedule="cosine", ema=0.99, batch_size=BATCH, seed=seed, steps=both)
    _, ((_, value, distance),) = advanced(BothLearn(jax.random.key(seed)), line.normal(0), settings, (both,), measured)
    comparisons += [
        Comparison("V when both have learned, nats", value, least, 0.01, "equal", math.inf),
        Comparison(f"largest distance of D from 1/2 when both have learned, within {BULK:g} standard deviations", distance, 0.0, 0.1, "above", QUADRATURE),
    ]
    curves = {"V against the exact discriminator": values.tolist(), "-log 4 + 2 JS": derived.tolist()}
    described = protocol("gan", "N(0, 1)", steps, seed, start=START, batch=BATCH, both_learn_for=both)
    return Outcome(tuple(comparisons), stops, curves, "nats", least, described, {"means": means.tolist()})


def measured(model):
    """The generator's mean, V by quadrature in float64, and the largest distance of D from 1/2."""
    with jax.enable_x64(True):
        return tuple(map(float, _at(line.in_float64(model))))


@eqx.filter_jit
def _at(model):
    mean, scale = model.generator.mean, model.generator.scale()
    x, step = line.grid(mean / 2)
    logits = model.judge(None)(x)
    value = losses.gan_value(logits, logits, *line.means(step, line.density(x, 0.0), line.density(x, mean, scale)))
    return mean, value, jnp.where(jnp.abs(x[:, 0]) < BULK, jnp.abs(losses.sigmoid(logits) - 0.5), 0.0).max()
