"""MNIST and Fashion-MNIST: four IDX files each, 60,000 training and 10,000 test images of 28x28 pixels."""

import gzip
import zlib

import numpy as np

from models.data.dataset import Dataset
from models.data.files import Public, digest, find

FILES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
HOMES = {
    "mnist": ("https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/"),
    "fashion-mnist": ("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",),
}
PUBLISHED = {  # MD5 of the gzip files, in the order of FILES
    "mnist": (
        "f68b3c2dcbeaaa9fbdd348bbdeb94873",
        "d53e105ee54ea40749a09fcbcd1e9432",
        "9fb629c4189551a2d022fa330f9573f3",
        "ec29112dd5afa0611ce80d1b7f02629c",
    ),
    "fashion-mnist": (
        "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
        "25c81989df183df01b3e8a0aad5dffbe",
        "bef4ecab320f06d8554ea6380940ec79",
        "bb300cfdad3c16e7a12a480ee83cd310",
    ),
}
CLASSES = {
    "mnist": tuple("0123456789"),
    "fashion-mnist": ("T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"),
}
DIMENSIONS = {0x00000803: 3, 0x00000801: 1}


def load(name, folder=None, seed=0):
    """The data set, from `folder`/NAME, the cache, or its public home."""
    arrays, provenance = [], {}
    for file, md5 in zip(FILES, PUBLISHED[name]):
        path = find(name, Public(file + ".gz", md5, HOMES[name]), folder, alternatives=(file,))
        arrays.append(read_idx(path))
        provenance[path.name] = {"sha256": digest(path), "as_published": digest(path, "md5") == md5}
    images, labels, test, test_labels = arrays
    for what, x, y in (("training", images, labels), ("test", test, test_labels)):
        if len(x) != len(y) or x.ndim != 3:
            raise ValueError(f"{name}: the {what} files hold images of shape {x.shape} and labels of shape {y.shape}, which do not belong together")
    return Dataset(name, images, labels.astype(np.int32), test, test_labels.astype(np.int32), CLASSES[name], 255, provenance=provenance)


def read_idx(path):
    """The uint8 array in an IDX file, gzipped or not. Raises `ValueError`, saying what is wrong with the file."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else open(path, "rb") as file:
            raw = file.read()
    except EOFError:
        raise ValueError(f"{path} is truncated: the compressed stream ends too early") from None
    except (gzip.BadGzipFile, zlib.error) as trouble:
        raise ValueError(f"{path} is corrupt: {trouble}") from None
    magic = int.from_bytes(raw[:4], "big")
    if len(raw) < 4 or magic not in DIMENSIONS:
        raise ValueError(f"{path} is no IDX file of bytes: it begins with {raw[:4].hex() or 'nothing'}")
    dimensions = DIMENSIONS[magic]
    header = 4 + 4 * dimensions
    shape = tuple(int.from_bytes(raw[4 + 4 * k : 8 + 4 * k], "big") for k in range(dimensions))
    if len(raw) < header or len(raw) - header < np.prod(shape, dtype=np.int64):
        raise ValueError(f"{path} is truncated: its header promises an array of shape {shape}, and {max(len(raw) - header, 0)} bytes follow")
    if len(raw) - header > np.prod(shape, dtype=np.int64):
        raise ValueError(f"{path} is corrupt: its header promises an array of shape {shape}, and {len(raw) - header} bytes follow")
    return np.frombuffer(raw, np.uint8, offset=header).reshape(shape)
