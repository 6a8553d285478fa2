"""Initializers without randomness."""

from __future__ import annotations

import numpy as np

from teachkeras.errors import ShapeError
from teachkeras.initializers.base import Initializer, aliases_of, typed
from teachkeras.tensor import Tensor, as_array


class Zeros(Initializer):
    """All zeros.

    >>> Zeros()((2,)).tolist()
    [0.0, 0.0]
    """

    makes_new = True

    def __call__(self, shape: tuple, dtype: object = None) -> Tensor:
        """Return zeros."""
        return Tensor(np.zeros(tuple(shape), typed(dtype)))


class Ones(Initializer):
    """All ones.

    >>> Ones()((2,)).tolist()
    [1.0, 1.0]
    """

    makes_new = True

    def __call__(self, shape: tuple, dtype: object = None) -> Tensor:
        """Return ones."""
        return Tensor(np.ones(tuple(shape), typed(dtype)))


class Constant(Initializer):
    """Every entry the same.

    Args:
        value: The number (or an array that broadcasts to the shape).

    >>> Constant(3.0)((2,)).tolist()
    [3.0, 3.0]
    """

    def __init__(self, value=0.0):
        self.value = value

    def __call__(self, shape: tuple, dtype: object = None) -> Tensor:
        """Return the constant."""
        return Tensor(np.broadcast_to(as_array(self.value), tuple(shape)).astype(typed(dtype)))


class Identity(Initializer):
    """The identity matrix, times a gain.

    Args:
        gain: The number on the diagonal.

    Raises:
        ShapeError: the shape has not two axes.

    >>> Identity()((2, 2)).tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """

    def __init__(self, gain=1.0):
        self.gain = gain

    def get_config(self) -> dict:
        """Return the gain if it is not 1: Keras's own config of this class is empty."""
        return {} if self.gain == 1.0 else {"gain": self.gain}

    def __call__(self, shape: tuple, dtype: object = None) -> Tensor:
        """Return gain · I."""
        if len(shape) != 2:
            raise ShapeError("Identity initializer", expected="a shape of two axes", got=f"{tuple(shape)}")
        return Tensor(np.eye(*shape, dtype=typed(dtype)) * typed(dtype).type(self.gain))


aliases = aliases_of(dict(globals())) | {"one": Ones, "zero": Zeros, "IdentityInitializer": Identity}
