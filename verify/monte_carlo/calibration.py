"""How often the tests of means and of laws reject, measured over thousands of seeds at reduced size in one compiled call.

Under a true hypothesis at most delta of the runs may reject; at an error of the detectable size at least 1 - miss
must. Both are theorems (`verify.monte_carlo.mean`, `verify.monte_carlo.law`); counting them shows that the code is the theorem's. At
delta = 1e-9 a count can only be 0, so the same code is also run at delta = 0.05, where a mistake is visible.
"""

import math
import time
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from verify.monte_carlo.law import Grid, massart
from verify.monte_carlo.mean import RELATIONS, TERM_ROUNDINGS, levels, statistics
from verify.monte_carlo.outcome import DELTA, MISS, probability
from verify.monte_carlo.stream import SUM_ROUNDINGS, root_key

@dataclass(frozen=True)
class Calibration:
    """`rejected` of `runs` tests of `samples` each rejected; `invalid` of them met a NaN or infinity (undecided)."""

    runs: int
    rejected: int
    invalid: int
    samples: int
    delta: float
    miss: float
    error: float
    detectable: float
    seconds: float

    @property
    def rate(self) -> float:
        return self.rejected / self.runs


def calibrate(
    draw,
    expected,
    variance,
    *,
    error=0.0,
    relation="==",
    runs=10_000,
    samples=1024,
    parameters=(),
    delta=DELTA,
    miss=MISS,
    rounding=0.0,
    seed=0,
) -> Calibration:
    """Run the test of E[X] == `expected` + error over `runs` seeds and count the rejections.

    draw, expected, variance, relation, parameters, delta, miss, rounding  as in `mean_test`, which see also for the
             spread below the rounding that is taken for the rounding; one of the two must be positive
    error    added to `expected`, a number, or "detectable" for the error that the test says it detects
    runs     how many seeds
    samples  per run, a power of two

    ValueError if `samples` is no power of two or the variance bound no positive number.
    """
    began = time.perf_counter()
    if relation not in RELATIONS:
        raise ValueError(f"relation = {relation!r} must be one of {', '.join(RELATIONS)}")
    variance = max(variance, rounding**2)
    if not 0 < variance < math.inf:
        raise ValueError(f"variance = {variance!r} must be positive and finite")
    limits = levels(
        samples,
        variance,
        delta=probability("delta", delta),
        miss=probability("miss", miss),
        sides=2 if relation == "==" else 1,
        rounding=rounding,
        roundings=TERM_ROUNDINGS + SUM_ROUNDINGS,
    )
    if error == "detectable":
        # E[X] must lie above the value tested for "<=", below it for ">="; for "==" either will do.
        error = limits.detectable if relation == ">=" else -limits.detectable
    value = expected + error
    scale = math.sqrt(variance)
    high = np.float32(value)
    arguments = (
        high,
        np.float32(value - float(high)),
        np.float32(1 / scale),
        np.float32(limits.alpha * scale),
    )
    total, invalid = _all_runs(draw, _catoni_sum, runs, samples, seed, parameters, arguments)
    statistic = total.sum(-1, dtype=np.float64) / (samples * limits.alpha)
    off = {"==": np.abs(statistic), "<=": statistic, ">=": -statistic}[relation]
    return _counted(off > limits.threshold, invalid, samples, delta, miss, error, limits.detectable, began)


def calibrate_law(
    draw, cdf, *, error=0.0, runs=10_000, samples=1024, parameters=(), delta=DELTA, miss=MISS, rounding=0.0, seed=0
) -> Calibration:
    """Run the test of the law `cdf`, raised by `error` wherever that leaves it below 1, over `runs` seeds.

    draw, cdf, parameters, delta, miss, rounding  as in `law_test`, on its usual thresholds
    error    a distance between distribution functions, or "detectable"
    runs, samples  as in `calibrate`
    """
    began = time.perf_counter()
    delta, miss = probability("delta", delta), probability("miss", miss)
    grid = Grid.of(cdf, rounding)
    eps = massart(samples, delta)
    detectable = eps + math.sqrt(math.log(1 / miss) / (2 * samples)) + 2 * float(grid.slack.max())
    error = detectable if error == "detectable" else error
    empirical, invalid = _all_runs(draw, _fractions, runs, samples, seed, parameters, (grid.thresholds,))
    off = np.abs(empirical - np.minimum(grid.expected + error, 1.0)) - grid.slack
    return _counted((off > eps).any(-1), invalid, samples, delta, miss, error, detectable, began)


def _counted(rejected, invalid, samples, delta, miss, error, detectable, began):
    return Calibration(
        runs=len(rejected),
        rejected=int((rejected & ~invalid).sum()),
        invalid=int(invalid.sum()),
        samples=samples,
        delta=delta,
        miss=miss,
        error=error,
        detectable=detectable,
        seconds=time.perf_counter() - began,
    )


def _catoni_sum(x, *arguments):
    return statistics(x, *arguments)["psi"]


def _fractions(x, thresholds):
    """The share of the samples at or below each threshold."""
    import jax.numpy as jnp

    return jnp.searchsorted(jnp.sort(x), thresholds, side="right") / np.float32(len(x))


def _all_runs(draw, statistic, runs, samples, seed, parameters, arguments):
    """(statistic of each run, whether it met a NaN or infinity), the runs how many seeds."""
    import jax

    if samples < 1 or samples & (samples - 1):
        raise ValueError(f"samples = {samples!r} must be a power of two")
    keys = jax.random.split(root_key(seed), runs)
    found, invalid = _compiled(draw, statistic, samples)(keys, tuple(parameters), arguments)
    return np.asarray(found), np.asarray(invalid)


@lru_cache(maxsize=64)
def _compiled(draw, statistic, samples):
    import jax
    import jax.numpy as jnp

    def all_runs(keys, parameters, arguments):
        def run(key):
            x = draw(key, samples, *parameters)
            return statistic(x, *arguments), ~jnp.isfinite(x).all()

        # One run after the other: batches of small matrix products have been seen to block XLA's threads for ever.
        return jax.lax.map(run, keys)

    return jax.jit(all_runs)
