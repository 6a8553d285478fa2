"""The ``.keras`` archive: a zip of config.json, metadata.json, model.weights.h5 and the layers' assets.

Source: archives that Keras 3.15 writes, looked into.
"""

from __future__ import annotations

import datetime
import io
import json
import os
import tempfile
import warnings
import zipfile
from typing import BinaryIO

from teachkeras import serial
from teachkeras.errors import CorruptFileError
from teachkeras.saving import _opening, store
from teachkeras.variable import room_for

CONFIG, METADATA, WEIGHTS, ASSETS = "config.json", "metadata.json", "model.weights.h5", "assets/"
KERAS_VERSION = "3.15.0"  # whose formats these are


def described(model: object) -> dict:
    """Return everything about a model but its numbers, as plain data in Keras's form."""
    config = serial.serialize(model)
    if config["module"] == "keras" and config["class_name"] == "Functional":
        config["module"] = "keras.src.models.functional"  # where Keras looks for it
    config["compile_config"] = model.get_compile_config() or {}
    if "<lambda>" in (text := json.dumps(config)):
        warnings.warn(
            "A lambda's code is not saved. Name the function and register it with @register_keras_serializable(), or "
            'load the model with custom_objects={"<lambda>": function}.', stacklevel=4,
        )  # fmt: skip
    return json.loads(text)


def save(model: object, file: BinaryIO) -> None:
    """Write a model as an archive into an open file."""
    config = described(model)
    metadata = {"keras_version": KERAS_VERSION, "date_saved": f"{datetime.datetime.now():%Y-%m-%d@%H:%M:%S}"}
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(METADATA, json.dumps(metadata))
        archive.writestr(CONFIG, json.dumps(config))
        archive.writestr(WEIGHTS, packed_weights(model))
        for name, data in _assets_of(model):
            archive.writestr(name, data)


def packed_weights(model: object) -> bytes:
    """Return a model's weights and its optimizer's state as the bytes of an HDF5 file."""
    import h5py  # a tenth of a second, only for who saves

    buffer = io.BytesIO()
    with h5py.File(buffer, "w", libver=("earliest", "v108")) as target:
        store.write(model, target)
    return buffer.getvalue()


def _assets_of(model: object) -> list[tuple[str, bytes]]:
    """Return (name, content) of the files that layers keep beside their weights, such as vocabularies."""
    found = []
    for path, thing in store.walk(model):
        if getattr(thing, "save_assets", None) is None:
            continue
        with tempfile.TemporaryDirectory() as folder:
            thing.save_assets(folder)
            for base, _, files in os.walk(folder):
                for name in files:
                    inside = os.path.relpath(os.path.join(base, name), folder).replace(os.sep, "/")
                    with open(os.path.join(base, name), "rb") as file:
                        found.append((f"{ASSETS}{path}/{inside}", file.read()))
    return found


def load(source: object, custom_objects: dict | None, compile: bool) -> object:
    """Return the model that an archive holds.

    Raises:
        CorruptFileError: it is no such archive, not a whole one, or one that reaches outside of itself.
    """
    where = _opening.name_of(source)
    with _opening.told_as_corrupt(where):
        members = _members(_opening.content(source), where)
        if CONFIG not in members or WEIGHTS not in members:
            raise CorruptFileError(
                where, expected=f"{CONFIG} and {WEIGHTS} inside", got=", ".join(members) or "nothing"
            )
        config = _opening.parsed(members[CONFIG], f"{where}, {CONFIG}")
        root = _opening.root_of(members[WEIGHTS], f"{where}, {WEIGHTS}")
        with room_for(_opening.room(len(root.file.data))):
            model = _rebuilt(config, custom_objects, where)
        if compile and config.get("compile_config"):
            with serial.CustomObjectScope(custom_objects or {}):
                model.compile_from_config(config["compile_config"])
        _load_assets(model, members)
        store.read(model, root)
    return model


def _rebuilt(config: dict, custom_objects: dict | None, where: str) -> object:
    from teachkeras.training.trainer import Trainer

    model = serial.deserialize(config, custom_objects)
    if not isinstance(model, Trainer):
        raise CorruptFileError(where, expected="a model", got=type(model).__name__)
    return model


def _members(data: bytes, where: str) -> dict[str, bytes]:
    """Return the archive's members, checksums compared, if their names and sizes are what they should be."""
    found: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        total = sum(info.file_size for info in archive.infolist())
        if total > max(_opening.SMALL, _opening.MOST_EXPANSION * len(data)):
            raise CorruptFileError(where, expected="an archive of weights", got=f"{len(data)} bytes that claim {total}")
        for info in archive.infolist():
            name = info.filename
            parts = name.split("/")
            is_link = (info.external_attr >> 16) & 0o170000 == 0o120000
            if is_link or "\\" in name or ":" in name or "\0" in name or ".." in parts or parts[0] == "":
                raise CorruptFileError(where, expected="plain files inside the archive", got=f"the member {name!r}")
            if name in found:
                raise CorruptFileError(where, expected="each member once", got=f"{name!r} twice")
            if not info.is_dir():
                found[name] = archive.read(info)
    return found


def _load_assets(model: object, members: dict[str, bytes]) -> None:
    """Let layers read the files that they keep beside their weights."""
    for path, thing in store.walk(model):
        start = f"{ASSETS}{path}/"
        if getattr(thing, "load_assets", None) is None or not any(name.startswith(start) for name in members):
            continue
        with tempfile.TemporaryDirectory() as folder:
            for name in members:
                if name.startswith(start):
                    place = os.path.join(folder, *name.removeprefix(start).split("/"))
                    os.makedirs(os.path.dirname(place), exist_ok=True)
                    with open(place, "wb") as file:
                        file.write(members[name])
            thing.load_assets(folder)
