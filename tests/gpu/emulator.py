"""Runs CUDA kernels on the processor: their sources, compiled as C++ with a few lines that stand for CUDA's words.

Blocks run one after the other; the threads of a block are real threads, which meet at ``__syncthreads``, so that a
kernel which forgets one, or writes where another thread reads, can be caught. A kernel without ``__syncthreads`` has
its threads run one after the other. Blocks have fewer threads than on a GPU (``THREADS``).
"""

import ctypes
import functools
import hashlib
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np

THREADS = 4
COMPILER = shutil.which("g++") or shutil.which("clang++")

SHIM = r"""
#include <algorithm>
#include <barrier>
#include <cmath>
#include <cstdint>
#include <thread>
#include <vector>
#define __global__
#define __device__
#define __shared__ static
#define __restrict__
#define __launch_bounds__(n)
#define THREADS EMULATED_THREADS
struct Place { unsigned x, y, z; };
static thread_local Place threadIdx, blockIdx;
static Place blockDim, gridDim;
static std::barrier<> *meeting;
static inline void __syncthreads() { meeting->arrive_and_wait(); }
static inline float __fmul_rn(float a, float b) { volatile float c = a * b; return c; }
static inline float __fadd_rn(float a, float b) { volatile float c = a + b; return c; }
static inline unsigned long long __umul64hi(unsigned long long a, unsigned long long b) {
    return (unsigned long long)(((unsigned __int128)a * b) >> 64);
}
using std::max; using std::min; using std::isnan;
"""

LAUNCHER = r"""
extern "C" void launch_NAME(unsigned gx, unsigned gy, unsigned threads, void **a) {
    gridDim = {gx, gy, 1}; blockDim = {threads, 1, 1};
    auto block = [&](unsigned t) {
        for (unsigned y = 0; y < gy; y++) for (unsigned x = 0; x < gx; x++) {
            threadIdx = {t, 0, 0}; blockIdx = {x, y, 0};
            NAME(CALL);
            if (MEETS) meeting->arrive_and_wait();
        }
    };
    if (!MEETS) { for (unsigned t = 0; t < threads; t++) block(t); return; }
    std::barrier<> here(threads); meeting = &here;
    std::vector<std::thread> team;
    for (unsigned t = 0; t < threads; t++) team.emplace_back(block, t);
    for (auto &one : team) one.join();
}
"""

KERNEL = re.compile(r'extern "C" __global__ void (\w+)\(([^)]*)\)\s*\{(.*?)\n\}', re.S)


def kernels(code):
    """Return the kernels of a source: name → the types of its arguments."""
    return {
        name: [re.sub(r"\s*\w+$", "", " ".join(a.replace("__restrict__", "").split())) for a in args.split(",")]
        for name, args, _ in KERNEL.findall(code)
    }


def meeting_helpers(code):
    """Return the names of device functions in which threads meet."""
    found = re.findall(r"__device__ (?:inline )?\w[\w ]*?[ *](\w+)\([^)]*\)\s*\{(.*?)\n\}", code, re.S)
    return [name for name, body in found if "__syncthreads" in body]


@functools.cache
def library(code):
    """Compile a source for the processor and load it."""
    helpers = meeting_helpers(code)
    parts = [SHIM.replace("EMULATED_THREADS", str(THREADS)), code]
    for name, arguments, body in KERNEL.findall(code):
        types = kernels(code)[name]
        call = ", ".join(f"*({kind}*)a[{i}]" for i, kind in enumerate(types))
        meets = any(re.search(rf"\b{word}\b", body) for word in ["__syncthreads", *helpers])
        text = LAUNCHER.replace("NAME", name).replace("CALL", call).replace("MEETS", "1" if meets else "0")
        assert len(arguments.split(",")) == len(types)
        parts.append(text)
    source = "\n".join(parts)
    folder = Path(tempfile.gettempdir()) / "teachkeras-emulated"
    folder.mkdir(exist_ok=True)
    target = folder / f"{hashlib.sha256(source.encode()).hexdigest()[:24]}.so"
    if not target.exists():
        with tempfile.TemporaryDirectory(dir=folder) as work:
            (Path(work) / "k.cpp").write_text(source, encoding="utf-8")
            command = [COMPILER, "-std=c++20", "-O1", "-ffp-contract=off", "-Wall", "-Wno-unused-function", "-Werror",
                       "-shared", "-fPIC", "-pthread", "-o", f"{work}/k.so", f"{work}/k.cpp"]  # fmt: skip
            built = subprocess.run(command, capture_output=True, text=True)
            assert not built.returncode, built.stderr
            (Path(work) / "k.so").rename(target)
    return ctypes.CDLL(str(target))


class RawModule:
    """What ``cupy.RawModule`` is: a source whose kernels can be asked for by name."""

    def __init__(self, code, options=()):
        self.code, self.options = code, options

    def get_function(self, name):
        """Return a kernel: ``kernel(grid, block, arguments)``."""
        types = kernels(self.code)[name]

        def kernel(grid, block, arguments):
            assert len(arguments) == len(types), f"{name} takes {len(types)} arguments, got {len(arguments)}"
            held = [_cell(name, a, kind) for a, kind in zip(arguments, types, strict=True)]
            pointers = (ctypes.c_void_p * len(held))(*[ctypes.addressof(h) for h in held])
            rows = grid[1] if len(grid) > 1 else 1
            assert 0 < grid[0] <= 2**31 - 1 and 0 < rows <= 65535 and 0 < block[0] <= 1024
            getattr(library(self.code), f"launch_{name}")(grid[0], rows, THREADS, pointers)

        return kernel


CELLS = {"long long": (np.int64, ctypes.c_int64), "float": (np.float32, ctypes.c_float),
         "unsigned long long": (np.uint64, ctypes.c_uint64)}  # fmt: skip
POINTED = {"float": "float32", "int": "int32", "long long": "int64", "unsigned long long": "uint64", "bool": "bool"}


def _cell(name, value, kind):
    """Return the C variable that a kernel's argument is; what a GPU would misread, a test must refuse."""
    if not kind.endswith("*"):
        dtype, cell = CELLS[kind]
        assert type(value) is dtype, f"{name}: {kind} got {type(value)}"
        return cell(value.item())
    if type(value) is np.uint64 and value == 0:
        return ctypes.c_void_p(0)
    assert value.flags.c_contiguous, f"{name}: an array that is not contiguous"
    wanted = POINTED[kind.replace("const", "").strip("* ").strip()]
    assert value.dtype == wanted, f"{name}: {kind} got {value.dtype}"
    return ctypes.c_void_p(value.data.ptr)
