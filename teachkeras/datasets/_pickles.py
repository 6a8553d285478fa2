"""Arrays of lists and Python 2 pickles, read without running anything: a pickle may name only NumPy's arrays.

A pickle is a program; one that names ``os.system`` runs it. The reader here knows four names and refuses all others.
"""

from __future__ import annotations

import os
import pickle
import zipfile
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.lib import format as npy

from teachkeras.errors import CorruptFileError

_ALLOWED = {
    (module, name)
    for module in ("numpy.core.multiarray", "numpy._core.multiarray")
    for name in ("_reconstruct", "scalar")
} | {("numpy", "ndarray"), ("numpy", "dtype"), ("_codecs", "encode")}
_TROUBLE = (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError, IndexError, UnicodeError,
            pickle.UnpicklingError, zipfile.BadZipFile, zlib.error)  # fmt: skip


class _Unpickler(pickle.Unpickler):
    def find_class(self, module, name):
        if (module, name) not in _ALLOWED:
            raise pickle.UnpicklingError(f"names {module}.{name}, which is no array")
        return super().find_class(module.replace("numpy.core", "numpy._core"), name)


def read_lists(path: str | os.PathLike, names: Sequence[str], fix: str) -> list[np.ndarray]:
    """Return the arrays called `names`, which may hold lists, from the .npz file at `path`.

    Raises:
        CorruptFileError: no .npz file, one that lacks an array, or one whose pickles name more than arrays.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            arrays = [_array(archive, f"{name}.npy") for name in names]
    except _TROUBLE as error:
        raise _corrupt(path, f"an .npz file with arrays {', '.join(names)}", error, fix) from error
    return arrays


def _array(archive: zipfile.ZipFile, name: str) -> np.ndarray:
    with archive.open(name) as file:
        version = npy.read_magic(file)
        header = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, _, dtype = header(file)
        if dtype.hasobject:
            return _Unpickler(file).load().reshape(shape)
    with archive.open(name) as file:
        return npy.read_array(file, allow_pickle=False)


def read_dict(path: str | os.PathLike, names: Sequence[str], fix: str) -> list:
    """Return the entries called `names` of a dict that Python 2 pickled into the file at `path`.

    Raises:
        CorruptFileError: no such file, or one whose pickle names more than arrays.
    """
    try:
        with open(path, "rb") as file:
            found = _Unpickler(file, encoding="bytes").load()
        return [found[name.encode()] for name in names]
    except _TROUBLE as error:
        raise _corrupt(path, f"a pickled dict with {', '.join(names)}", error, fix) from error


def _corrupt(path: object, expected: str, error: Exception, fix: str) -> CorruptFileError:
    return CorruptFileError(f"data file {path}", expected=expected, got=f"{type(error).__name__}: {error}", fix=fix)
