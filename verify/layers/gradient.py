"""Layer 4: JAX differentiates the left side, as it is defined, and the derived right side; they agree to rounding.

Expectations are computed by quadrature in float64, so no sampling error enters: what is compared is two
functions and their gradients with respect to every real parameter. Where both sides have a corner, as a distance has
between equal laws, there is no derivative, and the slopes to either side are compared.
"""

import math
import time
from functools import lru_cache

from sympy import Eq, MatrixSymbol

from derivations.compile import Uncompilable, evaluate
from derivations.domains import Integers
from derivations.instance import NoInstance, concretise, is_abstract
from derivations.language.limits import LimitAtInfinity
from derivations.language.optimum import Optimum
from derivations.language.transport import Wasserstein
from verify.case import arrays_of, describe
from verify.compiled_once import once
from verify.float64 import NoFloat64, require_float64
from verify.verdict import Evidence, counted

LAYER = "gradient"
TOLERANCE = 1e-7  # relative; quadrature and float64 leave about 1e-12
SLOPES = 1e-6  # the same for slopes to one side, which lose five digits


def applies(claim):
    """Why there is no gradient to compare; empty where there is."""
    if not any(_has_gradient(p.statement) for p in claim.parts):
        return "no part is an equation between functions of parameters, which could be differentiated"
    if not any(not isinstance(p.domain, Integers) for p in claim.parameters):
        return "the statement has no real parameter to differentiate with respect to"
    return ""


def _has_gradient(statement):
    """Is the statement an equation of numbers, not of laws, optima over all laws or couplings, or limits?"""
    return isinstance(statement, Eq) and not statement.has(Optimum, LimitAtInfinity, Wasserstein)


def run(case):
    """Supported when values and gradients of both sides agree to `TOLERANCE` at every point looked at. Undecided on a device without float64."""
    began = time.perf_counter()
    import jax

    try:
        require_float64()
    except NoFloat64 as reason:
        return Evidence(LAYER, "undecided", str(reason), {}, time.perf_counter() - began)
    worst, compared, obstacle = 0.0, 0, ""
    compiled = lru_cache(_compiled)  # a side that is the same expression at every point is compiled for the first
    with jax.enable_x64(True):
        for point in case.points[:2]:
            for statement in case.statements:
                if not _has_gradient(statement):
                    continue
                try:
                    error, where = _compare(case.claim, statement, point, compiled)
                except (Uncompilable, NoInstance) as reason:
                    obstacle = obstacle if _counts(statement, point) else str(reason)
                    continue
                if error is None:
                    continue
                if not math.isfinite(error):
                    obstacle = f"{where['parameter']} is not finite: {where['left']} and {where['right']}"
                    continue
                compared += 1
                worst = max(worst, error)
                if not error <= TOLERANCE:
                    details = {"error": error, "counterexample": {"at": describe(case.claim, point), **where}}
                    summary = f"the gradients differ, relatively by {error:.2g}, at {where['parameter']}"
                    return Evidence(LAYER, "refuted", summary, details, time.perf_counter() - began)
    details = {"comparisons": compared, "error": worst, "tolerance": TOLERANCE}
    if not compared or obstacle:
        return Evidence(LAYER, "undecided", obstacle or "nothing could be differentiated", details, time.perf_counter() - began)
    summary = f"gradients of both sides by automatic differentiation agree to {worst:.1g} (relative) in {counted(compared, 'comparison')}"
    return Evidence(LAYER, "supported", summary, details, time.perf_counter() - began)


def _counts(statement, point):
    """Is the statement about whole numbers alone, so that there is nothing to differentiate?"""
    whole = {s for s, value in point.values.items() if isinstance(value, int)}
    return not is_abstract(statement) and statement.free_symbols <= whole


def _compare(claim, statement, point, compiled):
    """(largest relative error, where) of the two gradients; None where no parameter of the statement is real."""
    import jax.numpy as jnp
    import numpy

    left, right = (concretise(s, point.instance) for s in statement.args)
    symbols, numbers, whole = arrays_of(point)
    if not symbols:
        return None, {}
    arguments = [numpy.asarray(n, numpy.float64) for n in numbers]
    (left_value, left_grads), (right_value, right_grads) = (compiled(e, symbols, whole)(*arguments) for e in (left, right))
    worst, where = _relative(left_value, right_value), {"parameter": "the value", "left": f"{left_value:.12g}", "right": f"{right_value:.12g}"}
    for symbol, g, h in zip(symbols, left_grads, right_grads):
        if isinstance(symbol, MatrixSymbol):  # only symmetric perturbations stay in the domain
            g, h = (a + jnp.swapaxes(a, -1, -2) if a.shape[-1] == a.shape[-2] else a for a in (g, h))
        error = _relative(g, h)
        sides = (compiled(e, symbols, whole) for e in (left, right))
        if not error <= TOLERANCE and _same_corner(*sides, arguments, symbols.index(symbol)):
            continue
        if not math.isnan(worst) and not error <= worst:  # what is not finite is not forgotten
            worst, where = error, {"parameter": f"the derivative in {symbol}", "left": str(g), "right": str(h)}
    return worst, where


def _same_corner(left, right, arguments, k):
    """Have both sides a corner in this number, with the same slopes before and after it?

    At a corner the slopes to either side differ, by as much a tenth of the way from it.
    """
    if arguments[k].ndim:
        return False

    def slopes(function, step):
        moved = (arguments[k] + move for move in (-step, 0.0, step))
        before, here, after = (float(function(*arguments[:k], number, *arguments[k + 1 :])[0]) for number in moved)
        return (here - before) / step, (after - here) / step

    step = 1e-4 * (1 + abs(float(arguments[k])))
    near, far = ([slopes(side, distance) for side in (left, right)] for distance in (step / 10, step))
    corners = all(abs(n[1] - n[0]) > max(0.5 * abs(f[1] - f[0]), 1e-3) for n, f in zip(near, far))
    return corners and max(_relative(a, b) for a, b in zip(*near)) <= SLOPES


def _compiled(expr, symbols, whole):
    """The value of an expression and its gradient with respect to all `symbols`, as a function of their arrays."""
    import jax
    import jax.numpy as jnp

    def value(*moved):
        return jnp.sum(jnp.asarray(evaluate(expr, {**dict(zip(symbols, moved)), **dict(whole)}, jnp), jnp.float64))

    return once(jax.value_and_grad(value, argnums=tuple(range(len(symbols)))))


def _relative(a, b):
    import numpy

    a, b = numpy.asarray(a), numpy.asarray(b)
    if not (numpy.isfinite(a).all() and numpy.isfinite(b).all()):
        return float("nan")
    return float(numpy.max(numpy.abs(a - b)) / (1 + numpy.max(numpy.abs(a))))
