"""The data sets beside MNIST and digits: embedded tables, toys, local files, damaged and hostile ones."""

import gzip
import hashlib
import pickle
import struct

import numpy as np
import pytest

from teachkeras import datasets
from teachkeras.datasets import (
    _pickles,
    boston_housing,
    california_housing,
    cifar10,
    cifar100,
    fashion_mnist,
    imdb,
    iris,
    reuters,
    toys,
    wine,
)  # fmt: skip
from teachkeras.errors import CorruptFileError, DownloadError


@pytest.mark.parametrize(("module", "rows", "features"), [(iris, 150, 4), (wine, 178, 13)])
def test_embedded_tables(module, rows, features):
    (x_train, y_train), (x_test, y_test) = module.load_data()
    assert len(x_train) + len(x_test) == rows and x_train.shape[1] == features and x_train.dtype == "float32"
    assert set(y_train) == set(y_test) == {0, 1, 2}
    text = (module.FILE.parent / "SOURCE.md").read_text()
    assert hashlib.sha256(module.FILE.read_bytes()).hexdigest() in text
    sklearn = pytest.importorskip("sklearn.datasets", reason="scikit-learn's copy is not installed")
    theirs = getattr(sklearn, f"load_{module.__name__.rsplit('.', 1)[1]}")()
    x = np.concatenate([x_train, x_test])
    np.testing.assert_array_equal(np.sort(x, axis=0), np.sort(theirs.data.astype("float32"), axis=0))
    assert np.bincount(np.concatenate([y_train, y_test])).tolist() == np.bincount(theirs.target).tolist()


@pytest.mark.parametrize("make", [toys.blobs, toys.moons, toys.circles, toys.spirals, toys.xor])
def test_toys_in_the_plane(make):
    x, y = make(60)
    assert x.shape == (60, 2) and x.dtype == "float32" and y.shape == (60,) and y.dtype == "uint8"
    np.testing.assert_array_equal(make(60)[0], x)
    assert np.isfinite(x).all() and set(y) <= {0, 1, 2}


def lists(path, **changes):
    x = np.empty(6, object)
    x[:] = [[1, 5, 9], [3], [2, 8], [7, 7, 7, 7], [4, 1], [6, 2, 3]]
    y = np.array([0, 1, 0, 1, 1, 0])
    arrays = {"x_train": x, "y_train": y, "x_test": x[:3], "y_test": y[:3], "x": x, "y": y} | changes
    np.savez(path, **{name: array for name, array in arrays.items() if array is not None})
    return path


def test_imdb_and_reuters_of_a_local_file(tmp_path):
    path = lists(tmp_path / "own.npz")
    (x_train, y_train), (x_test, _) = imdb.load_data(path, num_words=9, maxlen=5)
    assert all(isinstance(x, list) and x[0] == 1 and len(x) < 5 for x in x_train) and len(x_train) == len(y_train) == 5
    assert len(x_test) == 3 and max(map(max, x_train)) < 9
    with pytest.raises(ValueError, match="no sequence was kept"):
        imdb.load_data(path, maxlen=1)
    with pytest.raises(TypeError, match="Unrecognized keyword"):
        imdb.load_data(path, words=3)
    (x_train, _), (x_test, _) = reuters.load_data(path, test_split=0.5)
    assert len(x_train) == len(x_test) == 3


class Hostile:
    def __reduce__(self):
        return print, ("this must not run",)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda p: p.write_bytes(b"PK\x03\x04 cut"), "BadZipFile"),
        (lambda p: lists(p, x_test=None), "KeyError"),
        (lambda p: lists(p, x_train=np.array([Hostile()], object)), "builtins.print, which is no array"),
    ],
)
def test_a_file_of_lists_that_is_no_good(tmp_path, capsys, make, message):
    make(tmp_path / "own.npz")
    with pytest.raises(CorruptFileError, match=message):
        imdb.load_data(tmp_path / "own.npz")
    assert "must not run" not in capsys.readouterr().out


def test_a_hostile_pickle_is_refused(tmp_path, capsys):
    (tmp_path / "batch").write_bytes(pickle.dumps({b"data": Hostile(), b"labels": [1]}, 2))
    with pytest.raises(CorruptFileError, match="which is no array"):
        _pickles.read_dict(tmp_path / "batch", ("data", "labels"), "")
    assert capsys.readouterr().out == ""


def idx(path, array, shape=None):
    sizes = array.shape if shape is None else shape
    head = b"\0\0\x08" + bytes([array.ndim]) + b"".join(struct.pack(">I", n) for n in sizes)
    path.write_bytes(gzip.compress(head + array.tobytes()))


def test_idx_files(tmp_path):
    array = np.arange(24, dtype="uint8").reshape(2, 3, 4)
    idx(tmp_path / "a.gz", array)
    np.testing.assert_array_equal(fashion_mnist.read_idx(tmp_path / "a.gz"), array)
    idx(tmp_path / "b.gz", array, (5, 3, 4))
    for name in ("b.gz", "none.gz"):
        with pytest.raises(CorruptFileError):
            fashion_mnist.read_idx(tmp_path / name)
    (tmp_path / "a.gz").write_bytes((tmp_path / "a.gz").read_bytes()[:-9])
    with pytest.raises(CorruptFileError):
        fashion_mnist.read_idx(tmp_path / "a.gz")


@pytest.mark.parametrize(
    "module", [imdb, reuters, boston_housing, california_housing, cifar10, cifar100, fashion_mnist]
)
def test_offline(tmp_path, monkeypatch, module):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr(module, "ORIGIN", (tmp_path / "nowhere").as_uri() + "/")
    with pytest.raises(DownloadError, match="check the connection"):
        module.load_data()
    with pytest.raises(DownloadError, match="no file there"):
        module.load_data(path=str(tmp_path / "none.npz"))


def test_namespace():
    assert {"boston_housing", "california_housing", "cifar10", "cifar100", "fashion_mnist", "imdb", "mnist",
            "reuters"} <= set(dir(datasets))  # fmt: skip
