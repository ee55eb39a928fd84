"""A data set in memory: what is trained on, what is tested on, and what the numbers mean."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Dataset:
    """Examples as they are stored; `floats` turns them into what a model sees.

    `train` and `test` have shape (n, *shape): (height, width) or (height, width, channels) for images, (2,) for
    points of the plane. Images are uint8 (0 to `scale`, which is white); points are float32 and `scale` is 1.
    Labels are int32, 0 to len(classes) - 1. `log_density` is the exact log-density in nats of (n, 2) points,
    where it is known. `provenance` says which bytes these are.
    """

    name: str
    train: np.ndarray
    train_labels: np.ndarray
    test: np.ndarray
    test_labels: np.ndarray
    classes: tuple
    scale: int = 1
    log_density: Callable | None = None
    provenance: dict = field(default_factory=dict)

    @property
    def shape(self):
        """The shape of one example."""
        return self.train.shape[1:]

    @property
    def is_images(self):
        return len(self.shape) > 1

    def floats(self, stored):
        """Stored examples as float32: images in [0, 1], points unchanged."""
        return stored.astype(np.float32) / np.float32(self.scale)

    def everything(self):
        """Training and test examples together, as float32."""
        return self.floats(np.concatenate([self.train, self.test]))
