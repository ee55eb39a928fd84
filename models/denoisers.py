"""Networks that look at x_t, the step and the class, and answer with something of the shape of x_t."""

import math

import equinox as eqx
import jax
import jax.numpy as jnp

from models.convolution import Convolution
from models.networks import Dense

TIME_FEATURES = 32


def time_features(t, steps, n=TIME_FEATURES):
    """t / T as n sines and cosines of geometrically rising frequencies (Vaswani et al. 2017, section 3.5): (n,)."""
    angles = 1000 * t / steps * jnp.exp(-math.log(10_000) * jnp.arange(n // 2) / (n // 2))
    return jnp.concatenate([jnp.sin(angles), jnp.cos(angles)])


class DenseDenoiser(eqx.Module):
    """Dense layers over x_t, features of the step, and the class as one number of `classes`; for points, and small images."""

    layers: Dense
    steps: int = eqx.field(static=True)
    classes: int = eqx.field(static=True)

    def __init__(self, shape, steps, classes, key, hidden=(128, 128, 128)):
        self.steps, self.classes = steps, classes
        size = math.prod(shape)
        self.layers = Dense((size + TIME_FEATURES + classes, *hidden, size), key)

    def __call__(self, x, t, label):
        """What is predicted of x_t, of its shape; a label outside 0..classes-1 stands for no class."""
        seen = [x.reshape(-1), time_features(t, self.steps)]
        if self.classes:
            seen.append(jax.nn.one_hot(label, self.classes))
        return self.layers(jnp.concatenate(seen)).reshape(x.shape).astype(x.dtype)


class GroupNorm(eqx.Module):
    """The channels of one image in at most 8 groups, each to mean 0 and variance 1, then to a scale and a shift that are learned.

    Wu & He 2018. One pass over the image, in float32 at least.
    """

    scale: jax.Array
    shift: jax.Array

    def __init__(self, channels):
        self.scale, self.shift = jnp.ones(channels), jnp.zeros(channels)

    def __call__(self, x):
        wide = x.astype(jnp.promote_types(x.dtype, jnp.float32))
        groups = math.gcd(8, len(self.scale))
        # Sums of every channel first: their axes lie together, and few numbers are left to be grouped.
        mean, square = (a.mean(axis=(0, 1)).reshape(groups, -1).mean(axis=1) for a in (wide, wide**2))
        mean, deviation = (jnp.repeat(a, len(self.scale) // groups) for a in (mean, jnp.sqrt(jnp.maximum(square - mean**2, 0) + 1e-5)))
        return ((wide - mean) / deviation * self.scale + self.shift).astype(x.dtype)


class Block(eqx.Module):
    """Two 3x3 convolutions with group normalisation and SiLU, told the step between them, beside a shortcut (He et al. 2016)."""

    first: Convolution
    second: Convolution
    told: eqx.nn.Linear
    norms: tuple
    shortcut: Convolution | None

    def __init__(self, inputs, outputs, told, key):
        keys = jax.random.split(key, 4)
        self.first = Convolution(inputs, outputs, 3, keys[0], padding=1)
        self.second = Convolution(outputs, outputs, 3, keys[1], padding=1)
        self.told = eqx.nn.Linear(told, outputs, key=keys[2])
        self.norms = tuple(GroupNorm(n) for n in (inputs, outputs))
        self.shortcut = Convolution(inputs, outputs, 1, keys[3]) if inputs != outputs else None

    def __call__(self, x, told):
        h = self.first(jax.nn.silu(self.norms[0](x))) + self.told(told)
        h = self.second(jax.nn.silu(self.norms[1](h)))
        return h + (x if self.shortcut is None else self.shortcut(x))


class UNet(eqx.Module):
    """A U-Net (Ronneberger et al. 2015) with as many levels as `channels`, halving the image between them; sides must divide."""

    telling: tuple
    entry: Convolution
    down: tuple
    middle: Block
    up: tuple
    last_norm: GroupNorm
    exit: Convolution
    steps: int = eqx.field(static=True)
    classes: int = eqx.field(static=True)

    def __init__(self, shape, steps, classes, key, hidden=(32, 64)):
        *sides, depth = shape if len(shape) == 3 else (*shape, 1)
        if len(sides) != 2 or any(side % 2 ** (len(hidden) - 1) for side in sides):
            raise ValueError(f"shape = {shape}: a U-Net with {len(hidden)} levels needs images whose sides are multiples of {2 ** (len(hidden) - 1)}")
        self.steps, self.classes = steps, classes
        width = 4 * hidden[0]
        keys = iter(jax.random.split(key, 5 + 2 * len(hidden)))
        self.telling = (eqx.nn.Linear(TIME_FEATURES + classes, width, key=next(keys)), eqx.nn.Linear(width, width, key=next(keys)))
        self.entry = Convolution(depth, hidden[0], 3, next(keys), padding=1)
        self.down = tuple(Block(a, b, width, next(keys)) for a, b in zip((hidden[0], *hidden), hidden))
        self.middle = Block(hidden[-1], hidden[-1], width, next(keys))
        above = (hidden[0], *hidden[:-1])
        self.up = tuple(Block(2 * b, a, width, next(keys)) for a, b in zip(above[::-1], hidden[::-1]))
        self.last_norm = GroupNorm(hidden[0])
        last = Convolution(hidden[0], depth, 3, next(keys), padding=1)
        self.exit = jax.tree.map(jnp.zeros_like, last)  # the first answer is 0, as in Ho et al.'s code

    def __call__(self, x, t, label):
        """What is predicted of x_t, of its shape; a label outside 0..classes-1 stands for no class."""
        dtype = self.entry.weight.dtype
        told = time_features(t, self.steps)
        if self.classes:
            told = jnp.concatenate([told, jax.nn.one_hot(label, self.classes)])
        told = jax.nn.silu(self.telling[1](jax.nn.silu(self.telling[0](told.astype(dtype)))))
        h = self.entry((x if x.ndim == 3 else x[..., None]).astype(dtype))
        passed = []
        for level, block in enumerate(self.down):
            h = block(_halved(h) if level else h, told)
            passed.append(h)
        h = self.middle(h, told)
        for level, block in enumerate(self.up):
            h = block(jnp.concatenate([_doubled(h) if level else h, passed.pop()], -1), told)
        return self.exit(jax.nn.silu(self.last_norm(h))).reshape(x.shape).astype(x.dtype)


def _halved(x):
    """Means of 2x2 squares."""
    height, width, depth = x.shape
    return x.reshape(height // 2, 2, width // 2, 2, depth).mean(axis=(1, 3))


def _doubled(x):
    """Every pixel four times."""
    return jnp.repeat(jnp.repeat(x, 2, axis=0), 2, axis=1)
