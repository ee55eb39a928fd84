"""From noise to examples, with any `eps(x, t)`: a trained network, or the exact noise of a known density.

`eps` takes a batch (n, *shape) and the step of the trained chain, 1 to T, and gives the noise in the batch.
"""

import jax
import jax.numpy as jnp


def ancestral(eps, schedule, start, key, clip=None):
    """Ho et al. 2020, algorithm 2: from x_T = `start` (n, *shape), each step drawn from the posterior at the x_0 that eps points back to.

    The last step adds no noise: there the posterior's variance is 0. `clip` bounds that x_0, for examples that lie in [-clip, clip].
    """

    def step(x, t):
        clean = _clean(eps, schedule, x, t, clip)
        mean, variance = schedule.posterior(clean, x, t)
        return mean + jnp.sqrt(variance) * jax.random.normal(jax.random.fold_in(key, t), x.shape), None

    return _through(step, schedule, start)


def ddim(eps, schedule, start, key=None, eta=0.0, clip=None):
    """Song, Meng & Ermon 2021, equation (12): `ddim_marginals`. eta = 0 adds no noise (and needs no key), eta = 1 as much as `ancestral`.

    A `schedule.respaced(k)` takes k steps.
    """
    if eta and key is None:
        raise ValueError(f"eta = {eta:g} adds noise, which needs a key")

    def step(x, t):
        clean = _clean(eps, schedule, x, t, clip)
        mean, spread = schedule.ddim_step(clean, x, t, eta)
        return mean + (spread * jax.random.normal(jax.random.fold_in(key, t), x.shape) if eta else 0.0), None

    return _through(step, schedule, start)


def guided(eps, weight, labels, no_label):
    """Classifier-free guidance (Ho & Salimans 2022, equation (6)): `eps(x, t, labels)` as an `eps(x, t)` that leans towards the labels."""

    def leaning(x, t):
        with_label = eps(x, t, labels)
        return with_label if weight == 0 else (1 + weight) * with_label - weight * eps(x, t, no_label)

    return leaning


def _clean(eps, schedule, x, t, clip):
    clean = schedule.x0_from_eps(eps(x, jnp.asarray(schedule.times)[t - 1]), x, t)
    return clean if clip is None else jnp.clip(clean, -clip, clip)


def _through(step, schedule, start):
    steps = len(schedule.betas)
    return jax.lax.scan(step, start, jnp.arange(steps, 0, -1))[0]
