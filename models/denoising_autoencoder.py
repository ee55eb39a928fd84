"""The denoising autoencoder: x is to be found again from a corrupted x. Vincent et al. 2008; sheet A 1.2, 5.1c."""

import equinox as eqx
import jax
import jax.numpy as jnp

from models import losses
from models.autoencoder import Autoencoder

NOISES = ("gaussian", "salt-and-pepper", "dropout")


def corrupted(x, kind, level, key):
    """x with noise: N(0, level^2) added; a share `level` of the pixels set to 0 or 1; or that share set to 0."""
    if kind == "gaussian":
        return x + level * jax.random.normal(key, x.shape)
    where_key, value_key = jax.random.split(key)
    hit = jax.random.bernoulli(where_key, level, x.shape)
    if kind == "salt-and-pepper":
        return jnp.where(hit, jax.random.bernoulli(value_key, 0.5, x.shape).astype(x.dtype), x)
    return jnp.where(hit, 0.0, x)


class DenoisingAutoencoder(Autoencoder):
    """An autoencoder that sees x with `noise` of strength `noise_level`, and is held to x. The code is not squashed."""

    noise: str = eqx.field(static=True)
    noise_level: float = eqx.field(static=True)

    def __init__(self, shape, latent_dim, key, hidden=(200,), noise="gaussian", noise_level=0.3):
        super().__init__(shape, latent_dim, key, hidden)
        if noise not in NOISES:
            raise ValueError(f"noise = {noise!r} is none of {', '.join(NOISES)}")
        if not (noise_level > 0 and (noise == "gaussian" or noise_level <= 1)):
            raise ValueError(f"noise_level = {noise_level:g} is outside its domain: noise_level > 0, and at most 1 for a share of pixels")
        self.noise, self.noise_level = noise, float(noise_level)

    def loss(self, x, label, key):
        seen = corrupted(x, self.noise, self.noise_level, key)
        error = losses.squared_error(x, self.reconstruct(seen, label))
        return error, {"squared_error": error}

    def code(self, x, label):
        return self.encoder(x)
