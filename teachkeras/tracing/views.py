"""Recordings as plain JSON: numbers, strings, lists and dicts, nothing else.

    {"schema": 1, "model": name, "keep": …, "every": n, "steps": [
        {"index", "phase", "op", "layer", "tex", "params", "origins", "train_step", "seconds", "nbytes",
         "shapes": {name: […]}, "dtypes": {name: …}, "statistics": {name: {mean, std, min, max, norm, zeros, bad}},
         "arrays": {name: nested lists}}]}

JSON knows no NaN: entries that are not finite become the strings "nan", "inf" and "-inf".
"""

from __future__ import annotations

import math
import re

import numpy as np

from teachkeras.errors import ArgumentError

_UNITS = {"": 1, "b": 1, "kb": 1e3, "mb": 1e6, "gb": 1e9}


def size_in_bytes(size: object) -> int | None:
    """Return a number of bytes, given one, or text such as ``"64MB"``; None for None.

    >>> size_in_bytes("1.5 kB"), size_in_bytes(10)
    (1500, 10)
    """
    if size is None or (isinstance(size, (int, float)) and size > 0):
        return size if size is None else int(size)
    match = re.fullmatch(r"\s*([\d.]+)\s*([kmg]?b?)\s*", size.lower()) if isinstance(size, str) else None
    if match is None or match[2] not in _UNITS:
        raise ArgumentError("budget", expected='bytes, or text such as "64MB"', got=repr(size))
    return int(float(match[1]) * _UNITS[match[2]])


def plain(value: object) -> object:
    """Return numbers, arrays, tuples and dicts as JSON's types; what has none becomes its text.

    >>> plain({"a": np.array([1.0, np.inf]), "b": (1, slice(2))})
    {'a': [1.0, 'inf'], 'b': [1, 'slice(None, 2, None)']}
    """
    if isinstance(value, np.ndarray):
        if value.dtype.kind == "f" and not np.isfinite(value).all():
            return plain(value.tolist())
        return value.tolist()
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    return str(value)


def plain_step(step: object, numbers: bool, limit: int | None) -> dict:
    """Return one step as plain data, its arrays too where `numbers` asks for them and `limit` allows."""
    view = {
        "index": step.index, "phase": step.phase, "op": step.op, "layer": step.layer, "tex": step.tex,
        "shapes": {n: list(s) for n, s in step.shapes.items()}, "dtypes": step.dtypes, "seconds": step.seconds,
        "nbytes": step.nbytes, "origins": step.origins, "train_step": step.train_step, "params": plain(step.params),
        "statistics": plain(step.statistics),
    }  # fmt: skip
    if numbers:
        arrays = step.arrays.items()
        view["arrays"] = {name: plain(a) for name, a in arrays if limit is None or a.size <= limit}
    return view
