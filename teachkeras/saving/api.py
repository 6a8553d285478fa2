"""Whole models to files and back: ``save_model``, ``load_model``, ``model_from_json``."""

from __future__ import annotations

import os

from teachkeras import serial
from teachkeras.errors import ArgumentError
from teachkeras.saving import _opening, archive, legacy
from teachkeras.saving.whole import written_whole
from teachkeras.variable import room_for

OLD = (".h5", ".hdf5")


def save_model(model, filepath, overwrite=True, zipped=None, **kwargs):
    """Save a whole model: what it is, its weights, how it is compiled, how far its optimizer is.

    Args:
        model: The model.
        filepath: A name that ends in ``.keras`` (or in ``.h5`` for the format of Keras 2), or an open binary file.
        overwrite: Whether an existing file is replaced without asking.
        zipped: Only True is known here.

    The file takes its name only once it is complete and on the disk: a crash leaves the one that was there.

    Raises:
        ArgumentError: another ending.

    Example:
        >>> import os, tempfile
        >>> import numpy as np
        >>> from teachkeras import layers, models
        >>> model = models.Sequential([layers.Dense(2, input_shape=(3,))])
        >>> path = os.path.join(tempfile.mkdtemp(), "model.keras")
        >>> save_model(model, path)
        >>> bool(np.array_equal(load_model(path).get_weights()[0], model.get_weights()[0]))
        True
    """
    include_optimizer = kwargs.pop("include_optimizer", True)
    save_format = kwargs.pop("save_format", None)
    if kwargs:
        raise ArgumentError(f"The following argument(s) are not supported: {list(kwargs)}")
    if zipped is False:
        raise ArgumentError("save: zipped", expected="True: one file", got="False", fix="unzip the file afterwards")
    if hasattr(filepath, "write"):
        archive.save(model, filepath)
        return
    path = os.fspath(filepath)
    if not path.endswith((".keras", *OLD)) and save_format != "h5":
        raise ArgumentError(
            "Invalid filepath extension for saving. Please add either a `.keras` extension for the native Keras format "
            f"(recommended) or a `.h5` extension. Received: filepath={filepath}."
        )
    if not may_write(path, overwrite):
        return
    with written_whole(path) as file:
        if path.endswith(".keras"):
            archive.save(model, file)
        else:
            legacy.save_model(model, file, include_optimizer)


def may_write(path: str, overwrite: bool) -> bool:
    """Return whether a file may be written; ask where there is one already and `overwrite` is False."""
    if overwrite or not os.path.exists(path):
        return True
    return input(f"[WARNING] {path} already exists - overwrite? [y/n] ").strip().lower() in ("y", "yes")


def load_model(filepath, custom_objects=None, compile=True, safe_mode=True):
    """Return the model that a file holds, ready to go on where it was saved.

    Args:
        filepath: A ``.keras`` or ``.h5`` file, or an open binary file.
        custom_objects: Name → class or function, beside those that are registered.
        compile: Whether to compile it as it was, optimizer state included.
        safe_mode: Taken for compatibility: nothing that a file holds is run here, with or without it.

    Raises:
        ArgumentError: there is no such file, or it ends otherwise.
        UnknownObjectError: a class or function that is not known.
        CorruptFileError: the file is damaged, or reaches outside of itself.
    """
    del safe_mode
    if hasattr(filepath, "read"):
        return archive.load(filepath, custom_objects, compile)
    path = os.fspath(filepath)
    if not path.endswith((".keras", *OLD)):
        raise ArgumentError(
            f"File format not supported: filepath={filepath}. Keras 3 only supports V3 `.keras` files and legacy H5 "
            "format files (`.h5` extension)."
        )
    if not os.path.isfile(path):
        if path.endswith(".keras"):
            raise ArgumentError(
                f"File not found: filepath={filepath}. Please ensure the file is an accessible `.keras` zip file."
            )
        raise FileNotFoundError(2, "No such file", path)
    if path.endswith(".keras"):
        return archive.load(path, custom_objects, compile)
    return legacy.load_model(path, custom_objects, compile)


def model_from_json(json_string, custom_objects=None):
    """Return a model, not compiled, from what ``model.to_json()`` returned, here or in Keras.

    Args:
        json_string: The JSON text.
        custom_objects: Name → class or function, beside those that are registered.

    Raises:
        CorruptFileError: it describes no model.

    Example:
        >>> from teachkeras import layers, models
        >>> text = models.Sequential([layers.Dense(2, input_shape=(3,))]).to_json()
        >>> model_from_json(text).count_params()
        8
    """
    where = "JSON of a model"
    with _opening.told_as_corrupt(where):
        config = _opening.parsed(json_string, where)
        old = serial.legacy.set("module" not in config)
        try:
            with room_for(_opening.free_memory()):
                return archive._rebuilt(legacy.modernised(config), custom_objects, where)
        finally:
            serial.legacy.reset(old)
