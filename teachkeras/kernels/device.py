"""Where arrays live: in the processor's memory, or on a GPU while the back end is ``"cupy"``.

Everything above speaks NumPy. CuPy's arrays answer NumPy's functions themselves (its ``__array_ufunc__`` and
``__array_function__`` protocols), so an op's code is the same on both sides. This file says where an array is, brings
it to the other side, and runs an op on the device. What the device can't run (CuPy has no such function) runs on the
host and its result goes back; :data:`detours` counts how often, by op.

Numbers that steer (the iteration, the learning rate, seeds) stay on the host: reading them must not make it wait.
"""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np

from teachkeras import config
from teachkeras.errors import DeviceMemoryError

xp = None  # the module CuPy while the back end is "cupy", else None
used = False  # whether it ever was: then an array may be on the other side
detours: Counter = Counter()  # op → how often it ran on the host because the device could not


def is_device_array(value: object) -> bool:
    """Tell whether `value` is an array on a GPU."""
    return type(value) is not np.ndarray and hasattr(value, "__cuda_array_interface__") and hasattr(value, "get")


def is_array(value: object) -> bool:
    """Tell whether `value` is an array, on either side."""
    return isinstance(value, np.ndarray) or is_device_array(value)


def put(value: object) -> object:
    """Return an array where the back end computes; other things, and arrays of texts, as they are."""
    if xp is None:
        return value.get() if is_device_array(value) else value
    if not isinstance(value, (np.ndarray, np.generic)) or value.dtype.kind not in "biufc":
        return value
    try:
        return xp.asarray(value)
    except _out_of_memory() as error:
        raise _full("copy to the GPU", [value], error) from error


def host(value: object) -> object:
    """Return an array in the processor's memory: a copy of one on the GPU, any other as it is."""
    return value.get() if is_device_array(value) else value


def copied(array: object) -> np.ndarray:
    """Return a copy in the processor's memory."""
    return array.get() if is_device_array(array) else np.array(array)


def beside(value: object, like: object) -> object:
    """Return `value` on the side where the array `like` is."""
    if is_device_array(like):
        return put(value)
    return host(value)


def ones(shape: tuple, dtype: object, like: object) -> object:
    """Return ones where the array `like` is (``np.ones(…, like=…)`` hands CuPy an argument that it does not know)."""
    return xp.ones(shape, dtype) if is_device_array(like) else np.ones(shape, dtype)


def outside(indices: object, count: int) -> bool:
    """Tell whether a number lies outside of 0 … count - 1; on the device it is one wait, not two."""
    if not indices.size:
        return False
    if xp is None or not is_device_array(indices):
        return bool(indices.min() < 0 or indices.max() >= count)
    return bool(((indices < 0) | (indices >= count)).any())


def sampled(flat: object, apart: int, run: int) -> tuple:
    """Return (entries, how far apart the runs lie that count): of a GPU's array only those runs, copied here."""
    if not is_device_array(flat):
        return flat, apart
    if apart > run:
        flat = flat[np.flatnonzero(np.arange(flat.size) % apart < run)]
    return host(flat), run


def each(function: Callable, value: object) -> object:
    """Apply `function` to a value, or to each part of a tuple or a list."""
    if type(value) in (tuple, list):
        return type(value)([each(function, part) for part in value])
    return function(value)


def run(op: object, args: list, params: dict) -> object:
    """Run the function of an op, or of its gradient, where the back end computes; on the host what the device can't.

    Raises:
        DeviceMemoryError: the GPU's memory is full; the message holds the sizes.
    """
    args = each(put, args)
    params = {key: put(v) if type(v) is np.ndarray and v.dtype.kind == "f" else v for key, v in params.items()}
    try:
        result = op.function(*args, **params)
    except (TypeError, NotImplementedError):  # CuPy lacks it; a mistake of the caller's is raised anew on the host
        if xp is None:
            raise
        detours[name_of(op)] += 1
        with on_host():
            result = op.function(*each(host, args), **{key: each(host, value) for key, value in params.items()})
    except _out_of_memory() as error:
        raise _full(f"ops.{name_of(op)}", args, error) from error
    return each(put, result)


def name_of(op: object) -> str:
    """Return what an op, or its gradient, is called."""
    return op.name if hasattr(op, "name") else f"{op.op.name}.vjp"


def _out_of_memory() -> type | tuple:
    """Return CuPy's error of a full GPU; nothing to catch on the host."""
    return () if xp is None else xp.cuda.memory.OutOfMemoryError


def _full(where: str, args: tuple, error: Exception) -> DeviceMemoryError:
    """Return the error of a full GPU, with what was to be computed and what stands there."""
    shapes = ", ".join(f"{a.shape} {a.dtype.name} ({_size(a.nbytes)})" for a in args if is_array(a))
    free, total = xp.cuda.runtime.memGetInfo()
    held = xp.get_default_memory_pool().used_bytes()
    return DeviceMemoryError(
        where, expected="room on the GPU for the result",
        got=f"{str(error).rstrip('.')}; inputs {shapes or 'none'}; arrays in use {_size(held)}, "
        f"GPU {_size(total - free)} of {_size(total)} taken",
        fix="use a smaller batch_size or model, or let go of arrays that are no longer needed",
    )  # fmt: skip


def _size(count: int) -> str:
    return f"{count / 2**20:.1f} MB" if count >= 2**17 else f"{count} bytes"


@contextlib.contextmanager
def on_host() -> Iterator[None]:
    """Compute in the processor's memory inside the block, so that first weights are the CPU's to the bit."""
    global xp
    before, xp = xp, None
    try:
        yield
    finally:
        xp = before


def release() -> None:
    """Give the memory that freed arrays left in CuPy's pool back to the GPU."""
    if xp is not None:
        xp.get_default_memory_pool().free_all_blocks()


def _switch(backend: str) -> None:
    global xp, used
    if backend == "cupy":
        import cupy

        xp, used = cupy, True
    else:
        xp = None


config.on_backend_change.insert(0, _switch)
if config.is_chosen() or os.environ.get("TEACHKERAS_BACKEND") == "cupy":
    _switch(config.backend())
