"""The K-sample bound of a VAE rises with K from the ELBO to log p(x), which is known by quadrature on the plane.

The VAE is trained for 300 steps. After 3000 its encoder leaves out modes of the posterior, and the bound comes near so slowly
that 16,384 samples still lack 0.08 nats: the limit says nothing of how many samples it takes.
"""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from models.data.densities import load
from models.iwae import iwae_bound
from models.settings import Settings
from models.theory.elbo_gap import measured
from models.theory.outcome import Comparison, Outcome
from models.theory.training import protocol, trained

STEPS = 300
REPEATS = {"quick": 500, "full": 20000}
SAMPLES = (1, 4, 16, 64, 256)
POINTS = 5
NEAR = 1e-3  # nats that the most samples may lack
ERRORS = 6.5  # standard errors: a normal mean strays further once in 1e10


def train(size, seed):
    ring, steps = load("ring"), STEPS
    x = ring.test[:POINTS]
    model, _ = trained("vae", ring, Settings(learning_rate=5e-3, seed=seed, steps=steps), seed, (steps,), lambda m: None, latent_dim=2, hidden=(16,))
    evidence, elbo, _, _ = (float(v.mean()) for v in measured(model, x.astype(float)))
    draws = [_bounds(model, jnp.asarray(x), jax.random.key(seed + k), k, REPEATS[size]) for k in SAMPLES]
    means, errors = ([float(f(d)) for d in draws] for f in (np.mean, _standard_error))
    comparisons = [Comparison("mean of the one-sample bound, against the ELBO, nats", means[0], elbo, *_bound(errors[0], "equal"))]
    for k, lower, upper, a, b in zip(SAMPLES, means, means[1:], errors, errors[1:]):
        error = ERRORS * float(np.hypot(a, b))
        most = evidence - elbo + error  # it rises from the ELBO to log p(x), and no further
        comparisons.append(Comparison(f"rise of the bound from {k} to {4 * k} samples, nats", upper - lower, 0.0, most, "above", error))
    comparisons.append(Comparison(f"bound of {SAMPLES[-1]} samples against log p(x), nats", means[-1], evidence, NEAR + ERRORS * errors[-1], "below", ERRORS * errors[-1] + 1e-4))
    return Outcome(tuple(comparisons), SAMPLES, {"K-sample bound": means}, "bound on log p(x), nats, mean over five points", evidence, protocol("vae", "ring", steps, seed, latent_dim=2, hidden=(16,), repeats=REPEATS[size]), {"standard_errors": errors}, axis="samples K")


def _bound(error, side):
    return ERRORS * error + 1e-4, side, ERRORS * error + 1e-4  # the last term is that of the quadrature


def _standard_error(draws):
    """Of the mean over points and repeats of draws (repeats, points)."""
    return np.std(draws.mean(axis=1)) / np.sqrt(len(draws))


@eqx.filter_jit
def _bounds(model, x, key, k, repeats):
    """Draws of the K-sample bound, (repeats, n), with noise of their own at every point."""
    keys = jax.random.split(key, (repeats, len(x)))
    return jax.lax.map(lambda row: jax.vmap(lambda one, key: iwae_bound(model, one, 0, key, k, chunk=k))(x, row), keys, batch_size=100)
