"""Training with measurements on the way, by the one trainer."""

import jax

from models import optima
from models.data.digits import load
from models.registry import build
from models.settings import Settings
from models.trainer import Trainer


def trained(name, dataset, settings, seed, stops, measure, **options):
    """(model, [measure(model) at each of `stops`]): the named model trained on `dataset` up to the last of the stops (steps, increasing)."""
    return advanced(build(name, dataset, jax.random.key(seed), **options), dataset, settings, stops, measure)


def advanced(model, dataset, settings, stops, measure):
    """The same for a model that is there."""
    trainer = Trainer(model, dataset, settings, jax.devices()[:1])
    state, found = trainer.initial(), []
    for stop in stops:
        if stop > int(state.step):
            state, _ = trainer.advance(state, stop - int(state.step))
        found.append(measure(trainer.model(state)))
    return trainer.model(state), found


def whole_batch(dataset, steps, seed):
    """Settings for a loss without noise: L-BFGS on all examples at once."""
    return Settings(steps=steps, batch_size=len(dataset.train), optimiser="lbfgs", seed=seed)


def linear_runs(name, steps, seed, stops, codes):
    """(k, model, losses at the stops) for each number of codes k: a linear model on the digits, by L-BFGS on their twin, in float64."""
    twin = optima.twin(load())
    for k in codes:
        yield k, *trained(name, twin, whole_batch(twin, steps, seed), seed, stops, lambda model: optima.mean_loss(model, twin.train), latent_dim=k)


def protocol(model, data, steps, seed, **more):
    """What was trained, on what: JSON-ready."""
    return {"model": model, "data": data, "steps": steps, "seed": seed, "device": jax.devices()[0].device_kind, "jax": jax.__version__, **more}
