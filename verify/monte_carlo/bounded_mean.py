r"""Is E[X] = c? For X in a proven range, where no bound on the variance is at hand: it is estimated, and paid for.

Maurer & Pontil 2009, "Empirical Bernstein bounds and sample variance penalization", COLT, theorem 4: for n
independent Z in [0, 1] with unbiased sample variance V,
    P(E[Z] - mean > sqrt(2 V log(2/delta)/n) + 7 log(2/delta)/(3 (n - 1))) <= delta.
The theorem holds for 1 - Z as well; with delta/2 for each side, log(4/delta) makes it two-sided.

Power, beforehand: V <= n/(4 (n - 1)) for numbers in [0, 1], so the threshold is at most
sqrt(log/(2 (n - 1))) + 7 log/(3 (n - 1)) whatever is drawn, and by Hoeffding's inequality the mean falls short of
E[Z] by sqrt(log(1/miss)/(2 n)) with probability at most miss. A small variance makes the test better than that.
"""

import math
import time

import numpy as np

from verify.monte_carlo.mean import RELATIONS, UNIT
from verify.monte_carlo.moments import Moments, chunk_sums
from verify.monte_carlo.outcome import DELTA, MISS, Outcome, probability
from verify.monte_carlo.stream import SUM_ROUNDINGS, Undecided, device_name, plan, stream


def bounded_mean_test(
    draw,
    expected,
    lower,
    upper,
    *,
    relation="==",
    seed=0,
    samples=None,
    dimension=1,
    parameters=(),
    delta=DELTA,
    miss=MISS,
    rounding=None,
    devices=None,
    progress=None,
    time_limit=None,
) -> Outcome:
    """Test E[X] == `expected` (or <=, >=) for the sampler `draw`, given `lower` <= X <= `upper`, proven elsewhere.

    Arguments and outcome as for `mean_test`, with a range in place of the variance. Undecided also when a sample lies
    outside the range by more than `rounding` (default 2^-20 of max(|lower|, |upper|)): then the range is not one.
    ValueError if `lower` < `upper` are not finite numbers.
    """
    began = time.perf_counter()
    if relation not in RELATIONS:
        raise ValueError(f"relation = {relation!r} must be one of {', '.join(RELATIONS)}")
    delta, miss = probability("delta", delta), probability("miss", miss)
    expected, lower, upper = float(expected), float(lower), float(upper)
    if not (math.isfinite(lower) and math.isfinite(upper) and lower < upper):
        raise ValueError(f"lower = {lower!r} and upper = {upper!r} must be finite with lower < upper")
    if rounding is None:
        rounding = 2.0**-20 * max(abs(lower), abs(upper))
    schedule = plan(samples, dimension)
    n, width = schedule.samples, upper - lower
    sides = 2 if relation == "==" else 1
    log = math.log(2 * sides / delta)
    # Per sample: a few float32 roundings to reach [0, 1], then those of the sum; the mean is at most 1.
    allowed = rounding + width * (8 + SUM_ROUNDINGS) * UNIT
    most = width * (math.sqrt((1 + 2.0**-17) * log / (2 * (n - 1))) + 7 * log / (3 * (n - 1))) + allowed
    detectable = most + allowed + width * math.sqrt(math.log(1 / miss) / (2 * n))

    def outcome(undecided=None, *, rejected=False, statistic=math.nan, threshold=most, moments=None, drawn=0):
        return Outcome(
            hypothesis=f"E[X] {relation} {expected:.10g}",
            rejected=rejected,
            undecided=undecided,
            statistic=statistic,
            threshold=threshold,
            rounding=allowed,
            detectable=detectable,
            false_alarm=delta,
            miss=miss,
            estimate=moments.mean if moments else math.nan,
            standard_error=moments.standard_error if moments else math.nan,
            samples=drawn,
            seed=seed,
            seconds=time.perf_counter() - began,
            device=device_name(devices),
            details={
                "test": "empirical Bernstein mean test",
                "expected": expected,
                "relation": relation,
                "lower": lower,
                "upper": upper,
                "chunk": schedule.chunk,
                "chunks": schedule.chunks,
            },
        )

    if not math.isfinite(expected):
        return outcome(f"the value to compare with is {expected}")
    high = np.float32(lower)
    arguments = (high, np.float32(lower - float(high)), np.float32(1 / width))
    moments, smallest, largest = Moments(lower, width), math.inf, -math.inf
    try:
        for part in stream(
            draw, _statistics, seed, schedule, parameters=parameters, arguments=arguments,
            devices=devices, progress=progress, time_limit=time_limit,
        ):  # fmt: skip
            moments.add(schedule.chunk * len(part["sum"]), part)
            smallest = min(smallest, float(part["smallest"].min()))
            largest = max(largest, float(part["largest"].max()))
    except Undecided as reason:
        return outcome(str(reason), drawn=moments.count)
    if moments.count != n:
        return outcome(f"{moments.count:,} samples arrived of {n:,}", drawn=moments.count)
    if smallest < -allowed / width or largest > 1 + allowed / width:
        seen = lower + width * smallest, lower + width * largest
        return outcome(
            f"samples reach from {seen[0]:.6g} to {seen[1]:.6g}, outside [{lower:g}, {upper:g}]", drawn=n
        )
    variance = moments.variance / width**2 + 2.0**-19  # its own float32 rounding
    threshold = width * (math.sqrt(2 * variance * log / n) + 7 * log / (3 * (n - 1))) + allowed
    statistic = moments.mean - expected
    off = {"==": abs(statistic), "<=": statistic, ">=": -statistic}[relation]
    return outcome(
        rejected=off > threshold, statistic=statistic, threshold=threshold, moments=moments, drawn=n
    )


def _statistics(x, high, low, inverse_width):
    z = ((x - high) - low) * inverse_width
    return {**chunk_sums(z), "smallest": z.min(), "largest": z.max()}
