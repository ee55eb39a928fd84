"""Hard points of a claim's domain: exact floats, log-uniform, nearly equal, and at extreme ratios.

A parameter's values depend on its domain alone: positive numbers and probabilities are log-uniform, real numbers
too with either sign. Every second point brings parameters of the same kind together, at relative distances
from 1e-1 to 1e-7; for the linear VAE the encoder and the posterior are brought together, as training does.
"""

import itertools

import numpy

from derivations.domains import SPD, Bit, Integers, Interval, Positive, Real, Vector

DECADES = 6  # parameters are drawn between 1e-6 and 1e6, so ratios reach 1e12
MOMENTS = 1.5  # the same, for claims in high powers of their parameters


def hard_points(claim, dtype, count, seed=0):
    """`count` points, each a dict from keyword to a float array (an int for a step) of the dtype.

    Covariances are those that are well positive definite in the type: condition numbers up to a tenth of 1/eps.
    """
    rng = numpy.random.default_rng([seed, sum(map(ord, claim.name))])
    drawn = (_rounded(_point(claim, rng, k), dtype) for k in itertools.count())
    return list(itertools.islice((point for point in drawn if _definite(claim, point)), count))


def _definite(claim, point):
    matrices = [point[p.name] for p in claim.parameters if isinstance(p.domain, SPD)]
    return all(numpy.linalg.cond(m.astype(float)) < 0.1 / numpy.finfo(m.dtype).eps for m in matrices)


def _point(claim, rng, k):
    point = {}
    decades = MOMENTS if claim.name in _HIGH_POWERS else DECADES
    size = 1 if k % 7 == 0 else int(rng.integers(2, 9))
    for p in claim.parameters:
        point[p.name] = _drawn(p.domain, rng, size, decades * rng.choice([1, 0.3, 0.05]))
    if k % 2:
        _bring_together(claim, point, rng)
    return _consistent(claim, point, rng)


_HIGH_POWERS = (
    "affine_coupling_log_det", "change_of_variables_likelihood", "denoising_score_matching", "gradient_variance", "pathwise_gradient",
    "score_function_gradient", "posterior_collapse_linear_vae",
)  # fmt: skip


def _drawn(domain, rng, size, decades):
    if isinstance(domain, Vector):
        size = int(rng.choice([3, 8, 25])) if isinstance(domain.entry, Interval) else size
        return numpy.array([_drawn(domain.entry, rng, 1, decades) for _ in range(size)])
    if isinstance(domain, SPD):
        return _covariance(rng, size, decades)
    if isinstance(domain, Interval):
        fraction = 10.0 ** rng.uniform(-decades, 0) * 0.99
        return float(domain.low) + (float(domain.high) - float(domain.low)) * fraction
    if isinstance(domain, Bit):
        return float(rng.integers(2))
    if isinstance(domain, Positive):
        return 10.0 ** rng.uniform(-decades, decades)
    if isinstance(domain, Real):
        return rng.choice([-1, 1]) * 10.0 ** rng.uniform(-decades, decades)
    return None


def _covariance(rng, size, decades):
    root = rng.normal(size=(size, size)) + 2 * numpy.diag(rng.choice([-1, 1], size=size))
    scales = 10.0 ** rng.uniform(-decades / 4, decades / 4, size=(size, 1))
    return (scales * root) @ (scales * root).T


def _bring_together(claim, point, rng):
    """Parameters of one kind that differ by little from each other; vectors close to zero."""
    spread = 10.0 ** rng.uniform(-7, -1)
    for kind in (Positive, Real):
        names = [p.name for p in claim.parameters if isinstance(p.domain, kind)]
        for name in names[1:]:
            point[name] = point[names[0]] * (1 + spread * rng.normal())
    matrices = [p.name for p in claim.parameters if isinstance(p.domain, SPD)]
    for name in matrices[1:]:
        lower, noise = numpy.linalg.cholesky(point[matrices[0]]), rng.normal(size=point[matrices[0]].shape)
        moved = point[matrices[0]] + spread * lower @ (noise + noise.T) @ lower.T / 8
        point[name] = (moved + moved.T) / 2
    for p in claim.parameters:
        if isinstance(p.domain, Vector) and isinstance(p.domain.entry, Real):
            point[p.name] = spread * rng.normal(size=point[p.name].shape)


def _consistent(claim, point, rng):
    """What several parameters must agree on: lengths, steps, exponents that a float can hold, an encoder near its goal."""
    vectors = [p.name for p in claim.parameters if isinstance(p.domain, Vector)]
    length = min((len(point[n]) for n in vectors), default=0)
    for p in claim.parameters:
        if isinstance(p.domain, Vector):
            point[p.name] = point[p.name][:length]
        if isinstance(p.domain, Vector) and isinstance(p.domain.entry, Interval):
            point[p.name] = numpy.minimum(point[p.name], 0.99)
        if isinstance(p.domain, Integers):
            point[p.name] = int(rng.integers(p.domain.low, (length if vectors else p.domain.high) + 1))
    if "log_var" in point:
        point["log_var"] = numpy.clip(point["log_var"], -60, 60)
    if {"w", "b", "s", "m"} <= set(point):
        _near_posterior(point, rng)
    if claim.name == "reparameterization_gaussian":
        point["x"] = point["mu"] + point["sigma"] * rng.choice([1e-6, 1e-3, 1, 4]) * rng.normal()
    return point


def _near_posterior(point, rng):
    """The linear VAE with numbers between 1/30 and 30, its encoder at a distance of 1 to 1e-7 from the posterior."""
    for name in ("x", "w", "b", "m"):
        point[name] = rng.choice([-1, 1]) * 10.0 ** rng.uniform(-1.5, 1.5)
    for name in ("sigma", "s"):
        point[name] = 10.0 ** rng.uniform(-1.5, 1.5)
    if rng.random() < 0.7:
        spread = 10.0 ** rng.uniform(-7, 0)
        precision = point["sigma"] ** 2 + point["w"] ** 2
        point["m"] = point["w"] * (point["x"] - point["b"]) / precision * (1 + spread * rng.normal())
        point["s"] = point["sigma"] / numpy.sqrt(precision) * numpy.exp(spread * rng.normal())


def _rounded(point, dtype):
    return {n: v if isinstance(v, int) else numpy.asarray(v, dtype) for n, v in point.items()}
