"""Random numbers made on the device: the same bits as NumPy's Philox gives on the host.

Normal numbers are drawn by NumPy's ziggurat, which throws away as it goes and so has no parallel form with the same
bits: they are drawn on the host and copied.
"""

import math

import numpy as np

from teachkeras.kernels import device
from teachkeras.kernels.gpu import blocks, empty, launch
from teachkeras.kernels.reference import draws as reference
from teachkeras.kernels.registry import routine


def _key(seed, counter):
    return np.uint64(seed), np.uint64(counter)


@routine("keep", on="gpu")
def keep(shape, probability, seed, counter):
    # kept[i] = [the i-th 16 bits of the stream (seed, counter) < 65536·probability]
    size = math.prod(shape)
    if device.xp is None:
        return reference.keep(shape, probability, seed, counter)
    kept = empty(shape, "bool")
    launch("draws", "keep", blocks(-(-size // 16)), kept, *_key(seed, counter), round(probability * 65536), size)
    return kept


@routine("spread", on="gpu")
def spread(shape, low, high, seed, counter):
    # u[i] = low + (high - low)·(the i-th 24 bits of the stream)/2²⁴
    size = math.prod(shape)
    if device.xp is None:
        return reference.spread(shape, low, high, seed, counter)
    u, scale = empty(shape), float(np.float32(high - low))
    launch("draws", "spread", blocks(-(-size // 8)), u, *_key(seed, counter), scale, float(low), size)
    return u
