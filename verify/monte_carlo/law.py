r"""Has X the distribution function F? A test with Massart's constant, valid at every sample size, in bounded memory.

Dvoretzky, Kiefer & Wolfowitz 1956, with the constant of Massart 1990, "The tight constant in the
Dvoretzky-Kiefer-Wolfowitz inequality", Annals of Probability 18(3), corollary 1: for n independent samples with
distribution function F and empirical F_n,
    P(sup_t |F_n(t) - F(t)| > eps) <= 2 exp(-2 n eps^2),   so   eps = sqrt(log(2/delta)/(2 n)).
The largest difference on a fixed grid of t is at most the supremum over all t: counts on the grid suffice, and no
sample is kept. If X has another distribution function G with |G(t) - F(t)| = D at a grid point, Hoeffding's
inequality at that point gives |F_n(t) - G(t)| <= sqrt(log(1/miss)/(2 n)) on the side that matters with probability
1 - miss: D is seen once it exceeds eps + sqrt(log(1/miss)/(2 n)). Between grid points both functions are monotone, so
a difference D anywhere is at least D - (largest step of F along the grid) at one of them.

Rounding. The grid is made of float32 numbers, where comparisons are exact and F is evaluated in float64. A sample
that is itself off by at most `rounding` can have crossed t only from [t - rounding, t + rounding], which changes
F_n(t) by no more than F does there, beyond the eps of the inequality.
"""

import math
import time
from dataclasses import dataclass

import numpy as np

from verify.monte_carlo.outcome import DELTA, MISS, Outcome, probability, too_coarse
from verify.monte_carlo.stream import Undecided, device_name, plan, stream

THRESHOLDS = 1023


def law_test(
    draw,
    cdf,
    *,
    thresholds=None,
    rounding=0.0,
    seed=0,
    samples=None,
    dimension=1,
    parameters=(),
    delta=DELTA,
    miss=MISS,
    coarsest=1.0,
    devices=None,
    progress=None,
    time_limit=None,
) -> Outcome:
    """Test that X, sampled by `draw`, has the continuous distribution function `cdf`.

    draw        draw(key, m, *parameters) -> (m,) float32, see `verify.monte_carlo.stream`
    cdf         F: (k,) float64 -> (k,) float64, on the host (NumPy or SciPy), nondecreasing from 0 to 1
    thresholds  where to compare; default the 1023 float32 numbers that divide F into 1024 equal parts
    rounding    bound on the absolute error of each float32 sample, in the units of X
    coarsest    the largest detectable distance with which the test may agree
    others      as in `mean_test`

    The outcome's statistic is max |F_n - F| over the thresholds (with its sign), and `detectable` the distance at a
    threshold that is seen with probability 1 - `miss`; details["detectable_anywhere"] adds the largest step of F
    along the grid, and details["where"] says where the statistic was attained. `estimate` is F_n there.
    Undecided under the same circumstances as `mean_test`. ValueError if `cdf` is no distribution function on the grid.
    """
    began = time.perf_counter()
    delta, miss = probability("delta", delta), probability("miss", miss)
    if not (math.isfinite(rounding) and rounding >= 0):
        raise ValueError(f"rounding = {rounding!r} must be a finite number >= 0")
    grid = Grid.of(cdf, rounding, thresholds)
    schedule = plan(samples, dimension)
    n = schedule.samples
    eps, slack = massart(n, delta), float(grid.slack.max())
    detectable = eps + math.sqrt(math.log(1 / miss) / (2 * n)) + 2 * slack
    step = float(np.diff(grid.expected, prepend=0.0, append=1.0).max())

    def outcome(
        undecided=None, *, rejected=False, statistic=math.nan, estimate=math.nan, drawn=0, where=math.nan
    ):
        return Outcome(
            hypothesis="X has the given distribution function",
            rejected=rejected,
            undecided=undecided,
            statistic=statistic,
            threshold=eps + slack,
            rounding=slack,
            detectable=detectable,
            false_alarm=delta,
            miss=miss,
            estimate=estimate,
            standard_error=math.sqrt(max(0.0, estimate * (1 - estimate)) / n) if drawn else math.nan,
            samples=drawn,
            seed=seed,
            seconds=time.perf_counter() - began,
            device=device_name(devices),
            details={
                "test": "Dvoretzky-Kiefer-Wolfowitz test",
                "where": where,
                "detectable_anywhere": detectable + step,
                "thresholds": len(grid.thresholds),
                "chunk": schedule.chunk,
                "chunks": schedule.chunks,
            },
        )

    if detectable >= min(coarsest, 1.0):
        return outcome(too_coarse(n, detectable if detectable < 1 else math.inf, coarsest))
    counts = np.zeros(len(grid.thresholds) + 1, np.int64)
    try:
        for part in stream(
            draw, _counts, seed, schedule, parameters=parameters, arguments=(grid.thresholds,),
            devices=devices, progress=progress, time_limit=time_limit,
        ):  # fmt: skip
            counts += part["counts"].sum(0, dtype=np.int64)
    except Undecided as reason:
        return outcome(str(reason))
    if counts.sum() != n:
        return outcome(f"{counts.sum():,} samples were counted of {n:,}")
    empirical = np.cumsum(counts)[:-1] / n
    worst = int(np.argmax(np.abs(empirical - grid.expected) - grid.slack))
    statistic = float(empirical[worst] - grid.expected[worst])
    return outcome(
        rejected=bool(abs(statistic) > eps + grid.slack[worst]),
        statistic=statistic, estimate=float(empirical[worst]), drawn=n, where=float(grid.thresholds[worst]),
    )  # fmt: skip


@dataclass(frozen=True)
class Grid:
    """Where empirical and expected distribution functions are compared: float32 thresholds, F there, and by how much
    the rounding of the samples may change F_n there."""

    thresholds: np.ndarray
    expected: np.ndarray
    slack: np.ndarray

    @classmethod
    def of(cls, cdf, rounding, thresholds=None):
        """At `thresholds`, or where F passes the multiples of 1/1024. ValueError if F is no distribution function."""
        if thresholds is None:
            thresholds = _quantiles(cdf, np.arange(1, THRESHOLDS + 1) / (THRESHOLDS + 1))
        thresholds = np.unique(np.asarray(thresholds, np.float32))
        if not (thresholds.size and np.isfinite(thresholds).all()):
            raise ValueError("thresholds must be finite numbers, at least one")
        wide = thresholds.astype(np.float64)
        expected = _values(cdf, wide)
        slack = np.maximum(_values(cdf, wide + rounding) - expected, expected - _values(cdf, wide - rounding))
        return cls(thresholds, expected, slack)


def massart(n, delta):
    """The distance of F_n from F that n samples exceed with probability at most `delta`."""
    return math.sqrt(math.log(2 / delta) / (2 * n))


def _counts(x, thresholds):
    import jax.numpy as jnp

    cell = jnp.searchsorted(thresholds, x, side="left")  # thresholds[cell - 1] < x <= thresholds[cell]
    return {"counts": jnp.zeros(len(thresholds) + 1, jnp.int32).at[cell].add(1)}


def _values(cdf, t):
    found = np.asarray(cdf(t), np.float64)
    if found.shape != t.shape:
        raise ValueError(f"cdf returned shape {found.shape} for shape {t.shape}")
    if not (np.all(found >= -1e-12) and np.all(found <= 1 + 1e-12) and np.all(np.diff(found) >= -1e-12)):
        raise ValueError("cdf is no distribution function: its values must rise from 0 to 1")
    return found


def _quantiles(cdf, levels):
    """The smallest float32 t with F(t) >= level, by bisection on the integers that order the float32 numbers."""
    low = np.full(len(levels), _rank(-np.finfo(np.float32).max), np.int64)
    high = np.full(len(levels), _rank(np.finfo(np.float32).max), np.int64)
    while np.any(high - low > 1):
        middle = (low + high) // 2
        above = np.asarray(cdf(_float(middle).astype(np.float64)), np.float64) >= levels
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return _float(high)


def _rank(x):
    """Order-preserving integer of a float32."""
    bits = int(np.float32(x).view(np.int32))
    return bits if bits >= 0 else -(bits & 0x7FFFFFFF)


def _float(rank):
    """Inverse of `_rank`, elementwise."""
    size = np.abs(rank).astype(np.int32).view(np.float32)
    return np.where(rank >= 0, size, -size)
