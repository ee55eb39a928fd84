"""What all GANs share: a discriminator and a generator in turn, each with a loss of its own.

The losses are functions of the discriminator as a function of examples, and of examples: an exact discriminator, or a sampler
of a known law, can stand in either place.
"""

import abc

import equinox as eqx
import jax

from models.model import Model


class Adversarial(Model):
    """A generator of examples from codes z ~ N(0, I), and a discriminator (a critic, where its numbers are no logits)."""

    discriminator: eqx.AbstractVar[eqx.Module]
    generator: eqx.AbstractVar[eqx.Module]
    latent_dim: eqx.AbstractVar[int]

    players = ("discriminator", "generator")
    has_prior = True

    @abc.abstractmethod
    def discriminator_loss(self, discriminator, data, generated, key):
        """What the discriminator minimises, and its terms; `discriminator` takes examples (n, *shape) to numbers (n,)."""

    @abc.abstractmethod
    def generator_loss(self, discriminator, generated):
        """What the generator minimises, and its terms."""

    def judge(self, labels):
        """The discriminator as a function of examples alone, which have these labels."""
        return self.discriminator

    def made(self, codes, labels):
        """Examples from codes (n, latent_dim), as the generator makes them while it learns."""
        return self.generator(codes)

    def stacks(self):
        """The stacks of layers whose activations a report shows: {name: (stack, shape of what one example gives it)}."""
        return {}

    def batch_loss(self, x, labels, key, player=None):
        codes_key, loss_key = jax.random.split(jax.random.fold_in(key, self.players.index(player)))
        generated = self.made(jax.random.normal(codes_key, (len(x), self.latent_dim)), labels)
        if player == "discriminator":
            return self.discriminator_loss(self.judge(labels), x, generated, loss_key)
        return self.generator_loss(self.judge(labels), generated)

    def measured(self, x, labels, key):
        """What both players minimise, and the terms of both."""
        found = {}
        for player in self.players:
            loss, terms = self.batch_loss(x, labels, key, player)
            found |= {player: loss, **terms}
        return found

    def sample(self, key, labels):
        return self.made(jax.random.normal(key, (len(labels), self.latent_dim)), labels)
