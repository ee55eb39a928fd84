"""The variational bound of a diffusion model: -log p(x_0) <= L_T + L_{T-1} + ... + L_1 + L_0, in nats for one example.

Ho, Jain & Abbeel 2020, equation (5): page ddpm_elbo. The steps back have the posterior's variance; the last of them gives
the example, with the variance beta_1. `eps(x, t)` is any function of one x_t that gives the noise in it; `levels` is the
`scale` of images, whose pixels are seen as 2 k / levels - 1, and None for points.
"""

import math

import jax
import jax.numpy as jnp

from models import losses

CHUNK = 50  # steps of the bound at a time


def term(eps, schedule, clean, noise, t, levels=None):
    """L_{t-1} for one draw of the noise: KL(q(x_{t-1} | x_t, x_0) || p(x_{t-1} | x_t)) for t >= 2, -log p(x_0 | x_1) for t = 1."""
    x = schedule.noised(clean, noise, t)
    found = schedule.x0_from_eps(eps(x, t), x, t)
    mean, variance = schedule.posterior(found, x, t)
    wanted, _ = schedule.posterior(clean, x, t)
    spread = jnp.sqrt(jnp.where(t == 1, schedule.betas[0], variance))
    divergence = losses.kl_gaussian(wanted.reshape(-1), spread, mean.reshape(-1), spread)
    return jnp.where(t == 1, -last_step(clean, mean, spread, levels), divergence)


def prior_term(schedule, clean):
    """L_T = KL(q(x_T | x_0) || N(0, I))."""
    mean, spread = schedule.signal[-1] * clean.reshape(-1), schedule.noise[-1]
    return losses.kl_to_prior(mean, jnp.full_like(mean, 2 * math.log(spread)))


def bound(eps, schedule, clean, key, levels=None):
    """The whole bound of one example, with a noise of its own for every step."""
    last = len(schedule.betas)
    keys = jax.random.split(key, last)

    def one(t):
        return term(eps, schedule, clean, jax.random.normal(keys[t - 1], clean.shape, clean.dtype), t, levels)

    return jax.lax.map(one, jnp.arange(1, last + 1), batch_size=CHUNK).sum() + prior_term(schedule, clean)


def last_step(clean, mean, spread, levels=None):
    """log p(x_0 | x_1): the density of a point; for an image the mass of each pixel's interval, the outer ones without end (Ho et al., equation (13))."""
    clean, mean = clean.reshape(-1), mean.reshape(-1)
    if levels is None:
        return losses.scaled_gaussian_log_likelihood(clean, mean, spread)
    half = 1 / levels
    upper = jnp.where(clean > 1 - half, jnp.inf, (clean + half - mean) / spread)
    lower = jnp.where(clean < half - 1, -jnp.inf, (clean - half - mean) / spread)
    return _log_mass(lower, upper).sum()


def bits_per_dimension(nats, shape):
    """Nats of an example as bits for each of its numbers."""
    return nats / (math.log(2) * math.prod(shape))


def _log_mass(lower, upper):
    """log(Phi(upper) - Phi(lower)) for lower < upper, to the last digits in either tail."""
    lower, upper = jnp.where(lower > 0, -upper, lower), jnp.where(lower > 0, -lower, upper)
    log_upper, log_lower = jax.scipy.special.log_ndtr(upper), jax.scipy.special.log_ndtr(lower)
    return log_upper + jnp.log(-jnp.expm1(jnp.minimum(log_lower - log_upper, -1e-30)))
