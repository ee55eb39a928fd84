"""A run from beginning to end: train, take up again, load, sample."""

import platform
import signal
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import jax
import numpy as np

import models.data
from models.checkpoint import Checkpoints
from models.model import samples
from models.registry import build
from models.run_folder import RunFolder
from models.settings import Settings
from models.trainer import NotFinite, Trainer


class Run:
    """A trained (or half-trained) model: `model`, `dataset`, `folder`, `settings`, `step`, and `test` (means over the test set)."""

    def __init__(self, model, dataset, folder, settings, step, test=None):
        self.model, self.dataset, self.folder, self.settings, self.step, self.test = model, dataset, folder, settings, step, test

    def __repr__(self):
        figures = ", ".join(f"{k} {v:.3f}" for k, v in (self.test or {}).items())
        return f"<Run {self.folder.path}: {type(self.model).__name__} on {self.dataset.name}, {self.step} steps{', test ' + figures if figures else ''}>"


def train(model, data="digits", out="run", resume=False, data_dir=None, settings=None, progress=None, devices=None, **options):
    """Train the model of that name and return its `Run`; everything is kept in the folder `out`.

    `settings` is a `Settings`, or its fields are given as keywords; all other keywords are the model's options, as
    latent_dim=2. `resume` takes up the run in `out`, or starts one where there is none. `progress` is called with each
    line of the log. Raises `ValueError` for what cannot be, `NotFinite` where the loss breaks down (the last good
    state is saved), `CheckpointError` for checkpoints that cannot be written or read.
    """
    names = Settings.__dataclass_fields__
    if settings is None:
        settings = Settings(**{k: options.pop(k) for k in list(options) if k in names})
    folder = RunFolder(out)
    dataset = models.data.load(data, folder=data_dir)
    trainer = Trainer(build(model, dataset, jax.random.key(settings.seed), **options), dataset, settings, devices)
    description = {"model": model, "data": data, "options": _plain(options), "settings": settings.to_dict()}
    checkpoints = Checkpoints(folder.checkpoints, {"model": model, "data": data, "options": _plain(options)})
    state = _opened(folder, checkpoints, trainer, {**description, "provenance": dataset.provenance, "software": _software()}, resume, settings)
    with _finishing_the_chunk() as interrupted:
        state = _loop(trainer, state, folder, checkpoints, settings, progress, interrupted)
    if int(state.step) < settings.steps:
        raise KeyboardInterrupt(f"stopped after {int(state.step)} steps; the state is saved, --resume goes on")
    return Run(trainer.model(state), dataset, folder, settings, int(state.step), trainer.evaluate(state))


def load(out, data_dir=None):
    """The `Run` in the folder `out`, from its newest checkpoint. Raises `ValueError` where there is none."""
    folder = RunFolder(out)
    description = folder.description()
    if description is None:
        raise ValueError(f"{out} holds no run (there is no run.json)")
    dataset = models.data.load(description["data"], folder=data_dir)
    settings, options = Settings(**description["settings"]), _options(description)
    trainer = Trainer(build(description["model"], dataset, jax.random.key(settings.seed), **options), dataset, settings, jax.devices()[:1])
    checkpoints = Checkpoints(folder.checkpoints, {k: description[k] for k in ("model", "data", "options")})
    if not checkpoints.steps():
        raise ValueError(f"{out} holds no checkpoint yet")
    step, state = checkpoints.restore(trainer.initial())
    return Run(trainer.model(state), dataset, folder, settings, step, trainer.evaluate(state))


def sample(run, n=64, seed=0, label=None):
    """n examples (n, *shape), float32, from the prior of a run; `label` is the class, for models that take one (else all in turn)."""
    labels = np.arange(n) % len(run.dataset.classes) if label is None else np.full(n, label)
    return np.asarray(samples(run.model, jax.random.key(seed), labels.astype(np.int32)))


def _opened(folder, checkpoints, trainer, description, resume, settings):
    """The state to go on from; the folder is made, or checked to hold a run with the same settings."""
    earlier = folder.description()
    if earlier is None:
        folder.begin(description)
        return trainer.initial()
    if not resume:
        raise ValueError(f"--out {folder.path} holds a run already: --resume goes on with it, or choose another folder. Nothing was changed.")
    for name in ("model", "data", "options"):
        if earlier[name] != description[name]:
            raise ValueError(f"--out {folder.path} holds a run with another {name}: {earlier[name]!r}, not {description[name]!r}. Nothing was changed.")
    conflicts = settings.conflicts(earlier["settings"])
    if conflicts:
        words = "; ".join(f"{name} was {was!r} and is {now!r}" for name, (was, now) in conflicts.items())
        raise ValueError(f"The run in {folder.path} cannot be resumed with other settings: {words}. Nothing was changed.")
    steps = checkpoints.steps()
    step, state = checkpoints.restore(trainer.initial()) if steps else (0, trainer.initial())
    folder.describe(description)
    checkpoints.forget_after(step)
    folder.cut_log(step)
    return state


def _loop(trainer, state, folder, checkpoints, settings, progress, interrupted):
    """Advance to the last step. All that happens between happens at whole multiples of `log_every`, resumed or not."""
    while (step := int(state.step)) < settings.steps and not interrupted:
        target = min((step // settings.log_every + 1) * settings.log_every, settings.steps)
        began = time.perf_counter()
        try:
            state, history = trainer.advance(state, target - step)
        except NotFinite as failure:
            checkpoints.save(failure.step, failure.state)
            raise
        seconds = time.perf_counter() - began
        means = {k: float(history[k].mean()) for k in sorted(history, key=lambda k: k != "loss")}
        line = {"step": target, **means, "learning_rate": float(trainer.learning_rate(target - 1))}

        def due(every):
            return every and (target // every > step // every or target == settings.steps)

        if due(settings.evaluate_every):
            line |= {f"test_{k}": v for k, v in trainer.evaluate(state).items()}
        folder.log(**line, steps_per_second=round((target - step) / seconds, 2))
        if progress:
            progress(line, seconds)
        if due(settings.pictures_every):
            _pictures(trainer, state, folder, target)
        if due(settings.checkpoint_every) or interrupted:
            checkpoints.save(target, state)
    return state


def _pictures(trainer, state, folder, step):
    from models.pictures import progress_picture

    progress_picture(trainer.model(state), trainer.dataset, folder.pictures / f"step-{step:07d}.png")


@contextmanager
def _finishing_the_chunk():
    """Ctrl-C and SIGTERM let the steps under way finish; the list that is given fills with the signal."""
    seen = []
    try:
        before = {s: signal.signal(s, lambda number, frame: seen.append(number)) for s in (signal.SIGINT, signal.SIGTERM)}
    except ValueError:  # not in the main thread
        before = {}
    try:
        yield seen
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _plain(options):
    return {k: list(v) if isinstance(v, tuple) else v for k, v in options.items()}


def _options(description):
    return {k: tuple(v) if isinstance(v, list) else v for k, v in description["options"].items()}


def _software():
    device = jax.devices()[0]
    return {
        "python": platform.python_version(),
        "jax": jax.__version__,
        "numpy": np.__version__,
        "device": f"{len(jax.devices())} x {device.device_kind}",
        "command": " ".join([Path(sys.argv[0]).name, *sys.argv[1:]]),
    }
