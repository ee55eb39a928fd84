"""What every model is: a module of arrays, and pure functions of one example, its label and a key.

Batches are `jax.vmap` over these functions; the trainer does that. A model is built for examples of one `shape`.
"""

import abc

import equinox as eqx
import jax
import jax.numpy as jnp


class Model(eqx.Module):
    """A model of examples x of shape `shape`, in [0, 1] for images."""

    shape: eqx.AbstractVar[tuple]
    latent_dim: eqx.AbstractVar[int]

    has_prior = False  # can codes be drawn from N(0, I)?
    takes_labels = False  # does the decoder need a label?

    @abc.abstractmethod
    def loss(self, x, label, key):
        """What is minimised, for one example, and its terms by name: a scalar and a dict of scalars, in nats where it is a likelihood."""

    @abc.abstractmethod
    def code(self, x, label):
        """The code (latent_dim,) of one example; the mean of its law where the code is random."""

    @abc.abstractmethod
    def decode(self, code, label):
        """The example expected for a code, of shape `shape`."""

    def reconstruct(self, x, label):
        return self.decode(self.code(x, label), label)

    def sample(self, key, labels):
        """One example for each label, from codes of the prior. Raises `ValueError` where there is no prior."""
        if not self.has_prior:
            raise ValueError(f"a {type(self).__name__} has no prior to draw codes from; a VAE has")
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


def has_convolutions(model):
    """Is a convolution anywhere in the model?"""
    kinds = (eqx.nn.Conv, eqx.nn.ConvTranspose)
    return any(isinstance(m, kinds) for m in jax.tree.leaves(model, is_leaf=lambda m: isinstance(m, kinds)))


def parameter_count(model):
    """The number of trained numbers."""
    return sum(p.size for p in jax.tree.leaves(trainable(model)[0]))


def in_precision(parameters, dtype):
    """The parameters cast for the forward pass; networks cast what they are given to their own weights."""
    return jax.tree.map(lambda p: p.astype(dtype) if jnp.issubdtype(p.dtype, jnp.float32) else p, parameters)
