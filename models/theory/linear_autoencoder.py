"""A linear autoencoder's loss falls to the sum of the eigenvalues it leaves out, and its decoder spans the others."""

import jax

from models import optima
from models.data.digits import load
from models.theory.outcome import Comparison, Outcome
from models.theory.training import linear_runs, protocol

CODES = (2, 8, 16)
STEPS = {"quick": 900, "full": 4000}
STOPS = 45


def train(size, seed):
    x, steps = load().everything(), STEPS[size]
    stops = tuple(range(0, steps + 1, steps // STOPS))
    comparisons, curves = [], {}
    with jax.enable_x64(True):
        for k, model, losses in linear_runs("linear-autoencoder", steps, seed, stops, CODES):
            best = optima.linear_autoencoder_optimum(x, k)
            curves[f"k = {k}"] = [loss - best for loss in losses]
            comparisons += [
                Comparison(f"squared error with {k} units", losses[-1], best, 1e-4, "above", 1e-6),
                Comparison(f"angle to the principal subspace with {k} units, radians", optima.largest_angle(model.decoder, x), 0.0, 1e-3, "above", 1e-9),
            ]
    return Outcome(tuple(comparisons), stops, curves, "loss above the derived minimum", None, protocol("linear-autoencoder", "digits", steps, seed, optimiser="lbfgs", codes=CODES))
