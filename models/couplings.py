"""Coupling layers: half of the numbers stay, and say how each of the others is moved by an increasing function.

The Jacobian is triangular, so its log-determinant is the sum of the logarithms of those functions' slopes, and the inverse
needs no more than theirs. Forward is from examples to codes.
"""

import abc
import math

import equinox as eqx
import jax
import jax.numpy as jnp

from models import losses
from models.networks import Dense

BOUND = 4.0  # splines are the identity outside [-BOUND, BOUND]
LEAST = 1e-3  # least width, height and slope of a spline's piece, so that its inverse stays a function


class Coupling(eqx.Module):
    """Vectors (d,) to vectors (d,): the numbers where `moved` is set are moved, told of the others."""

    network: Dense
    moved: tuple = eqx.field(static=True)

    each: eqx.AbstractClassVar[int]  # what the network says for each number that is moved

    def __init__(self, size, parity, key, hidden):
        self.moved = tuple(k for k in range(size) if k % 2 == parity)
        network = Dense((size - len(self.moved), *hidden, self.each * len(self.moved)), key)
        self.network = eqx.tree_at(lambda n: n.layers[-1].weight, network, replace_fn=jnp.zeros_like)  # a new layer is the same for all x

    @abc.abstractmethod
    def move(self, x, said):
        """(y, log dy/dx) for numbers x (m,), with what the network said (m, each)."""

    @abc.abstractmethod
    def move_back(self, y, said):
        """The x of which `move` makes y."""

    def __call__(self, x):
        """(y, log |det dy/dx|)."""
        y, slopes = self.move(*self._parts(x))
        return x.at[jnp.array(self.moved)].set(y), slopes.sum()

    def inverse(self, y):
        return y.at[jnp.array(self.moved)].set(self.move_back(*self._parts(y)))

    def _parts(self, x):
        moved = jnp.array(self.moved)
        stay = jnp.array([k for k in range(len(x)) if k not in set(self.moved)])
        return x[moved], self.network(x[stay]).reshape(len(self.moved), self.each)


class AffineCoupling(Coupling):
    """y = exp(s) x + t. Dinh, Sohl-Dickstein & Bengio 2017, equations (4) to (8): page affine_coupling_log_det."""

    each = 2

    def move(self, x, said):
        s, t = jnp.tanh(said[:, 0]), said[:, 1]  # s in (-1, 1), as in their section 4.1
        return losses.affine_coupling(x, s, t), s

    def move_back(self, y, said):
        s, t = jnp.tanh(said[:, 0]), said[:, 1]
        return losses.affine_coupling_inverse(y, s, t)


class SplineCoupling(Coupling):
    """Increasing rational-quadratic splines on [-BOUND, BOUND]. Durkan et al. 2019, equations (4) to (8)."""

    pieces = 8
    each = 3 * pieces - 1

    def move(self, x, said):
        return jax.vmap(_spline)(x, *self._knots(said))

    def move_back(self, y, said):
        return jax.vmap(_spline_inverse)(y, *self._knots(said))

    def _knots(self, said):
        """Knots on both axes (m, pieces + 1), and the slopes at them, 1 at the ends."""
        widths, heights, slopes = jnp.split(said, [self.pieces, 2 * self.pieces], axis=1)
        xs, ys = (-BOUND + 2 * BOUND * jnp.pad(jnp.cumsum(_shares(w), axis=1), ((0, 0), (1, 0))) for w in (widths, heights))
        even = math.log(math.expm1(1 - LEAST))  # softplus of it is a slope of 1
        slopes = LEAST + jax.nn.softplus(slopes + even)
        return xs, ys, jnp.pad(slopes, ((0, 0), (1, 1)), constant_values=1.0)


COUPLINGS = {"affine": AffineCoupling, "spline": SplineCoupling}


def _shares(logits):
    """Numbers >= LEAST along the last axis that sum to 1."""
    return LEAST + (1 - LEAST * logits.shape[-1]) * jax.nn.softmax(logits, axis=-1)


def _spline(x, xs, ys, slopes):
    """(y, log dy/dx) at one x: equations (4) and (5)."""
    inside = jnp.abs(x) < BOUND
    k = _piece(x, xs)
    width, height, left, right = xs[k + 1] - xs[k], ys[k + 1] - ys[k], slopes[k], slopes[k + 1]
    s = height / width
    xi = jnp.clip((x - xs[k]) / width, 0.0, 1.0)
    both = xi * (1 - xi)
    below = s + (left + right - 2 * s) * both
    y = ys[k] + height * (s * xi**2 + left * both) / below
    slope = s**2 * (right * xi**2 + 2 * s * both + left * (1 - xi) ** 2) / below**2
    return jnp.where(inside, y, x), jnp.where(inside, jnp.log(slope), 0.0)


def _spline_inverse(y, xs, ys, slopes):
    """The x of one y, as the root of a quadratic: equations (6) to (8)."""
    inside = jnp.abs(y) < BOUND
    k = _piece(y, ys)
    width, height, left, right = xs[k + 1] - xs[k], ys[k + 1] - ys[k], slopes[k], slopes[k + 1]
    s, rise = height / width, jnp.clip(y - ys[k], 0.0, height)
    bent = rise * (left + right - 2 * s)
    a, b, c = height * (s - left) + bent, height * left - bent, -s * rise
    xi = 2 * c / (-b - jnp.sqrt(jnp.maximum(b**2 - 4 * a * c, 0.0)))
    return jnp.where(inside, xs[k] + xi * width, y)


def _piece(x, knots):
    """Between which knots x lies."""
    return jnp.clip(jnp.searchsorted(knots, x, side="right") - 1, 0, len(knots) - 2)
