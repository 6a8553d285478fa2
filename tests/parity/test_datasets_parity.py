"""Data sets beside Keras's, on the same files: order, splits, words, dtypes; origins and hashes."""

import pickle
import sys

import numpy as np
import pytest
from beside import signature

from teachkeras import datasets

pytestmark = [pytest.mark.parity, pytest.mark.filterwarnings("ignore")]

HERE = ("boston_housing", "california_housing", "cifar10", "cifar100", "fashion_mnist", "imdb", "mnist", "reuters")


def files(folder):
    """Write small files of each data set; return the path of one that all .npz readers take, and CIFAR's folder."""
    rng = np.random.default_rng(0)
    texts = np.empty(40, object)
    texts[:] = [rng.integers(1, 50, rng.integers(1, 12)).tolist() for _ in range(40)]
    labels = rng.integers(0, 3, 40)
    np.savez(folder / "words.npz", x_train=texts, y_train=labels, x_test=texts[:20], y_test=labels[:20], x=texts,
             y=labels)  # fmt: skip
    np.savez(folder / "table.npz", x=rng.normal(size=(700, 8)), y=rng.normal(size=700))
    for name, parts in (("cifar-10-batches-py", [f"data_batch_{k}" for k in range(1, 6)] + ["test_batch"]),
                        ("cifar-100-python", ["train", "test"])):  # fmt: skip
        (folder / name).mkdir()
        for part in parts:  # Keras wants whole files
            rows = 10000 if name.startswith("cifar-10-") else 50000 if part == "train" else 10000
            data = np.full((rows, 3072), len(part), "uint8")
            data[:3] = rng.integers(0, 256, (3, 3072))
            kinds = rng.integers(0, 10, rows).tolist()
            written = {b"data": data, b"labels": kinds, b"fine_labels": kinds, b"coarse_labels": kinds[::-1]}
            (folder / name / part).write_bytes(pickle.dumps(written, 4))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("data")
    files(made)
    return made


def same(theirs, ours):
    for (a, b), (c, d) in zip(theirs, ours, strict=True):
        for first, second in ((a, c), (b, d)):
            assert first.shape == second.shape and first.dtype == second.dtype
            assert first.tolist() == second.tolist() if first.dtype == object else np.array_equal(first, second)


def from_keras(keras, monkeypatch, name, file):
    module = sys.modules[f"keras.src.datasets.{name}"]
    monkeypatch.setattr(module, "get_file", lambda *args, **kwargs: str(file))
    return module


WORDS = [
    {}, {"num_words": 30}, {"num_words": 30, "skip_top": 5}, {"maxlen": 8}, {"seed": 1, "start_char": None},
    {"oov_char": None, "num_words": 25}, {"index_from": 0}, {"index_from": 10, "num_words": 40},
]  # fmt: skip


@pytest.mark.parametrize("settings", WORDS, ids=str)
@pytest.mark.parametrize("name", ["imdb", "reuters"])
def test_words(keras, monkeypatch, folder, name, settings):
    file = folder / "words.npz"
    theirs = from_keras(keras, monkeypatch, name, file).load_data(**settings)
    same(theirs, getattr(datasets, name).load_data(str(file), **settings))


@pytest.mark.parametrize("settings", [{}, {"test_split": 0.0}, {"test_split": 0.33, "seed": 5}], ids=str)
@pytest.mark.parametrize("name", ["boston_housing", "california_housing"])
def test_tables(keras, monkeypatch, folder, name, settings):
    file = folder / "table.npz"
    module = from_keras(keras, monkeypatch, name, file)
    for version in [{}] if name == "boston_housing" else [{}, {"version": "small"}]:
        same(module.load_data(**version, **settings),
             getattr(datasets, name).load_data(**version, path=str(file), **settings))  # fmt: skip
    for engine in (module, getattr(datasets, name)):
        with pytest.raises(ValueError, match="Invalid `test_split` argument"):
            engine.load_data(test_split=1.0)


@pytest.mark.parametrize(("name", "mode"), [("cifar10", ()), ("cifar100", ("fine",)), ("cifar100", ("coarse",))])
def test_cifar(keras, monkeypatch, folder, name, mode):
    from teachkeras.datasets import _cifar

    module = from_keras(keras, monkeypatch, name, folder)
    monkeypatch.setattr(_cifar, "get_file", lambda *args, **kwargs: str(folder))
    same(module.load_data(*mode), getattr(datasets, name).load_data(*mode))


@pytest.mark.parametrize("name", HERE)
def test_where_files_come_from(keras, monkeypatch, tmp_path, name):
    """Both ask for the same names, addresses and hashes."""
    asked = []

    def note(fname=None, origin=None, **kwargs):
        asked.append((fname, origin, kwargs.get("file_hash"), kwargs.get("cache_subdir"), kwargs.get("extract")))
        raise EOFError

    theirs, ours = sys.modules[f"keras.src.datasets.{name}"], getattr(datasets, name)
    from teachkeras.datasets import _cifar, _source

    for module in (theirs, ours, _cifar, _source):
        monkeypatch.setattr(module, "get_file", note, raising=False)
    for function in ("load_data", "get_word_index"):
        if hasattr(theirs, function):
            for module in (theirs, ours):
                with pytest.raises(EOFError):
                    getattr(module, function)()
    first, second = asked[::2], asked[1::2]
    if name == "fashion_mnist":  # the order differs
        assert first[0][1].rsplit("/", 1)[0] == second[0][1].rsplit("/", 1)[0] and first[0][3] == second[0][3]
    else:
        assert first == second


def test_signatures(keras):
    for name in HERE:
        theirs, ours = getattr(keras.datasets, name), getattr(datasets, name)
        for function in (f for f in dir(theirs) if not f.startswith("_")):
            mine = signature(getattr(ours, function))
            if name in ("cifar10", "cifar100", "fashion_mnist"):
                mine = [p for p in mine if p[0] != "path"]  # a local file: ours alone
            assert signature(getattr(theirs, function)) == mine, (name, function)
    assert datasets.reuters.get_label_names() == keras.datasets.reuters.get_label_names()
