"""Sampling with the exact noise of a Gaussian: every step back is affine, so the law of what the sampler gives is known.

The steps use the posterior's variance, which leaves out what is not known of x_0; so the variance that is reached is too
small, by a share that falls as 1 / T. The sampler is the one that trained networks use, run on many particles.
"""

import math

import jax
import jax.numpy as jnp
import numpy as np

from models.noise_schedule import NoiseSchedule
from models.samplers import ancestral
from models.theory.exact_noise import gaussian_eps
from models.theory.outcome import Comparison, Outcome
from models.theory.training import protocol

MEAN, SIGMA = 1.5, 0.7
STEPS = (25, 50, 100, 200, 400)
PARTICLES = {"quick": 200_000, "full": 4_000_000}
ERRORS = 6.5  # standard errors: a normal mean strays further once in 1e10


def train(size, seed):
    n, comparisons, curves = PARTICLES[size], [], {"variance": [], "mean": [], "W1 to the data": []}
    predicted = [reached(NoiseSchedule("cosine", steps)) for steps in STEPS]
    for steps, (mean, variance) in zip(STEPS, predicted):
        x = sampled(NoiseSchedule("cosine", steps), n, jax.random.key(seed))
        error = ERRORS * math.sqrt(variance / n)
        comparisons.append(Comparison(f"mean of the samples, T = {steps}", float(x.mean()), mean, error, "equal", error))
        error = ERRORS * variance * math.sqrt(2 / n)
        comparisons.append(Comparison(f"variance of the samples, T = {steps}", float(x.var()), variance, error, "equal", error))
        curves["variance"].append(abs(variance - SIGMA**2))
        curves["mean"].append(abs(mean - MEAN))
        curves["W1 to the data"].append(_w1(x))
    order = math.log(curves["variance"][-2] / curves["variance"][-1], 2)
    comparisons.append(Comparison("order in 1 / T in which the variance comes near that of the data", order, 1.0, 0.1, "equal", math.inf))
    described = protocol("ancestral sampler with the exact noise", f"N({MEAN}, {SIGMA}^2)", STEPS[-1], seed, schedule="cosine", particles=n)
    return Outcome(tuple(comparisons), STEPS, curves, "distance to the data's", None, described, axis="steps T of the chain")


def reached(schedule):
    """Mean and variance of what `ancestral` gives from N(0, 1), carried step by step in float64: x_{t-1} = a x_t + b + noise."""
    eps, mean, variance = gaussian_eps(MEAN, SIGMA, schedule), 0.0, 1.0
    with jax.enable_x64(True):

        def back(x, t):
            return schedule.posterior(schedule.x0_from_eps(eps(x, t), x, t), x, t)

        t = jnp.arange(1, len(schedule.betas) + 1)
        offsets, added = back(jnp.zeros(len(t)), t)
        slopes = back(jnp.ones(len(t)), t)[0] - offsets
    for a, b, more in zip(*(np.asarray(v, float)[::-1] for v in (slopes, offsets, added))):
        mean, variance = a * mean + b, a**2 * variance + more
    return float(mean), float(variance)


def sampled(schedule, n, key):
    """n samples of N(MEAN, SIGMA^2) as the sampler gives them."""
    start_key, key = jax.random.split(key)
    found = jax.jit(lambda start, key: ancestral(gaussian_eps(MEAN, SIGMA, schedule), schedule, start, key))
    return np.asarray(found(jax.random.normal(start_key, (n,)), key), float)


def _w1(x):
    """W1 between samples and N(MEAN, SIGMA^2): the mean distance of their quantiles."""
    from scipy.special import ndtri

    return float(np.abs(np.sort(x) - MEAN - SIGMA * ndtri((np.arange(len(x)) + 0.5) / len(x))).mean())
