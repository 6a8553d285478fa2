"""MNIST: 70,000 handwritten digits of 28x28 pixels."""

from __future__ import annotations

import os

import numpy as np

from teachkeras.datasets import _npz
from teachkeras.datasets._source import locate

ORIGIN = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
ARRAYS = ("x_train", "y_train", "x_test", "y_test")

Pair = tuple[np.ndarray, np.ndarray]


def load_data(path: str | os.PathLike = "mnist.npz") -> tuple[Pair, Pair]:
    """Return ``(x_train, y_train), (x_test, y_test)``, downloading them (11 MB) the first time.

    Shapes: x (60000, 28, 28) and (10000, 28, 28), uint8, 0 (paper) to 255 (ink); y (60000,) and (10000,), uint8, 0 to
    9.

    Args:
        path: Name in the cache folder ``~/.keras/datasets`` (or below ``KERAS_HOME``), where the file's hash is checked
            at every load. An absolute path names a file of yours instead: it is read as it is, without download.

    Raises:
        DownloadError: not in the cache and not to be had (offline, say), or no file at the absolute path.
        CorruptFileError: the file is damaged or lacks an array. Nothing in it is ever unpickled.

    Example:
        >>> import os, tempfile
        >>> own = os.path.join(tempfile.mkdtemp(), "own.npz")
        >>> x, y = np.zeros((3, 28, 28), np.uint8), np.array([7, 2, 1], np.uint8)
        >>> np.savez(own, x_train=x, y_train=y, x_test=x, y_test=y)
        >>> (x_train, y_train), (x_test, y_test) = load_data(own)
        >>> x_train.shape, y_train
        ((3, 28, 28), array([7, 2, 1], dtype=uint8))

    Source: Y. LeCun, C. Cortes, C. Burges, *The MNIST database of handwritten digits*, CC BY-SA 3.0; file and hash are
    those of ``keras.datasets.mnist``.
    """
    path, fix = locate("mnist.load_data", path, ORIGIN, SHA256)
    x_train, y_train, x_test, y_test = _npz.read(path, ARRAYS, fix)
    return (x_train, y_train), (x_test, y_test)
