"""How exact the compiled form of a claim is, measured for its page beside the statement's own right side.

Errors are in units in the last place (ulp) against ball arithmetic, at hard points of the whole domain. Each point gets
two coordinates, along which a map of the errors shows where digits are lost.
"""

import math
import warnings

import numpy

from derivations.compile import Uncompilable
from derivations.domains import Interval, Positive, Real, Vector
from derivations.enclose import Unevaluable
from verify.accuracy import side_by_side
from verify.accuracy.forms import is_measurable, measured
from verify.accuracy.points import hard_points

POINTS = {"float32": {"value": 120, "gradient": 60}, "float64": {"value": 40, "gradient": 12}}
FEWER = {"kl_gaussian_multivariate": 40}  # points of claims where each one costs much
STEPS = 8  # of the noise schedules
ALL_DIGITS = {"float32": 2.0**24, "float64": 2.0**53}  # an error of so many ulp, or more, leaves none


def survey(name: str) -> dict:
    """The errors of the claim's compiled form and of its textbook form; {} where there is no closed form to measure.

    `forms` has the worst and median errors of every number in either type, `map` the coordinates of the points with the
    largest float32 error at each: of the value, and of all partial derivatives.
    """
    if not is_measurable(name):
        return {}
    subject = measured(name)
    forms = [{"name": form.name} for form in subject.forms]
    errors = {}
    for dtype, counts in POINTS.items():
        points = _points(subject, dtype, max(counts.values()))
        for what, count in counts.items():
            found = _found(name, dtype, what, points[: min(count, FEWER.get(name, count))])
            if found is None:
                continue
            for k, entry in enumerate(forms):
                entry.setdefault(dtype, {})[what] = {kind: _numbers(several[k], dtype) for kind, several in found.items()}
            if dtype == "float32":
                errors[what] = {kind: _largest(several) for kind, several in found.items()} | {"at": _places(name, subject, points, found)}
    if not errors:  # no reference could be evaluated at any point
        return {}
    return {"forms": forms, "map": {"axes": _axes(name, subject)} | errors}


def _points(subject, dtype: str, count: int) -> list:
    """Hard points of the domain; noise schedules all of one length, since each is compiled anew."""
    points = hard_points(subject, dtype, count)
    return [p for p in points if len(p["betas"]) == STEPS] if "betas" in points[0] else points


def _found(name: str, dtype: str, what: str, points: list) -> dict | None:
    """{"compiled": ..., "textbook": ...}; None where the gradient has no exact reference."""
    ragged = any(v.ndim for p in points for v in p.values() if not isinstance(v, int))
    for array in ("numpy", "jax") if what == "value" else ("jax",):  # some derivatives have array code in JAX alone
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the textbook's expressions overflow, and divide zero by zero
            try:
                # one operation after the other costs least where all points go through it at once
                compiled, textbook = side_by_side(name, dtype, array=array, what=what, points=points, jit=ragged)
                return {"compiled": compiled, "textbook": textbook}
            except (ValueError, Unevaluable):  # no exact reference
                return None
            except Uncompilable:
                continue
    return None


def _numbers(found, dtype: str) -> dict:
    return {"worst": min(found.worst, ALL_DIGITS[dtype]), "median": min(found.median, ALL_DIGITS[dtype]), "bad": found.bad}


def _largest(several: list) -> list:
    """At each point the largest error of all the claim's numbers; None where no exact value is a float."""
    rows = numpy.array([found.errors for found in several])
    return [None if all(map(math.isnan, column)) else min(float(numpy.nanmax(column)), ALL_DIGITS["float32"]) for column in rows.T]


def _places(name: str, subject, points: list, found: dict) -> list:
    count = len(found["compiled"][0].errors)
    return [[float(along(point)) for _, along in _coordinates(name, subject)] for point in points[:count]]


def _axes(name: str, subject) -> list:
    return [label for label, _ in _coordinates(name, subject)]


def _coordinates(name: str, subject) -> list:
    """(label, function of a point), at most two: those declared, else the sizes of the first real parameters."""
    if name in COORDINATES:
        return COORDINATES[name]
    scalars = [p for p in subject.parameters if isinstance(p.domain, (Interval, Positive, Real))]
    vectors = [p for p in subject.parameters if isinstance(p.domain, Vector) and isinstance(p.domain.entry, Real)]
    found = [(f"${p.latex}$" if isinstance(p.domain, (Interval, Positive)) else f"$|{p.latex}|$", _size(p.name)) for p in scalars]
    return (found + [(rf"$\max\,|{p.latex}|$", _norm(p.name)) for p in vectors])[:2]


def _size(name: str):
    return lambda point: abs(point[name])


def _norm(name: str):
    return lambda point: numpy.abs(point[name]).max()


def _apart(first: str, second: str, unit: str = ""):
    """The distance of two parameters, in a third or relative to the larger."""
    return lambda point: numpy.abs(point[first] - point[second]).max() / (
        numpy.abs(point[unit]).max() if unit else max(numpy.abs(point[first]).max(), numpy.abs(point[second]).max())
    )


def _from_posterior(point) -> float:
    """How far the linear VAE's encoder is from the posterior, in its standard deviations and in the logarithm of its spread."""
    point = {name: float(value) for name, value in point.items()}
    precision = point["sigma"] ** 2 + point["w"] ** 2
    mean, spread = point["w"] * (point["x"] - point["b"]) / precision, point["sigma"] / precision**0.5
    return abs(point["m"] - mean) / spread + abs(math.log(point["s"] / spread))


NOISE_OF_DECODER = [("encoder's distance from the posterior", _from_posterior), (r"$\sigma$", _size("sigma"))]
COORDINATES = {
    "beta_elbo": NOISE_OF_DECODER,
    "elbo_decomposition": NOISE_OF_DECODER,
    "elbo_gap": NOISE_OF_DECODER,
    "elbo_lower_bound": NOISE_OF_DECODER,
    "gaussian_log_likelihood": [(r"$\max\,|x - \mu|$, relative", _apart("x", "mu")), (r"$\max\,|x|$", _norm("x"))],
    "kl_gaussian": [(r"$|\sigma_1 - \sigma_2|$, relative", _apart("sigma1", "sigma2")), (r"$|\mu_1 - \mu_2| / \sigma_2$", _apart("mu1", "mu2", "sigma2"))],
    "kl_gaussian_multivariate": [
        (r"$|\Sigma_1 - \Sigma_2|$, relative", _apart("cov1", "cov2")),
        (r"condition number of $\Sigma_2$", lambda point: numpy.linalg.cond(point["cov2"].astype(float))),
    ],
    "kl_gaussian_standard_normal": [(r"$\max\,|\log \sigma^2|$", _norm("log_var")), (r"$\max\,|\mu|$", _norm("mu"))],
    "kl_gumbel_normal": [(r"$\beta / \sigma$", lambda p: p["beta"] / p["sigma"]), (r"$|\mu_1 - \mu_2| / \sigma$", _apart("mu1", "mu2", "sigma"))],
    "kl_normal_laplace": [(r"$\sigma / b$", lambda p: p["sigma"] / p["b"]), (r"$|\mu_1 - \mu_2| / b$", _apart("mu1", "mu2", "b"))],
    "vae_loss_reductions": [(r"$\max\,|\log \sigma^2|$", _norm("log_var")), (r"$\max\,|x - y|$, relative", _apart("x", "y"))],
    "optimal_discriminator": [
        ("distance of $x$ from the data's mean, in spreads", _apart("x", "mu_p", "sigma_p")),
        (r"$\sigma_g / \sigma_{data}$", lambda p: p["sigma_q"] / p["sigma_p"]),
    ],
    "reparameterization_gaussian": [(r"$|x - \mu| / \sigma$", _apart("x", "mu", "sigma")), (r"$\sigma$", _size("sigma"))],
    "ddpm_forward_marginal": [(r"$\beta_1 + \dots + \beta_t$", lambda p: p["betas"][: p["t"]].sum()), (r"$t$", _size("t"))],
    "ddpm_parameterizations": [(r"$\beta_1 + \dots + \beta_t$", lambda p: p["betas"][: p["t"]].sum()), (r"$t$", _size("t"))],
    "ddpm_posterior": [(r"$\beta_1 + \dots + \beta_{t-1}$", lambda p: p["betas"][: p["t"] - 1].sum()), (r"$\beta_t$", lambda p: p["betas"][p["t"] - 1])],
    "mean_squared_error_gradient": [("$|x - y|$, relative", _apart("x", "y")), ("$n$", _size("n"))],
}
