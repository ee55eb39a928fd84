"""The products of a noise schedule, alpha_bar_t and 1 - alpha_bar_t, to the last digits in float32 too."""

from functools import cache

from derivations.compile.pairs import Pair, two_sum


def kept_and_lost(betas, xp):
    """(alpha_bar_t, 1 - alpha_bar_t) for t = 0, ..., T along the last axis of each."""
    return _kept_and_lost(betas, xp) if xp.__name__ == "numpy" else _differentiable()(betas)


def _kept_and_lost(betas, xp):
    """In pairs of floats, by doubling: what is lost on the left, and of what the left keeps, what is lost on the right."""
    betas = betas * xp.ones((), betas.dtype if xp.issubdtype(betas.dtype, xp.floating) else float)
    kept, lost = Pair(*two_sum(xp.ones_like(betas), -betas, xp), xp), Pair(betas, xp.zeros_like(betas), xp)
    reach, steps = 1, betas.shape[-1]
    while reach < steps:
        left_kept, left_lost = _shifted(kept, reach, 1), _shifted(lost, reach, 0)
        kept, lost, reach = left_kept * kept, left_lost + left_kept * lost, 2 * reach
    kept, lost = kept.value(), lost.value()
    start = xp.ones_like(kept[..., :1])
    return xp.concatenate([start, kept], axis=-1), xp.concatenate([0 * start, lost], axis=-1)


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
        return _kept_and_lost(betas, jnp)

    @both.defjvp
    def _(primals, tangents):
        kept, lost = both(*primals)
        moved = jnp.cumsum(tangents[0] / (1 - primals[0]), axis=-1)
        change = kept * jnp.concatenate([jnp.zeros_like(moved[..., :1]), moved], axis=-1)
        return (kept, lost), (-change, change)

    return both
