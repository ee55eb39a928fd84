"""The dense autoencoder: z = sigma(W_e x + b_e), x_hat = sigma(W_d z + b_d), squared error. Sheet A 1.1, sheet L (1) to (3)."""

import math

import equinox as eqx
import jax
import jax.numpy as jnp

from models import losses
from models.model import LatentModel
from models.networks import Dense


class Autoencoder(LatentModel):
    """An autoencoder with dense networks; with no `hidden` layers and 784-32-784 it has the sheet's 50,992 parameters.

    The code is squashed by a sigmoid as on the sheet; so is the reconstruction of images, not that of points.
    """

    encoder: eqx.Module
    decoder: eqx.Module
    shape: tuple = eqx.field(static=True)
    latent_dim: int = eqx.field(static=True)

    def __init__(self, shape, latent_dim, key, hidden=()):
        self.shape, self.latent_dim = shape, latent_dim
        self.encoder, self.decoder = self.networks(shape, latent_dim, key, hidden)

    def networks(self, shape, latent_dim, key, hidden):
        pixels = math.prod(shape)
        encoder_key, decoder_key = jax.random.split(key)
        return Dense((pixels, *hidden, latent_dim), encoder_key), Dense((latent_dim, *hidden[::-1], pixels), decoder_key)

    def loss(self, x, label, key):
        error = losses.squared_error(x, self.reconstruct(x, label))
        return error, {"squared_error": error}

    def code(self, x, label):
        return jax.nn.sigmoid(self.encoder(x))

    def decode(self, code, label):
        out = self.decoder(code).astype(jnp.float32).reshape(self.shape)
        return jax.nn.sigmoid(out) if len(self.shape) > 1 else out
