"""Networks that look at x_t, the step and the class, and answer with something of the shape of x_t."""

import math

import equinox as eqx
import jax
import jax.numpy as jnp

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


class Block(eqx.Module):
    """Two 3x3 convolutions with group normalisation and SiLU, told the step between them, beside a shortcut (He et al. 2016)."""

    first: eqx.nn.Conv2d
    second: eqx.nn.Conv2d
    told: eqx.nn.Linear
    norms: tuple
    shortcut: eqx.nn.Conv2d | None

    def __init__(self, inputs, outputs, told, key):
        keys = jax.random.split(key, 4)
        self.first = eqx.nn.Conv2d(inputs, outputs, 3, padding=1, key=keys[0])
        self.second = eqx.nn.Conv2d(outputs, outputs, 3, padding=1, key=keys[1])
        self.told = eqx.nn.Linear(told, outputs, key=keys[2])
        self.norms = tuple(eqx.nn.GroupNorm(_groups(n), n) for n in (inputs, outputs))
        self.shortcut = eqx.nn.Conv2d(inputs, outputs, 1, key=keys[3]) if inputs != outputs else None

    def __call__(self, x, told):
        h = self.first(jax.nn.silu(self.norms[0](x))) + self.told(told)[:, None, None]
        h = self.second(jax.nn.silu(self.norms[1](h)))
        return h + (x if self.shortcut is None else self.shortcut(x))


class UNet(eqx.Module):
    """A U-Net (Ronneberger et al. 2015) with as many levels as `channels`, halving the image between them; sides must divide."""

    telling: tuple
    entry: eqx.nn.Conv2d
    down: tuple
    middle: Block
    up: tuple
    last_norm: eqx.nn.GroupNorm
    exit: eqx.nn.Conv2d
    steps: int = eqx.field(static=True)
    classes: int = eqx.field(static=True)

    def __init__(self, shape, steps, classes, key, hidden=(32, 64)):
        depth, *sides = shape if len(shape) == 3 else (1, *shape)
        if len(sides) != 2 or any(side % 2 ** (len(hidden) - 1) for side in sides):
            raise ValueError(f"shape = {shape}: a U-Net with {len(hidden)} levels needs images whose sides are multiples of {2 ** (len(hidden) - 1)}")
        self.steps, self.classes = steps, classes
        width = 4 * hidden[0]
        keys = iter(jax.random.split(key, 5 + 2 * len(hidden)))
        self.telling = (eqx.nn.Linear(TIME_FEATURES + classes, width, key=next(keys)), eqx.nn.Linear(width, width, key=next(keys)))
        self.entry = eqx.nn.Conv2d(depth, hidden[0], 3, padding=1, key=next(keys))
        self.down = tuple(Block(a, b, width, next(keys)) for a, b in zip((hidden[0], *hidden), hidden))
        self.middle = Block(hidden[-1], hidden[-1], width, next(keys))
        above = (hidden[0], *hidden[:-1])
        self.up = tuple(Block(2 * b, a, width, next(keys)) for a, b in zip(above[::-1], hidden[::-1]))
        self.last_norm = eqx.nn.GroupNorm(_groups(hidden[0]), hidden[0])
        last = eqx.nn.Conv2d(hidden[0], depth, 3, padding=1, key=next(keys))
        self.exit = jax.tree.map(jnp.zeros_like, last)  # the first answer is 0, as in Ho et al.'s code

    def __call__(self, x, t, label):
        """What is predicted of x_t, of its shape; a label outside 0..classes-1 stands for no class."""
        dtype = self.entry.weight.dtype
        told = time_features(t, self.steps)
        if self.classes:
            told = jnp.concatenate([told, jax.nn.one_hot(label, self.classes)])
        told = jax.nn.silu(self.telling[1](jax.nn.silu(self.telling[0](told.astype(dtype)))))
        h = self.entry((x if x.ndim == 3 else x[None]).astype(dtype))
        passed = []
        for level, block in enumerate(self.down):
            h = block(_halved(h) if level else h, told)
            passed.append(h)
        h = self.middle(h, told)
        for level, block in enumerate(self.up):
            h = block(jnp.concatenate([_doubled(h) if level else h, passed.pop()]), told)
        return self.exit(jax.nn.silu(self.last_norm(h))).reshape(x.shape).astype(x.dtype)


def _groups(channels):
    return math.gcd(8, channels)


def _halved(x):
    """Means of 2x2 squares."""
    depth, height, width = x.shape
    return x.reshape(depth, height // 2, 2, width // 2, 2).mean(axis=(2, 4))


def _doubled(x):
    """Every pixel four times."""
    return jnp.repeat(jnp.repeat(x, 2, axis=1), 2, axis=2)
