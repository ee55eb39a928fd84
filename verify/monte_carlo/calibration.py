"""How often the mean test rejects, measured over thousands of seeds at reduced size in one compiled call.

Under a true hypothesis at most delta of the runs may reject; at an error of the detectable size at least 1 - miss
must. Both are theorems (`verify.monte_carlo.mean`); counting them shows that the code is the theorem's. At
delta = 1e-9 a count can only be 0, so the same code is also run at delta = 0.05, where a mistake is visible.
"""

import math
import time
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from verify.monte_carlo.mean import RELATIONS, TERM_ROUNDINGS, levels, statistics
from verify.monte_carlo.outcome import DELTA, MISS, probability
from verify.monte_carlo.stream import SUM_ROUNDINGS, root_key

SAMPLES_AT_ONCE = 2**18
"""The runs of one batch draw so many together: what fits a cache."""


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

    draw, expected, variance, relation, parameters, delta, miss, rounding  as in `mean_test`; `variance` > 0
    error    added to `expected`, a number, or "detectable" for the error that the test says it detects
    runs     rounded up to whole batches
    samples  per run, a power of two

    ValueError if `samples` is no power of two or the variance bound no positive number.
    """
    import jax

    began = time.perf_counter()
    if relation not in RELATIONS:
        raise ValueError(f"relation = {relation!r} must be one of {', '.join(RELATIONS)}")
    if samples < 1 or samples & (samples - 1):
        raise ValueError(f"samples = {samples!r} must be a power of two")
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
    batch = max(1, SAMPLES_AT_ONCE // samples)
    batches = -(-runs // batch)
    keys = jax.random.split(root_key(seed), (batches, batch))
    total, invalid = _compiled(draw, samples)(keys, tuple(parameters), arguments)
    statistic = np.asarray(total).sum(-1, dtype=np.float64) / (samples * limits.alpha)
    off = {"==": np.abs(statistic), "<=": statistic, ">=": -statistic}[relation]
    valid = ~np.asarray(invalid)
    return Calibration(
        runs=batches * batch,
        rejected=int((valid & (off > limits.threshold)).sum()),
        invalid=int((~valid).sum()),
        samples=samples,
        delta=delta,
        miss=miss,
        error=error,
        detectable=limits.detectable,
        seconds=time.perf_counter() - began,
    )


@lru_cache(maxsize=64)
def _compiled(draw, samples):
    import jax
    import jax.numpy as jnp

    def all_runs(keys, parameters, arguments):
        def run(key):
            x = draw(key, samples, *parameters)
            return statistics(x, *arguments)["psi"], ~jnp.isfinite(x).all()

        return jax.lax.map(jax.vmap(run), keys)

    return jax.jit(all_runs)
