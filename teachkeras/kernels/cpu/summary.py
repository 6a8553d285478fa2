"""What an array looks like in six numbers: NumPy needs six passes, and a launch for each."""

import numpy as np

from teachkeras.kernels.cpu import jit
from teachkeras.kernels.reference import summary as reference
from teachkeras.kernels.registry import routine

RUN = reference.RUN
f = np.float32
LARGEST = 0x7F7FFFFF  # the bits of the largest finite float32; NaN and the infinities lie beyond


@jit("void(f4[::1], i8, f4[::1])", contract=True, any_order=True)
def _summary(x, apart, out):
    # The bits of a float32, read as an integer with those of negative numbers turned round, are in the order of the
    # floats: integers have no NaN, so eight can be compared at once. 0 becomes 0, and -0 becomes -1.
    bits = x.view(np.int32)
    total = square = 0.0
    low, high = np.int32(LARGEST), np.int32(~LARGEST)
    zeros = seen = 0
    for start in range(0, x.size, apart):
        run, keys = x[start : start + RUN], bits[start : start + RUN]
        for i in range(run.size):
            a = np.float64(run[i])
            total += a
            square += a * a
        empty = np.int32(0)
        for i in range(run.size):
            key = keys[i] ^ ((keys[i] >> np.int32(31)) & np.int32(0x7FFFFFFF))
            low, high = min(low, key), max(high, key)
            empty += np.int32((key == 0) | (key == -1))
        zeros, seen = zeros + empty, seen + run.size
    mean = total / seen
    out[0], out[1] = f(mean), f(np.sqrt(max(square / seen - mean * mean, 0.0)))
    out[2], out[3] = f(low), f(high)
    out[4], out[5] = f(zeros / seen), f(0)
    out[2:4].view(np.int32)[0] = low if low >= 0 else low ^ np.int32(0x7FFFFFFF)
    out[2:4].view(np.int32)[1] = high if high >= 0 else high ^ np.int32(0x7FFFFFFF)
    if low < ~LARGEST or high > LARGEST:
        out[5] = f(1)


@routine("summary", on="cpu")
def summary(x, apart=RUN):
    # mean = Σ x[i] / n;   std² = Σ x[i]² / n - mean²;   over the finite x[i] with i mod apart < 64
    if x.dtype != f or not x.size or not x.flags.c_contiguous:
        return reference.summary(x, apart)
    out = np.empty(6, f)
    _summary(x, apart, out)
    if out[5] or not np.isfinite(out[1]):  # rare, so it may take long
        return reference.summary(x, apart)
    return out
