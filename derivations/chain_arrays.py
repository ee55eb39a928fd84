"""The noising chain in array code: its schedule, and its marginal carried forward step by step, as it is simulated."""


def log_forward_marginal(walker, expr):
    """log q_t(x | x_0), with betas along the last axis of their array; t is a whole number, fixed when compiled."""
    xp, t = walker.xp, int(walker(expr.step))
    x, start, betas = walker(expr.x), walker(expr.start), walker.values[expr.betas]
    if not 1 <= t <= xp.shape(betas)[-1]:
        raise ValueError(f"t = {t} is outside its domain: t is an integer from 1 to {xp.shape(betas)[-1]}, the number of betas")
    mean, variance = _moments(start + 0.0 * betas[..., 0], betas[..., :t], xp)
    return -((x - mean) ** 2) / (2 * variance) - xp.log(2 * xp.pi * variance) / 2


def alpha_bar(walker, expr):
    """alpha_bar_t, or an array of them where t is an array of steps from 0 to the number of betas (traced, if need be)."""
    xp, betas, t = walker.xp, walker.values[expr.betas], walker(expr.step)
    kept = xp.cumprod(1 - betas, axis=-1)
    return xp.concatenate([xp.ones_like(kept[..., :1]), kept], axis=-1)[..., t]


def _moments(start, betas, xp):
    """Mean and variance after the steps `betas`, by x_t = sqrt(1 - beta_t) x_{t-1} + sqrt(beta_t) noise."""

    def step(state, beta):
        mean, variance = state
        return (xp.sqrt(1 - beta) * mean, (1 - beta) * variance + beta), None

    state = (start, 0.0 * start)
    steps = xp.moveaxis(betas, -1, 0)
    if xp.__name__ == "numpy":
        for beta in steps:
            state, _ = step(state, beta)
        return state
    from jax import lax

    return lax.scan(step, state, steps)[0]
