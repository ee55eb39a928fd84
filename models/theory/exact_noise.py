"""Densities whose best prediction of the noise is known exactly, to put in the place of a trained network.

The noising chain takes a mixture of Gaussians to a mixture of Gaussians, so the score at every step is known, and with it the
noise by `ddpm_parameterizations`. For one Gaussian the mean and variance of all that is sampled are known as well.
"""

import jax
import jax.numpy as jnp
from jax.scipy.special import logsumexp


def mixture_eps(law, schedule):
    """eps(x, t), the posterior mean of the noise in x_t (..., 2) where x_0 is of that `Mixture`."""
    means, signal, noise = jnp.asarray(law.means, float), jnp.asarray(schedule.signal, float), jnp.asarray(schedule.noise, float)

    def log_density(x, t):
        variance = (signal[t] * law.sigma) ** 2 + noise[t] ** 2
        return logsumexp(-((x - signal[t] * means) ** 2).sum(axis=1) / (2 * variance))

    def eps(x, t):
        flat = x.reshape(-1, x.shape[-1])
        score = jax.vmap(jax.grad(log_density), (0, None))(flat, t)
        return schedule.eps_from("score", score, flat, t).reshape(x.shape)

    return eps


def gaussian_eps(mean, sigma, schedule):
    """eps(x, t) where x_0 is N(mean, sigma^2), in every coordinate."""
    signal, noise = jnp.asarray(schedule.signal, float), jnp.asarray(schedule.noise, float)

    def eps(x, t):
        score = -(x - signal[t] * mean) / ((signal[t] * sigma) ** 2 + noise[t] ** 2)
        return schedule.eps_from("score", score, x, t)

    return eps
