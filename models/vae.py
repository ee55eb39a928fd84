"""The variational autoencoder: encoder N(mu(x), sigma(x)^2), prior N(0, I), decoder p(x | z).

Kingma & Welling 2014; sheet A 2.1, 5.2; sheet D 21. Pages: elbo_decomposition, kl_gaussian_standard_normal,
reparameterization_gaussian, bernoulli_log_likelihood.
"""

import math

import equinox as eqx
import jax
import jax.numpy as jnp

from models import losses
from models.likelihoods import likelihood_for
from models.model import LatentModel
from models.networks import Dense


class VAE(LatentModel):
    """A VAE with dense networks: `hidden` units in each hidden layer of the encoder, and of the decoder in reverse."""

    encoder: eqx.Module
    decoder: eqx.Module
    likelihood: eqx.Module
    shape: tuple = eqx.field(static=True)
    latent_dim: int = eqx.field(static=True)

    has_prior, unit = True, "nats"

    def __init__(self, shape, latent_dim, key, hidden=(200,)):
        self.shape, self.latent_dim = shape, latent_dim
        self.encoder, self.decoder = self.networks(shape, latent_dim, key, hidden)
        self.likelihood = likelihood_for(shape)

    def networks(self, shape, latent_dim, key, hidden):
        """The encoder, to 2 latent_dim numbers, and the decoder, to one number per pixel."""
        pixels = math.prod(shape)
        encoder_key, decoder_key = jax.random.split(key)
        return Dense((pixels, *hidden, 2 * latent_dim), encoder_key), Dense((latent_dim, *hidden[::-1], pixels), decoder_key)

    def posterior(self, x, label):
        """q(z | x) = N(mu, diag exp(log_var)): the two vectors."""
        return jnp.split(self.encoder(x), 2)

    def decoded(self, z, label):
        """The parameters of p(x | z), one number per pixel."""
        return self.decoder(z)

    def terms(self, x, label, key):
        """The two terms of the ELBO for one draw of the code, in nats: log p(x | z) and KL(q(z | x) || p(z))."""
        mu, log_var = self.posterior(x, label)
        z = losses.reparameterised(mu, log_var, jax.random.normal(key, mu.shape))
        return self.likelihood.log_likelihood(x, self.decoded(z, label)), losses.kl_to_prior(mu, log_var)

    def loss(self, x, label, key):
        reconstruction, kl = self.terms(x, label, key)
        return -losses.elbo(reconstruction, kl), {"reconstruction": -reconstruction, "kl": kl}

    def code(self, x, label):
        return self.posterior(x, label)[0]

    def decode(self, code, label):
        return self.likelihood.mean(self.decoded(code, label)).reshape(self.shape)
