"""Densities on the plane whose law is known: samples from an explicit key, and the exact log-density in nats."""

import math
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import logsumexp

from models.data.dataset import Dataset

TRAINING, TEST = 8000, 2000


@dataclass(frozen=True)
class Mixture:
    """Equally likely Gaussians N(mean, sigma^2 I) on the plane; `means` is a tuple of pairs."""

    means: tuple
    sigma: float

    classes = property(lambda self: tuple(str(k) for k in range(len(self.means))))

    def noised(self, signal, noise):
        """The law of `signal` x + `noise` eps: a mixture too."""
        return Mixture(tuple((signal * a, signal * b) for a, b in self.means), math.hypot(signal * self.sigma, noise))

    def sample(self, key, n):
        """n points (n, 2) and the component that each came from (n,)."""
        which_key, noise_key = jax.random.split(key)
        which = jax.random.randint(which_key, (n,), 0, len(self.means))
        return jnp.asarray(self.means)[which] + self.sigma * jax.random.normal(noise_key, (n, 2)), which

    def log_density(self, x):
        """log p at points x (..., 2), nats."""
        return logsumexp(_log_normal(x[..., None, :], jnp.asarray(self.means), self.sigma), axis=-1) - math.log(len(self.means))


@dataclass(frozen=True)
class TwoMoons:
    """Two interleaved half circles of radius 1, blurred by N(0, sigma^2 I).

    A mixture over the angle, which is uniform on (0, pi): its density is a one-dimensional integral, taken here by
    Gauss-Legendre with 256 nodes, exact to rounding for sigma >= 0.05.
    """

    sigma: float = 0.1
    classes = ("upper", "lower")

    def sample(self, key, n):
        """n points (n, 2) and the moon that each lies on (n,)."""
        which_key, angle_key, noise_key = jax.random.split(key, 3)
        which = jax.random.randint(which_key, (n,), 0, 2)
        angle = math.pi * jax.random.uniform(angle_key, (n,))
        points = jnp.where(which[:, None] == 0, self._moon(0, angle), self._moon(1, angle))
        return points + self.sigma * jax.random.normal(noise_key, (n, 2)), which

    def log_density(self, x):
        """log p at points x (..., 2), nats."""
        nodes, weights = np.polynomial.legendre.leggauss(256)
        angle = jnp.asarray(math.pi * (nodes + 1) / 2)
        arcs = jnp.concatenate([self._moon(0, angle), self._moon(1, angle)])
        return logsumexp(_log_normal(x[..., None, :], arcs, self.sigma), b=jnp.tile(jnp.asarray(weights / 4), 2), axis=-1)

    def _moon(self, which, angle):
        upper = jnp.stack([jnp.cos(angle), jnp.sin(angle)], axis=-1)
        return upper if which == 0 else jnp.array([1.0, 0.5]) - upper


@dataclass(frozen=True)
class Checkerboard:
    """Uniform on the eight black squares of a 4x4 board on [-2, 2]^2; its log-density is -log 8 there, -inf elsewhere."""

    classes = tuple("01234567")

    def sample(self, key, n):
        """n points (n, 2) and the square that each lies on (n,)."""
        which_key, place_key = jax.random.split(key)
        which = jax.random.randint(which_key, (n,), 0, 8)
        row = which // 2
        corner = jnp.stack([2 * (which % 2) + row % 2, row], axis=-1) - 2.0
        return corner + jax.random.uniform(place_key, (n, 2)), which

    def log_density(self, x):
        """log p at points x (..., 2), nats."""
        column, row = jnp.floor(x[..., 0]), jnp.floor(x[..., 1])
        black = ((column + row) % 2 == 0) & (jnp.abs(x) < 2).all(axis=-1)
        return jnp.where(black, -math.log(8), -jnp.inf)


def ring(modes=8, radius=2.0, sigma=0.1):
    """`modes` Gaussians evenly spaced on a circle."""
    angles = (2 * math.pi * k / modes for k in range(modes))
    return Mixture(tuple((radius * math.cos(a), radius * math.sin(a)) for a in angles), sigma)


def grid(side=5, spacing=1.0, sigma=0.05):
    """side^2 Gaussians on a square lattice around 0."""
    places = [spacing * (k - (side - 1) / 2) for k in range(side)]
    return Mixture(tuple((a, b) for a in places for b in places), sigma)


def mixture():
    """Three overlapping Gaussians."""
    return Mixture(((-1.0, -0.5), (1.0, -0.5), (0.0, 1.0)), 0.5)


LAWS = {"mixture": mixture, "ring": ring, "grid": grid, "two-moons": TwoMoons, "checkerboard": Checkerboard}


def load(name, folder=None, seed=0):
    """8,000 training and 2,000 test points (float32) of the named law, drawn from `seed`."""
    law = LAWS[name]()
    points, labels = jax.jit(law.sample, static_argnums=1)(jax.random.key(seed), TRAINING + TEST)
    points, labels = np.asarray(points, np.float32), np.asarray(labels, np.int32)
    return Dataset(
        name,
        *(points[:TRAINING], labels[:TRAINING], points[TRAINING:], labels[TRAINING:]),
        classes=law.classes,
        log_density=law.log_density,
        provenance={"seed": seed},
    )


def _log_normal(x, mean, sigma):
    return -((x - mean) ** 2).sum(axis=-1) / (2 * sigma**2) - math.log(2 * math.pi * sigma**2)
