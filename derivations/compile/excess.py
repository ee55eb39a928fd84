"""Array code of the words that vanish to second order: accurate near their zeros, with their own derivatives."""

from functools import cache


def itakura_saito(a, b, difference, xp):
    """a/b - log(a/b) - 1 for a, b > 0, given a - b; in JAX differentiable as the function of a and b that it is."""
    return _itakura_saito(a, b, difference, xp) if xp.__name__ == "numpy" else _differentiable()[0](a, b, difference)


def exp_excess(v, xp):
    """e^v - 1 - v; in JAX differentiable."""
    return _exp_excess(v, xp) if xp.__name__ == "numpy" else _differentiable()[1](v)


def exp_difference(larger, difference, xp):
    """e^u - e^v, given the larger of the two and u - v: that much of the larger one as is left of 1."""
    difference = xp.where(larger == 0, 0, difference)
    return -xp.sign(difference) * larger * xp.expm1(-xp.abs(difference))


def _itakura_saito(a, b, difference, xp):
    """For ratios from 1/3 to 3, with t = (a - b)/b and y = t/(2 + t): t - log(1 + t) = y (t - 2 y^2 (1/3 + y^2/5 + ...))."""
    ratio, t = a / b, difference / b
    near = (ratio > 1 / 3) & (ratio < 3)
    t_near = xp.where(near, t, 0)
    y = t_near / (2 + t_near)
    w = y * y
    tail = xp.zeros_like(w)
    for k in range(12 if t.dtype == xp.float32 else 27, -1, -1):
        tail = tail * w + 1 / (2 * k + 3)
    return xp.where(near, y * (t_near - 2 * w * tail), t - xp.log(xp.where(near, 1, ratio)))


def _exp_excess(v, xp):
    """Between -1 and 1 by Taylor's series, v^2/2 (1 + v/3 (1 + v/4 (1 + ...)))."""
    near = xp.abs(v) < 1
    w = xp.where(near, v, 0)
    tail = xp.ones_like(w)
    for k in range(12 if v.dtype == xp.float32 else 20, 2, -1):
        tail = 1 + tail * (w / k)
    return xp.where(near, w * w / 2 * tail, xp.expm1(xp.where(near, 1, v)) - v)


@cache
def _differentiable():
    """Both functions for JAX."""
    import jax
    import jax.numpy as jnp

    @jax.custom_jvp
    def of_two(a, b, difference):
        return _itakura_saito(a, b, difference, jnp)

    @of_two.defjvp
    def _(primals, tangents):
        a, b, difference = primals
        return of_two(*primals), difference / b * (tangents[0] / a - tangents[1] / b)

    @jax.custom_jvp
    def of_one(v):
        return _exp_excess(v, jnp)

    @of_one.defjvp
    def _(primals, tangents):
        return of_one(*primals), jnp.expm1(primals[0]) * tangents[0]

    return of_two, of_one
