"""Number types and how they combine: Keras's ``result_type``.

NumPy lets an int32 array and a float32 array make float64; Keras, like JAX, makes float32. The rule is a lattice: each
type points to the next wider ones, and two types combine to the first type both can reach. Python numbers are *weak*:
they never widen a tensor of their own kind.

Source: JAX documentation, "Type promotion semantics"; ``keras.backend.result_type``.
"""

from __future__ import annotations

import functools

import numpy as np

from teachkeras import config
from teachkeras.errors import UnknownNameError, did_you_mean

#                 weak int ("int") and weak float ("float") stand where a Python number does
_WIDER = {
    "bool": ["int"],
    "int": ["uint8", "int8"],
    "uint8": ["int16", "uint16"],
    "int8": ["int16"],
    "uint16": ["int32", "uint32"],
    "int16": ["int32"],
    "uint32": ["int64", "uint64"],
    "int32": ["int64"],
    "uint64": ["float"],
    "int64": ["float"],
    "float": ["float16", "bfloat16"],
    "float16": ["float32"],
    "bfloat16": ["float32"],
    "float32": ["float64"],
    "float64": [],
}
NAMES = tuple(name for name in _WIDER if name not in ("int", "float"))


def name_of(dtype: object) -> str:
    """Return the standard name of a dtype given as a name, a NumPy dtype or a Python type.

    >>> name_of(np.float32), name_of(int), name_of(None)
    ('float32', 'int32', 'float32')
    """
    if isinstance(dtype, np.dtype) and dtype in _by_dtype:
        return _by_dtype[dtype]
    if dtype is None or dtype is float:
        return config.floatx()
    if dtype is int:
        return "int32"
    if isinstance(dtype, str) and dtype in _WIDER:
        return {"int": "int32", "float": config.floatx()}.get(dtype, dtype)
    try:
        name = np.dtype(dtype).name
    except TypeError:
        name = str(getattr(dtype, "name", dtype))
    if name in NAMES or name in ("str", "object") or name.startswith(("str", "complex")):
        return name
    raise UnknownNameError("dtype", expected="a number type", got=repr(dtype), fix=did_you_mean(dtype, NAMES))


_by_dtype = {
    np.dtype(name): name for name in NAMES if name != "bfloat16"
}  # NumPy works a name out anew each time: microseconds


@functools.cache
def _reachable(name: str) -> tuple[str, ...]:
    order, queue = [], [name]
    while queue:
        current = queue.pop(0)
        if current not in _WIDER:
            raise UnknownNameError(
                "compute", expected="numbers", got=f"data of type {current}",
                fix="turn words into numbers first: layers.StringLookup, layers.TextVectorization",
            )  # fmt: skip
        if current not in order:
            order.append(current)
            queue += _WIDER[current]
    return tuple(order)


@functools.cache
def join(*names: str) -> str:
    """Return the least type that every one of `names` widens to, without replacing weak types."""
    first, *rest = dict.fromkeys(names)
    for other in rest:
        both = [n for n in _WIDER if n in _reachable(first) and n in _reachable(other)]
        first = max(both, key=lambda n: len(_reachable(n)))
    return first


def result_type(*dtypes: object) -> str:
    """Return the dtype of an operation on tensors of these dtypes; ``int`` and ``float`` stand for Python numbers.

    >>> result_type("int32", "float32"), result_type("int32", float), result_type("uint8", int)
    ('float32', 'float32', 'uint8')
    """
    names = tuple({int: "int", float: "float", bool: "bool"}.get(d) or name_of(d) for d in dtypes)
    return name_of(join(*names))


def is_float(dtype: object) -> bool:
    """Tell whether a dtype is a floating-point type."""
    return "float" in name_of(dtype)


@functools.cache
def as_numpy(name: str) -> np.dtype:
    """Return the NumPy dtype of a standard name."""
    if name == "bfloat16":
        import ml_dtypes

        return np.dtype(ml_dtypes.bfloat16)
    return np.dtype(name)
