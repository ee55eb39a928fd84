"""Pictures of models: mosaics of images, clouds of points, curves, maps of codes. Arrays in, Matplotlib figures out."""

from pathlib import Path

import jax
import numpy as np
from matplotlib.figure import Figure

from models.model import reconstructions, samples


def mosaic(images, columns=8):
    """Images (n, h, w) or (n, h, w, channels) in [0, 1] as one array, row by row, with a grey line between them."""
    images = np.asarray(images)
    n, h, w, *depth = images.shape
    columns = min(columns, n)
    rows = -(-n // columns)
    board = np.full((rows * (h + 1) - 1, columns * (w + 1) - 1, *depth), 0.5, np.float32)
    for k, image in enumerate(images):
        top, left = (k // columns) * (h + 1), (k % columns) * (w + 1)
        board[top : top + h, left : left + w] = image
    return np.clip(board, 0, 1)


def show(examples, title="", columns=8):
    """A figure of examples: a mosaic of images, a cloud of points."""
    figure = Figure(figsize=(5, 5), layout="constrained")
    axes = figure.add_subplot()
    draw(axes, examples, columns)
    axes.set_title(title)
    return figure


def draw(axes, examples, columns=8):
    """The same on given axes."""
    examples = np.asarray(examples)
    if examples.ndim > 2:
        axes.imshow(mosaic(examples, columns), cmap="gray", vmin=0, vmax=1, interpolation="nearest")
        axes.set_axis_off()
    else:
        axes.scatter(*examples.T, s=3, linewidths=0)
        axes.set_aspect("equal")


def progress_picture(model, dataset, path, n=64):
    """What a run shows while it goes, as a PNG: samples of the prior from fixed noise, or reconstructions of the test set."""
    n = n if dataset.is_images else 2000
    labels = (np.arange(n) % len(dataset.classes)).astype(np.int32)
    if model.has_prior:
        examples = samples(model, jax.random.key(0), labels)
    else:
        examples = reconstructions(model, dataset.floats(dataset.test[:n]), dataset.test_labels[:n])
    save(show(examples, path.stem.replace("-", " ")), path)


def save(figure, path):
    """Write a figure as PNG, whole or not at all."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(path.name + ".new")
    figure.savefig(new, format="png", dpi=110, bbox_inches="tight")
    new.replace(path)
