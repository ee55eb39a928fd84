"""The error of a compiled form in units in the last place, over hard points of its domain."""

import math
from dataclasses import dataclass

import numpy
from sympy import Derivative

from derivations.domains import SPD, Vector
from derivations.language import DerivativeAt
from verify.accuracy.forms import measured
from verify.accuracy.points import hard_points
from verify.accuracy.reference import exact_gradient, exact_value


@dataclass(frozen=True)
class Accuracy:
    """The errors of one form: their largest and their median in ulp, and the point and component of the largest.

    `errors` has the largest error at each point, NaN where no exact value there is a float of the type. `bad` counts NaN, infinities where the exact value is a float, and negative values where the exact one is not.
    """

    name: str
    dtype: str
    what: str
    worst: float
    median: float
    where: dict
    bad: int
    errors: tuple


def measure(name, dtype="float32", *, array="jax", what="value", naive=False, count=400, seed=0, points=None, jit=True):
    """One `Accuracy` for each number that the claim computes, against ball arithmetic at exactly the floats used.

    `what` is "value" or "gradient" (JAX only): every partial derivative counts as a value of its own. `naive`
    measures the textbook's expression as it stands. Without `jit` JAX runs operation by operation: the same arithmetic,
    and nothing to compile. An ulp is that of the exact value in `dtype`, and never less than that of the smallest
    normal number, for derivatives of 2^40 times it: below, a factor of theirs may vanish.
    """
    return _measure(name, dtype, (naive,), array, what, count, seed, points, jit)[0]


def side_by_side(name, dtype="float32", *, array="jax", what="value", count=400, seed=0, points=None, jit=True):
    """(compiled, textbook's): what `measure` finds of either at the same points, for the price of one exact reference."""
    return _measure(name, dtype, (False, True), array, what, count, seed, points, jit)


def _measure(name, dtype, kinds, array, what, count, seed, points, jit):
    if dtype not in ("float32", "float64") or what not in ("value", "gradient"):
        raise ValueError(f"dtype = {dtype!r}, what = {what!r}: float32 or float64, value or gradient")
    subject = measured(name)
    if what == "gradient" and any(isinstance(p.domain, SPD) for p in subject.parameters):
        raise ValueError(f"{name} has matrices as parameters: its gradient has no exact reference here")
    points = hard_points(subject, dtype, count, seed) if points is None else points
    found = tuple([] for _ in kinds)
    for k, form in enumerate(subject.forms):
        exact = [_exact(form, subject, p, what) for p in points]
        label = f"{name}{': ' if form.name else ''}{form.name}"
        for naive, several in zip(kinds, found):
            computed = _computed(subject, k, points, dtype, array, what, naive, jit)
            several.append(_compared(label, dtype, what, points, computed, exact))
    return found


def ulps(value, exact, dtype, smallest=1.0):
    """|value - exact| in units in the last place of the exact value (an `arb`); NaN where that is no float of the type.

    The unit is never less than that of `smallest` times the smallest normal number.
    """
    info = numpy.finfo(dtype)
    tiny = float(info.tiny) * smallest
    size = abs(exact)
    if size >= float(info.max):
        return math.nan
    if not math.isfinite(value):
        return math.inf
    size = float(size)
    exponent = math.frexp(size)[1] - 1 if size >= tiny else math.frexp(tiny)[1] - 1
    return float(abs(exact - value) / 2.0 ** (exponent - info.nmant))


def _exact(form, subject, point, what):
    """Keyword -> exact numbers. Textbook expressions that hold a derivative themselves are differentiated in the proved form."""
    if what == "value":
        return {"": [exact_value(form.textbook, subject.parameters, point)]}
    differentiable = form.compiled if form.textbook.has(Derivative, DerivativeAt) else form.textbook
    return exact_gradient(differentiable, subject.parameters, point)


def _compared(name, dtype, what, points, computed, exact):
    everything, largest, bad, worst, where = [], [], 0, -1.0, {}
    for point, ours, theirs in zip(points, computed, exact):
        here = []
        for component, numbers in theirs.items():
            for place, number in enumerate(numbers):
                value = float(numpy.ravel(ours[component])[place])
                error = ulps(value, number, dtype, 1.0 if what == "value" else 2.0**40)
                if math.isnan(error):
                    continue
                here.append(error)
                bad += not math.isfinite(value) or (what == "value" and value < 0 and bool(number >= 0))
                if error > worst:
                    worst, where = error, {"point": point, "component": component, "place": place, "value": value, "exact": float(number)}
        everything += here
        largest.append(max(here, default=math.nan))
    return Accuracy(name, dtype, what, worst, float(numpy.median(everything)), where, bad, tuple(largest))


def _computed(subject, k, points, dtype, array, what, naive, jit):
    """For each point the value, as {"": number}, or the gradient, as {keyword: array}."""
    if array == "numpy":
        function = _function(subject, k, naive, numpy)
        return [{"": function(**p)} for p in points] if _ragged(subject) else _split([function(**_stacked(points))], len(points))
    import jax
    import jax.numpy as jnp

    stage = jax.jit if jit else lambda function: function
    with jax.enable_x64(dtype == "float64"):
        function = _function(subject, k, naive, jnp)
        names = [p.name for p in subject.parameters if not isinstance(points[0][p.name], int)]
        if what == "gradient":
            def differentiated(**given):
                whole = {n: v for n, v in given.items() if n not in names}
                return jax.grad(lambda moved: jnp.sum(function(**moved, **whole)))({n: given[n] for n in names})

            run = stage(differentiated)
            if _ragged(subject):
                return [{n: numpy.asarray(g) for n, g in run(**p).items()} for p in points]
            found = {n: numpy.asarray(g) for n, g in run(**_stacked(points)).items()}
            return [{n: g[j] for n, g in found.items()} for j in range(len(points))]
        run = stage(function)
        if _ragged(subject):
            return [{"": numpy.asarray(run(**p))} for p in points]
        return _split([numpy.asarray(run(**_stacked(points)))], len(points))


def _function(subject, k, naive, xp):
    """The k-th number of the claim as a function of keyword arguments: what `verify.NAME` compiles, or the textbook's."""
    from derivations.compile import evaluate
    from verify.closed_form import as_array, compiled, lengths

    form = subject.forms[k]

    def function(**given):
        values = {}
        for p in subject.parameters:
            values[p.symbol] = as_array(p, given[p.name], xp)
            values.update(lengths(p, given[p.name], xp))
        return evaluate(form.textbook, values, xp) if naive else compiled(form.compiled, values, xp)

    return function


def _ragged(subject):
    """Do the points differ in shape, so that each is computed on its own?"""
    return any(isinstance(p.domain, Vector) or p.shape != "scalar" for p in subject.parameters)


def _stacked(points):
    return {n: numpy.stack([p[n] for p in points]) for n in points[0]}


def _split(arrays, count):
    (array,) = arrays
    return [{"": array[j]} for j in range(count)]
