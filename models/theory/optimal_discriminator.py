"""A discriminator trained between two known Gaussians reaches p / (p + q), and V its greatest value, -log 4 + 2 JS.

The generator is that of N(m, 1) and does not learn. V of the trained discriminator is taken by quadrature, so it lies below the
greatest value whatever was learned, and the derived D* enters nowhere in training.
"""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

import derivations
from derivations import adversarial
from derivations.compile import evaluate
from derivations.language import Normal, real
from models import losses
from models.gan import GAN
from models.settings import Settings
from models.theory import line
from models.theory.outcome import Comparison, Outcome
from models.theory.training import advanced, protocol

SHIFTS = (1, 2, 4)
STEPS = {"quick": 600, "full": 6000}
STOPS = 6
HIDDEN, BATCH = (32,), 512
BULK = 3.0  # standard deviations from the mean of either law
QUADRATURE = 1e-6
mean = real("m")
laws = {adversarial.p_data: Normal(0, 1)(adversarial.x), adversarial.p_g: Normal(mean, 1)(adversarial.x)}


class FixedGenerator(GAN):
    """A GAN whose generator makes N(m, 1), for good."""

    def __init__(self, shift, key):
        super().__init__((1,), 1, key, HIDDEN)
        self.generator = line.Shifted(shift, fixed=True)


def train(size, seed):
    steps = STEPS[size]
    stops = tuple(range(steps // STOPS, steps + 1, steps // STOPS))
    settings = Settings(learning_rate=1e-2, schedule="cosine", batch_size=BATCH, seed=seed, steps=steps)
    games = line.SideBySide(FixedGenerator, SHIFTS, jax.random.key(seed))
    _, found = advanced(games, line.normal(0), settings, stops, measured)
    greatest, (_, errors) = greatest_value(np.array(SHIFTS, float)), found[-1]
    comparisons = []
    for k, m in enumerate(SHIFTS):
        between = f"between N(0, 1) and N({m}, 1)"
        comparisons.append(Comparison(f"V of the discriminator {between}, nats", float(found[-1][0][k]), float(greatest[k]), 0.01, "below", QUADRATURE))
        comparisons.append(Comparison(f"largest error of D {between}, within {BULK:g} standard deviations of either", float(errors[k]), 0.0, 0.05, "above", QUADRATURE))
    curves = {f"V short of its greatest, m = {m}": [float(greatest[k] - v[k]) for v, _ in found] for k, m in enumerate(SHIFTS)}
    described = protocol("discriminator of a GAN", "N(0, 1) and N(m, 1)", steps, seed, hidden=HIDDEN, batch=BATCH)
    return Outcome(tuple(comparisons), stops, curves, "nats", 0.0, described, {"largest_error_of_D": dict(zip(map(str, SHIFTS), map(float, errors)))})


def greatest_value(means):
    """V of N(0, 1) and N(m, 1) against the best discriminator, for an array of m: the right side of `gan_value_jensen_shannon` by quadrature."""
    return evaluate(derivations.claim("gan_value_jensen_shannon").statement.rhs.xreplace(laws), {mean: means}, np)


def best_logits(x, m):
    """The logit of D* between N(0, 1) and N(m, 1) at points (n, 1): `optimal_discriminator`."""
    from derivations.gan.optimal_discriminator import log_ratio

    return evaluate(log_ratio.xreplace(laws), {adversarial.x: x[:, 0], mean: m}, jnp)


def measured(model):
    """Of every game: V by quadrature in float64, and the largest error of D over the bulk of both laws; two arrays."""
    with jax.enable_x64(True):
        return tuple(map(np.asarray, _at(line.in_float64(model).games)))


@eqx.filter_jit
@eqx.filter_vmap
def _at(game):
    m = game.generator.mean
    x, step = line.grid(m / 2)
    logits = game.discriminator(x)
    value = losses.gan_value(logits, logits, *line.means(step, line.density(x, 0.0), line.density(x, m)))
    bulk = (x[:, 0] > -BULK) & (x[:, 0] < m + BULK)
    return value, jnp.where(bulk, jnp.abs(losses.sigmoid(logits) - losses.sigmoid(best_logits(x, m))), 0.0).max()
