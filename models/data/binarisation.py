"""Grey images as random bits: a pixel of value v is 1 with probability v."""

import jax
import jax.numpy as jnp

WAYS = ("none", "static", "dynamic")


def binarise(x, key):
    """A draw of bits for grey values x in [0, 1], of the same shape and type."""
    return jax.random.bernoulli(key, x).astype(jnp.result_type(x))
