"""The conditional GAN: both sides are told the class. Mirza & Osindero 2014; sheet A 9.1."""

import math

import equinox as eqx
import jax
import jax.numpy as jnp

from models.gan import GAN
from models.layers import dense_discriminator, dense_generator


class ConditionalGAN(GAN):
    """A GAN of p(x | class): the class enters both networks as `classes` numbers, one of them 1."""

    classes: int = eqx.field(static=True)

    takes_labels = True

    def __init__(self, shape, latent_dim, key, hidden=(128, 128), game="non-saturating", classes=10):
        self.classes = classes
        super().__init__(shape, latent_dim, key, hidden, game)

    def networks(self, shape, latent_dim, key, hidden):
        discriminator_key, generator_key = jax.random.split(key)
        return (
            dense_discriminator(math.prod(shape) + self.classes, hidden, discriminator_key),
            dense_generator(latent_dim + self.classes, shape, hidden, generator_key),
        )

    def judge(self, labels):
        return lambda x: self.discriminator(self._beside(x.reshape(len(x), -1), labels))

    def made(self, codes, labels):
        return self.generator(self._beside(codes, labels))

    def _beside(self, vectors, labels):
        return jnp.concatenate([vectors, jax.nn.one_hot(labels, self.classes, dtype=vectors.dtype)], axis=1)
