"""The CIFAR archives: pictures of 32x32 pixels in files that Python 2 pickled."""

from __future__ import annotations

import os

import numpy as np

from teachkeras import config
from teachkeras.datasets import _npz, _pickles
from teachkeras.datasets._source import locate
from teachkeras.errors import CorruptFileError
from teachkeras.utils.files import get_file

Pair = tuple[np.ndarray, np.ndarray]


def load(who, path, archive, folder, files, label, dtype) -> tuple[Pair, Pair]:
    """Return both pairs from an archive's `files`, the last of which is for testing, or from a local .npz file.

    Args:
        who: The function that asks.
        path: An absolute path of an .npz file, or None.
        archive: The archive's name in the cache, its address and its hash.
        folder: The folder in the archive.
        files: Names of the files.
        label: The labels' name in them.
        dtype: The labels' type, as in Keras.
    """
    if path is not None:
        x_train, y_train, x_test, y_test = _npz.read(*_local(who, path))
        return (_in_format(x_train), y_train.reshape(-1, 1)), (_in_format(x_test), y_test.reshape(-1, 1))
    name, origin, sha256 = archive
    root = get_file(fname=name, origin=origin, extract=True, file_hash=sha256)
    fix = f"delete {root} and {root}_archive, and load again"
    parts = [_pickles.read_dict(os.path.join(root, folder, file), ("data", label), fix) for file in files]
    for file, (data, labels) in zip(files, parts, strict=True):
        if not isinstance(data, np.ndarray) or data.shape != (len(labels), 3072):
            raise CorruptFileError(
                f"data file {file}", expected="rows of 3072 bytes and a label for each",
                got=f"{np.shape(data)} and {len(labels)} labels", fix=fix,
            )  # fmt: skip
    x = [_in_format(data.reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)) for data, _ in parts]
    y = [np.asarray(labels, dtype).reshape(-1, 1) for _, labels in parts]
    return (np.concatenate(x[:-1]), np.concatenate(y[:-1])), (x[-1], y[-1])


def _local(who: str, path: object) -> tuple:
    path, fix = locate(who, os.path.abspath(path), "", None)
    return path, ("x_train", "y_train", "x_test", "y_test"), fix


def _in_format(x: np.ndarray) -> np.ndarray:
    """Return pictures (N, 32, 32, 3) with their channels where ``config.image_data_format()`` wants them."""
    return np.ascontiguousarray(x if config.image_data_format() == "channels_last" else x.transpose(0, 3, 1, 2))
