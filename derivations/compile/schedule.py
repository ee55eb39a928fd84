"""The products of a noise schedule, alpha_bar_t with its root and 1 - alpha_bar_t, to the last digits in float32 too."""

from functools import cache

from sympy import S

from derivations.compile.pairs import Pair, constant, exact


def schedule(betas, xp):
    """(sqrt(alpha_bar_t), 1 - alpha_bar_t) for t = 0, ..., T along the last axis of each."""
    return _schedule(betas, xp) if xp.__name__ == "numpy" else _differentiable()(betas)


def _schedule(betas, xp):
    """In pairs of floats, by doubling: what is lost on the left, and of what the left keeps, what is lost on the right.

    The root is a product of roots, since alpha_bar_t may be too small for a float where its root is not.
    """
    betas = betas * xp.ones((), betas.dtype if xp.issubdtype(betas.dtype, xp.floating) else float)
    kept, lost = constant(S.One, betas, xp) - exact(betas, xp), exact(betas, xp)
    root = kept.sqrt()
    reach, steps = 1, betas.shape[-1]
    while reach < steps:
        left_root, left_lost = _shifted(root, reach, 1), _shifted(lost, reach, 0)
        root, lost, reach = left_root * root, left_lost + left_root * left_root * lost, 2 * reach
    root, lost = root.value(), lost.value()
    start = xp.ones_like(root[..., :1])
    return xp.concatenate([start, root], axis=-1), xp.concatenate([0 * start, lost], axis=-1)


def _shifted(pair, by, filling):
    """The pair moved to the right along the last axis, filled up with a whole number."""
    xp = pair.xp

    def moved(array, value):
        return xp.concatenate([xp.full_like(array[..., :by], value), array[..., :-by]], axis=-1)

    return Pair(moved(pair.high, filling), moved(pair.low, 0), xp)


@cache
def _differentiable():
    """For JAX: the derivative of alpha_bar_t in beta_k is -alpha_bar_t / (1 - beta_k) where k <= t."""
    import jax
    import jax.numpy as jnp

    @jax.custom_jvp
    def both(betas):
        return _schedule(betas, jnp)

    @both.defjvp
    def _(primals, tangents):
        root, lost = both(*primals)
        moved = jnp.cumsum(tangents[0] / (1 - primals[0]), axis=-1)
        moved = jnp.concatenate([jnp.zeros_like(moved[..., :1]), moved], axis=-1)
        return (root, lost), (-root / 2 * moved, root * root * moved)

    return both
