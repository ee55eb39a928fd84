"""A linear VAE's ELBO rises to the likelihood of probabilistic PCA, which is the evidence's own maximum."""

import jax

from models import optima
from models.data.digits import load
from models.theory.outcome import Comparison, Outcome
from models.theory.training import linear_runs, protocol

CODES = (2, 8, 16)
STEPS = {"quick": 1000, "full": 5000}
STOPS = 40


def train(size, seed):
    x, steps = load().everything(), STEPS[size]
    stops = tuple(range(0, steps + 1, steps // STOPS))
    comparisons, curves = [], {}
    with jax.enable_x64(True):
        for k, _, losses in linear_runs("linear-vae", steps, seed, stops, CODES):
            best = optima.ppca_log_likelihood(x, k)
            curves[f"k = {k}"] = [best + loss for loss in losses]
            comparisons.append(Comparison(f"ELBO with {k} units, nats", -losses[-1], best, 0.01, "below", 1e-6))
    return Outcome(tuple(comparisons), stops, curves, "ELBO below the derived maximum, nats", None, protocol("linear-vae", "digits", steps, seed, optimiser="lbfgs", codes=CODES))
