"""The networks inside the models: dense stacks, and the strided convolutions of sheet C.

All take and give one example, and compute in the precision of their weights.
"""

import math

import equinox as eqx
import jax
import jax.numpy as jnp

from models.convolution import Convolution, TransposedConvolution
from models.losses import he_scale


class Dense(eqx.Module):
    """Dense layers with ReLU between them; the last is affine. Weights have He's variance, biases start at 0."""

    layers: tuple

    def __init__(self, sizes, key):
        keys = jax.random.split(key, len(sizes) - 1)
        self.layers = tuple(_initialised(eqx.nn.Linear(a, b, key=k), a, k) for a, b, k in zip(sizes, sizes[1:], keys))

    def __call__(self, x):
        x = x.reshape(-1).astype(self.layers[0].weight.dtype)
        for layer in self.layers[:-1]:
            x = jax.nn.relu(layer(x))
        return self.layers[-1](x)


class ConvolutionalEncoder(eqx.Module):
    """Two convolutions that halve the image, then a dense layer to `outputs` numbers."""

    convolutions: tuple
    last: eqx.nn.Linear

    def __init__(self, shape, outputs, key, channels=(32, 64)):
        height, width, depth = _with_channels(shape)
        first, second, third = jax.random.split(key, 3)
        narrow, wide = channels
        self.convolutions = (
            _initialised(Convolution(depth, narrow, 4, first, stride=2, padding=1), 16 * depth, first),
            _initialised(Convolution(narrow, wide, 4, second, stride=2, padding=1), 16 * narrow, second),
        )
        inputs = wide * (height // 4) * (width // 4)
        self.last = _initialised(eqx.nn.Linear(inputs, outputs, key=third), inputs, third)

    def __call__(self, x):
        x = x if x.ndim == 3 else x[..., None]
        x = x.astype(self.last.weight.dtype)
        for convolution in self.convolutions:
            x = jax.nn.relu(convolution(x))
        return self.last(x.reshape(-1))


class ConvolutionalDecoder(eqx.Module):
    """A dense layer, then two transposed convolutions that double the image; the result is flat, one number per pixel."""

    first: eqx.nn.Linear
    convolutions: tuple
    inner: tuple = eqx.field(static=True)

    def __init__(self, inputs, shape, key, channels=(32, 64)):
        height, width, depth = _with_channels(shape)
        first, second, third = jax.random.split(key, 3)
        narrow, wide = channels
        self.inner = (height // 4, width // 4, wide)
        self.first = _initialised(eqx.nn.Linear(inputs, math.prod(self.inner), key=first), inputs, first)
        self.convolutions = (
            _initialised(TransposedConvolution(wide, narrow, 4, second, stride=2, padding=1), 4 * wide, second),
            _initialised(TransposedConvolution(narrow, depth, 4, third, stride=2, padding=1), 4 * narrow, third),
        )

    def __call__(self, z):
        x = jax.nn.relu(self.first(z.astype(self.first.weight.dtype))).reshape(self.inner)
        first, last = self.convolutions
        return last(jax.nn.relu(first(x))).reshape(-1)


def _initialised(layer, inputs, key):
    """He's weights, with zero biases; `inputs` is how many numbers each output is made of."""
    weight = jax.random.normal(key, (layer.weight.size,)).reshape(layer.weight.shape) * he_scale(inputs)  # drawn flat, which compiles faster
    return eqx.tree_at(lambda l: (l.weight, l.bias), layer, (weight, jnp.zeros_like(layer.bias)))


def _with_channels(shape):
    height, width, depth = shape if len(shape) == 3 else (*shape, 1) if len(shape) == 2 else (0, 0, 0)
    if not depth or height % 4 or width % 4:
        raise ValueError(f"shape = {shape}: a convolutional model needs images whose sides are multiples of 4")
    return height, width, depth
