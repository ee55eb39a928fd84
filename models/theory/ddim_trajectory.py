"""DDIM with the exact noise of a mixture follows the exact trajectory of the probability flow.

In x / signal and s = noise / signal the flow is dx / ds = eps(x, s) (Song, Meng & Ermon 2021, equation (14)), and a DDIM step
without noise of its own is Euler's step of it, to rounding. The exact trajectory is taken by an eighth-order Runge-Kutta method.
"""

import math

import jax
import jax.numpy as jnp
import numpy as np

from models.data.densities import mixture
from models.noise_schedule import NoiseSchedule
from models.samplers import ddim
from models.theory.exact_noise import mixture_eps
from models.theory.outcome import Comparison, Outcome
from models.theory.training import protocol

STEPS = {"quick": (20, 40, 80, 160, 320), "full": (20, 40, 80, 160, 320, 640, 1280)}
WHOLE, POINTS = 2560, 64


def train(size, seed):
    law, schedule, steps = mixture(), NoiseSchedule("cosine", WHOLE), STEPS[size]
    start = np.asarray(jax.random.normal(jax.random.key(seed), (POINTS, 2)), float)
    with jax.enable_x64(True):
        exact = trajectory_end(law, schedule, start)
        ends = [end(law, schedule, start, k) for k in steps]
    distances = [float(np.sqrt(((found - exact) ** 2).sum(axis=1).mean())) for found in ends]
    order = math.log(distances[-2] / distances[-1], 2)
    apart = max(float(np.abs(found - euler_end(law, schedule.respaced(k), start)).max()) for k, found in zip(steps, ends))
    comparisons = (
        Comparison("largest distance of DDIM's end from that of Euler's steps", apart, 0.0, 1e-8, "equal", 1e-8),
        Comparison(f"distance to the exact trajectory's end after {steps[-1]} steps", distances[-1], 0.0, 0.01, "above", 0.0),
        Comparison("order in 1 / steps in which the distance falls", order, 1.0, 0.15, "equal", math.inf),
    )
    described = protocol("DDIM with the exact noise", "mixture", steps[-1], seed, schedule="cosine", points=POINTS)
    return Outcome(comparisons, steps, {"distance to the exact end": distances}, "root mean square distance", 0.0, described, axis="steps of DDIM")


def end(law, schedule, start, steps):
    """Where `steps` steps of DDIM lead from `start` (n, 2)."""
    chain, eps = schedule.respaced(steps), mixture_eps(law, schedule)
    return np.asarray(jax.jit(lambda x: ddim(eps, chain, x))(jnp.asarray(start)))


def trajectory_end(law, schedule, start):
    """Where the probability flow leads from `start` (n, 2) at the schedule's last step."""
    from scipy.integrate import solve_ivp

    signal, noise = schedule.signal[-1], schedule.noise[-1]
    solved = solve_ivp(lambda s, x: flow(law, s, x.reshape(-1, 2)).ravel(), (noise / signal, 0.0), (start / signal).ravel(), method="DOP853", rtol=1e-9, atol=1e-9)
    return solved.y[:, -1].reshape(-1, 2)


def euler_end(law, schedule, start):
    """The same by one step of Euler's for each step of the schedule."""
    times, x = schedule.noise / schedule.signal, start / schedule.signal[-1]
    for s, after in zip(times[:0:-1], times[-2::-1]):
        x = x + (after - s) * flow(law, s, x)
    return x


def flow(law, s, x):
    """dx / ds at x (n, 2): the noise where x_0 + s eps is x, -s times the score of a mixture with the variance sigma^2 + s^2."""
    away = x[:, None] - np.asarray(law.means, float)
    variance = law.sigma**2 + s**2
    weights = -(away**2).sum(axis=2) / (2 * variance)
    weights = np.exp(weights - weights.max(axis=1, keepdims=True))
    return s * (weights[..., None] * away).sum(axis=1) / weights.sum(axis=1, keepdims=True) / variance
