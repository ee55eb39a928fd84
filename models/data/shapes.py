"""Rectangles, circles and lines on 28x28 pixels: the synthetic data set of sheet L, drawn all at once.

The sheet draws a rectangle's second corner from the first one's row alone, which can leave it empty; here each
side is at least three pixels, and the three kinds are equally likely.
"""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from models.data.dataset import Dataset

SIDE = 28
KINDS = ("rectangle", "circle", "line")
TRAINING, TEST = 8000, 2000


def load(name="shapes", folder=None, seed=0):
    """8,000 training and 2,000 test images (uint8, 0 or 1), drawn from `seed`."""
    images, labels = (np.asarray(a) for a in draw(jax.random.key(seed), TRAINING + TEST))
    return Dataset(name, images[:TRAINING], labels[:TRAINING], images[TRAINING:], labels[TRAINING:], KINDS, provenance={"seed": seed})


@partial(jax.jit, static_argnums=1)
def draw(key, n):
    """n images (n, 28, 28), uint8, 0 or 1, and their kinds (n,), int32: the positions in `KINDS`."""
    kind_key, *keys = jax.random.split(key, 4)
    kinds = jax.random.randint(kind_key, (n,), 0, 3)
    each = [jax.vmap(one)(jax.random.split(k, n)) for one, k in zip((rectangle, circle, line), keys)]
    chosen = jnp.select([(kinds == k)[:, None, None] for k in range(3)], each)
    return chosen.astype(jnp.uint8), kinds.astype(jnp.int32)


def rectangle(key):
    """A filled rectangle: first corner in 5..14, second from 3 further up to 24. (28, 28), bool."""
    start_key, end_key = jax.random.split(key)
    start = jax.random.randint(start_key, (2,), 5, 15)
    end = jax.random.randint(end_key, (2,), start + 3, 25)
    row, column = _grid()
    return (row >= start[0]) & (row < end[0]) & (column >= start[1]) & (column < end[1])


def circle(key):
    """A filled circle: centre in 8..19, radius in 3..7. (28, 28), bool."""
    centre_key, radius_key = jax.random.split(key)
    centre, radius = jax.random.randint(centre_key, (2,), 8, 20), jax.random.randint(radius_key, (), 3, 8)
    row, column = _grid()
    return (row - centre[0]) ** 2 + (column - centre[1]) ** 2 <= radius**2


def line(key):
    """A line between two pixels anywhere, one pixel for each step along its longer side. (28, 28), bool."""
    start, end = jax.random.randint(key, (2, 2), 0, SIDE)
    length = jnp.abs(end - start).max()
    steps = jnp.minimum(jnp.arange(SIDE), length)
    pixels = jnp.round(start + (end - start) * steps[:, None] / jnp.maximum(length, 1)).astype(int)
    return jnp.zeros((SIDE, SIDE), bool).at[pixels[:, 0], pixels[:, 1]].set(True)


def _grid():
    return jnp.mgrid[:SIDE, :SIDE]
