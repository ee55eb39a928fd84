"""The self-attention GAN: every pixel of an inner image looks at all others; the discriminator's layers have spectral norm 1.

Zhang et al. 2019; sheet A 9.2. The layer adds to x what it attends to, with a share that is learned and 0 at first.
"""

import equinox as eqx
import jax
import jax.numpy as jnp

from models.dcgan import DCGAN, channels_first, doublings, halvings, opening, verdict
from models.layers import Reshape, Stack, examples_from
from models.spectral import SpectralNorm, settled


class SelfAttention(eqx.Module):
    """x + share * attention(x) for images (n, channels, height, width): queries and keys of an eighth of the channels."""

    queries: eqx.nn.Conv2d
    keys: eqx.nn.Conv2d
    values: eqx.nn.Conv2d
    share: jax.Array

    def __init__(self, channels, key):
        few = max(channels // 8, 1)
        self.queries, self.keys, self.values = (eqx.nn.Conv2d(channels, out, 1, use_bias=False, key=k) for out, k in zip((few, few, channels), jax.random.split(key, 3)))
        self.share = jnp.zeros(())

    def __call__(self, x, reference=None):
        return jax.vmap(self._of_one)(x)

    def weights(self, x):
        """How much each pixel of one image looks at each other: (pixels, pixels), rows sum to 1."""
        q, k = (layer(x).reshape(len(layer.weight), -1).astype(jnp.promote_types(x.dtype, jnp.float32)) for layer in (self.queries, self.keys))
        return jax.nn.softmax(q.T @ k, axis=1)

    def _of_one(self, x):
        seen = self.values(x).reshape(len(x), -1) @ self.weights(x).T.astype(x.dtype)
        return x + self.share.astype(x.dtype) * seen.reshape(x.shape)


class SelfAttentionGAN(DCGAN):
    """A DCGAN with self-attention after the first halving, and before the last doubling; no batch normalisation in the discriminator."""

    def networks(self, shape, latent_dim, key, hidden):
        depth, height, width = channels_first(shape, len(hidden))
        discriminator_key, generator_key, looks_key, shows_key = jax.random.split(key, 4)
        inner = (hidden[-1], height >> len(hidden), width >> len(hidden))
        first, slope, *inwards = halvings((depth, *hidden), discriminator_key, SpectralNorm, normalised=False)
        *outwards, last = doublings((*hidden[::-1], depth), generator_key)
        return (
            Stack((Reshape((depth, height, width)), first, slope, SelfAttention(hidden[0], looks_key), *inwards, *verdict(inner, discriminator_key, SpectralNorm))),
            Stack((*opening(latent_dim, inner, generator_key), *outwards, SelfAttention(hidden[0], shows_key), last, *examples_from(shape))),
        )

    def settled(self):
        return eqx.tree_at(lambda model: model.discriminator, self, settled(self.discriminator))
