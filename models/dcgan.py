"""The deep convolutional GAN: strided convolutions one way, transposed ones the other, batch normalisation between.

Radford, Metz & Chintala 2016; sheet A 5.3, sheet C 2. Pages: transposed_convolution_adjoint, leaky_relu_max. Samples are drawn
beside a fixed batch of codes and take its statistics, so that an image does not depend on the others it is drawn with.
"""

import math

import equinox as eqx
import jax
import jax.numpy as jnp

from models.convolution import Convolution, TransposedConvolution
from models.gan import GAN
from models.layers import Affine, BatchNorm, LeakyReLU, ReLU, Reshape, Stack, examples_from

SCALE = 0.02  # standard deviation of the first weights, as in the paper
REFERENCE = 128  # codes of the fixed batch


class DCGAN(GAN):
    """A DCGAN; `hidden` are the channels from the image inwards, and each of them halves its sides."""

    def __init__(self, shape, latent_dim, key, hidden=(64, 128), game="non-saturating"):
        super().__init__(shape, latent_dim, key, hidden, game)

    def networks(self, shape, latent_dim, key, hidden):
        height, width, depth = with_channels(shape, len(hidden))
        discriminator_key, generator_key = jax.random.split(key)
        inner = (height >> len(hidden), width >> len(hidden), hidden[-1])
        return (
            Stack((Reshape((height, width, depth)), *halvings((depth, *hidden), discriminator_key), *verdict(inner, discriminator_key))),
            Stack((*opening(latent_dim, inner, generator_key), *doublings((*hidden[::-1], depth), generator_key), *examples_from(shape))),
        )

    def sample(self, key, labels):
        return self.beside_the_reference(jax.random.normal(key, (len(labels), self.latent_dim)))

    def stacks(self):
        return {"discriminator": (self.discriminator, self.shape), "generator": (self.generator, (self.latent_dim,))}

    def beside_the_reference(self, codes):
        """Examples from codes, normalised by the statistics of the fixed batch."""
        fixed = jax.random.normal(jax.random.key(0), (REFERENCE, self.latent_dim))
        return self.generator(jnp.concatenate([fixed, codes]), reference=REFERENCE)[REFERENCE:]


def halvings(channels, key, wrapped=lambda layer, key: layer, normalised=True):
    """Convolutions that halve the image, with leaky ReLU; batch normalisation in all but the first."""
    found = []
    for k, (a, b) in enumerate(zip(channels, channels[1:])):
        own = jax.random.fold_in(key, k)
        found.append(wrapped(Affine(Convolution(a, b, 4, own, stride=2, padding=1), own, SCALE), own))
        found += [BatchNorm(b)] if normalised and k else []
        found.append(LeakyReLU())
    return found


def doublings(channels, key):
    """Transposed convolutions that double the image, with batch normalisation and ReLU but after the last."""
    found = []
    for k, (a, b) in enumerate(zip(channels, channels[1:])):
        own = jax.random.fold_in(key, k)
        found.append(Affine(TransposedConvolution(a, b, 4, own, stride=2, padding=1), own, SCALE))
        found += [BatchNorm(b), ReLU()] if k < len(channels) - 2 else []
    return found


def opening(latent_dim, inner, key):
    """From a code to the smallest image, `inner` = (height, width, channels)."""
    own = jax.random.fold_in(key, 1000)
    return Affine(eqx.nn.Linear(latent_dim, math.prod(inner), key=own), own, SCALE), Reshape(inner), BatchNorm(inner[-1]), ReLU()


def verdict(inner, key, wrapped=lambda layer, key: layer):
    """From the smallest image to one number."""
    own, inputs = jax.random.fold_in(key, 1000), math.prod(inner)
    return Reshape((inputs,)), wrapped(Affine(eqx.nn.Linear(inputs, 1, key=own), own, SCALE), own), Reshape(())


def with_channels(shape, halvings):
    """(height, width, channels) of images whose sides can be halved so often. Raises `ValueError` for others."""
    height, width, depth = shape if len(shape) == 3 else (*shape, 1) if len(shape) == 2 else (0, 0, 0)
    if not depth or height % 2**halvings or width % 2**halvings:
        raise ValueError(f"shape = {shape}: {halvings} convolutions that halve an image need sides that are multiples of {2**halvings}")
    return height, width, depth
