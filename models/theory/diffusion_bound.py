"""With the exact noise of a Gaussian put in, the variational bound is the data's entropy plus a gap that is known.

The gap is the divergence of the noising chain, run backwards, from the model's chain: for Gaussian data both are Gaussian, and
the chain rule makes it a sum of divergences of Gaussians, one for each step. The bound is that which trained models report,
its mean over x_0 and the noise taken by Gauss-Hermite quadrature, which is exact for the quadratics that it is made of.
"""

import math

import jax
import jax.numpy as jnp
import numpy as np

from models import variational_bound
from models.noise_schedule import NoiseSchedule
from models.theory.exact_noise import gaussian_eps
from models.theory.outcome import Comparison, Outcome
from models.theory.training import protocol

MEAN, SIGMA = 1.5, 0.7
STEPS = {"quick": (25, 50, 100, 200), "full": (25, 50, 100, 200, 400, 800, 1600)}
NODES = 8
TOLERANCE = 1e-9


def train(size, seed):
    comparisons, curves = [], {"bound - entropy": [], "derived gap": []}
    for steps in STEPS[size]:
        with jax.enable_x64(True):
            schedule = NoiseSchedule("cosine", steps)
            found, entropy, gap = bound(schedule), math.log(SIGMA * math.sqrt(2 * math.pi * math.e)), derived_gap(schedule)
        comparisons.append(Comparison(f"bound with T = {steps}, nats", found, entropy + gap, TOLERANCE, "equal", TOLERANCE * (1 + abs(found))))
        curves["bound - entropy"].append(found - entropy)
        curves["derived gap"].append(gap)
    described = protocol("variational bound with the exact noise", f"N({MEAN}, {SIGMA}^2)", STEPS[size][-1], seed, schedule="cosine")
    return Outcome(tuple(comparisons), STEPS[size], curves, "nats above the entropy", 0.0, described, axis="steps T of the chain")


def bound(schedule):
    """The mean of the bound over x_0 ~ N(MEAN, SIGMA^2)."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    weights = jnp.asarray(weights / weights.sum())
    eps, clean, noise = gaussian_eps(MEAN, SIGMA, schedule), MEAN + SIGMA * jnp.asarray(nodes)[:, None], jnp.asarray(nodes)[:, None]

    def mean_term(t):
        each = jax.vmap(lambda c: jax.vmap(lambda e: variational_bound.term(eps, schedule, c, e, t))(noise))(clean)
        return weights @ each @ weights

    terms = jax.jit(lambda: jax.lax.map(mean_term, jnp.arange(1, len(schedule.betas) + 1)).sum())()
    prior = weights @ jax.vmap(lambda c: variational_bound.prior_term(schedule, c))(clean)
    return float(terms + prior)


def derived_gap(schedule):
    """The divergence between the two chains: that of their ends, and for each step that of q(x_{t-1} | x_t) from the model's step.

    q(x_{t-1} | x_t) follows from Bayes for the Gaussian x_{t-1}; the model's step has the same mean, since its noise is exact, so only the variances differ.
    """

    def divergence(variance, other, apart=0.0):
        """KL of Gaussians whose means are `apart`: Kingma & Welling 2014, appendix B."""
        return 0.5 * (math.log(other / variance) + (variance + apart**2) / other - 1)

    signal, betas = schedule.signal, schedule.betas
    marginal = (signal * SIGMA) ** 2 + schedule.noise**2
    total = divergence(marginal[-1], 1.0, signal[-1] * MEAN)
    for t, beta in enumerate(betas, start=1):
        backwards = 1 / (1 / marginal[t - 1] + (1 - beta) / beta)
        model = betas[0] if t == 1 else schedule.posterior_variance[t]
        total += divergence(backwards, model)
    return total
