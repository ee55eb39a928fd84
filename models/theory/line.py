"""Games on the line, where both laws are known: the data N(0, 1) or N(m, 1), players of one number, means by quadrature."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from scipy.special import ndtri

from models.adversarial import Adversarial
from models.data.dataset import Dataset
from models.losses import log_normal
from models.model import Model

POINTS = 4096
REACH, NODES = 12.0, 4801  # of the grid, from the middle; the trapezoid rule errs by less than 1e-9 on the densities here


class Shifted(eqx.Module):
    """The generator of N(mean, 1) from z ~ N(0, 1); the mean is trained, unless it is `fixed`."""

    mean: jax.Array
    fixed: bool = eqx.field(static=True)

    def __init__(self, mean, fixed=False):
        self.mean, self.fixed = jnp.asarray(mean, float), fixed

    def scale(self):
        return jnp.ones(())

    def __call__(self, z):
        return z + (jax.lax.stop_gradient(self.mean) if self.fixed else self.mean)


class Moved(eqx.Module):
    """The generator of N(mean, scale^2) from z ~ N(0, 1); both are trained."""

    mean: jax.Array
    log_scale: jax.Array

    def __init__(self, mean, scale):
        self.mean, self.log_scale = jnp.asarray(mean, float), jnp.log(jnp.asarray(scale, float))

    def scale(self):
        return jnp.exp(self.log_scale)

    def __call__(self, z):
        return self.mean + self.scale() * z


class SideBySide(Model):
    """One game `kind(number, key)` for each number, whose discriminators learn at once: the sum of their losses has each one's gradient."""

    games: Adversarial
    shape: tuple = eqx.field(static=True)

    def __init__(self, kind, numbers, key):
        self.shape = (1,)
        self.games = eqx.filter_jit(eqx.filter_vmap(lambda number: kind(number, key)))(jnp.asarray(numbers, float))

    def batch_loss(self, x, labels, key, player=None):
        losses, _ = eqx.filter_vmap(lambda game: game.batch_loss(x, labels, key, "discriminator"))(self.games)
        return losses.sum(), {}

    def settled(self):
        return eqx.tree_at(lambda model: model.games, self, eqx.filter_vmap(lambda game: game.settled())(self.games))


def normal(mean):
    """N(mean, 1) as a data set: its quantiles in equal steps of probability, so that no error is that of a draw."""
    points = np.asarray(mean + ndtri((np.arange(POINTS) + 0.5) / POINTS), np.float32)[:, None]
    labels = np.zeros(POINTS, np.int32)
    return Dataset("normal", points, labels, points[::8], labels[::8], classes=("0",))


def grid(middle):
    """Points (NODES, 1) around a middle, and the length that each stands for."""
    return middle + jnp.linspace(-REACH, REACH, NODES)[:, None], 2 * REACH / (NODES - 1)


def density(x, mean, scale=1.0):
    """N(x; mean, scale^2) at points (n, 1)."""
    return jnp.exp(log_normal(x, mean, 2 * jnp.log(scale)))


def means(step, of_data, of_generated):
    """The two means of values at points of the grid, under two densities there: for `losses.gan_value`."""
    return lambda f: (f * of_data).sum() * step, lambda f: (f * of_generated).sum() * step


def in_float64(model):
    return jax.tree.map(lambda a: a.astype(jnp.float64) if eqx.is_inexact_array(a) else a, model)
