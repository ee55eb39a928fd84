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
    place, steps = xp.arange(betas.shape[-1]), betas.shape[-1]
    kept, lost = constant(S.One, betas, xp) - exact(betas, xp), exact(betas, xp)
    root = kept.sqrt()

    def shifted(array, reach, filling):
        return xp.where(place >= reach, xp.take(array, xp.maximum(place - reach, 0), axis=-1), filling)

    def double(level, parts):
        root, lost = Pair(*parts[:2], xp), Pair(*parts[2:], xp)
        reach = 2**level
        left_root = Pair(shifted(root.high, reach, 1), shifted(root.low, reach, 0), xp)
        left_lost = Pair(shifted(lost.high, reach, 0), shifted(lost.low, reach, 0), xp)
        root, lost = left_root * root, left_lost + left_root * left_root * lost
        return root.high, root.low, lost.high, lost.low

    parts = loop(xp)(0, (steps - 1).bit_length(), double, (root.high, root.low, lost.high, lost.low))
    root, lost = parts[0] + parts[1], parts[2] + parts[3]
    start = xp.ones_like(root[..., :1])
    return xp.concatenate([start, root], axis=-1), xp.concatenate([0 * start, lost], axis=-1)


def loop(xp):
    """`jax.lax.fori_loop`, so that a compiler sees one step only, or what does the same."""
    if xp.__name__ != "numpy":
        from jax.lax import fori_loop

        return fori_loop

    def repeated(first, last, step, state):
        for k in range(first, last):
            state = step(k, state)
        return state

    return repeated


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
