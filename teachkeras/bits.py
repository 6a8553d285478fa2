"""Random bits from a counter: the same pair (seed, counter) gives the same bits, whenever and wherever it is asked.

The generator is Philox 4×64-10: a keyed scrambling of the numbers 0, 1, 2, … Its key is (seed, counter), so that each
draw has a stream of its own that a recording can open again. Neither the back end nor the number of threads matters.

Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
"""

from __future__ import annotations

import math
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np

BLOCK = 8  # float32 numbers that one step of the counter yields
LARGE = 1 << 20  # from here on several threads fill an array, each its part of the same stream


class _PerThread(threading.local):
    """One bit generator for each thread; opening a stream only resets its key, which takes a tenth of making one."""

    def __init__(self) -> None:
        self.philox = np.random.Philox(key=0)
        self.generator = np.random.Generator(self.philox)
        self.start = self.philox.state


_here = _PerThread()


def stream(seed: int, counter: int) -> np.random.Generator:
    """Open the stream of a draw. It is valid until the next one is opened in this thread.

    >>> float(stream(7, 0).random()) == float(stream(7, 0).random()) != float(stream(7, 1).random())
    True
    """
    start = _here.start
    start["state"]["key"][:] = seed, counter
    _here.philox.state = start
    return _here.generator


def uniform(shape: tuple[int, ...], low: float, high: float, seed: int, counter: int) -> np.ndarray:
    """Return float32 numbers spread evenly over [low, high): ``u · (high - low) + low``.

    Being a counter, the generator can start anywhere in its stream, so that the parts of a large array are drawn at
    the same time and are the same as if drawn one after the other.

    >>> uniform((2, 3), 0.0, 1.0, seed=1, counter=0).dtype
    dtype('float32')
    """
    out = np.empty(math.prod(shape), np.float32)
    workers = (os.cpu_count() or 1) if out.size >= LARGE else 1
    part = -(-out.size // (workers * BLOCK)) * BLOCK
    if workers == 1:
        _fill(out, stream(seed, counter), low, high)
        return out.reshape(shape)

    def draw(start: int) -> None:
        philox = np.random.Philox(key=np.array([seed, counter], np.uint64))
        philox.advance(start // BLOCK)
        _fill(out[start : start + part], np.random.Generator(philox), low, high)

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(draw, range(0, out.size, part)))
    return out.reshape(shape)


def _fill(out: np.ndarray, generator: np.random.Generator, low: float, high: float, piece: int = 1 << 16) -> None:
    """Fill in pieces that stay in the cache while they are scaled."""
    for start in range(0, out.size, piece):
        part = out[start : start + piece]
        generator.random(out=part, dtype=np.float32)
        part *= np.float32(high - low)
        part += np.float32(low)


def kept(shape: tuple[int, ...], probability: float, seed: int, counter: int) -> np.ndarray:
    """Return True with this probability (to the next 1/65536), entry by entry.

    >>> kept((2, 3), 1.0, seed=1, counter=0).all()
    np.True_
    """
    count = math.prod(shape)
    stream(seed, counter)
    words = _here.philox.random_raw(-(-count // 4)).view("uint16")  # four entries out of each 64 bits
    limit = round(probability * 65536)
    return (words[:count] < (np.uint16(limit) if limit < 65536 else np.uint32(limit))).reshape(shape)


def normal(shape: tuple[int, ...], dtype: np.dtype, seed: int, counter: int) -> np.ndarray:
    """Return numbers from the standard normal distribution, drawn in float32 (float64 for float64).

    >>> normal((2, 3), np.dtype("float32"), seed=1, counter=0).shape
    (2, 3)
    """
    wide = np.float64 if dtype == np.float64 else np.float32
    return stream(seed, counter).standard_normal(shape, wide).astype(dtype, copy=False)
