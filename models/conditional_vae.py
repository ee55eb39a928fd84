"""The conditional VAE: encoder and decoder are told the class. Sohn, Lee & Yan 2015; sheet A 5.2."""

import math

import equinox as eqx
import jax
import jax.numpy as jnp

from models.networks import Dense
from models.vae import VAE


class ConditionalVAE(VAE):
    """A VAE of p(x | class): the class enters both networks as `classes` numbers, one of them 1."""

    classes: int = eqx.field(static=True)

    takes_labels = True

    def __init__(self, shape, latent_dim, key, hidden=(200,), classes=10):
        self.classes = classes
        super().__init__(shape, latent_dim, key, hidden)

    def networks(self, shape, latent_dim, key, hidden):
        pixels = math.prod(shape)
        encoder_key, decoder_key = jax.random.split(key)
        return (
            Dense((pixels + self.classes, *hidden, 2 * latent_dim), encoder_key),
            Dense((latent_dim + self.classes, *hidden[::-1], pixels), decoder_key),
        )

    def posterior(self, x, label):
        return jnp.split(self.encoder(self._beside(x.reshape(-1), label)), 2)

    def decoded(self, z, label):
        return self.decoder(self._beside(z, label))

    def _beside(self, vector, label):
        return jnp.concatenate([vector, jax.nn.one_hot(label, self.classes, dtype=vector.dtype)])
