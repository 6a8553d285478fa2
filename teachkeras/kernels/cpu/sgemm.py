"""The BLAS that NumPy brought, called from inside a compiled loop.

A recurrent layer multiplies two small matrices at each of a hundred steps. Called from Python, every product costs
some microseconds of waiting for the interpreter's lock, and two threads hand it to and fro; called from the loop, it
costs nothing, and the threads run side by side.

The function's address is found among the libraries in this process and handed to the loops as a number: 0 where there
is none (another BLAS than OpenBLAS), and then plain loops multiply.
"""

from __future__ import annotations

import ctypes
import functools

import numpy as np
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

from teachkeras.kernels import blas
from teachkeras.kernels.cpu import inlined

NAMES = ("scipy_cblas_sgemm64_", "cblas_sgemm64_")  # those with 64-bit sizes: NumPy's own wheels, and OpenBLAS's name
ROW_MAJOR, AS_IT_IS = 101, 111  # cblas.h
f = np.float32


@functools.cache
def address() -> int:
    """Return where ``cblas_sgemm`` stands in memory, 0 if it can't be found."""
    for path in blas.library_paths():
        library = ctypes.CDLL(path)
        for name in NAMES:
            if hasattr(library, name):
                return ctypes.cast(getattr(library, name), ctypes.c_void_p).value
    return 0


@intrinsic
def _call(typing, function, m, n, k, a, a_step, b, b_step, c, c_step):
    """Call the function there: c (m, n) ← a (m, k)·b (k, n), each an address and the entries from row to row."""

    def generate(context, builder, signature, given):
        number, size, real = ir.IntType(32), ir.IntType(64), ir.FloatType()
        kinds = [number] * 3 + [size] * 3 + [real] + [size] * 4 + [real] + [size] * 2  # an address is as wide as a size
        pointer = builder.inttoptr(given[0], ir.FunctionType(ir.VoidType(), kinds).as_pointer())
        m, n, k, a, a_step, b, b_step, c, c_step = given[1:]
        flags = [number(ROW_MAJOR), number(AS_IT_IS), number(AS_IT_IS)]
        builder.call(pointer, [*flags, m, n, k, real(1.0), a, a_step, b, b_step, real(0.0), c, c_step])
        return context.get_dummy_value()

    return types.void(*[types.int64] * 10), generate


@inlined
def _step(a):
    return max(a.strides[0] // a.itemsize, a.shape[1])  # of one row alone the stride may be anything


@inlined
def _add_row(factor, b, c):
    for j in range(c.size):
        c[j] += factor * b[j]


@inlined
def multiply(sgemm, a, b, c):
    # c[m,n] = Σ_k a[m,k]·b[k,n]
    if sgemm != 0:
        places = a.ctypes.data, b.ctypes.data, c.ctypes.data
        _call(sgemm, len(a), b.shape[1], len(b), places[0], _step(a), places[1], _step(b), places[2], _step(c))
        return
    for i in range(len(a)):
        c[i] = f(0)
        for k in range(len(b)):
            _add_row(a[i, k], b[k], c[i])
