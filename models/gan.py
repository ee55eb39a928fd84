"""The generative adversarial network, in the minimax game or with the non-saturating loss of the generator.

Goodfellow et al. 2014; sheet A 3.1, 5.3; sheet D 22. Pages: optimal_discriminator, gan_value_jensen_shannon,
gan_global_optimum, saturating_gradient_vanishes.
"""

import math

import equinox as eqx
import jax
import jax.numpy as jnp

from models import losses
from models.adversarial import Adversarial
from models.layers import dense_discriminator, dense_generator

GAMES = ("non-saturating", "minimax")


class GAN(Adversarial):
    """A GAN with dense networks of `hidden` units in each hidden layer; the discriminator gives logits."""

    discriminator: eqx.Module
    generator: eqx.Module
    shape: tuple = eqx.field(static=True)
    latent_dim: int = eqx.field(static=True)
    game: str = eqx.field(static=True)

    unit = "nats"

    def __init__(self, shape, latent_dim, key, hidden=(128, 128), game="non-saturating"):
        if game not in GAMES:
            raise ValueError(f"game = {game!r} is none of {', '.join(GAMES)}")
        self.shape, self.latent_dim, self.game = shape, latent_dim, game
        self.discriminator, self.generator = self.networks(shape, latent_dim, key, hidden)

    def networks(self, shape, latent_dim, key, hidden):
        """The discriminator, from examples to logits, and the generator, from codes to examples."""
        discriminator_key, generator_key = jax.random.split(key)
        return dense_discriminator(math.prod(shape), hidden, discriminator_key), dense_generator(latent_dim, shape, hidden, generator_key)

    def discriminator_loss(self, discriminator, data, generated, key):
        of_data, of_generated = discriminator(data), discriminator(generated)
        sure = {"d_on_data": losses.sigmoid(of_data).mean(), "d_on_generated": losses.sigmoid(of_generated).mean()}
        return -losses.gan_value(of_data, of_generated), sure

    def generator_loss(self, discriminator, generated):
        return losses.generator_loss(self.game, discriminator(generated)), {}
