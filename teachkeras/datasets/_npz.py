"""Reading the arrays of a data set's .npz file, without ever unpickling anything."""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Sequence

import numpy as np

from teachkeras.errors import CorruptFileError


def read(path: str | os.PathLike, names: Sequence[str], fix: str) -> list[np.ndarray]:
    """Return the arrays called `names` from the .npz file at `path`.

    Args:
        path: The file.
        names: The arrays wanted, in the order wanted; as pairs (pictures, labels), whose lengths must agree.
        fix: What the message tells the user to do if the file is no good.

    Raises:
        CorruptFileError: no .npz file, a damaged one, one that lacks an array or holds objects instead of numbers.
    """
    try:
        with open(path, "rb") as raw, np.load(raw, allow_pickle=False) as file:
            missing = [name for name in names if name not in file.files]
            arrays = [] if missing else [file[name] for name in names]
    except (
        OSError,
        EOFError,
        ValueError,
        KeyError,
        AttributeError,
        TypeError,
        zipfile.BadZipFile,
        zlib.error,
    ) as error:
        # AttributeError, TypeError: a single .npy array, which has no `files` and is no context manager
        raise _corrupt(path, names, f"{type(error).__name__}: {error}", fix) from error
    if missing:
        raise _corrupt(path, names, f"none called {', '.join(missing)}", fix)
    lengths = [len(array) if array.ndim else 0 for array in arrays]
    if lengths[::2] != lengths[1::2] or 0 in lengths:
        raise _corrupt(path, names, f"lengths {lengths}, where pictures and labels must agree", fix)
    return arrays


def _corrupt(path: object, names: Sequence[str], got: str, fix: str) -> CorruptFileError:
    return CorruptFileError(
        f"data file {path}", expected=f"an .npz file with arrays {', '.join(names)}", got=got, fix=fix
    )
