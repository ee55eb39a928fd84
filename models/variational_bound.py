"""The variational bound of a diffusion model: -log p(x_0) <= L_T + L_{T-1} + ... + L_1 + L_0, in nats for one example.

Ho, Jain & Abbeel 2020, equation (5): page ddpm_elbo. The steps back have the posterior's variance, so the terms between are
squared errors of x_0, by `kl_gaussian`; the last step back gives the example with the variance beta_1.
"""

import math

import jax
import jax.numpy as jnp

from models import losses

CHUNK = 50  # steps of the bound at a time


def term(model, clean, eps, t, label):
    """L_{t-1} for one draw of the noise: KL(q(x_{t-1} | x_t, x_0) || p(x_{t-1} | x_t)) for t >= 2, -log p(x_0 | x_1) for t = 1."""
    schedule = model.schedule
    x = schedule.noised(clean, eps, t)
    found = schedule.x0_from_eps(model.eps(x, t, label), x, t)
    mean, variance = schedule.posterior(found, x, t)
    wanted, _ = schedule.posterior(clean, x, t)
    spread = jnp.sqrt(jnp.where(t == 1, schedule.betas[0], variance))
    divergence = losses.kl_gaussian(wanted.reshape(-1), spread, mean.reshape(-1), spread)
    return jnp.where(t == 1, -last_step(model, clean, mean, spread), divergence)


def prior_term(model, clean):
    """L_T = KL(q(x_T | x_0) || N(0, I))."""
    last = len(model.schedule.betas)
    mean, spread = model.schedule.signal[last] * clean.reshape(-1), model.schedule.noise[last]
    return losses.kl_to_prior(mean, jnp.full_like(mean, 2 * math.log(spread)))


def last_step(model, clean, mean, spread):
    """log p(x_0 | x_1): the density of a point; for images, whose pixels are k / scale, the mass of each pixel's interval."""
    if not model.is_images:
        return losses.scaled_gaussian_log_likelihood(clean, mean, spread)
    half = 1 / model.scale  # [-1, 1] is cut into intervals of width 2 / scale around the values
    upper = jnp.where(clean > 1 - half, jnp.inf, (clean + half - mean) / spread)
    lower = jnp.where(clean < half - 1, -jnp.inf, (clean - half - mean) / spread)
    return _log_mass(lower, upper).sum()


def bound(model, x, label, key):
    """The whole bound of one example, every step with a noise of its own, in nats."""
    clean, last = model.seen(x), len(model.schedule.betas)
    keys = jax.random.split(key, last)

    def one(t):
        return term(model, clean, jax.random.normal(keys[t - 1], x.shape), t, label)

    return jax.lax.map(one, jnp.arange(1, last + 1), batch_size=CHUNK).sum() + prior_term(model, clean)


def bits_per_dimension(model, nats):
    """Nats of an example as bits for each of its numbers; for images that of the pixel as it is stored, one of scale + 1 values."""
    return nats / (math.log(2) * math.prod(model.shape))


def _log_mass(lower, upper):
    """log(Phi(upper) - Phi(lower)) for lower < upper, to the last digits in either tail."""
    lower, upper = jnp.where(lower > 0, -upper, lower), jnp.where(lower > 0, -lower, upper)
    log_upper, log_lower = jax.scipy.special.log_ndtr(upper), jax.scipy.special.log_ndtr(lower)
    return log_upper + jnp.log(-jnp.expm1(jnp.minimum(log_lower - log_upper, -1e-30)))
