"""Data for training: images and two-dimensional densities, by name.

    models.data.load("digits")          # scikit-learn's 8x8 digits, embedded
    models.data.load("shapes")          # rectangles, circles and lines, drawn here
    models.data.load("ring")            # eight Gaussians on a circle, with its exact log-density
    models.data.load("fashion-mnist", folder="../shared/data")
"""

import difflib
import importlib

_MODULE = {
    "digits": "digits",
    "shapes": "shapes",
    "mnist": "mnist",
    "fashion-mnist": "mnist",
    "cifar-10": "cifar",
    "mixture": "densities",
    "ring": "densities",
    "grid": "densities",
    "two-moons": "densities",
    "checkerboard": "densities",
}
NAMES = tuple(_MODULE)


def load(name, folder=None, seed=0):
    """The data set of that name, as a `Dataset`.

    `folder` is where MNIST, Fashion-MNIST and CIFAR-10 lie; without it they are looked for in $PROOFSHEET_DATA,
    in ../shared/data, in the cache, and then downloaded. `seed` draws the synthetic ones.
    Raises `ValueError` for an unknown name, and for files that are corrupt; `FileNotFoundError` for missing ones.
    """
    if name not in _MODULE:
        near = difflib.get_close_matches(name, NAMES, n=1, cutoff=0.3)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise ValueError(f"data = {name!r} is no data set.{hint} There are {', '.join(NAMES)}.")
    return importlib.import_module(f"models.data.{_MODULE[name]}").load(name, folder=folder, seed=seed)
