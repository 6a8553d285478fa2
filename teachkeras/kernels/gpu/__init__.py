"""Routines on an NVIDIA GPU, through CuPy: products by cuBLAS, the rest by CUDA kernels of our own.

A file here bears the name of the file in ``reference/`` whose routines it speeds up, and its kernels stand in the
``.cu`` file beside it, each under the index formula that it computes. They are compiled (NVRTC) when one first runs
and kept on disk by CuPy. What is not float32, or not on the device, falls back to the reference, which CuPy runs as
it is.

No kernel uses atomic additions, and every sum has one order, so that results are the same to the bit from run to run.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path

import numpy as np

from teachkeras import config
from teachkeras.kernels import device

FLOAT32 = np.dtype("float32")
THREADS = 128  # of a block; the kernels' tree sums count on it
HERE = Path(__file__).parent
INCLUDE = re.compile(r'^#include "(\w+)\.cu"$', re.MULTILINE)
_NULL = np.uint64(0)


def source(family: str) -> str:
    """Return the CUDA source of a family of kernels, with what it includes."""
    text = (HERE / f"{family}.cu").read_text(encoding="utf-8")
    return INCLUDE.sub(lambda found: source(found[1]), text)


@functools.cache
def _kernel(family: str, name: str) -> object:
    return _module(family).get_function(name)


@functools.cache
def _module(family: str) -> object:
    return device.xp.RawModule(code=source(family), options=("-std=c++14",))


def _forget(_backend: str) -> None:
    _kernel.cache_clear(), _module.cache_clear(), on_device.cache_clear()


config.on_backend_change.append(_forget)


def launch(family: str, name: str, grid: int | tuple, *arguments: object, threads: int = THREADS) -> None:
    """Run a kernel on `grid` blocks; whole numbers become ``long long``, None a null pointer."""
    grid = grid if type(grid) is tuple else (grid,)
    _kernel(family, name)(grid, (threads,), tuple([_argument(a) for a in arguments]))


def _argument(value: object) -> object:
    kind = type(value)
    if kind is int:
        return np.int64(value)
    if kind is float:
        return np.float32(value)
    return _NULL if value is None else value


def blocks(size: int) -> int:
    """Return how many blocks run over `size` entries; each thread takes several where there are very many."""
    return max(1, min(-(-size // THREADS), 1 << 20))


def is_ready(*arrays: object) -> bool:
    """Tell whether all arrays (None is none) are float32 on the device, and not empty."""
    return all(a is None or (device.is_device_array(a) and a.dtype == FLOAT32 and a.size) for a in arrays)


def in_order(*arrays: object) -> list:
    """Return the arrays laid out row by row, copied where they are not; None stays None."""
    return [a if a is None else device.xp.ascontiguousarray(a) for a in arrays]


def empty(shape: tuple, dtype: object = FLOAT32) -> object:
    """Return a new array on the device; its entries are whatever was there."""
    return device.xp.empty(shape, dtype)


@functools.lru_cache(maxsize=256)
def on_device(numbers: tuple) -> object:
    """Return whole numbers as an array on the device, kept for the next time."""
    return device.xp.asarray(np.array(numbers, np.int64))
