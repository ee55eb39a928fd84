"""How far one Gaussian is from another, without cancellation: elimination in pairs of floats.

In plain floats every digit that a covariance's condition number has is lost. In pairs only what exceeds the digits of one
float is, so results are right to a few units in the last place as long as the matrices are positive definite in their type.
The price is some thirty operations for each one of a plain Cholesky factorisation.
"""

from functools import cache, reduce
from operator import add

from sympy import S

from derivations.compile.excess import itakura_saito
from derivations.compile.pairs import Pair, constant, exact
from derivations.compile.schedule import loop


def covariance_excess(first, second, xp):
    """(tr(second^-1 first) - d - log(det first / det second)) / 2; in JAX differentiable. Arrays (..., d, d), result (...)."""
    return _covariance_excess(first, second, xp) if xp.__name__ == "numpy" else _differentiable()[0](first, second)


def squared_length(matrix, terms, xp):
    """v^T matrix^-1 v for v the sum of the `terms` (..., d, 1), which may cancel; in JAX differentiable. Result (...)."""
    if any(xp.ndim(term) > xp.ndim(matrix) for term in terms):
        return _of_samples(matrix, terms, xp)
    return _squared_length(matrix, terms, xp) if xp.__name__ == "numpy" else _differentiable()[1](matrix, terms)


def _of_samples(matrix, terms, xp):
    """For many vectors to a matrix, as samples are: one plain factorisation serves all, and their mean needs no last digits."""
    lower, right = xp.linalg.cholesky(matrix), reduce(add, terms)
    if xp.__name__ == "numpy":
        return xp.sum(xp.linalg.solve(lower, right) ** 2, axis=(-2, -1))
    from jax.scipy.linalg import solve_triangular

    shape = xp.broadcast_shapes(lower.shape[:-2], right.shape[:-2])
    solution = solve_triangular(xp.broadcast_to(lower, shape + lower.shape[-2:]), xp.broadcast_to(right, shape + right.shape[-2:]), lower=True)
    return xp.sum(solution**2, axis=(-2, -1))


def whitened(matrix, right, xp):
    """(L^-1 right, the diagonal of L) for matrix = L L^T, all pairs: column by column, what is right of it eliminated."""
    size = matrix.high.shape[-1]
    place = xp.arange(size)

    def eliminate(j, state):
        left, right, diagonal = (Pair(*state[k : k + 2], xp) for k in (0, 2, 4))
        root = _part(left, lambda a: a[..., j, j, None]).sqrt()
        column = _where(place > j, _part(left, lambda a: a[..., :, j]) / root, xp)
        row = _part(right, lambda a: a[..., j, :]) / root
        left = left - _outer(column, column)
        changed = right - _outer(column, row)
        here = (place == j)[:, None]
        right = Pair(xp.where(here, row.high[..., None, :], changed.high), xp.where(here, row.low[..., None, :], changed.low), xp)
        high, low = (xp.where(place == j, new, old) for new, old in ((root.high, diagonal.high), (root.low, diagonal.low)))
        return left.high, left.low, right.high, right.low, high, low

    zeros = xp.zeros_like(matrix.high[..., 0])
    state = loop(xp)(0, size, eliminate, (matrix.high, matrix.low, right.high, right.low, zeros, zeros))
    return Pair(*state[2:4], xp), Pair(*state[4:], xp)


def _covariance_excess(first, second, xp):
    """The sum of IS(K_jj, 1) + (K_jj - 1)^2 / 2 and of K_ij^2 / 2, i > j, for the Cholesky factor K of L^-1 first L^-T.

    second = L L^T. Column by column K - 1 is found from L^-1 (first - second) L^-T, which is small where it is small.
    """
    first, second = (exact(a, xp) for a in xp.broadcast_arrays(_floating(first, xp), _floating(second, xp)))
    half, lower = whitened(second, first - second, xp)
    excess, _ = whitened(second, _part(half, lambda a: xp.swapaxes(a, -1, -2)), xp)
    _, upper = whitened(first, _part(first, lambda a: a[..., :0]), xp)
    scale, place = upper / lower, xp.arange(first.high.shape[-1])
    one = constant(S.One, xp.ones_like(scale.high[..., :1]), xp)

    def column(j, state):
        excess, total = Pair(*state[:2], xp), Pair(*state[2:], xp)
        pivot, far = _part(excess, lambda a: a[..., j, j, None]), _part(scale, lambda a: a[..., j, None])
        near = xp.abs(pivot.high) < 0.5
        inside = _where(near, pivot, xp)
        root = _choose(near, (one + inside).sqrt(), far, xp)
        beyond = _choose(near, inside / (one + root), far - one, xp).value()
        below = _where(place > j, _part(excess, lambda a: a[..., :, j]) / root, xp)
        excess = excess - _outer(below, below)
        unit = xp.ones_like(beyond)
        term = itakura_saito(root.value(), unit, beyond, xp) + (beyond**2 + xp.sum(below.value() ** 2, axis=-1, keepdims=True)) / 2
        total = total + exact(term[..., 0], xp)
        return excess.high, excess.low, total.high, total.low

    zeros = xp.zeros_like(scale.high[..., 0])
    state = loop(xp)(0, first.high.shape[-1], column, (excess.high, excess.low, zeros, zeros))
    return state[2] + state[3]


def _squared_length(matrix, terms, xp):
    matrix, terms = _floating(matrix, xp), [_floating(term, xp) for term in terms]
    shape = xp.broadcast_shapes(matrix.shape[:-2], *(term.shape[:-2] for term in terms))
    vector = reduce(add, (exact(xp.broadcast_to(term, shape + term.shape[-2:]), xp) for term in terms))
    solution, _ = whitened(exact(xp.broadcast_to(matrix, shape + matrix.shape[-2:]), xp), vector, xp)
    return xp.sum(solution.value() ** 2, axis=(-2, -1))


def _floating(array, xp):
    array = xp.asarray(array)
    return array if xp.issubdtype(array.dtype, xp.floating) else array.astype(float)


def _part(pair, take):
    return Pair(take(pair.high), take(pair.low), pair.xp)


def _where(condition, pair, xp):
    return Pair(xp.where(condition, pair.high, 0), xp.where(condition, pair.low, 0), xp)


def _choose(condition, one, other, xp):
    return Pair(xp.where(condition, one.high, other.high), xp.where(condition, one.low, other.low), xp)


def _outer(column, row):
    return _part(column, lambda a: a[..., :, None]) * _part(row, lambda a: a[..., None, :])


@cache
def _differentiable():
    """Both for JAX, with the gradients of the excess (second^-1 - first^-1) / 2 and (second^-1 - second^-1 first second^-1) / 2."""
    import jax
    import jax.numpy as jnp

    @jax.custom_jvp
    def excess(first, second):
        return _covariance_excess(first, second, jnp)

    @excess.defjvp
    def _(primals, tangents):
        first, second = primals
        difference = jnp.linalg.solve(second, first - second)
        in_first = jnp.linalg.solve(first, jnp.swapaxes(difference, -1, -2))
        in_second = jnp.linalg.solve(second, jnp.swapaxes(difference, -1, -2))
        change = jnp.sum(in_first * tangents[0], axis=(-2, -1)) - jnp.sum(in_second * tangents[1], axis=(-2, -1))
        return excess(first, second), change / 2

    @jax.custom_jvp
    def length(matrix, terms):
        return _squared_length(matrix, terms, jnp)

    @length.defjvp
    def _(primals, tangents):
        matrix, terms = primals
        moved = sum(tangents[1][1:], tangents[1][0])
        solution = jnp.linalg.solve(matrix, sum(terms[1:], terms[0]))
        change = 2 * moved - tangents[0] @ solution
        return length(matrix, terms), jnp.sum(solution * change, axis=(-2, -1))

    return excess, length
