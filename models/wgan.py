"""The Wasserstein GAN: a critic's gap between the means on data and on generated examples, its weights clipped.

Arjovsky, Chintala & Bottou 2017; sheet A 3.2, 9.1. Pages: kantorovich_rubinstein_1d, wasserstein_critic_of_a_shift. A critic with weights in a box
has some Lipschitz constant, so its gap is at most that many times the Wasserstein distance.
"""

import math

import equinox as eqx
import jax
import jax.numpy as jnp

from models import losses
from models.adversarial import Adversarial
from models.layers import dense_discriminator, dense_generator


class Wasserstein(Adversarial):
    """A critic and a generator of dense networks; what keeps the critic's slope is left to its kinds."""

    discriminator: eqx.Module
    generator: eqx.Module
    shape: tuple = eqx.field(static=True)
    latent_dim: int = eqx.field(static=True)

    unit = "in units of the data"

    def __init__(self, shape, latent_dim, key, hidden=(128, 128)):
        self.shape, self.latent_dim = shape, latent_dim
        self.discriminator, self.generator = self.networks(shape, latent_dim, key, hidden)

    def networks(self, shape, latent_dim, key, hidden):
        """The critic, from examples to numbers, and the generator, from codes to examples."""
        critic_key, generator_key = jax.random.split(key)
        return self.critic(shape, hidden, critic_key), dense_generator(latent_dim, shape, hidden, generator_key)

    def critic(self, shape, hidden, key):
        return dense_discriminator(math.prod(shape), hidden, key)

    def discriminator_loss(self, critic, data, generated, key):
        gap = losses.critic_gap(critic(data).mean(), critic(generated).mean())
        return -gap, {"gap": gap}

    def generator_loss(self, critic, generated):
        return losses.critic_gap(0.0, critic(generated).mean()), {}  # the gap, as far as it is the generator's


class WGAN(Wasserstein):
    """Every weight of the critic is kept in [-weight_limit, weight_limit]."""

    weight_limit: float = eqx.field(static=True)

    def __init__(self, shape, latent_dim, key, hidden=(128, 128), weight_limit=0.05):
        if not weight_limit > 0:
            raise ValueError(f"weight_limit = {weight_limit:g} is outside its domain: weight_limit > 0")
        super().__init__(shape, latent_dim, key, hidden)
        self.weight_limit = float(weight_limit)

    def settled(self):
        clipped = jax.tree.map(lambda w: jnp.clip(w, -self.weight_limit, self.weight_limit) if eqx.is_inexact_array(w) else w, self.discriminator)
        return eqx.tree_at(lambda model: model.discriminator, self, clipped)
