"""Array code for derivatives, inverse maps and probabilities: the methods of `compile.Arrays` for these words.

Derivatives are taken by JAX, forward mode, so that they may be differentiated again. An equation is solved by
bisection, and its solution differentiated as the implicit function that it is.
"""

from sympy import Symbol

from derivations.enclose.cubature import degree
from derivations.language.normal import NormalDensity, UniformDensity
from derivations.language.word import depends

HALVINGS = 60
REACH = 40.0  # of standard deviations, and of the solutions that are looked for


def derivative(arrays, function, variable, point):
    """d function / d variable at the array `point`."""
    jax = _jax(arrays)
    at = arrays.xp.asarray(point) * 1.0
    return jax.jvp(lambda v: _value(arrays, function, variable, v) + 0.0 * v, (at,), (arrays.xp.ones_like(at),))[1]


def inverse(arrays, function, target, variable, low=-REACH, high=REACH):
    """The solution of function = target between `low` and `high`, where there is one."""
    jax, xp = _jax(arrays), arrays.xp

    def excess(v):
        return _value(arrays, function, variable, v) - target

    shape = jax.eval_shape(excess, xp.asarray(low, float))
    low, high = (xp.broadcast_to(end, shape.shape).astype(shape.dtype) for end in (xp.asarray(low), xp.asarray(high)))
    if degree(function, variable) == 1:
        zero, one = excess(0.0 * low), excess(0.0 * low + 1)
        return zero / (zero - one)

    def bisected(excess, _):
        rising = _rises(excess, low, high, xp)

        def halve(_, ends):
            a, b = ends
            middle = (a + b) / 2
            left = (excess(middle) < 0) == rising
            return xp.where(left, middle, a), xp.where(left, b, middle)

        a, b = jax.lax.fori_loop(0, HALVINGS, halve, (low, high))
        return (a + b) / 2

    return jax.lax.custom_root(excess, low, bisected, lambda slope, y: y / slope(xp.ones_like(y)))


def lower_integral(arrays, density, point, variable):
    """The mass of a Gaussian or uniform density up to the array `point`."""
    if isinstance(density, NormalDensity) and density.x == variable and not depends(density.mu + density.sigma, variable):
        return _ndtr(arrays, (point - arrays(density.mu)) / arrays(density.sigma))
    if isinstance(density, UniformDensity) and density.x == variable:
        return arrays.xp.clip(point, 0.0, 1.0)
    raise _uncompilable(f"the distribution function of {density}")


def probability(arrays, expr):
    """P(lesser <= greater) where the difference of the two changes sign once."""
    variable, density = expr.bound, expr.density
    excess = expr.greater - expr.lesser
    if isinstance(density, NormalDensity):
        low, high = (arrays(density.mu) + side * REACH * arrays(density.sigma) for side in (-1, 1))
    else:
        low, high = 1e-15, 1 - 1e-15
    end = inverse(arrays, excess, 0.0, variable, low, high)
    below = lower_integral(arrays, density, end, variable)
    rising = _rises(lambda v: _value(arrays, excess, variable, v), low, high, arrays.xp)
    return arrays.xp.where(rising, 1 - below, below)


def _rises(function, low, high, xp):
    """Is the function larger at `high` than at `low`? Both in one call, along a new first axis."""
    first, last = function(xp.stack([xp.asarray(low), xp.asarray(high)]))
    return last > first


def _value(arrays, function, variable, at):
    return arrays.having({variable: at})(function)


def _ndtr(arrays, z):
    if arrays.xp.__name__ == "numpy":
        from scipy.special import ndtr
    else:
        from jax.scipy.special import ndtr
    return ndtr(z)


def _jax(arrays):
    if arrays.xp.__name__ == "numpy":
        raise _uncompilable("a derivative or an inverse map in NumPy; JAX has them")
    import jax

    return jax


def differentiable_by(expr):
    """The one symbol by which a derivative is taken. Raises `Uncompilable` for others."""
    if len(expr.variables) != 1 or not isinstance(expr.variables[0], Symbol):
        raise _uncompilable(f"the derivative {expr}")
    return expr.variables[0]


def _uncompilable(what):
    from derivations.compile import Uncompilable

    return Uncompilable(f"no array code for {what}")
