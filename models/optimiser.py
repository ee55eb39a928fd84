"""Adam, its learning rate and the clipping of its gradient, or L-BFGS, from the settings of a run."""

import optax


def learning_rate(settings, player=None):
    """The learning rate as a function of the step; a GAN's discriminator may have its own."""
    peak, rest = settings.learning_rate, max(settings.steps - settings.warmup, 1)
    if player == "discriminator" and settings.critic_learning_rate:
        peak = settings.critic_learning_rate
    after = optax.constant_schedule(peak) if settings.schedule == "constant" else optax.cosine_decay_schedule(peak, rest)
    if not settings.warmup:
        return after
    return optax.join_schedules([optax.linear_schedule(0.0, peak, settings.warmup), after], [settings.warmup])


def optimiser(settings, player=None):
    """The optimiser as an optax transformation that may be told the loss, its gradient and the function."""
    method = optax.lbfgs(memory_size=20) if settings.optimiser == "lbfgs" else optax.adam(learning_rate(settings, player), *settings.betas)
    clipped = method if settings.clip is None else optax.chain(optax.clip_by_global_norm(settings.clip), method)
    return optax.with_extra_args_support(clipped)
