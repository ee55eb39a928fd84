"""The 8x8 handwritten digits that scikit-learn carries: 1,797 real images, no network."""

import numpy as np

from models.data.dataset import Dataset

TRAINING = 1500


def load(name="digits", folder=None, seed=0):
    """1,500 training and 297 test images (uint8, 0 to 16), in one fixed shuffled order whatever the seed."""
    from sklearn.datasets import load_digits

    found = load_digits()
    order = np.random.Generator(np.random.PCG64(0)).permutation(len(found.target))
    images, labels = found.images.astype(np.uint8)[order], found.target.astype(np.int32)[order]
    return Dataset(
        name,
        *(images[:TRAINING], labels[:TRAINING], images[TRAINING:], labels[TRAINING:]),
        classes=tuple("0123456789"),
        scale=16,
        provenance={"source": "scikit-learn load_digits (UCI optical recognition of handwritten digits, test part)"},
    )
