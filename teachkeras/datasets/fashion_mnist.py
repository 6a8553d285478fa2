"""Fashion-MNIST: 70,000 pictures of clothes of 28x28 pixels, as hard as MNIST is easy."""

from __future__ import annotations

import gzip
import os
import zlib

import numpy as np

from teachkeras.datasets import _npz
from teachkeras.datasets._source import locate
from teachkeras.errors import CorruptFileError
from teachkeras.utils.files import get_file

ORIGIN = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
FILES = ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz",
         "t10k-labels-idx1-ubyte.gz")  # fmt: skip

Pair = tuple[np.ndarray, np.ndarray]


def load_data(path=None) -> tuple[Pair, Pair]:
    """Return ``(x_train, y_train), (x_test, y_test)``, downloading them (31 MB) the first time.

    Shapes: x (60000, 28, 28) and (10000, 28, 28), uint8, 0 (background) to 255; y (60000,) and (10000,): 0 T-shirt, 1
    trousers, 2 pullover, 3 dress, 4 coat, 5 sandal, 6 shirt, 7 trainer, 8 bag, 9 ankle boot.

    Args:
        path: An .npz file of yours with ``x_train``, ``y_train``, ``x_test``, ``y_test``, in place of the download
            (Keras has no such argument).

    Raises:
        DownloadError: not in the cache and not to be had.
        CorruptFileError: a damaged file. (Keras publishes no hash of these; headers and gzip's own checksum are held
            against the contents.)

    Source: Xiao, Rasul & Vollgraf, "Fashion-MNIST", 2017, MIT licence; ``keras.datasets.fashion_mnist``.
    """
    if path is not None:
        path, fix = locate("fashion_mnist.load_data", os.path.abspath(path), "", None)
        x_train, y_train, x_test, y_test = _npz.read(path, ("x_train", "y_train", "x_test", "y_test"), fix)
    else:
        files = [get_file(name, ORIGIN + name, cache_subdir="datasets/fashion-mnist") for name in FILES]
        x_train, y_train, x_test, y_test = [read_idx(file) for file in files]
    return (x_train, y_train), (x_test, y_test)


def read_idx(path: str | os.PathLike) -> np.ndarray:
    """Return the array of bytes in a gzipped IDX file: two zeros, 8 for bytes, the rank, each axis' length, the bytes.

    Source: Y. LeCun, *The MNIST database*, "File formats".
    """
    try:
        with gzip.open(path) as file:
            data = file.read()
        shape = np.frombuffer(data, ">u4", data[3], 4).tolist()
        if data[:3] != b"\0\0\x08":
            raise ValueError("another header")
        return np.frombuffer(data, np.uint8, offset=4 + 4 * len(shape)).reshape(shape).copy()
    except (OSError, EOFError, ValueError, IndexError, zlib.error) as error:
        raise CorruptFileError(
            f"data file {path}", expected="a gzipped IDX file of bytes", got=f"{type(error).__name__}: {error}",
            fix=f"delete {path} and load again",
        ) from error  # fmt: skip
