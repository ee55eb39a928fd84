"""Under a gradient penalty the best critic's slope is not 1 but 1 + (F_g - F_data) / (2 lambda r), and 1 only as lambda grows.

Between N(0, 1) and N(-m, 1) the density r of the points that are penalised is a mean over the place between them, by Gauss-Legendre.
What a trained critic gains less what it pays, by quadrature, lies below the greatest value that is derived, whatever was learned.
"""

import math

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from scipy.special import ndtr

from derivations.compile import evaluate
from derivations.gan import gradient_penalty_optimum as claim
from models import losses
from models.layers import Reshape, Stack, linear
from models.settings import Settings
from models.theory import line
from models.theory.outcome import Comparison, Outcome
from models.theory.training import advanced, protocol
from models.wgan import Wasserstein
from models.wgan_gp import penalised_loss

SHIFT = 2.0
WEIGHTS = (1.0, 10.0)
STEPS = {"quick": 800, "full": 20000}
STOPS = 5
HIDDEN, BATCH = (32, 32), 512
BULK = 1.0  # standard deviations beyond the means of both laws
QUADRATURE = 1e-6


class Tanh(eqx.Module):
    """A smooth activation, so that the critic's slope can take the shape of the best one."""

    def __call__(self, x, reference=None):
        return jnp.tanh(x)


class Rising(eqx.Module):
    """x plus what a network makes of it, for examples of one number."""

    network: Stack

    def __call__(self, x, reference=None):
        return x[:, 0] + self.network(x)


class Penalised(Wasserstein):
    """A smooth critic under a penalty of a given weight; the data are N(0, 1) and the generator's law N(-m, 1).

    It starts near f(x) = x: a norm is 1 at the slope -1 too, and a heavy penalty lets no critic cross from there.
    """

    weight: jax.Array

    def __init__(self, weight, key):
        super().__init__((1,), 1, key, HIDDEN)
        self.generator, self.weight = line.Shifted(-SHIFT, fixed=True), weight

    def critic(self, shape, hidden, key):
        first, second, third = jax.random.split(key, 3)
        last = linear(hidden[1], 1, third)
        small = eqx.tree_at(lambda l: l.layer.weight, last, replace_fn=lambda weight: weight / 10)
        return Rising(Stack((linear(1, hidden[0], first), Tanh(), linear(*hidden, second), Tanh(), small, Reshape(()))))

    def discriminator_loss(self, critic, data, generated, key):
        return penalised_loss(critic, data, generated, key, jax.lax.stop_gradient(self.weight))


def train(size, seed):
    steps = STEPS[size]
    stops = tuple(range(steps // STOPS, steps + 1, steps // STOPS))
    settings = Settings(learning_rate=1e-2, schedule="cosine", betas=(0.9, 0.99), batch_size=BATCH, seed=seed, steps=steps)
    _, found = advanced(line.SideBySide(Penalised, WEIGHTS, jax.random.key(seed)), line.normal(0), settings, stops, measured)
    comparisons, curves, slopes = [], {}, {}
    for k, weight in enumerate(WEIGHTS):
        x, step = (np.asarray(v) for v in line.grid(-SHIFT / 2))
        best, ahead, r = derived(x[:, 0], weight)
        bulk = (x[:, 0] > -SHIFT - BULK) & (x[:, 0] < BULK)
        most = float((evaluate(claim.most, {claim.delta: ahead, claim.rho: r, claim.lam: weight}, np) * step)[r > 1e-290].sum())
        objective, gap, slope = (v[k] for v in found[-1])
        error = float(np.abs(slope - best)[bulk].max())
        with_weight = f"with lambda = {weight:g}"
        comparisons += [
            Comparison(f"gap less penalty {with_weight}", float(objective), most, 0.01 * most, "below", QUADRATURE),
            Comparison(f"gap {with_weight}, against that of the derived slope", float(gap), float((best * ahead)[r > 1e-290].sum() * step), 0.03 * SHIFT, "equal", math.inf),
            Comparison(f"largest error of the slope {with_weight}, within {BULK:g} standard deviations beyond the means", error, 0.0, 0.1, "above", QUADRATURE),
        ]
        curves[f"short of the greatest, lambda = {weight:g}"] = [most - float(row[0][k]) for row in found]
        slopes[f"{weight:g}"] = {"derived in the middle": float(best[len(best) // 2]), "trained in the middle": float(slope[len(slope) // 2]), "largest error": error}
    described = protocol("critic of a WGAN with gradient penalty", f"N(0, 1) and N(-{SHIFT:g}, 1)", steps, seed, hidden=HIDDEN, batch=BATCH, weights=WEIGHTS)
    return Outcome(tuple(comparisons), stops, curves, "gap less penalty", 0.0, described, {"slopes": slopes})


def derived(x, weight):
    """At points x: the best slope, F_g - F_data, and the density r of the points that are penalised; float64."""
    ahead = ndtr(-np.abs(x + SHIFT / 2) + SHIFT / 2) - ndtr(-np.abs(x + SHIFT / 2) - SHIFT / 2)  # by symmetry, from the tail that keeps its digits
    nodes, weights = np.polynomial.legendre.leggauss(64)
    place = (nodes + 1) / 2  # of a point between a generated example and one of the data
    spread = np.hypot(place, 1 - place)
    z = (x[:, None] + (1 - place) * SHIFT) / spread
    r = np.exp(-(z**2) / 2) / (spread * math.sqrt(2 * math.pi)) @ (weights / 2)
    return evaluate(claim.mirrored, {claim.delta: ahead, claim.rho: r, claim.lam: weight}, np), ahead, r


def measured(model):
    """Of every game, by quadrature in float64: the gap less the penalty, the gap, and the slope on the grid."""
    with jax.enable_x64(True):
        model = line.in_float64(model)
        x, step = line.grid(-SHIFT / 2)
        r = jnp.asarray(derived(np.asarray(x)[:, 0], 1.0)[2])
        return tuple(map(np.asarray, _at(model.games, x, step, r)))


@eqx.filter_jit
@eqx.filter_vmap(in_axes=(0, None, None, None))
def _at(game, x, step, r):
    values = game.discriminator(x)
    slopes = jax.grad(lambda x: game.discriminator(x).sum())(x)[:, 0]
    of_data, of_generated = (mean(values) for mean in line.means(step, line.density(x, 0.0), line.density(x, -SHIFT)))
    objective = losses.penalised_gap(of_data, of_generated, jnp.abs(slopes), game.weight, lambda f: (f * r).sum() * step)
    return objective, losses.critic_gap(of_data, of_generated), slopes
