"""Random bits from a counter: the same pair (seed, counter) gives the same bits, whenever and wherever it is asked.

The generator is Philox 4×64-10: a keyed scrambling of the numbers 0, 1, 2, … Its key is (seed, counter), so that each
draw has a stream of its own that a recording can open again. Neither the back end nor the number of threads matters.

Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
"""

from __future__ import annotations

import math
import threading

import numpy as np


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


def kept(shape: tuple[int, ...], probability: float, seed: int, counter: int) -> np.ndarray:
    """Return True with this probability (to the next 1/65536), entry by entry.

    >>> kept((2, 3), 1.0, seed=1, counter=0).all()
    np.True_
    """
    count = math.prod(shape)
    stream(seed, counter)
    words = _here.philox.random_raw(-(-count // 4)).view("uint16")  # four entries out of each 64 bits
    return (words[:count] < np.uint32(round(probability * 65536))).reshape(shape)


def normal(shape: tuple[int, ...], dtype: np.dtype, seed: int, counter: int) -> np.ndarray:
    """Return numbers from the standard normal distribution, drawn in float32 (float64 for float64).

    >>> normal((2, 3), np.dtype("float32"), seed=1, counter=0).shape
    (2, 3)
    """
    wide = np.float64 if dtype == np.float64 else np.float32
    return stream(seed, counter).standard_normal(shape, wide).astype(dtype, copy=False)
