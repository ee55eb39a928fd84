"""Data sets: known laws, files that are broken, downloads that break off."""

import gzip
import hashlib
import http.server
import io
import tarfile
import threading

import jax
import numpy as np
import pytest

import models.data
from models.data import cifar, mnist
from models.data.binarisation import binarise
from models.data.densities import LAWS
from models.data.files import Public, download
from models.data.shapes import draw


def test_digits_are_the_real_ones():
    digits = models.data.load("digits")
    assert digits.train.shape == (1500, 8, 8) and digits.test.shape == (297, 8, 8) and digits.train.max() == digits.scale == 16
    assert digits.everything().max() == 1 and np.bincount(digits.train_labels).min() > 130


def test_shapes_are_drawn_from_the_key():
    images, kinds = draw(jax.random.key(0), 300)
    again, _ = draw(jax.random.key(0), 300)
    assert (images == again).all() and set(np.unique(images)) == {0, 1} and set(np.unique(kinds)) == {0, 1, 2}
    area = images.sum(axis=(1, 2))
    assert area[kinds == 0].min() >= 9 and area[kinds == 1].min() >= 25 and 1 <= area[kinds == 2].min() and area[kinds == 2].max() <= 28


@pytest.mark.parametrize("name", LAWS)
def test_densities_integrate_to_one_and_match_their_samples(name):
    law = LAWS[name]()
    side = (np.arange(480) + 0.5) / 60 - 4  # midpoints, with spacing 1/60
    grid = np.stack(np.meshgrid(side, side, indexing="ij"), -1)
    density = np.asarray(jax.jit(lambda g: jax.lax.map(lambda row: jax.numpy.exp(law.log_density(row)), g))(grid))
    assert density.sum() / 3600 == pytest.approx(1, abs=2e-3)
    points, labels = jax.jit(law.sample, static_argnums=1)(jax.random.key(1), 20_000)
    entropy = -(density * np.log(np.where(density > 0, density, 1))).sum() / 3600
    assert -float(law.log_density(points).mean()) == pytest.approx(entropy, abs=0.05)
    assert labels.max() + 1 == len(law.classes)


def test_binarisation_keeps_the_mean():
    x = np.linspace(0, 1, 5, dtype=np.float32)
    bits = binarise(np.tile(x, (20_000, 1)), jax.random.key(0))
    assert set(np.unique(bits)) == {0, 1} and np.allclose(bits.mean(axis=0), x, atol=0.02)


def idx(array):
    header = bytes([0, 0, 8, array.ndim]) + b"".join(n.to_bytes(4, "big") for n in array.shape)
    return header + array.astype(np.uint8).tobytes()


@pytest.fixture
def folder(tmp_path):
    here = tmp_path / "mnist"
    here.mkdir()
    for name, n in (("train", 7), ("t10k", 3)):
        (here / f"{name}-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx(np.arange(n * 784).reshape(n, 28, 28) % 256)))
        (here / f"{name}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx(np.arange(n))))
    return tmp_path


def test_mnist_is_read_from_a_folder(folder, monkeypatch):
    monkeypatch.setenv("PROOFSHEET_DATA", str(folder))
    found = models.data.load("mnist")
    assert found.train.shape == (7, 28, 28) and list(found.test_labels) == [0, 1, 2]
    assert not any(file["as_published"] for file in found.provenance.values())


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda raw: raw[: len(raw) // 2], "truncated: the compressed stream"),
        (lambda raw: b"<html>404</html>", "corrupt: Not a gzipped file"),
        (lambda raw: raw[:40] + bytes([raw[40] ^ 255]) + raw[41:], "corrupt|truncated"),
        (lambda raw: gzip.compress(gzip.decompress(raw)[:-5]), "truncated: its header promises an array of shape .7, 28, 28"),
        (lambda raw: gzip.compress(gzip.decompress(raw) + b"x"), "corrupt: its header promises"),
        (lambda raw: gzip.compress(b""), "no IDX file of bytes: it begins with nothing"),
        (lambda raw: gzip.compress(b"\x89PNG"), "no IDX file of bytes: it begins with 89504e47"),
    ],
)
def test_a_broken_file_says_what_is_wrong_with_it(folder, damage, words):
    path = folder / "mnist" / "train-images-idx3-ubyte.gz"
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ValueError, match=words) as error:
        mnist.load("mnist", folder)
    assert path.name in str(error.value)


def test_a_missing_file_and_an_unknown_name_are_named(folder):
    (folder / "mnist" / "t10k-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(FileNotFoundError, match="no t10k-labels-idx1-ubyte.gz .* in"):
        mnist.load("mnist", folder)
    with pytest.raises(ValueError, match="Did you mean mnist"):
        models.data.load("minst")


def test_images_and_labels_must_belong_together(folder):
    (folder / "mnist" / "train-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx(np.arange(6))))
    with pytest.raises(ValueError, match="do not belong together"):
        mnist.load("mnist", folder)


def test_cifar_records(tmp_path):
    records = np.zeros((4, cifar.RECORD), np.uint8)
    records[:, 0], records[:, 1:] = range(4), 7

    def archive(name, test=records.tobytes()):
        with tarfile.open(tmp_path / name, "w:gz") as tar:
            for member, raw in (("data_batch_1.bin", records.tobytes()), ("test_batch.bin", test)):
                info = tarfile.TarInfo(f"cifar-10-batches-bin/{member}")
                info.size = len(raw)
                tar.addfile(info, io.BytesIO(raw))
        return tmp_path / name

    archive("cifar-10-binary.tar.gz")
    found = cifar.load(folder=tmp_path)
    assert found.train.shape == (4, 32, 32, 3) and list(found.test_labels) == [0, 1, 2, 3]
    with pytest.raises(ValueError, match="truncated: 100 bytes"):
        cifar.read_batches(archive("short.tar.gz", records.tobytes()[:100]))
    half = tmp_path / "half.tar.gz"
    half.write_bytes(archive("whole.tar.gz").read_bytes()[:100])
    with pytest.raises(ValueError, match="truncated|corrupt"):
        cifar.read_batches(half)


class Flaky(http.server.BaseHTTPRequestHandler):
    """Serves a file, breaking off half-way the first time; understands ranges."""

    content, requests = b"", []

    def do_GET(self):
        start = int((self.headers.get("Range") or "bytes=0-").removeprefix("bytes=").rstrip("-"))
        rest = self.content[start:]
        self.requests.append(start)
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        self.wfile.write(rest if len(self.requests) > 1 else rest[: len(rest) // 2])

    def log_message(self, *arguments):
        pass


@pytest.fixture
def home():
    Flaky.content, Flaky.requests = bytes(range(256)) * 40, []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Flaky)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


def test_a_download_that_broke_off_is_resumed(home, tmp_path):
    public = Public("file", hashlib.md5(Flaky.content).hexdigest(), (home,))
    with pytest.raises(FileNotFoundError, match="broke off after 5120 of 10240|IncompleteRead"):
        download(public, tmp_path)
    assert download(public, tmp_path).read_bytes() == Flaky.content and Flaky.requests == [0, 5120]
    download(public, tmp_path)
    assert len(Flaky.requests) == 2


def test_a_download_with_another_digest_is_not_kept(home, tmp_path):
    Flaky.requests.append("served once")
    with pytest.raises(FileNotFoundError, match="published is 00"):
        download(Public("file", "00", (home,)), tmp_path)
    assert not list(tmp_path.iterdir())
