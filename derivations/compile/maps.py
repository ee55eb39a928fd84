"""Derivatives, inverse maps and probabilities in arrays: what `Calculus` does for these words.

Derivatives are taken by JAX, forward mode, so that they may be differentiated again. An equation is solved by
bisection, and its solution differentiated as the implicit function that it is.
"""

from sympy import Derivative, Symbol, log

from derivations.compile.arrays import Uncompilable
from derivations.enclose.cubature import degree
from derivations.language.normal import NormalDensity, UniformDensity
from derivations.language.word import depends

REACH = 1e8  # solutions are looked for in [-REACH, REACH], and so many standard deviations from a mean
HALVINGS = 100  # down to the last bit of float64


def derivative(arrays, function, variable, point):
    """d function / d variable at the array `point`."""
    if arrays.xp.__name__ == "numpy":
        return _value(arrays, _symbolic(function, variable), variable, point)
    import jax

    at = arrays.xp.asarray(point) * 1.0
    return jax.jvp(lambda v: _value(arrays, function, variable, v) + 0.0 * v, (at,), (arrays.xp.ones_like(at),))[1]


def inverse(arrays, function, target, variable, low=-REACH, high=REACH):
    """The solution of function = target between `low` and `high`, where there is one."""
    xp = arrays.xp

    def excess(v):
        return _value(arrays, function, variable, v) - target

    if degree(function, variable) == 1:
        zero, one = excess(0.0), excess(1.0)
        return zero / (zero - one)
    if xp.__name__ == "numpy":
        return _bisected(excess, *xp.broadcast_arrays(low, high, excess(low))[:2], xp, _repeated)
    import jax

    shape = jax.eval_shape(excess, xp.asarray(low, float))
    low, high = (xp.broadcast_to(end, shape.shape).astype(shape.dtype) for end in (xp.asarray(low), xp.asarray(high)))
    return jax.lax.custom_root(
        excess, low, lambda f, _: _bisected(f, low, high, xp, jax.lax.fori_loop), lambda slope, y: y / slope(xp.ones_like(y))
    )


def _bisected(excess, low, high, xp, loop):
    first, last = _at_ends(excess, low, high, xp)
    rising = last > first

    def halve(_, ends):
        a, b = ends
        middle = (a + b) / 2
        left = (excess(middle) < 0) == rising
        return xp.where(left, middle, a), xp.where(left, b, middle)

    a, b = loop(0, HALVINGS, halve, (low, high))
    return (a + b) / 2


def _repeated(first, last, step, state):
    """What `jax.lax.fori_loop` does."""
    for k in range(first, last):
        state = step(k, state)
    return state


def lower_integral(arrays, density, point, variable):
    """The mass of a Gaussian or uniform density up to the array `point`."""
    if isinstance(density, NormalDensity) and density.x == variable and not depends(density.mu + density.sigma, variable):
        return _ndtr(arrays, (point - arrays(density.mu)) / arrays(density.sigma))
    if isinstance(density, UniformDensity) and density.x == variable:
        return arrays.xp.clip(point, 0.0, 1.0)
    raise Uncompilable(f"no array code for the distribution function of {density}")


def probability(arrays, expr):
    """P(lesser <= greater) where the difference of the two changes sign once; not a number where it may do otherwise."""
    variable, density, xp = expr.bound, expr.density, arrays.xp
    excess = expr.greater - expr.lesser
    if isinstance(density, NormalDensity):
        low, high = (arrays(density.mu) + side * REACH * arrays(density.sigma) for side in (-1, 1))
    else:
        low, high = 1e-15, 1 - 1e-15
    below = lower_integral(arrays, density, inverse(arrays, excess, 0.0, variable, low, high), variable)
    first, last = _at_ends(lambda v: _value(arrays, excess, variable, v), low, high, xp)
    return xp.where(first * last < 0, xp.where(last > 0, 1 - below, below), xp.nan)


def _at_ends(function, low, high, xp):
    """The function's values at both ends, in one call, along a new first axis."""
    return function(xp.stack([xp.asarray(low), xp.asarray(high)]))


def _value(arrays, function, variable, at):
    return arrays.having({variable: at})(function)


def _ndtr(arrays, z):
    if arrays.xp.__name__ == "numpy":
        from scipy.special import ndtr
    else:
        from jax.scipy.special import ndtr
    return ndtr(z)


def _symbolic(function, variable):
    """The derivative as an expression, for NumPy, which has no other."""
    function = function.replace(lambda n: isinstance(n, log) and isinstance(n.args[0], NormalDensity), lambda n: n.args[0].log_density())
    slope = function.diff(variable)
    if slope.has(Derivative):
        raise Uncompilable(f"no array code for the derivative of {function} in NumPy; JAX has one")
    return slope


def differentiable_by(expr):
    """The one symbol by which a derivative is taken. Raises `Uncompilable` for others."""
    if len(expr.variables) != 1 or not isinstance(expr.variables[0], Symbol):
        raise Uncompilable(f"no array code for the derivative {expr}")
    return expr.variables[0]
