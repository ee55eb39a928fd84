"""A normalizing flow: an invertible map from examples to codes with the law N(0, I), so that log p(x) is exact.

Dinh, Sohl-Dickstein & Bengio 2017; Durkan et al. 2019; sheet B 1, 5. Pages: change_of_variables_likelihood,
affine_coupling_log_det.
"""

import math

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from models import losses
from models.couplings import COUPLINGS
from models.model import LatentModel

MARGIN = 0.05  # of images in (0, 1), so that their logits stay finite (Dinh et al. 2017, section 4.1)


class Flow(LatentModel):
    """A flow of `layers` coupling layers (affine or spline), the moved half changing from layer to layer, mixed by fixed permutations.

    Images are made continuous by uniform noise in each pixel's interval, so that the mean log-density is a lower bound on
    the log-likelihood of the pixels as they are stored (Theis et al. 2016, section 3.1); points are taken as they are.
    """

    layers: tuple
    orders: tuple = eqx.field(static=True)
    scale: int = eqx.field(static=True)
    shape: tuple = eqx.field(static=True)
    latent_dim: int = eqx.field(static=True)

    has_prior, unit = True, "nats"

    def __init__(self, shape, key, coupling="spline", couplings=8, hidden=(64, 64), scale=1):
        if coupling not in COUPLINGS:
            raise ValueError(f"coupling = {coupling!r} is none of {', '.join(COUPLINGS)}")
        if couplings < 2:
            raise ValueError(f"couplings = {couplings} is outside its domain: couplings >= 2, since one moves only half of the numbers")
        self.shape, self.scale, self.latent_dim = shape, scale, math.prod(shape)
        self.layers = tuple(COUPLINGS[coupling](self.latent_dim, k % 2, one, hidden) for k, one in enumerate(jax.random.split(key, couplings)))
        self.orders = tuple(_order(self.latent_dim, k) for k in range(couplings))

    def to_code(self, u):
        """(z, log |det dz/du|) for one vector (d,)."""
        u, log_det = jnp.asarray(u), jnp.zeros((), jnp.result_type(u))
        for layer, order in zip(self.layers, self.orders):
            u, more = layer(u[jnp.array(order)])
            log_det += more
        return u, log_det

    def from_code(self, z):
        """The vector of which `to_code` makes z."""
        for layer, order in zip(self.layers[::-1], self.orders[::-1]):
            z = layer.inverse(z)[jnp.argsort(jnp.array(order))]
        return z

    def log_density(self, u):
        """log p(u) of one vector (d,), in nats."""
        z, log_det = self.to_code(u)
        return losses.flow_log_likelihood(losses.log_normal(z, 0.0, 0.0), log_det)

    def log_likelihood(self, x, noise):
        """log p(x) of a point, or of an image with `noise` in (0, 1) inside its pixels' intervals, per pixel value as stored; nats."""
        u, log_slope = self._spread(x, noise)
        return losses.flow_log_likelihood(self.log_density(u), log_slope)

    def loss(self, x, label, key):
        found = -self.log_likelihood(x, jax.random.uniform(key, x.shape, x.dtype))
        return found, {"bits_per_dimension": found / (math.log(2) * self.latent_dim)}

    def code(self, x, label):
        return self.to_code(self._spread(x, 0.5)[0])[0]

    def decode(self, code, label):
        u = self.from_code(code)
        if len(self.shape) == 1:
            return u
        inner = (jax.nn.sigmoid(u) - MARGIN) / (1 - 2 * MARGIN)
        return jnp.clip(jnp.floor(inner * (self.scale + 1)) / self.scale, 0.0, 1.0).reshape(self.shape)

    def _spread(self, x, noise):
        """(u, log |det| of the map from stored pixel values): pixels k / scale become (k + noise) / (scale + 1), then logits."""
        if len(self.shape) == 1:
            return x, jnp.zeros((), x.dtype)
        inner = (x * self.scale + noise).reshape(-1) / (self.scale + 1)
        p = MARGIN + (1 - 2 * MARGIN) * inner
        slope = (1 - 2 * MARGIN) / ((self.scale + 1) * p * (1 - p))
        return jnp.log(p) - jnp.log1p(-p), jnp.log(slope).sum()


def _order(size, layer):
    """A fixed permutation, another for each layer; the first keeps the order."""
    if layer == 0 or size == 2:
        return tuple(range(size))
    return tuple(int(k) for k in np.random.default_rng(layer).permutation(size))
