"""The K-sample bound: log of the mean of K importance weights p(x, z) / q(z | x). Burda, Grosse & Salakhutdinov 2016.

K = 1 is the ELBO with one sample; as K grows the bound rises towards log p(x).
"""

import jax
import jax.numpy as jnp

from models import losses


def iwae_bound(model, x, label, key, samples=5000, chunk=100):
    """An unbiased draw of the K-sample bound on log p(x) for one example, in nats; `samples` is K, a multiple of `chunk`."""
    if samples % chunk:
        raise ValueError(f"samples = {samples} is no multiple of chunk = {chunk}")
    mu, log_var = model.posterior(x, label)

    def log_weight(key):
        noise = jax.random.normal(key, mu.shape)
        z = losses.reparameterised(mu, log_var, noise)
        log_joint = model.likelihood.log_likelihood(x, model.decoded(z, label)) + losses.log_normal(z, 0.0, 0.0)
        return losses.log_importance_weight(log_joint, losses.log_normal(z, mu, log_var))

    def add(total, chunk_key):
        weights = jax.vmap(log_weight)(jax.random.split(chunk_key, chunk))
        return jnp.logaddexp(total, jax.nn.logsumexp(weights)), None

    total, _ = jax.lax.scan(add, -jnp.inf, jax.random.split(key, samples // chunk))
    return total - jnp.log(samples)
