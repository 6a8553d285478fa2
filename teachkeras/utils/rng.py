"""Making a whole program repeatable."""

from __future__ import annotations

import random as _python_random

import numpy as np

from teachkeras import random
from teachkeras.errors import ArgumentError

_seed: int | None = None


def set_random_seed(seed: int) -> None:
    """Settle every draw that follows: Python's ``random``, NumPy's ``np.random`` (shuffling) and the engine's own.

    Args:
        seed: A whole number from 0 to 2**32 - 1.

    Raises:
        ArgumentError: it is not.

    >>> set_random_seed(812)
    >>> first = random.normal((2,)).tolist()
    >>> set_random_seed(812)
    >>> random.normal((2,)).tolist() == first
    True
    """
    global _seed
    if not isinstance(seed, (int, np.integer)) or not 0 <= seed < 2**32:
        raise ArgumentError(
            "set_random_seed", expected="a whole number from 0 to 2**32 - 1", got=f"{seed!r}, a {type(seed).__name__}"
        )
    _seed = int(seed)
    _python_random.seed(_seed)
    np.random.seed(_seed)  # noqa: NPY002 (shuffling draws from this generator, as in Keras)
    random._forget_process_generator()


def get_random_seed() -> int | None:
    """Return what ``set_random_seed`` was last given, or None."""
    return _seed
