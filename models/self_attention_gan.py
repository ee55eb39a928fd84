"""The self-attention GAN: every pixel of an inner image looks at all others; the discriminator's layers have spectral norm 1.

Zhang et al. 2019; sheet A 9.2. The layer adds to x what it attends to, with a share that is learned and 0 at first.
"""

import equinox as eqx
import jax
import jax.numpy as jnp

from models.convolution import Convolution
from models.dcgan import DCGAN, with_channels, doublings, halvings, opening, verdict
from models.layers import Reshape, Stack, examples_from
from models.spectral import SpectralNorm, settled


class SelfAttention(eqx.Module):
    """x + share * attention(x) for images (n, height, width, channels): queries and keys of an eighth of the channels."""

    queries: Convolution
    keys: Convolution
    values: Convolution
    share: jax.Array

    def __init__(self, channels, key):
        few = max(channels // 8, 1)
        self.queries, self.keys, self.values = (Convolution(channels, out, 1, k, use_bias=False) for out, k in zip((few, few, channels), jax.random.split(key, 3)))
        self.share = jnp.zeros(())

    def __call__(self, x, reference=None):
        return jax.vmap(self._of_one)(x)

    def weights(self, x):
        """How much each pixel of one image looks at each other: (pixels, pixels), rows sum to 1."""
        q, k = (_pixels(layer(x)).astype(jnp.promote_types(x.dtype, jnp.float32)) for layer in (self.queries, self.keys))
        return jax.nn.softmax(q @ k.T, axis=1)

    def _of_one(self, x):
        seen = self.weights(x).astype(x.dtype) @ _pixels(self.values(x))
        return x + self.share.astype(x.dtype) * seen.reshape(x.shape)


def _pixels(x):
    return x.reshape(-1, x.shape[-1])


class SelfAttentionGAN(DCGAN):
    """A DCGAN with self-attention after the first halving, and before the last doubling; no batch normalisation in the discriminator."""

    def networks(self, shape, latent_dim, key, hidden):
        height, width, depth = with_channels(shape, len(hidden))
        discriminator_key, generator_key, looks_key, shows_key = jax.random.split(key, 4)
        inner = (height >> len(hidden), width >> len(hidden), hidden[-1])
        first, slope, *inwards = halvings((depth, *hidden), discriminator_key, SpectralNorm, normalised=False)
        *outwards, last = doublings((*hidden[::-1], depth), generator_key)
        return (
            Stack((Reshape((height, width, depth)), first, slope, SelfAttention(hidden[0], looks_key), *inwards, *verdict(inner, discriminator_key, SpectralNorm))),
            Stack((*opening(latent_dim, inner, generator_key), *outwards, SelfAttention(hidden[0], shows_key), last, *examples_from(shape))),
        )

    def settled(self):
        return eqx.tree_at(lambda model: model.discriminator, self, settled(self.discriminator))
