"""Progressive growing: generator and critic begin with small pictures and double their sides; every new block is faded in.

Karras, Aila, Laine & Lehtinen 2018; sheet A 9.2. Pages: he_initialization, gradient_penalty_optimum, leaky_relu_max. Here
every picture has the data's size, and one of an early stage is a small picture enlarged: so a slope of the critic means the
same at all stages, and a block that begins to fade in changes nothing that either side computes. As in the paper the channels
are as many at all sizes (which there holds up to 32 x 32). Unlike there, pictures lie in (0, 1), by a sigmoid; the drift term
0.001 E[f^2] is left out; and Adam's moments are not begun anew at a stage, so that the first steps of a new block are longer,
by up to 1 / sqrt(1 - beta_2).
"""

import math

import equinox as eqx
import jax
import jax.numpy as jnp

from models.convolution import Convolution
from models.layers import Affine, LeakyReLU, Pixels, Reshape, Stack
from models.losses import he_scale
from models.wgan_gp import WGANGP

SMALLEST = 4  # pixels of a side, below which none is halved


class ProgressiveGAN(WGANGP):
    """A WGAN-GP that grows. The first stage takes `grow_steps` steps; each further one as many to fade in, and as many to settle, but the last, which goes on.

    `stage` is how often the sides were doubled; `step` is how many steps were trained, and with the stage gives the weight of its fade.
    """

    stage: int
    step: jax.Array
    grow_steps: int = eqx.field(static=True)

    def __init__(self, shape, latent_dim, key, width=64, grow_steps=400, penalty=10.0):
        for name, value in (("width", width), ("grow_steps", grow_steps)):
            if not value >= 1:
                raise ValueError(f"{name} = {value} is outside its domain: {name} >= 1")
        super().__init__(shape, latent_dim, key, width, penalty)
        self.stage, self.step, self.grow_steps = 0, jnp.int32(0), grow_steps

    def networks(self, shape, latent_dim, key, width):
        sizes, depth = sizes_of(shape), shape[2] if len(shape) == 3 else 1
        critic_key, generator_key = jax.random.split(key)
        return GrowingCritic(depth, sizes, width, critic_key), GrowingGenerator(latent_dim, shape, depth, sizes, width, generator_key)

    def stage_at(self, step):
        return min((step // self.grow_steps + 1) // 2, len(self.generator.blocks))

    def at(self, stage, step):
        return eqx.tree_at(lambda model: (model.stage, model.step), self, (stage, step))

    @property
    def fade(self):
        """The weight of the newest block, in [0, 1]."""
        return 1 - jnp.clip(2 * self.stage * self.grow_steps - self.step, 0, self.grow_steps) / self.grow_steps

    def judge(self, labels):
        return lambda x: self.discriminator(x, self.stage, self.fade)

    def made(self, codes, labels):
        return self.generator(codes, self.stage, self.fade)

    def discriminator_loss(self, critic, data, generated, key):
        return super().discriminator_loss(critic, self.as_small(data), generated, key)

    def as_small(self, data):
        """Pictures (n, *shape) as this stage shows them, faded like those that are generated, and enlarged to the data's size."""
        undone = len(self.generator.blocks) - self.stage
        shown = resized(data, undone)
        return shown if self.stage == 0 else mixed(resized(data, undone + 1), shown, self.fade)

    def stacks(self):
        """Both sides at every stage, grown: {name: (layers, shape of what they are given)}."""
        found = {}
        for stage, (height, width) in enumerate(sizes_of(self.shape)):
            at = f"at {height} x {width}"
            found[f"discriminator {at}"] = (self.discriminator.grown(stage), (height, width, self.discriminator.depth))
            found[f"generator {at}"] = (self.generator.grown(stage), (self.latent_dim,))
        return found


class GrowingGenerator(eqx.Module):
    """From codes to pictures: an opening, a block for each doubling, and at each stage a layer that shows what there is."""

    opening: Stack
    blocks: tuple
    to_picture: tuple
    shape: tuple = eqx.field(static=True)

    def __init__(self, latent_dim, shape, depth, sizes, width, key):
        opening_key, blocks_key, pictures_key = jax.random.split(key, 3)
        inner = (*sizes[0], width)
        first, second = jax.random.split(opening_key)
        self.opening = Stack((PixelNorm(), dense(latent_dim, math.prod(inner), first), Reshape(inner), LeakyReLU(), PixelNorm(), *self._convolved(width, second)))
        self.blocks = tuple(
            Stack((Enlarge(), *self._convolved(width, first), *self._convolved(width, second))) for first, second in _pairs(blocks_key, len(sizes) - 1)
        )
        self.to_picture = tuple(Stack((convolution(width, depth, 1, own), Pixels())) for own in jax.random.split(pictures_key, len(sizes)))
        self.shape = tuple(shape)

    def __call__(self, codes, stage, fade):
        """Pictures (n, *shape) at a stage, whose block has the weight `fade`."""
        inner = self.opening(codes)
        for block in self.blocks[: max(stage - 1, 0)]:
            inner = block(inner)
        if stage == 0:
            picture = self.to_picture[0](inner)
        else:
            picture = mixed(Enlarge()(self.to_picture[stage - 1](inner)), self.to_picture[stage](self.blocks[stage - 1](inner)), fade)
        return Enlarge(len(self.blocks) - stage)(picture).reshape(len(codes), *self.shape)

    def grown(self, stage):
        """The layers of a stage that is all faded in."""
        return Stack((*self.opening.layers, *(layer for block in self.blocks[:stage] for layer in block.layers), *self.to_picture[stage].layers))

    @staticmethod
    def _convolved(width, key):
        return convolution(width, width, 3, key), LeakyReLU(), PixelNorm()


class GrowingCritic(eqx.Module):
    """From pictures to numbers: at each stage a layer that reads a picture, a block for each halving, and the verdict."""

    from_picture: tuple
    blocks: tuple
    verdict: Stack
    depth: int = eqx.field(static=True)

    def __init__(self, depth, sizes, width, key):
        pictures_key, blocks_key, verdict_key = jax.random.split(key, 3)
        self.from_picture = tuple(Stack((convolution(depth, width, 1, own), LeakyReLU())) for own in jax.random.split(pictures_key, len(sizes)))
        self.blocks = tuple(
            Stack((convolution(width, width, 3, first), LeakyReLU(), convolution(width, width, 3, second), LeakyReLU(), Shrink()))
            for first, second in _pairs(blocks_key, len(sizes) - 1)
        )
        inputs, (first, second, third) = width * math.prod(sizes[0]), jax.random.split(verdict_key, 3)
        looked = (MinibatchDeviation(), convolution(width + 1, width, 3, first), LeakyReLU(), Reshape((inputs,)))
        self.verdict = Stack((*looked, dense(inputs, width, second), LeakyReLU(), dense(width, 1, third), Reshape(())))
        self.depth = depth

    def __call__(self, x, stage, fade):
        """Numbers (n,) for pictures of the data's size, read at the size of a stage whose block has the weight `fade`."""
        x = Shrink(len(self.blocks) - stage)(_with_channels(x))
        inner = self.from_picture[stage](x)
        if stage:
            inner = mixed(self.from_picture[stage - 1](Shrink()(x)), self.blocks[stage - 1](inner), fade)
        for block in self.blocks[: max(stage - 1, 0)][::-1]:
            inner = block(inner)
        return self.verdict(inner)

    def grown(self, stage):
        """The layers of a stage that is all faded in."""
        return Stack((*self.from_picture[stage].layers, *(layer for block in self.blocks[:stage][::-1] for layer in block.layers), *self.verdict.layers))


class Equalised(Affine):
    """A layer whose weights are drawn from N(0, 1), and multiplied by He's standard deviation at each use.

    So a step of Adam, which moves all weights equally far, moves them by the same share of what they are, in every layer.
    """

    def __init__(self, layer, key):
        super().__init__(layer, key, 1.0)

    def __call__(self, x, reference=None):
        weight = self.layer.weight
        scaled = eqx.tree_at(lambda layer: layer.weight, self.layer, weight * he_scale(math.prod(weight.shape[1:])))
        return jax.vmap(scaled)(x.astype(weight.dtype))


class PixelNorm(eqx.Module):
    """The channels of each pixel, or the numbers of a code, to a mean square of 1."""

    def __call__(self, x, reference=None):
        wide = x.astype(jnp.promote_types(x.dtype, jnp.float32))
        return (wide / jnp.sqrt((wide**2).mean(axis=-1, keepdims=True) + 1e-8)).astype(x.dtype)


class MinibatchDeviation(eqx.Module):
    """One more channel, the same number everywhere: the mean, over all else, of the standard deviations over the batch."""

    def __call__(self, x, reference=None):
        wide = x.astype(jnp.promote_types(x.dtype, jnp.float32))
        deviation = jnp.sqrt(wide.var(axis=0) + 1e-8).mean()  # whose gradient is finite for equal pictures
        return jnp.concatenate([x, jnp.full_like(x[..., :1], deviation)], axis=-1)


class Enlarge(eqx.Module):
    """Every pixel as a square of 2^times by 2^times."""

    times: int = eqx.field(static=True, default=1)

    def __call__(self, x, reference=None):
        return jnp.repeat(jnp.repeat(x, 2**self.times, axis=1), 2**self.times, axis=2)


class Shrink(eqx.Module):
    """The means of squares of 2^times by 2^times pixels."""

    times: int = eqx.field(static=True, default=1)

    def __call__(self, x, reference=None):
        n, height, width, channels = x.shape
        side = 2**self.times
        return x.reshape(n, height // side, side, width // side, side, channels).mean(axis=(2, 4))


def mixed(old, new, fade):
    """(1 - fade) old + fade new."""
    return (1 - fade) * old + fade * new


def resized(pictures, times):
    """Pictures halved so often, and enlarged to what they were."""
    return Enlarge(times)(Shrink(times)(_with_channels(pictures))).reshape(pictures.shape)


def sizes_of(shape):
    """[(height, width)] of all stages, from the smallest that halving evenly leads to. Raises `ValueError` where nothing can be halved."""
    sizes = [tuple(shape[:2])]
    while len(shape) in (2, 3) and all(side % 2 == 0 and side // 2 >= SMALLEST for side in sizes[0]):
        sizes.insert(0, tuple(side // 2 for side in sizes[0]))
    if len(sizes) == 1:
        raise ValueError(f"shape = {tuple(shape)}: what grows are images whose sides are even and at least {2 * SMALLEST}")
    return sizes


def convolution(channels, outputs, side, key):
    return Equalised(Convolution(channels, outputs, side, key, padding=side // 2), key)


def dense(inputs, outputs, key):
    return Equalised(eqx.nn.Linear(inputs, outputs, key=key), key)


def _with_channels(pictures):
    return pictures if pictures.ndim == 4 else pictures[..., None]


def _pairs(key, n):
    return [jax.random.split(own) for own in jax.random.split(key, n)]
