"""Routines that Numba makes faster than NumPy, measured one by one.

Each is compiled for float32 when it first runs and cached on disk. Other number types fall back to the reference.

The cache is keyed by processor. So that an image built on one machine starts warm on another, code is compiled for a
common denominator (x86-64-v3: AVX2 and FMA) wherever the processor has it, not for the processor itself. The
environment variables ``NUMBA_CPU_NAME`` and ``NUMBA_CPU_FEATURES`` overrule this.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

import numpy as np

from teachkeras.kernels import memory

PORTABLE_CPU = "x86-64-v3"
FLOAT32 = np.dtype("float32")
_compiled: list[tuple[Callable, tuple]] = []


def _choose_target() -> None:
    """Set the processor that code is compiled for, before Numba is imported."""
    if "NUMBA_CPU_NAME" in os.environ or "numba" in sys.modules:
        return
    import llvmlite.binding as llvm

    features = llvm.get_host_cpu_features()
    if features.get("avx2") and features.get("fma") and features.get("bmi2"):
        os.environ["NUMBA_CPU_NAME"], os.environ["NUMBA_CPU_FEATURES"] = PORTABLE_CPU, ""


_choose_target()
memory.keep_freed()
import numba  # noqa: E402  (reads the variables set above)
from numba.core import event  # noqa: E402


class _Announcer(event.Listener):
    """Says once in the terminal what the user waits for, when a routine is compiled that is in no cache yet."""

    said = False

    def on_start(self, compiling: event.Event) -> None:
        """Speak at our first routine, to a terminal only: a notebook's saved output must not depend on caches."""
        ours = compiling.data["dispatcher"].py_func.__module__.startswith("teachkeras.")
        if ours and not self.said and sys.__stderr__ is not None and sys.__stderr__.isatty():
            self.said = True
            print(
                "teachkeras compiles its fast routines once and keeps them: some seconds. "
                "`teachkeras warmup` does all of them ahead.", file=sys.__stderr__,
            )  # fmt: skip

    def on_end(self, compiling: event.Event) -> None:
        """Say nothing."""


event.register("numba:compile", _Announcer())


def jit(signature: str, contract: bool = False, any_order: bool = False) -> Callable:
    """Decorator: compile a loop for one signature when it is first called, and keep it on disk.

    ``contract`` lets a product and a sum become one instruction (rounded once), which polynomials gain a quarter from.
    ``any_order`` lets a sum's terms be added in any order, eight at a time.
    ``nogil`` lets a notebook's other threads run meanwhile; ``error_model="numpy"`` lets divisions be vectorised.
    Serial on purpose: with the second core busy a parallel launch costs milliseconds, whatever its size.
    """

    def compile_lazily(function: Callable) -> Callable:
        options = {"nogil": True, "error_model": "numpy", "boundscheck": False}
        loose = {name for name, wanted in (("contract", contract), ("reassoc", any_order)) if wanted}
        options |= {"fastmath": loose} if loose else {}
        try:
            fast = numba.njit(cache=True, **options)(function)
        except RuntimeError:  # no folder for the cache can be written
            fast = numba.njit(**options)(function)
        _compiled.append((fast, signature))
        return fast

    return compile_lazily


def inlined(function: Callable) -> Callable:
    """Decorator: a piece of a loop, compiled into the loops that use it."""
    return numba.njit(nogil=True, error_model="numpy", boundscheck=False, fastmath={"contract"})(function)


def are_contiguous(*arrays: object) -> bool:
    """Tell whether a loop for contiguous float32 arrays of one shape may take these.

    Tensors go to the reference, which is plain NumPy and so differentiable again.
    """
    shape = arrays[0].shape
    for a in arrays:
        if type(a) is not np.ndarray or a.dtype != np.float32 or a.shape != shape or not a.flags.c_contiguous:
            return False
    return True


def are_rows(*arrays: object, axis: int) -> bool:
    """Tell whether a loop over the rows of contiguous float32 matrices, equally many, may take these."""
    rows = len(arrays[0])
    for a in arrays:
        if (
            type(a) is not np.ndarray
            or a.ndim != 2
            or a.dtype != np.float32
            or not a.flags.c_contiguous
            or len(a) != rows
        ):
            return False
    return axis in (-1, 1)


def warmup() -> list[str]:
    """Compile every loop for its signature, or load it from the cache; return their names."""
    for fast, signature in _compiled:
        fast.compile(signature)
    return [fast.__name__ for fast, _ in _compiled]
