"""The Wasserstein GAN with a gradient penalty: the critic pays where its gradient's norm is not 1, between data and generated examples.

Gulrajani et al. 2017; sheet A 3.2f, 9.1. Page: gradient_penalty_optimum, by which the best slope is 1 only as the penalty grows.
"""

import equinox as eqx
import jax
import jax.numpy as jnp

from models import losses
from models.wgan import Wasserstein


class WGANGP(Wasserstein):
    """`penalty` is the weight of the mean of (||grad f|| - 1)^2 at points drawn uniformly between pairs of examples."""

    penalty: float = eqx.field(static=True)

    def __init__(self, shape, latent_dim, key, hidden=(128, 128), penalty=10.0):
        if not penalty > 0:
            raise ValueError(f"penalty = {penalty:g} is outside its domain: penalty > 0")
        super().__init__(shape, latent_dim, key, hidden)
        self.penalty = float(penalty)

    def discriminator_loss(self, critic, data, generated, key):
        return penalised_loss(critic, data, generated, key, self.penalty)


def penalised_loss(critic, data, generated, key, weight):
    """What the critic minimises, and its terms: the gap, and the mean norm of the gradient where it is penalised."""
    t = jax.random.uniform(key, (len(data), *(1,) * (data.ndim - 1)))
    slopes = jax.grad(lambda x: critic(x).sum())(t * data + (1 - t) * generated)
    norms = jnp.sqrt((slopes**2).reshape(len(slopes), -1).sum(axis=1) + 1e-12)  # whose gradient at 0 is finite
    of_data, of_generated = critic(data).mean(), critic(generated).mean()
    penalised = losses.penalised_gap(of_data, of_generated, norms, weight)
    return -penalised, {"gap": losses.critic_gap(of_data, of_generated), "slope": norms.mean()}
