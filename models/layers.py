"""Layers of whole batches (n, ...), and stacks of them: what both sides of a GAN are made of.

Batch normalisation mixes the examples of a batch, so every layer here takes them all at once. `reference` is how many of
the first examples give the statistics; all of them, where it is None.
"""

import math

import equinox as eqx
import jax
import jax.numpy as jnp

from models.losses import he_scale, leaky_relu

SLOPE = 0.2  # of leaky ReLU for negative numbers, as in DCGAN


class Stack(eqx.Module):
    """Layers, one after the other; `path` gives what each of them makes."""

    layers: tuple

    def __call__(self, x, reference=None):
        for layer in self.layers:
            x = layer(x, reference)
        return x

    def path(self, x):
        """[(layer, what it makes of a batch x)] in order."""
        found = []
        for layer in self.layers:
            x = layer(x)
            found.append((layer, x))
        return found


class Affine(eqx.Module):
    """A linear layer or a convolution of each example, in the precision of its weights. They are drawn from N(0, scale^2); biases start at 0."""

    layer: eqx.Module

    def __init__(self, layer, key, scale):
        weight = jax.random.normal(key, (layer.weight.size,)).reshape(layer.weight.shape) * scale  # drawn flat, which compiles faster
        self.layer = eqx.tree_at(lambda l: (l.weight, l.bias), layer, (weight, jnp.zeros_like(layer.bias)))

    def __call__(self, x, reference=None):
        return jax.vmap(self.layer)(x.astype(self.layer.weight.dtype))


class BatchNorm(eqx.Module):
    """Each channel (the last axis) to mean 0 and variance 1 over the batch (and over the pixels), then to a scale and a shift that are learned.

    Ioffe & Szegedy 2015. There are no running means: samples are drawn beside a fixed batch, and take its statistics.
    """

    scale: jax.Array
    shift: jax.Array

    def __init__(self, channels):
        self.scale, self.shift = jnp.ones(channels), jnp.zeros(channels)

    def __call__(self, x, reference=None):
        wide = x.astype(jnp.promote_types(x.dtype, jnp.float32))
        axes = tuple(range(x.ndim - 1))
        seen = wide[:reference]
        normal = (wide - seen.mean(axes, keepdims=True)) / jnp.sqrt(seen.var(axes, keepdims=True) + 1e-5)
        return (normal * self.scale + self.shift).astype(x.dtype)


class Reshape(eqx.Module):
    """Every example to another shape."""

    shape: tuple = eqx.field(static=True)

    def __call__(self, x, reference=None):
        return x.reshape(len(x), *self.shape)


class ReLU(eqx.Module):
    def __call__(self, x, reference=None):
        return jax.nn.relu(x)


class LeakyReLU(eqx.Module):
    slope: float = eqx.field(static=True, default=SLOPE)

    def __call__(self, x, reference=None):
        return leaky_relu(x, self.slope)


class Pixels(eqx.Module):
    """Numbers to brightnesses in (0, 1), in float32 at least."""

    def __call__(self, x, reference=None):
        return jax.nn.sigmoid(x.astype(jnp.promote_types(x.dtype, jnp.float32)))


def linear(inputs, outputs, key):
    """A linear layer with He's variance."""
    return Affine(eqx.nn.Linear(inputs, outputs, key=key), key, he_scale(inputs))


def examples_from(shape):
    """The last layers of a generator: images in (0, 1), points as they are."""
    return (*((Pixels(),) if len(shape) > 1 else ()), Reshape(tuple(shape)))


def dense_generator(inputs, shape, hidden, key):
    """From codes (n, inputs) to examples (n, *shape)."""
    sizes = (inputs, *hidden, math.prod(shape))
    first, *others = (linear(a, b, k) for a, b, k in zip(sizes, sizes[1:], jax.random.split(key, len(sizes) - 1)))
    return Stack((first, *(l for layer in others for l in (ReLU(), layer)), *examples_from(shape)))


def dense_discriminator(inputs, hidden, key, wrapped=lambda layer, key: layer):
    """From examples of `inputs` numbers to a number for each (n,); every layer with weights is `wrapped`, given it and a key."""
    sizes = (inputs, *hidden, 1)
    keys = jax.random.split(key, len(sizes) - 1)
    first, *others = (wrapped(linear(a, b, k), k) for a, b, k in zip(sizes, sizes[1:], keys))
    return Stack((Reshape((inputs,)), first, *(l for layer in others for l in (LeakyReLU(), layer)), Reshape(())))


def activation_shapes(stacks):
    """Tables of activations, {name: [{"layer", "shape", "weights"} of every layer in order]}, computed from {name: (stack, shape of its input)}."""
    return {name: _rows(stack, shape) for name, (stack, shape) in stacks.items()}


def _rows(stack, shape):
    found = eqx.filter_eval_shape(lambda stack, x: [made for _, made in stack.path(x)], stack, jax.ShapeDtypeStruct((1, *shape), jnp.float32))
    return [
        {"layer": _name(layer), "shape": made.shape[1:], "weights": sum(array.size for array in jax.tree.leaves(layer) if hasattr(array, "size"))}
        for layer, made in zip(stack.layers, found)
    ]


def _name(layer):
    return type(layer.layer if isinstance(layer, Affine) else layer).__name__
