"""What every model is: a module of arrays, and pure functions of examples, their labels and a key.

Most are functions of one example, and a batch is `jax.vmap` over them; a model whose examples meet (by batch normalisation,
or as the two sides of a game) has a loss for the whole batch. A model is built for examples of one `shape`.
"""

import abc

import equinox as eqx
import jax
import jax.numpy as jnp

from models.losses import squared_error


class Model(eqx.Module):
    """A model of examples x of shape `shape`, in [0, 1] for images."""

    shape: eqx.AbstractVar[tuple]

    players = ()  # fields that are trained in turn, each by a loss of its own; () where all weights minimise one loss
    has_prior = False  # can examples be drawn from noise?
    unit = ""  # of the loss and its terms
    takes_labels = False  # is a class needed to draw an example?

    def loss(self, x, label, key):
        """What is minimised, for one example, and its terms by name: a scalar and a dict of scalars, in nats where it is a likelihood."""
        raise NotImplementedError(f"a {type(self).__name__} has no loss for one example; see batch_loss")

    def batch_loss(self, x, labels, key, player=None):
        """What `player` minimises over a batch (n, *shape), and its terms: means of those of the examples, unless a model says otherwise."""
        losses, terms = jax.vmap(self.loss)(x, labels, jax.random.split(key, len(x)))
        return losses.mean(), jax.tree.map(jnp.mean, terms)

    def measured(self, x, labels, key):
        """What the test set is asked for: means over a batch by name, the loss first."""
        loss, terms = self.batch_loss(x, labels, key)
        return {"loss": loss, **terms}

    def stage_at(self, step):
        """The stage of growth, an int, of a model that grows, after `step` steps (an int); each stage is compiled by itself."""
        return 0

    def at(self, stage, step):
        """The model as it is trained, evaluated and sampled at that stage, after `step` steps (an array)."""
        return self

    def settled(self):
        """The model after a step, its weights brought back to where they may be."""
        return self

    def sample(self, key, labels):
        """One example for each label. Raises `ValueError` for a model without a prior."""
        raise ValueError(f"a {type(self).__name__} has no prior to draw codes from; a VAE has")


class LatentModel(Model):
    """A model with a code for each example, and an example for each code."""

    latent_dim: eqx.AbstractVar[int]

    @abc.abstractmethod
    def code(self, x, label):
        """The code (latent_dim,) of one example; the mean of its law where the code is random."""

    @abc.abstractmethod
    def decode(self, code, label):
        """The example expected for a code, of shape `shape`."""

    def reconstruct(self, x, label):
        return self.decode(self.code(x, label), label)

    def measured(self, x, labels, key):
        """The loss, its terms, and the squared error of what is reconstructed without noise, which models share."""
        errors = jax.vmap(squared_error)(x, jax.vmap(self.reconstruct)(x, labels))
        return {**super().measured(x, labels, key), "squared_error": errors.mean()}

    def sample(self, key, labels):
        """One example for each label, from codes of the prior N(0, I)."""
        if not self.has_prior:
            return super().sample(key, labels)
        return jax.vmap(self.decode)(jax.random.normal(key, (len(labels), self.latent_dim)), labels)


@eqx.filter_jit
def samples(model, key, labels):
    """Examples (n, *shape) from the prior, one for each label."""
    return model.sample(key, labels)


@eqx.filter_jit
def reconstructions(model, x, labels):
    """Reconstructions of examples (n, *shape)."""
    return jax.vmap(model.reconstruct)(x, labels)


@eqx.filter_jit
def codes(model, x, labels):
    """The codes (n, latent_dim) of examples."""
    return jax.vmap(model.code)(x, labels)


@eqx.filter_jit
def decodings(model, codes, labels):
    """The examples (n, *shape) expected for codes."""
    return jax.vmap(model.decode)(codes, labels)


def trainable(model):
    """(parameters, everything else): both have the model's structure, and `equinox.combine` puts them together."""
    return eqx.partition(model, eqx.is_inexact_array)


def part(parameters, player):
    """(the parameters of that player, all others), as `trainable`; every parameter is the player's where it is None."""
    if player is None:
        return parameters, jax.tree.map(lambda p: None, parameters)
    mine = jax.tree_util.tree_map_with_path(lambda path, p: path[0].name == player, parameters)
    return eqx.partition(parameters, mine)


def parameter_count(model):
    """The number of trained numbers."""
    return sum(p.size for p in jax.tree.leaves(trainable(model)[0]))


def in_precision(parameters, dtype):
    """The parameters cast for the forward pass; networks cast what they are given to their own weights."""
    return jax.tree.map(lambda p: p.astype(dtype) if jnp.issubdtype(p.dtype, jnp.float32) else p, parameters)
