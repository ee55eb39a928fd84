"""How far one covariance matrix is from another, without cancellation: by Cholesky factors of their difference."""

from functools import cache

from derivations.compile.excess import itakura_saito


def solved(lower, right, xp):
    """lower^-1 right, for a lower triangular matrix; stacks of matrices broadcast."""
    if xp.__name__ == "numpy":
        return xp.linalg.solve(lower, right)
    from jax.scipy.linalg import solve_triangular

    shape = xp.broadcast_shapes(lower.shape[:-2], right.shape[:-2])
    return solve_triangular(xp.broadcast_to(lower, shape + lower.shape[-2:]), xp.broadcast_to(right, shape + right.shape[-2:]), lower=True)


def covariance_excess(first, second, xp):
    """(tr(second^-1 first) - d - log(det first / det second)) / 2; in JAX differentiable."""
    return _covariance_excess(first, second, xp) if xp.__name__ == "numpy" else _differentiable()(first, second)


def _covariance_excess(first, second, xp):
    """The sum of IS(K_jj, 1) + (K_jj - 1)^2 / 2 and of K_ij^2 / 2, i > j, for the Cholesky factor K of L^-1 first L^-T.

    second = L L^T. Column by column K - 1 is found from L^-1 (first - second) L^-T, which is small where it is small.
    """
    lower, upper = xp.linalg.cholesky(second), xp.linalg.cholesky(first)
    half = solved(lower, first - second, xp)
    excess = solved(lower, xp.swapaxes(half, -1, -2), xp)
    scale = xp.diagonal(upper, axis1=-2, axis2=-1) / xp.diagonal(lower, axis1=-2, axis2=-1)
    total, columns = 0, []
    for j in range(excess.shape[-1]):
        rest = excess[..., j:, j]
        for column in columns:
            rest = rest - column[..., j:] * column[..., j : j + 1]
        pivot, near = scale[..., j], xp.abs(rest[..., 0]) < 0.5
        root = xp.where(near, xp.sqrt(1 + xp.where(near, rest[..., 0], 0)), pivot)
        beyond = xp.where(near, rest[..., 0] / (1 + root), root - 1)
        below = rest[..., 1:] / root[..., None]
        total = total + itakura_saito(root, xp.ones_like(root), beyond, xp) + (beyond**2 + xp.sum(below**2, axis=-1)) / 2
        columns.append(xp.concatenate([xp.zeros_like(excess[..., : j + 1, j]), below], axis=-1))
    return total


@cache
def _differentiable():
    """For JAX, with the gradients (second^-1 - first^-1) / 2 and (second^-1 - second^-1 first second^-1) / 2."""
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

    return excess
