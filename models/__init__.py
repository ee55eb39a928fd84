"""Trainable models whose losses are the derived formulas.

    import models
    run = models.train("vae", data="digits", out="runs/vae", latent_dim=2, steps=2000)
    images = models.sample(run, 64)
    models.report(run)

One file per model; `models.trainer` trains them all. Importing this package loads none of them, nor JAX.
"""

import importlib

_WHERE = {
    "train": "models.run",
    "load": "models.run",
    "sample": "models.run",
    "report": "models.report_page",
    "build": "models.registry",
    "NAMES": "models.registry",
}


def __getattr__(name):
    if name in _WHERE:
        return getattr(importlib.import_module(_WHERE[name]), name)
    raise AttributeError(f"module 'models' has no attribute {name!r}; it has {', '.join(sorted(_WHERE))}")


def __dir__():
    return sorted([*globals(), *_WHERE])
