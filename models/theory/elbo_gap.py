"""On the plane log p(x) is known by quadrature, so the gap of a VAE can be measured: it is its divergence to the posterior.

The evidence and the divergence come from the trapezoid rule over codes, the ELBO from its closed-form KL and a grid of noise.
The identity holds for any weights, so it is checked all along training.
"""

import math

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from models import losses
from models.data.densities import load
from models.settings import Settings
from models.theory.outcome import Comparison, Outcome
from models.theory.training import protocol, trained

STEPS = {"quick": 300, "full": 3000}
STOPS, POINTS = 10, 5
TOLERANCE = 1e-4  # relative, of two quadratures whose grids are chosen for 1e-5


def train(size, seed):
    ring, steps = load("ring"), STEPS[size]
    stops = tuple(range(steps // STOPS, steps + 1, steps // STOPS))
    x = ring.test[:POINTS].astype(float)
    _, found = trained("vae", ring, Settings(learning_rate=5e-3, seed=seed, steps=steps), seed, stops, lambda m: measured(m, x), latent_dim=2, hidden=(16,))
    gaps = [evidence - elbo for evidence, elbo, _, _ in found]
    mass = min(float(m.min()) for _, _, _, m in found)
    covered = Comparison("least mass of the encoder on the grid", mass, 1.0, 1e-6, "equal", math.inf)
    comparisons = [covered]
    for stop, gap, (_, _, divergence, _) in zip(stops, gaps, found):
        error = TOLERANCE * (1 + divergence.mean()) if covered.agrees else math.inf
        comparisons.append(Comparison(f"mean gap after {stop} steps, nats", float(gap.mean()), float(divergence.mean()), error, "equal", error))
    curves = {
        "log p(x) - ELBO": [float(g.mean()) for g in gaps],
        "KL(q || posterior)": [float(d.mean()) for _, _, d, _ in found],
    }
    return Outcome(tuple(comparisons), stops, curves, "nats, mean over five points", None, protocol("vae", "ring", steps, seed, latent_dim=2, hidden=(16,)), {"elbo": [float(e.mean()) for _, e, _, _ in found]})


def measured(model, x):
    """log p(x), the ELBO, KL(q(z | x) || p(z | x)) and the mass of q on the grid at points x (n, 2), in float64: four arrays (n,)."""
    with jax.enable_x64(True):
        model = jax.tree.map(lambda a: a.astype(jnp.float64) if eqx.is_inexact_array(a) else a, model)
        return [np.array(v) for v in zip(*(map(float, _at(model, jnp.asarray(one), *plane(9, 721), *plane(7, 281))) for one in x))]


@eqx.filter_jit
def _at(model, x, codes, code_area, noise, noise_area):
    def log_likelihood(z):
        return model.likelihood.log_likelihood(x, model.decoded(z, 0))

    mu, log_var = model.posterior(x, 0)
    log_joint = jax.vmap(log_likelihood)(codes) + losses.log_normal(codes, 0.0, 0.0)
    log_evidence = jax.nn.logsumexp(log_joint) + jnp.log(code_area)
    log_q = losses.log_normal(codes, mu, log_var)
    divergence = (jnp.exp(log_q) * (log_q - (log_joint - log_evidence))).sum() * code_area
    weights = jnp.exp(losses.log_normal(noise, 0.0, 0.0)) * noise_area
    reconstruction = weights @ jax.vmap(log_likelihood)(losses.reparameterised(mu, log_var, noise))
    return log_evidence, losses.elbo(reconstruction, losses.kl_to_prior(mu, log_var)), divergence, jnp.exp(log_q).sum() * code_area


def plane(reach, side):
    """Points (side^2, 2) of a square grid on [-reach, reach]^2, and the area that each stands for."""
    line = jnp.linspace(-reach, reach, side)
    return jnp.stack(jnp.meshgrid(line, line, indexing="ij"), -1).reshape(-1, 2), float(line[1] - line[0]) ** 2
