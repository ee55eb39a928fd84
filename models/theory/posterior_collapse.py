"""With the decoder's noise fixed, a linear VAE keeps as many units as eigenvalues exceed the noise, and no more.

An active unit's mean varies over the data by 1 - sigma^2 / lambda_j; a collapsed unit's does not vary at all.
"""

import math

import jax
import numpy as np

from models import optima
from models.data.digits import load
from models.theory.outcome import Comparison, Outcome
from models.theory.training import protocol, trained, whole_batch

UNITS, ACTIVE = 16, 10
STEPS = {"quick": 1500, "full": 6000}
STOPS = 50


def train(size, seed):
    digits = load()
    x, steps = digits.everything(), STEPS[size]
    eigenvalues = optima.spectrum(x)[1]
    noise = math.sqrt(eigenvalues[ACTIVE - 1] * eigenvalues[ACTIVE])  # between the 10th and the 11th eigenvalue
    stops = tuple(range(0, steps + 1, steps // STOPS))
    with jax.enable_x64(True):
        twin = optima.twin(digits)

        def variances(model):
            means = np.asarray(jax.vmap(lambda x: model.code(x, 0))(twin.train))
            return np.sort(means.var(axis=0))[::-1]

        _, found = trained("linear-vae", twin, whole_batch(twin, steps, seed), seed, stops, variances, latent_dim=UNITS, noise_scale=math.sqrt(noise))
    expected = np.array([optima.unit_variance(variance, noise) for variance in eigenvalues[:UNITS]])
    comparisons = [Comparison(f"variance of the mean of unit {j + 1}", float(found[-1][j]), float(expected[j]), 1e-3, "equal", math.inf) for j in range(UNITS)]
    active = int((found[-1] > optima.ACTIVE).sum())
    comparisons.append(Comparison("active units", active, int((expected > optima.ACTIVE).sum()), 0.5, "equal", math.inf))
    curves = {f"unit {j + 1}": [float(v[j]) for v in found] for j in range(UNITS)}
    return Outcome(
        tuple(comparisons), stops, curves, "variance over the data of each unit's mean", None,
        protocol("linear-vae", "digits", steps, seed, optimiser="lbfgs", latent_dim=UNITS, noise_variance=noise),
        {"eigenvalues": eigenvalues[:UNITS].tolist(), "noise_variance": noise},
    )
