r"""Is E[X] = c? A test for X with a proven bound on its variance, of any tail, valid at every sample size.

Catoni 2012, "Challenging the empirical mean and empirical variance: a deviation study", Annales de l'Institut
Henri Poincare B 48(4), 1148-1185, section 2, where log(1 + x + x^2/2) bounds the influence function; its polynomial
form is that of Catoni & Giulini 2017 (arXiv:1712.02747), section 2:
    psi(x) = x - x^3/6 for |x| <= sqrt 2, constant beyond, satisfies -log(1 - x + x^2/2) <= psi(x) <= log(1 + x + x^2/2).
(The right side minus psi has the derivative x^3 (1 + x/2)/2 / (1 + x + x^2/2) on [-sqrt 2, sqrt 2]: it falls to 0 at 0
and rises again, and psi is odd.) Against sign(x) log(1 + |x| + x^2/2), the widest choice, it is bounded, needs no
logarithm and lies in the middle. With Y = X - c, E[Y] = d, Var X <= v and S = 1/(n alpha) sum_i psi(alpha Y_i):

(1)  E exp(n alpha S) <= (1 + alpha d + alpha^2 (v + d^2)/2)^n <= exp(n alpha (d + alpha (v + d^2)/2)).
(2)  By Markov's inequality, P(S >= d + alpha (v + d^2)/2 + log(1/delta)/(n alpha)) <= delta, and the same for -S.
(3)  Under the hypothesis d = 0; with delta/2 for each side, alpha = sqrt(2 log(2/delta)/(n v)) makes the two terms
     equal, so P(|S| >= sqrt(2 v log(2/delta)/n)) <= delta.
The factor 2 in the root is 1/2 from the quadratic term of psi plus 1/2 from Markov, as for a Gaussian mean.

Power is (2) for -S: if E[X] = c + D, then with probability >= 1 - miss, S >= D - alpha (v + D^2)/2 -
log(1/miss)/(n alpha), a quadratic inequality in D, solved exactly below. A larger error is seen at least as surely,
because psi increases: shifting every X up moves S up. The same remark makes the one-sided test of E[X] <= c, with
log(1/delta), valid for every mean below c.

Rounding. Each term of S passes through a bounded number of float32 operations and additions, which change it by at
most a factor 1 +- gamma (psi is concave in |x| and fixes 0, so it magnifies no relative error):
hence |S_float - S| <= gamma S + 2 gamma A, where A bounds the mean of |psi|/alpha on one side, by (2) applied to
exp |psi|. One per cent of delta, and of miss, is kept for A. As |psi'| <= 1, samples that are themselves off by
`rounding` on average move S by no more than `rounding`. Both are added to the threshold.
"""

import math
import sys
import time
from dataclasses import dataclass

import numpy as np

from verify.monte_carlo.moments import Moments, chunk_sums
from verify.monte_carlo.outcome import DELTA, MISS, Outcome, probability, too_coarse
from verify.monte_carlo.stream import SUM_ROUNDINGS, Undecided, device_name, partial_sums, plan, stream

RELATIONS = ("==", "<=", ">=")
UNIT = 2.0**-24  # half an ulp of 1 in float32
TERM_ROUNDINGS = 16  # float32 operations between a sample and psi(alpha (x - c)), with room
KEPT_FOR_ROUNDING = 0.01
SQRT2 = np.nextafter(np.float32(math.sqrt(2)), np.float32(0))  # the largest float32 below it


def psi(x):
    """Catoni's influence function in its polynomial form, (m,) -> (m,); traceable."""
    import jax.numpy as jnp

    x = jnp.clip(x, -SQRT2, SQRT2)
    return x - x * x * x * np.float32(1 / 6)


@dataclass(frozen=True)
class Levels:
    """What a test of n samples promises before it draws one. Units: those of X, except alpha, their inverse."""

    alpha: float
    threshold: float  # |S| beyond it rejects; holds both rounding allowances
    detectable: float  # infinity if the samples are too few to promise anything
    rounding: float  # the part of the threshold that is rounding


def levels(n, variance, *, delta=DELTA, miss=MISS, sides=2, rounding=0.0, roundings=0) -> Levels:
    """Threshold and smallest detectable error of `n` samples with Var X <= `variance` > 0.

    sides      2 for E[X] = c, 1 for an inequality
    rounding   bound on the mean absolute rounding error of the samples, in the units of X
    roundings  float32 operations between a sample and the statistic; 0 for exact arithmetic
    """
    kept = KEPT_FOR_ROUNDING if roundings else 0.0
    gamma = roundings * UNIT / (1 - roundings * UNIT)
    alarm = math.log(sides / ((1 - kept) * delta))
    alpha = math.sqrt(2 * alarm / (n * variance))
    threshold = math.sqrt(2 * variance * alarm / n)

    def size(chance):  # of the mean of |psi| / alpha when E[X] = c, exceeded with probability `chance` of it
        return (
            math.sqrt(variance) + alpha * variance / 2 + math.log(1 / (kept * chance)) / (n * alpha)
            if kept
            else 0
        )

    allowed = rounding + 2 * gamma * size(delta)
    needed = (threshold + allowed + rounding + 2 * gamma * size(miss)) / (1 - gamma)
    # Smaller root D of  D - alpha (v + D^2)/2 - log(1/miss)/(n alpha) = needed.
    total = needed + alpha * variance / 2 + math.log(1 / ((1 - kept) * miss)) / (n * alpha)
    discriminant = 1 - 2 * alpha * total
    detectable = 2 * total / (1 + math.sqrt(discriminant)) if discriminant >= 0 else math.inf
    return Levels(alpha, threshold + allowed, detectable, allowed)


def samples_to_detect(error, variance, *, delta=DELTA, miss=MISS, sides=2, most=2**60, **rounding) -> int:
    """The fewest samples (to one part in a thousand) whose detectable error is at most `error`; `most` if none are.

    rounding   `rounding` and `roundings` as in `levels`; without them the arithmetic is taken as exact
    """
    if not (error > 0 and variance > 0):
        raise ValueError(f"error = {error!r} and variance = {variance!r} must both be positive")

    def too_few(n):
        return levels(n, variance, delta=delta, miss=miss, sides=sides, **rounding).detectable > error

    low, high = 1, 2
    while too_few(high):
        if high >= most:
            return most
        low, high = high, 2 * high
    while high - low > max(1, high // 1000):
        middle = (low + high) // 2
        low, high = (middle, high) if too_few(middle) else (low, middle)
    return min(high, most)


def mean_test(
    draw,
    expected,
    variance,
    *,
    relation="==",
    seed=0,
    samples=None,
    dimension=1,
    parameters=(),
    delta=DELTA,
    miss=MISS,
    rounding=None,
    coarsest=math.inf,
    devices=None,
    progress=None,
    time_limit=None,
) -> Outcome:
    """Test E[X] == `expected` (or <=, >=) for the sampler `draw`, given Var X <= `variance`, proven elsewhere.

    draw        draw(key, m, *parameters) -> (m,) float32, see `verify.monte_carlo.stream`
    expected    the c of the hypothesis, a float
    variance    an upper bound on Var X that someone has proved; 0 for a constant X
    relation    "==", "<=" (is E[X] <= expected?) or ">="
    samples     how many at least; default 2^22 in one dimension
    dimension   scalars drawn per sample, which sets the size of a chunk
    parameters  further arguments of `draw`, traced, so that other values need no new compilation
    delta       false-alarm probability
    miss        probability with which an error of the detectable size may be missed
    rounding    bound on the mean absolute float32 error of the samples; default 2^-20 (|expected| + sqrt(variance)),
                that is sixteen ulp of the integrand's own size
    coarsest    the largest detectable error with which the test may agree: one that sees less has nothing to say
    devices, progress, time_limit  as in `stream`

    A constant X (variance 0) is compared sample by sample, within `rounding`. The outcome is undecided, which never
    agrees, if the variance bound is no finite number >= 0, if no sample or any NaN or infinity was drawn, if all
    chunks drew the same samples although `variance` > 0 (the sampler ignores its key, or the integrand is constant:
    then its variance is 0, and should be given so), if the run was ended early, or if `samples` are too few to detect
    any error, or one of the size `coarsest`.
    ValueError for an unknown relation, a probability outside (0, 1), a seed outside 0..2^32 - 1.
    """
    began = time.perf_counter()
    if relation not in RELATIONS:
        raise ValueError(f"relation = {relation!r} must be one of {', '.join(RELATIONS)}")
    delta, miss = probability("delta", delta), probability("miss", miss)
    expected, variance = float(expected), float(variance)
    schedule = plan(samples, dimension)
    sides = 2 if relation == "==" else 1

    def outcome(undecided=None, *, rejected=False, statistic=math.nan, limits=None, moments=None, drawn=0):
        limits = limits or Levels(math.nan, math.nan, math.inf, math.nan)
        return Outcome(
            hypothesis=f"E[X] {relation} {expected:.10g}",
            rejected=rejected,
            undecided=undecided,
            statistic=statistic,
            threshold=limits.threshold,
            rounding=limits.rounding,
            detectable=limits.detectable,
            false_alarm=delta,
            miss=miss,
            estimate=moments.mean if moments else math.nan,
            standard_error=moments.standard_error if moments else math.nan,
            samples=drawn,
            seed=seed,
            seconds=time.perf_counter() - began,
            device=device_name(devices),
            details={
                "test": "Catoni mean test",
                "expected": expected,
                "relation": relation,
                "variance": variance,
                "alpha": limits.alpha,
                "chunk": schedule.chunk,
                "chunks": schedule.chunks,
            },
        )

    if not math.isfinite(expected):
        return outcome(f"the value to compare with is {expected}")
    if not (math.isfinite(variance) and variance >= 0):
        return outcome(f"the variance bound {variance} is not a finite number >= 0")
    if rounding is None:
        rounding = usual_rounding(expected, variance)
    if not (math.isfinite(rounding) and rounding >= 0):
        raise ValueError(f"rounding = {rounding!r} must be a finite number >= 0")

    # A spread below the rounding cannot be seen; a larger bound on the variance is as true, and keeps float32 in range.
    bound = max(variance, rounding**2)
    scale = math.sqrt(bound) if variance > 0 else 1.0
    if not 1e-30 < scale < 1e30:
        return outcome(
            f"samples with standard deviation {scale:.3g} do not fit float32; rescale the integrand"
        )
    if variance > 0:
        roundings = TERM_ROUNDINGS + SUM_ROUNDINGS
        limits = levels(
            schedule.samples,
            bound,
            delta=delta,
            miss=miss,
            sides=sides,
            rounding=rounding,
            roundings=roundings,
        )
    else:  # E[X] = X: every sample tells, an error above twice the rounding for certain
        limits = Levels(math.inf, rounding, 2 * rounding, rounding)

    high = np.float32(expected)
    low = np.float32(expected - float(high))  # expected = high + low to 48 bits
    arguments = (high, low, np.float32(1 / scale), np.float32(limits.alpha * scale if variance > 0 else 0))
    reduce = statistics if variance > 0 else extremes
    moments, total, smallest, largest = Moments(expected, scale), 0.0, math.inf, -math.inf
    try:
        for part in stream(
            draw, reduce, seed, schedule, parameters=parameters, arguments=arguments,
            may_repeat=math.sqrt(variance) <= rounding, devices=devices, progress=progress, time_limit=time_limit,
        ):  # fmt: skip
            moments.add(schedule.chunk * len(part["sum"]), part)
            if variance > 0:
                total += float(part["psi"].sum(dtype=np.float64))
            else:
                smallest = min(smallest, float(part["smallest"].min()))
                largest = max(largest, float(part["largest"].max()))
    except Undecided as reason:
        return outcome(str(reason), limits=limits, drawn=moments.count)
    if moments.count != schedule.samples:
        reason = f"{moments.count:,} samples arrived of {schedule.samples:,}"
        return outcome(reason, limits=limits, drawn=moments.count)

    if variance > 0:
        statistic = total / (schedule.samples * limits.alpha)
    else:
        statistic = {"==": max(smallest, largest, key=abs), "<=": largest, ">=": smallest}[relation]
    off = {"==": abs(statistic), "<=": statistic, ">=": -statistic}[relation]
    rejected = off > limits.threshold
    if not rejected and not limits.detectable <= min(coarsest, sys.float_info.max):
        return outcome(
            too_coarse(schedule.samples, limits.detectable, coarsest),
            statistic=statistic, limits=limits, moments=moments, drawn=moments.count,
        )  # fmt: skip
    return outcome(
        rejected=rejected, statistic=statistic, limits=limits, moments=moments, drawn=moments.count
    )


def usual_rounding(expected, variance):
    """Sixteen float32 ulp of the size of a sample: what a short integrand stays below."""
    return 2.0**-20 * (abs(expected) + math.sqrt(variance))


def statistics(x, high, low, inverse_scale, beta):
    """Of a chunk (m,): partial sums of psi(beta z), z and z^2, where z = (x - high - low) / scale; traceable."""
    z = ((x - high) - low) * inverse_scale
    return {"psi": partial_sums(psi(beta * z)), **chunk_sums(z)}


def extremes(x, high, low, inverse_scale, beta):
    """Of a chunk (m,): partial sums and range of z, for a constant X; traceable. `beta` has no use here."""
    z = ((x - high) - low) * inverse_scale
    return {**chunk_sums(z), "smallest": z.min(), "largest": z.max()}
