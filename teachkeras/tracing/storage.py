"""Recordings on disk: a ZIP archive of arrays (NumPy's .npz) with one JSON text that says what they are.

Arrays keep their bits and their memory layout, so that a loaded step replays to the same bits. Nothing in the file is
code, and nothing is unpickled.
"""

from __future__ import annotations

import json
import os
import secrets
import zipfile
from pathlib import Path

import numpy as np

from teachkeras.errors import CorruptFileError
from teachkeras.tracing.recording import SCHEMA, Recording
from teachkeras.tracing.step import Step

_PLAIN = ("index", "phase", "op", "layer", "tex", "origins", "seconds", "train_step", "summary", "dtypes", "nbytes",
          "managed")  # fmt: skip


def save(recording: Recording, path: object) -> None:
    """Write a recording; a file that was there is replaced only once the new one is whole."""
    arrays: dict[str, np.ndarray] = {}
    seen: dict[int, str] = {}

    def pack(value: object) -> object:
        if isinstance(value, np.ndarray):
            if id(value) not in seen:
                seen[id(value)] = f"a{len(seen)}"
                arrays[seen[id(value)]] = np.asarray(value.transpose(_order(value)), order="C")
            return {"array": seen[id(value)], "order": list(map(int, _order(value)))}
        return _packed(value, pack)

    steps = [
        {**{n: getattr(s, n) for n in _PLAIN}, "shapes": pack(s.shapes), "inputs": pack(s.inputs),
         "output": pack(s.output), "params": pack(s.params), "kept": pack(s.kept)}
        for s in recording.steps
    ]  # fmt: skip
    head = {"schema": SCHEMA, "model": recording.name, "keep": recording.keep, "every": recording.every,
            "train_steps": recording.train_steps, "thinned": recording.thinned,
            "overhead": recording.overhead, "observed": recording.observed}  # fmt: skip
    head["optimizer"] = pack(recording.optimizer)
    text = np.frombuffer(json.dumps({**head, "steps": steps}).encode(), "uint8")
    path = Path(path)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with open(part, "wb") as file:
            np.savez_compressed(file, json=text, **arrays)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def load_recording(path: object) -> Recording:
    """Read a recording that :meth:`Recording.save` wrote.

    Raises:
        CorruptFileError: the file is not one, or is damaged.
    """
    try:
        with open(path, "rb") as raw, np.load(raw, allow_pickle=False) as file:
            head = json.loads(bytes(file["json"]))
            arrays = {name: file[name] for name in file.files if name != "json"}
        if head["schema"] > SCHEMA:
            raise KeyError(f"schema {head['schema']}")
        return _restored(head, arrays)
    except FileNotFoundError:
        raise
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise CorruptFileError(
            f"recording {str(path)!r}", expected=f"a recording of schema {SCHEMA} or older",
            got=f"{type(error).__name__}: {error}", fix="record and save it again",
        ) from error  # fmt: skip


def _restored(head: dict, arrays: dict) -> Recording:
    laid: dict[tuple, np.ndarray] = {}

    def unpack(value: object) -> object:
        if isinstance(value, dict) and set(value) == {"array", "order"}:
            key = (value["array"], *value["order"])
            if key not in laid:
                laid[key] = arrays[value["array"]].transpose(np.argsort(value["order"]))
            return laid[key]
        return _unpacked(value, unpack)

    recording = Recording(None, head["keep"], head["every"], head.get("overhead"))
    recording.observed = head.get("observed", [])
    recording.name, recording.train_steps, recording.thinned = head["model"], head["train_steps"], head["thinned"]
    recording.optimizer = unpack(head["optimizer"])
    for step in head["steps"]:
        rest = {name: unpack(step[name]) for name in ("inputs", "output", "params", "kept", "shapes")}
        recording.steps.append(Step(**{name: step[name] for name in _PLAIN if name in step}, **rest))
    return recording


def _order(array: np.ndarray) -> tuple:
    """Return the axes from the slowest in memory to the fastest."""
    return tuple(np.argsort([-abs(s) for s in array.strides], kind="stable")) if array.ndim else ()


def _packed(value: object, pack: object) -> object:
    """Return what JSON can't say in a tagged form: tuples, slices, Ellipsis, types."""
    if isinstance(value, dict):
        return {"dict": [[pack(k), pack(v)] for k, v in value.items()]}
    if isinstance(value, (tuple, list)):
        return {type(value).__name__: [pack(v) for v in value]}
    if isinstance(value, slice):
        return {"slice": [pack(value.start), pack(value.stop), pack(value.step)]}
    if value is Ellipsis:
        return {"ellipsis": True}
    if isinstance(value, np.generic):
        return pack(np.asarray(value))
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return {"text": str(value)}  # a function, say: it can be read, not run again


def _unpacked(value: object, unpack: object) -> object:
    if not isinstance(value, dict):
        return value
    kind, content = next(iter(value.items()))
    if kind == "dict":
        return {unpack(k): unpack(v) for k, v in content}
    if kind in ("tuple", "list"):
        return {"tuple": tuple, "list": list}[kind](unpack(v) for v in content)
    if kind == "slice":
        return slice(*map(unpack, content))
    return Ellipsis if kind == "ellipsis" else content
