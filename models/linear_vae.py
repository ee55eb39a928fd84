"""The linear VAE: q(z | x) = N(V (x - b), diag s^2), p(x | z) = N(W z + b, sigma^2 I).

Its best ELBO is the log-likelihood of probabilistic PCA (Lucas et al. 2019). log p(x | z) is quadratic in z, so its mean
over q is taken without sampling: its value at mu, plus what the 2 k points +- sqrt(k) s_j e_j around it, with equal
weights, take away; that rule is exact for polynomials of degree three.
"""

import math

import equinox as eqx
import jax
import jax.numpy as jnp

from models import losses
from models.likelihoods import GaussianPoints
from models.model import LatentModel


class LinearVAE(LatentModel):
    """A VAE with affine networks, one spread for all examples, and an exact ELBO."""

    encoder: jax.Array
    decoder: jax.Array
    offset: jax.Array
    log_var: jax.Array
    likelihood: GaussianPoints
    shape: tuple = eqx.field(static=True)
    latent_dim: int = eqx.field(static=True)

    has_prior, unit = True, "nats"

    def __init__(self, shape, latent_dim, key, noise_scale=None):
        """`noise_scale` fixes the decoder's standard deviation sigma; without it sigma is trained."""
        self.shape, self.latent_dim = shape, latent_dim
        pixels = math.prod(shape)
        encoder_key, decoder_key = jax.random.split(key)
        self.encoder = jax.random.normal(encoder_key, (latent_dim, pixels)) / math.sqrt(pixels)
        self.decoder = jax.random.normal(decoder_key, (pixels, latent_dim)) / math.sqrt(pixels)
        self.offset, self.log_var = jnp.zeros(pixels), jnp.zeros(latent_dim)
        self.likelihood = GaussianPoints() if noise_scale is None else GaussianPoints(noise_scale, fixed=True)

    def posterior(self, x, label):
        """q(z | x) = N(mu, diag exp(log_var)): the two vectors."""
        return self.encoder @ (x.reshape(-1) - self.offset), self.log_var

    def terms(self, x, label):
        """E_q log p(x | z) and KL(q(z | x) || p(z)), both exact, in nats."""
        mu, log_var = self.posterior(x, label)
        at_mean = self.likelihood.log_likelihood(x, self.decoded(mu, label))
        return at_mean + self._spread(), losses.kl_to_prior(mu, log_var)

    def _spread(self):
        """What the spread of q takes from E_q log p(x | z); it is the same for every x."""
        reach = jnp.diag(jnp.exp(self.log_var / 2)) * math.sqrt(self.latent_dim)
        means = jnp.concatenate([reach, -reach]) @ self.decoder.T
        centre = jnp.zeros(means.shape[-1])
        each = jax.vmap(lambda m: self.likelihood.log_likelihood(centre, m))(means)
        return each.mean() - self.likelihood.log_likelihood(centre, centre)

    def decoded(self, z, label):
        """The mean of p(x | z), one number per pixel."""
        return self.decoder @ z + self.offset

    def loss(self, x, label, key):
        reconstruction, kl = self.terms(x, label)
        return -losses.elbo(reconstruction, kl), {"reconstruction": -reconstruction, "kl": kl}

    def code(self, x, label):
        return self.posterior(x, label)[0]

    def decode(self, code, label):
        return self.decoded(code, label).reshape(self.shape)
