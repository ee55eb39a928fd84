"""The linear autoencoder: z = V (x - b), x_hat = W z + b, trained on the squared error.

At its optimum the columns of W span the first k principal directions, and the loss is the sum of the eigenvalues
that are left out. Baldi & Hornik 1989; sheet L 1.1.
"""

import math

import equinox as eqx
import jax
import jax.numpy as jnp

from models import losses
from models.model import LatentModel


class LinearAutoencoder(LatentModel):
    """An autoencoder without nonlinearities."""

    encoder: jax.Array
    decoder: jax.Array
    offset: jax.Array
    shape: tuple = eqx.field(static=True)
    latent_dim: int = eqx.field(static=True)

    def __init__(self, shape, latent_dim, key):
        self.shape, self.latent_dim = shape, latent_dim
        pixels = math.prod(shape)
        encoder_key, decoder_key = jax.random.split(key)
        self.encoder = jax.random.normal(encoder_key, (latent_dim, pixels)) / math.sqrt(pixels)
        self.decoder = jax.random.normal(decoder_key, (pixels, latent_dim)) / math.sqrt(pixels)
        self.offset = jnp.zeros(pixels)

    def loss(self, x, label, key):
        error = losses.squared_error(x, self.reconstruct(x, label))
        return error, {"squared_error": error}

    def code(self, x, label):
        return self.encoder @ (x.reshape(-1) - self.offset)

    def decode(self, code, label):
        return (self.decoder @ code + self.offset).reshape(self.shape)
