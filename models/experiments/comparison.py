"""Families of generative models side by side on the digits: quality over training, its spread over seeds, codes, and cost.

All see the same examples in the same batches for the same number of steps, with networks of about the same size. Quality is
judged by a classifier trained here, at as many examples as the test set has; the floor is that of training examples against it.
"""

import time
from pathlib import Path

import jax
import numpy as np

from models import latent, quality
from models.data.digits import load
from models.model import LatentModel, codes, parameter_count, samples
from models.experiments.record import COMPARISON, COMPARISON_FORMAT, plain, write_lines
from models.pictures import show
from models.settings import Settings
from models.theory.training import trained

SEEDS, STEPS, STOPS, BATCH = (0, 1, 2), 3000, 6, 100
SHOWN = 40

FAMILIES = {
    "VAE": ("vae", {"latent_dim": 16, "hidden": (256, 256)}, {}),
    "GAN": ("gan", {"latent_dim": 16, "hidden": (256, 256)}, {"learning_rate": 5e-4, "betas": (0.5, 0.999)}),
    "diffusion": ("ddpm", {"network": "dense", "hidden": (256, 256, 256), "timesteps": 100, "noise_schedule": "cosine"}, {}),
    "flow": ("flow", {"coupling": "affine", "couplings": 8, "hidden": (128,)}, {}),
}


def compare(place=COMPARISON, seeds=SEEDS, steps=STEPS, tell=print, compared=FAMILIES):
    """Train and measure all families, and write `place`/record.json with a picture of each; returns the record."""
    data, began = load(), time.perf_counter()
    judge = _judge(data, steps)
    train, test = data.floats(data.train), data.floats(data.test)
    floor = quality.measure(train[: len(test)], test, judge)
    place = Path(place)
    place.mkdir(parents=True, exist_ok=True)
    families = {}
    for family, (name, options, changed) in compared.items():
        settings = Settings(steps=steps, batch_size=BATCH, ema=0.99, **changed)
        runs = [_run(name, data, settings, seed, options, judge, test) for seed in seeds]
        families[family] = _summary(name, runs, options, changed)
        tell(f"{family}: Frechet distance {families[family]['frechet_distance']}")
        show(np.asarray(runs[0]["shown"]), family).savefig(place / f"{family.lower()}.webp", dpi=80, bbox_inches="tight", pil_kwargs={"quality": 80})
    device = jax.devices()[0].device_kind
    record = {
        "format": COMPARISON_FORMAT, "data": "digits", "steps": steps, "batch": BATCH, "seeds": list(seeds), "examples": len(test), "device": device, "jax": jax.__version__,
        "features": judge.name, "floor": floor, "families": families, "seconds": round(time.perf_counter() - began),
    }  # fmt: skip
    record = plain(record)
    write_lines(place / "record.json", record)
    return record


def _run(name, data, settings, seed, options, judge, test):
    """One model trained, its samples measured on the way; what it costs is timed after compiling."""
    stops = tuple(settings.steps * k // STOPS for k in range(1, STOPS + 1))
    labels = np.zeros(len(test), np.int32)
    clock, times = time.perf_counter, []

    def measured(model):
        examples = np.asarray(samples(model, jax.random.key(seed + 1), labels))
        found = quality.measure(examples, test, judge)
        times.append(clock())
        return found, examples

    times.append(clock())
    model, found = trained(name, data, settings, seed, stops, lambda m: (clock(), *measured(m)), **options)
    per_step = min((arrived - left) / (b - a) for left, (arrived, *_), a, b in zip(times[1:], found[1:], stops, stops[1:]))
    began = clock()
    np.asarray(samples(model, jax.random.key(seed + 2), labels))
    per_sample = (clock() - began) / len(labels)
    return {
        "curve": [measures for _, measures, _ in found], "stops": stops, "shown": found[-1][2][:SHOWN], "milliseconds_per_step": 1e3 * per_step,
        "milliseconds_per_sample": 1e3 * per_sample, "parameters": parameter_count(model), "neighbours": _told_apart(model, data),
    }  # fmt: skip


def _told_apart(model, data):
    """The share of test digits that the nearest training codes name rightly; None for a model without codes."""
    if not isinstance(model, LatentModel):
        return None
    train, test = (np.asarray(codes(model, data.floats(x), y)) for x, y in ((data.train, data.train_labels), (data.test, data.test_labels)))
    return latent.separation(train, data.train_labels, test, data.test_labels)["neighbours"]


def _summary(name, runs, options, changed):
    """Means over seeds and, for quality, the range; the curve is that of the Frechet distance of each seed."""
    ends = [run["curve"][-1] for run in runs]
    measures = ("frechet_distance", "kernel_distance", "precision", "recall", "inception_score")
    found = {m: {"mean": float(np.mean([e[m] for e in ends])), "least": min(e[m] for e in ends), "most": max(e[m] for e in ends)} for m in measures}
    costs = {k: float(np.mean([run[k] for run in runs])) for k in ("milliseconds_per_step", "milliseconds_per_sample")}
    told = [run["neighbours"] for run in runs if run["neighbours"] is not None]
    return {
        "model": name, "options": options, "settings": changed, **found, **costs, "parameters": runs[0]["parameters"],
        "neighbours": float(np.mean(told)) if told else None, "stops": list(runs[0]["stops"]),
        "curves": [[measures["frechet_distance"] for measures in run["curve"]] for run in runs],
    }  # fmt: skip


def _judge(data, steps):
    """A classifier of the digits; what it decides by is what all are measured by."""
    settings = Settings(steps=steps // 3, batch_size=BATCH)
    model, _ = trained("classifier", data, settings, 0, (settings.steps,), lambda m: None, features=32)
    return quality.classifier_judge(model, data)
