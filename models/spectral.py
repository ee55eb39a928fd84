"""Spectral normalisation: every layer of the discriminator divided by its spectral norm.

Miyato et al. 2018; sheet A 9.2. The norm is found by power iteration, one turn after each step of training, from a direction
that is kept with the weights. Page: spectral_norm_lipschitz.
"""

import math

import equinox as eqx
import jax
import jax.numpy as jnp

from models.gan import GAN
from models.layers import Affine, dense_discriminator, dense_generator
from models.wgan import Wasserstein

FIRST = 30  # turns of the power iteration before training


class SpectralNorm(eqx.Module):
    """A layer with weights W / sigma(W); of a convolution sigma is that of its kernel as a matrix (outputs, inputs x height x width), as in the paper."""

    affine: Affine
    direction: jax.Array

    def __init__(self, affine, key):
        self.affine = affine
        matrix = self._matrix()
        self.direction = jax.lax.fori_loop(0, FIRST, lambda _, u: _turned(matrix, u), _unit(jax.random.normal(key, matrix.shape[:1])))

    def __call__(self, x, reference=None):
        weight = self.affine.layer.weight
        return eqx.tree_at(lambda a: a.layer.weight, self.affine, weight / self.norm().astype(weight.dtype))(x)

    def norm(self):
        """u^T W v, with the directions u and v held fixed: at most sigma(W), and equal to it once they have settled."""
        matrix = self._matrix()
        u, v = jax.lax.stop_gradient((self.direction, _unit(matrix.T @ self.direction)))
        return u @ matrix @ v

    def settled(self):
        """The layer after one more turn of the power iteration."""
        return eqx.tree_at(lambda l: l.direction, self, _turned(self._matrix(), self.direction))

    def _matrix(self):
        weight = self.affine.layer.weight
        return weight.reshape(len(weight), -1)


def settled(network):
    """The network with a turn of the power iteration in every layer that has one."""
    return jax.tree.map(lambda m: m.settled() if _is_normalised(m) else m, network, is_leaf=_is_normalised)


class SpectralGAN(GAN):
    """A GAN whose discriminator has layers of spectral norm 1."""

    def networks(self, shape, latent_dim, key, hidden):
        discriminator_key, generator_key = jax.random.split(key)
        return dense_discriminator(math.prod(shape), hidden, discriminator_key, SpectralNorm), dense_generator(latent_dim, shape, hidden, generator_key)

    def settled(self):
        return eqx.tree_at(lambda model: model.discriminator, self, settled(self.discriminator))


class SpectralWGAN(Wasserstein):
    """A Wasserstein GAN whose critic has layers of spectral norm 1: with activations of slope at most 1, it is 1-Lipschitz."""

    def critic(self, shape, hidden, key):
        return dense_discriminator(math.prod(shape), hidden, key, SpectralNorm)

    def settled(self):
        return eqx.tree_at(lambda model: model.discriminator, self, settled(self.discriminator))


def _turned(matrix, u):
    return _unit(matrix @ (matrix.T @ u))


def _unit(vector):
    return vector / jnp.sqrt((vector**2).sum() + 1e-12)


def _is_normalised(part):
    return isinstance(part, SpectralNorm)
