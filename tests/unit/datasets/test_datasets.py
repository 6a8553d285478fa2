"""The embedded digits, and MNIST from a cache, a local file and a server that is not there."""

import hashlib
import io
import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest

from teachkeras import datasets
from teachkeras.datasets import digits, mnist
from teachkeras.errors import CorruptFileError, DownloadError

MNIST = pathlib.Path(__file__).parents[4] / "shared" / "data" / "mnist.npz"


@pytest.fixture
def cached(tmp_path, monkeypatch):
    """An empty cache, and an origin at which nothing is."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr(mnist, "ORIGIN", (tmp_path / "nowhere.npz").as_uri())
    (tmp_path / "datasets").mkdir()
    return tmp_path / "datasets" / "mnist.npz"


def npy():
    buffer = io.BytesIO()
    np.save(buffer, np.arange(3))
    return buffer.getvalue()


def small(path, **changes):
    x, y = np.zeros((4, 28, 28), np.uint8), np.arange(4, dtype=np.uint8)
    arrays = {"x_train": x, "y_train": y, "x_test": x[:2], "y_test": y[:2]} | changes
    np.savez(path, **{name: value for name, value in arrays.items() if value is not None})
    return path


def test_digits():
    (x_train, y_train), (x_test, y_test) = digits.load_data()
    assert (x_train.shape, y_train.shape, x_test.shape, y_test.shape) == ((1437, 8, 8), (1437,), (360, 8, 8), (360,))
    assert {a.dtype for a in (x_train, y_train, x_test, y_test)} == {np.dtype("uint8")}
    assert (x_train.min(), x_train.max()) == (0, 16)
    assert np.bincount(y_train).min() > 135 and np.bincount(y_test).min() >= 33
    x_train[:] = 99  # what is handed out is a copy
    assert digits.load_data()[0][0].max() == 16


def test_digits_are_the_source_unchanged():
    sklearn = pytest.importorskip("sklearn.datasets", reason="scikit-learn's copy of the digits is not installed")
    (x_train, y_train), (x_test, y_test) = digits.load_data()
    theirs = sklearn.load_digits()
    np.testing.assert_array_equal(np.concatenate([x_train, x_test]), theirs.images)
    np.testing.assert_array_equal(np.concatenate([y_train, y_test]), theirs.target)


def test_digits_name_their_source_and_licence():
    text = (digits.FILE.parent / "SOURCE.md").read_text()
    assert "10.24432/C50P49" in text and "CC BY 4.0" in text
    assert hashlib.sha256(digits.FILE.read_bytes()).hexdigest() in text


def test_a_damaged_installation(tmp_path, monkeypatch):
    monkeypatch.setattr(digits, "FILE", tmp_path / "digits.npz")
    (tmp_path / "digits.npz").write_bytes(b"PK\x03\x04nonsense")
    with pytest.raises(CorruptFileError, match="install teachkeras again"):
        digits.load_data()


def test_mnist_from_the_cache(cached, monkeypatch):
    monkeypatch.setattr(mnist, "SHA256", hashlib.sha256(small(cached).read_bytes()).hexdigest())
    (x_train, _), (_, y_test) = mnist.load_data()
    assert x_train.shape == (4, 28, 28) and y_test.tolist() == [0, 1]


def test_mnist_offline(cached):
    with pytest.raises(DownloadError, match=r"(?s)check the connection.*mnist\.npz"):
        mnist.load_data()
    assert not cached.exists()


def test_mnist_offline_with_a_corrupt_cache(cached, capsys):
    cached.write_bytes(b"half a file")
    with pytest.raises(DownloadError, match=r"(?s)check the connection.*in place of the corrupt file"):
        mnist.load_data()
    assert cached.read_bytes() == b"half a file"
    assert "incomplete or outdated" in capsys.readouterr().err


def test_mnist_is_healed_when_the_origin_is_there(cached, tmp_path, monkeypatch):
    good = small(tmp_path / "good.npz")
    monkeypatch.setattr(mnist, "ORIGIN", good.as_uri())
    monkeypatch.setattr(mnist, "SHA256", hashlib.sha256(good.read_bytes()).hexdigest())
    cached.write_bytes(b"half a file")
    mnist.load_data()
    assert cached.read_bytes() == good.read_bytes()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda p: p.write_bytes(b""), "EOFError|No data"),
        (lambda p: p.write_bytes(b"PK\x03\x04 cut"), "BadZipFile"),
        (lambda p: p.write_bytes(b"not numpy at all"), "pickled"),
        (lambda p: small(p, x_test=None), "none called x_test"),
        (lambda p: small(p, y_train=np.arange(3)), "must agree"),
        (lambda p: small(p, x_train=np.array([{}], object)), "[Oo]bject arrays"),
        (lambda p: p.write_bytes(npy()), "TypeError|AttributeError"),
        (lambda p: p.mkdir(), "IsADirectoryError|PermissionError"),
    ],
)
def test_a_local_file_that_is_no_good(cached, tmp_path, make, message):
    make(tmp_path / "own.npz")
    with pytest.raises(CorruptFileError, match=message):
        mnist.load_data(tmp_path / "own.npz")


def test_a_local_file_that_is_not_there(cached, tmp_path):
    with pytest.raises(DownloadError, match="no file there"):
        mnist.load_data(str(tmp_path / "none.npz"))


def test_a_path_with_folders_is_an_error_as_in_keras(cached):
    with pytest.raises(ValueError, match="without folders"):
        mnist.load_data(os.path.join("folder", "mnist.npz"))


@pytest.mark.skipif(not MNIST.exists(), reason="no copy of MNIST beside the checkout")
def test_the_real_mnist():
    (x_train, y_train), (x_test, y_test) = mnist.load_data(MNIST)
    assert (x_train.shape, y_train.shape, x_test.shape, y_test.shape) == (
        (60000, 28, 28),
        (60000,),
        (10000, 28, 28),
        (10000,),
    )
    assert y_train[:4].tolist() == [5, 0, 4, 1]


def test_the_namespace_is_lazy():
    assert {"digits", "mnist"} <= set(dir(datasets))
    with pytest.raises(AttributeError, match="'mnist'"):
        _ = datasets.mnits
    code = "import teachkeras.datasets, sys; sys.exit('teachkeras.datasets.mnist' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
