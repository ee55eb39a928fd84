"""A critic between N(m, 1) and N(0, 1) cannot find a gap above the Wasserstein distance m, and trained it approaches it.

Two kinds: with spectrally normalised layers, its gap divided by the product of their exact norms; with clipped weights, its gap
divided by its steepest slope. Both gaps are taken by quadrature over a grid, where the critic is the broken line through its
values there, so the slope is that of its steepest piece.
"""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from derivations.compile import evaluate
from derivations.gan import wasserstein_critic_of_a_shift as claim
from models import losses
from models.layers import Stack
from models.settings import Settings
from models.spectral import SpectralNorm, SpectralWGAN
from models.theory import line
from models.theory.outcome import Comparison, Outcome
from models.theory.training import advanced, protocol
from models.wgan import WGAN

SHIFTS = (1.0, 3.0)
STEPS = {"quick": 600, "full": 6000}
STOPS = 6
HIDDEN, BATCH, LIMIT = (16,), 512, 0.3
SHORT = 0.1  # of the distance: how much of it training may leave
QUADRATURE = 1e-6


class InTens(eqx.Module):
    """The input in units of ten.

    Weights and biases of one size let a unit bend within one unit of its input's origin: now ten standard deviations away,
    so that the steepest critic in the box is straight where the laws are.
    """

    def __call__(self, x, reference=None):
        return x / 10


class ClippedCritic(WGAN):
    """A critic with clipped weights; the data are N(0, 1) and the generator's law N(-m, 1).

    All units start active on both laws: one that has left them for its flat side has no gradient to return by.
    """

    def __init__(self, shift, key):
        super().__init__((1,), 1, key, HIDDEN, weight_limit=LIMIT)
        self.generator = line.Shifted(-shift, fixed=True)

    def critic(self, shape, hidden, key):
        flat, first, *others = super().critic(shape, hidden, key).layers
        active = eqx.tree_at(lambda l: l.layer.bias, first, jnp.full_like(first.layer.bias, LIMIT))
        return Stack((InTens(), flat, active, *others))


class SpectralCritic(SpectralWGAN):
    """A critic with layers of spectral norm 1, between the same laws."""

    def __init__(self, shift, key):
        super().__init__((1,), 1, key, HIDDEN)
        self.generator = line.Shifted(-shift, fixed=True)


def train(size, seed):
    steps = STEPS[size]
    stops = tuple(range(steps // STOPS, steps + 1, steps // STOPS))
    settings = Settings(learning_rate=1e-2, schedule="cosine", batch_size=BATCH, seed=seed, steps=steps)
    comparisons, curves, constants = [], {}, {}
    for name, kind, constant in (("spectral normalisation", SpectralCritic, product_of_norms), ("weight clipping", ClippedCritic, slope)):
        games = line.SideBySide(kind, SHIFTS, jax.random.key(seed))
        _, found = advanced(games, line.normal(0), settings, stops, lambda model, constant=constant: measured(model, constant))
        for k, m in enumerate(SHIFTS):
            gaps, distance = [float(row[k][0]) for row in found], float(evaluate(claim.parts[0].statement.rhs, {claim.delta: m}, np))
            per_constant = f"gap between N({m:g}, 1) and N(0, 1) per Lipschitz constant, with {name}"
            comparisons.append(Comparison(per_constant, gaps[-1], distance, SHORT * distance, "below", QUADRATURE))
            curves[f"{name}, m = {m:g}"] = [gap / distance for gap in gaps]
            if kind is SpectralCritic:
                share = found[-1][k][2] / found[-1][k][1]
                comparisons.append(Comparison(f"steepest slope per product of the layers' norms, m = {m:g}", share, 1.0, SHORT, "below", QUADRATURE))
            constants[f"{name}, m = {m:g}"] = found[-1][k][1]
    described = protocol("critic of a WGAN", "N(m, 1) and N(0, 1)", steps, seed, hidden=HIDDEN, batch=BATCH)
    return Outcome(tuple(comparisons), stops, curves, "gap / Wasserstein distance", 1.0, described, {"lipschitz_constants": constants})


def measured(model, constant):
    """For each game its gap per Lipschitz constant, that constant, as `constant` finds it, and the critic's steepest slope; in float64."""
    with jax.enable_x64(True):
        model = line.in_float64(model)
        xs, values, gaps = map(np.asarray, _at(model.games))
        games = [jax.tree.map(lambda a, k=k: a[k] if eqx.is_array(a) else a, model.games) for k in range(len(gaps))]
        constants = [constant(game.discriminator, x, f) for game, x, f in zip(games, xs, values)]
        slopes = [slope(game.discriminator, x, f) for game, x, f in zip(games, xs, values)]
    return [(gap / c, c, steepest) for gap, c, steepest in zip(gaps.tolist(), constants, slopes)]


@eqx.filter_jit
@eqx.filter_vmap
def _at(game):
    x, step = line.grid(game.generator.mean / 2)
    values = game.discriminator(x)
    of_data, of_generated = line.means(step, line.density(x, 0.0), line.density(x, game.generator.mean))
    return x[:, 0], values, losses.critic_gap(of_data(values), of_generated(values))


def slope(critic, x, values):
    """That of the steepest piece between points of the grid."""
    return float(np.abs(np.diff(values) / np.diff(x)).max())


def product_of_norms(critic, x, values):
    """What the layers allow: the product of the spectral norms that they compute with, by singular values."""
    return float(np.prod([np.linalg.norm(weights, 2) for weights in normalised_weights(critic)]))


def normalised_weights(critic):
    """The weights (outputs, inputs) of the spectrally normalised layers, after division by the norm that they use."""
    return [np.asarray(l.affine.layer.weight) / float(l.norm()) for l in critic.layers if isinstance(l, SpectralNorm)]
