"""CIFAR-10 in its binary form: records of one label byte and 3,072 pixel bytes, in one tar.gz."""

import tarfile
import zlib

import numpy as np

from models.data.dataset import Dataset
from models.data.files import Public, digest, find

PUBLIC = Public("cifar-10-binary.tar.gz", "c32a1d4ab5d03f1284b67883e8d87530", ("https://www.cs.toronto.edu/~kriz/",))
SUBSET = "cifar-10-binary-subset.tar.gz"
CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
RECORD = 1 + 3 * 32 * 32


def load(name="cifar-10", folder=None, seed=0):
    """The data set, from `folder`/cifar-10, the cache, or its public home; images (32, 32, 3).

    A folder may hold a subset under its own name; `provenance["as_published"]` is False then.
    """
    path = find(name, PUBLIC, folder, alternatives=(SUBSET,))
    batches = read_batches(path)
    train = [batches[b] for b in sorted(batches) if b.startswith("data_batch")]
    if not train or "test_batch.bin" not in batches:
        raise ValueError(f"{path} holds {', '.join(sorted(batches)) or 'no batches'}; data_batch_*.bin and test_batch.bin are needed")
    images, labels = (np.concatenate(parts) for parts in zip(*train))
    test, test_labels = batches["test_batch.bin"]
    provenance = {path.name: {"sha256": digest(path), "as_published": digest(path, "md5") == PUBLIC.md5}}
    return Dataset(name, images, labels, test, test_labels, CLASSES, 255, provenance=provenance)


def read_batches(path):
    """{file name: (images (n, 32, 32, 3) uint8, labels (n,) int32)} of a tar.gz. Raises `ValueError` for a broken one."""
    found = {}
    try:
        with tarfile.open(path) as archive:
            for member in archive:
                if member.isfile() and member.name.endswith(".bin"):
                    found[member.name.rpartition("/")[2]] = _records(archive.extractfile(member).read(), f"{path}: {member.name}")
    except EOFError:
        raise ValueError(f"{path} is truncated: the compressed stream ends too early") from None
    except (tarfile.TarError, zlib.error, OSError) as trouble:
        if isinstance(trouble, FileNotFoundError):
            raise
        raise ValueError(f"{path} is corrupt: {trouble}") from None
    return found


def _records(raw, where):
    if not raw or len(raw) % RECORD:
        raise ValueError(f"{where} is truncated: {len(raw)} bytes are no whole number of records of {RECORD}")
    records = np.frombuffer(raw, np.uint8).reshape(-1, RECORD)
    if records[:, 0].max() > 9:
        raise ValueError(f"{where} is corrupt: a label is {records[:, 0].max()}, and labels are 0 to 9")
    return np.ascontiguousarray(records[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)), records[:, 0].astype(np.int32)
