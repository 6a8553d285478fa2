"""Weights to files and back: ``save_weights``, ``load_weights``."""

from __future__ import annotations

import os

from teachkeras.errors import ArgumentError, CorruptFileError
from teachkeras.saving import _opening, archive, legacy, store
from teachkeras.saving.api import may_write
from teachkeras.saving.whole import written_whole


def save_weights(model, filepath, overwrite=True, max_shard_size=None, **kwargs):
    """Save a model's weights, and its optimizer's state if it has one.

    Args:
        model: The model.
        filepath: A name that ends in ``.weights.h5``; with ``.h5`` alone, the layout of Keras 2 is written, the other
            half of the pair ``to_json`` and ``save_weights("x.h5")``.
        overwrite: Whether an existing file is replaced without asking.
        max_shard_size: Not known here; the weights are one file.

    Raises:
        ArgumentError: another ending, or a model without weights yet.
    """
    path = os.fspath(filepath)
    if kwargs or max_shard_size is not None:
        raise ArgumentError("save_weights", expected="one file", got=str(kwargs or f"max_shard_size={max_shard_size}"))
    if not path.endswith((".h5", ".hdf5")):
        raise ArgumentError(f"The filename must end in `.weights.h5`. Received: filepath={filepath}")
    _require_built(model, "saving")
    if not may_write(path, overwrite):
        return
    with written_whole(path) as file:
        if path.endswith(".weights.h5"):
            file.write(archive.packed_weights(model))
        else:
            legacy.save_weights(model, file)


def load_weights(model, filepath, skip_mismatch=False, **kwargs):
    """Set a model's weights from a file: all of them or, if something does not fit, none.

    Args:
        model: The model, built.
        filepath: A ``.weights.h5``, ``.h5`` or ``.keras`` file.
        skip_mismatch: Whether layers that do not fit are left as they are, with a warning.
        by_name: (files of Keras 2) Whether layers are found by name, and those that are missing left as they are.

    Raises:
        ArgumentError: another ending, an unknown argument, or a model without weights yet.
        ShapeError: the weights do not fit.
        CorruptFileError: the file is damaged.
    """
    path = os.fspath(filepath)
    by_name = kwargs.pop("by_name", False)
    if kwargs:
        raise ArgumentError(f"Invalid keyword arguments: {kwargs}")
    if not path.endswith((".keras", ".h5", ".hdf5")):
        raise ArgumentError(
            f"File format not supported: filepath={filepath}. Keras 3 only supports V3 `.keras` files, `.weights.h5` "
            "files, or legacy H5 format files (`.h5` extension)."
        )
    where = _opening.name_of(path)
    data = _opening.content(path)
    with _opening.told_as_corrupt(where):
        if path.endswith(".keras"):
            members = archive._members(data, where)
            if archive.WEIGHTS not in members:
                raise CorruptFileError(where, expected=f"{archive.WEIGHTS} inside", got=", ".join(members))
            data = members[archive.WEIGHTS]
        root = _opening.root_of(data, where)
        if legacy.holds_weights(root):
            legacy.read_weights(model, legacy.weights_group(root), by_name, skip_mismatch)
            return
        if by_name:
            raise ArgumentError(f"`by_name` only supports loading legacy '.h5' or '.hdf5' files. Received: {filepath}")
        _require_built(model, "loading")
        store.read(model, root, skip_mismatch)


def _require_built(model: object, what: str) -> None:
    if not model.built:
        raise ArgumentError(
            f"You are {what} weights {'into' if what == 'loading' else 'of'} a model that has not yet been built.",
            fix="call it on data once, or give the first layer input_shape=",
        )
