"""What a decoder's numbers mean: the law p(x | z) that they are the parameters of."""

import equinox as eqx
import jax
import jax.numpy as jnp

from models import losses


class BernoulliPixels(eqx.Module):
    """Independent pixels, black or white; the decoder gives their logits."""

    def log_likelihood(self, x, logits):
        """log p(x | z) in nats, summed over pixels."""
        return losses.bernoulli_log_likelihood(x.reshape(-1), logits)

    def mean(self, logits):
        return jax.nn.sigmoid(logits.astype(jnp.float32))


class GaussianPoints(eqx.Module):
    """Independent coordinates around the decoder's means, with one trained standard deviation."""

    log_scale: jax.Array

    def __init__(self, scale=1.0):
        self.log_scale = jnp.log(jnp.asarray(scale, float))

    def log_likelihood(self, x, means):
        """log p(x | z) in nats, summed over coordinates."""
        return losses.scaled_gaussian_log_likelihood(x.reshape(-1), means, jnp.exp(self.log_scale))

    def mean(self, means):
        return means.astype(jnp.result_type(means, jnp.float32))


def likelihood_for(shape):
    """Bits for images, Gaussians for points of the plane."""
    return BernoulliPixels() if len(shape) > 1 else GaussianPoints()
