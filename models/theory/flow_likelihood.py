"""A flow's likelihood is a density: it integrates to 1 whatever its weights, and training takes its mean log to the entropy.

Its cross-entropy cannot fall below the entropy of the data's law, which is known by quadrature.
"""

import jax
import jax.numpy as jnp
import numpy as np

from models.data.densities import load, mixture
from models.settings import Settings
from models.theory.elbo_gap import plane
from models.theory.outcome import Comparison, Outcome
from models.theory.training import protocol, trained

STEPS = {"quick": 600, "full": 6000}
STOPS = 6
REACH, SIDE = 8.0, 801
OPTIONS = {"coupling": "affine", "couplings": 6, "hidden": (32, 32)}


def train(size, seed):
    data, law, steps = load("mixture"), mixture(), STEPS[size]
    stops = tuple(range(0, steps + 1, steps // STOPS))
    settings = Settings(learning_rate=3e-3, schedule="cosine", batch_size=500, seed=seed, steps=steps)
    points, area = plane(REACH, SIDE)
    log_p = law.log_density(points)
    weights = np.asarray(jnp.exp(log_p) * area, float)
    entropy = float(-(weights @ np.asarray(log_p, float)))
    _, found = trained("flow", data, settings, seed, stops, lambda model: measured(model, points, area, weights), **OPTIONS)
    comparisons = [Comparison(f"integral of the flow's density after {stop} steps", mass, 1.0, 1e-4, "equal", 1e-3) for stop, (mass, _) in zip(stops, found)]
    comparisons.append(Comparison("cross-entropy of the flow, nats", found[-1][1], entropy, 0.02, "above", 1e-4))
    curves = {"cross-entropy less the entropy": [cross - entropy for _, cross in found]}
    return Outcome(tuple(comparisons), stops, curves, "nats", 0.0, protocol("flow", "mixture", steps, seed, batch=500, **OPTIONS), {"entropy": entropy})


def measured(model, points, area, weights):
    """The integral of exp(log p) over the plane, and the mean of -log p over the data's law."""
    log_density = np.asarray(jax.jit(jax.vmap(model.log_density))(points), float)
    return float(np.exp(log_density).sum() * area), float(-(weights @ log_density))
