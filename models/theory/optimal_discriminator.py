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
from derivations.language import Normal
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


class FixedGenerator(GAN):
    """A GAN whose generator makes N(m, 1), for good."""

    players = ("discriminator",)

    def __init__(self, shift, key):
        super().__init__((1,), 1, key, HIDDEN)
        self.generator = line.Shifted(shift, fixed=True)


def train(size, seed):
    steps = STEPS[size]
    stops = tuple(range(steps // STOPS, steps + 1, steps // STOPS))
    settings = Settings(learning_rate=1e-2, schedule="cosine", batch_size=BATCH, seed=seed, steps=steps)
    comparisons, curves, errors = [], {}, {}
    for m in SHIFTS:
        _, found = advanced(FixedGenerator(m, jax.random.key(seed)), line.normal(0), settings, stops, lambda model, m=m: measured(model, m))
        values, (_, error) = [v for v, _ in found], found[-1]
        comparisons.append(Comparison(f"V of the discriminator between N(0, 1) and N({m}, 1), nats", values[-1], greatest_value(m), 0.01, "below", QUADRATURE))
        comparisons.append(Comparison(f"largest error of D between N(0, 1) and N({m}, 1), within {BULK:g} standard deviations of either", error, 0.0, 0.05, "above", QUADRATURE))
        curves[f"V short of its greatest, m = {m}"] = [greatest_value(m) - v for v in values]
        errors[str(m)] = error
    described = protocol("discriminator of a GAN", "N(0, 1) and N(m, 1)", steps, seed, hidden=HIDDEN, batch=BATCH)
    return Outcome(tuple(comparisons), stops, curves, "nats", 0.0, described, {"largest_error_of_D": errors})


def laws(m):
    """The two laws of the claims, made N(0, 1) and N(m, 1)."""
    x = adversarial.x
    return {adversarial.p_data: Normal(0, 1)(x), adversarial.p_g: Normal(m, 1)(x)}


def greatest_value(m):
    """V against the best discriminator, by quadrature of `gan_value_jensen_shannon`."""
    return float(evaluate(derivations.claim("gan_value_jensen_shannon").statement.rhs.xreplace(laws(m)), {}, np))


def best_discriminator(x, m):
    """D* at points x (n, 1): `optimal_discriminator`."""
    from derivations.gan.optimal_discriminator import stable

    return evaluate(stable[0].statement.rhs.xreplace(laws(m)), {adversarial.x: x[:, 0]}, jnp)


def measured(model, m):
    """V, by quadrature in float64, and the largest error of D over the bulk of both laws."""
    with jax.enable_x64(True):
        return tuple(map(float, _at(line.in_float64(model), m)))


@eqx.filter_jit
def _at(model, m):
    x, step = line.grid(m / 2)
    logits = model.discriminator(x)
    value = losses.gan_value(logits, logits, *line.means(x, step, line.density(x, 0.0), line.density(x, m)))
    bulk = (x[:, 0] > -BULK) & (x[:, 0] < m + BULK)
    return value, jnp.where(bulk, jnp.abs(losses.sigmoid(logits) - best_discriminator(x, m)), 0.0).max()
