"""Initializer: a function from a shape to numbers, with a config."""

from __future__ import annotations

import numpy as np

from teachkeras import dtypes
from teachkeras.naming import snake_case
from teachkeras.serial import Configurable
from teachkeras.tensor import Tensor


class Initializer(Configurable):
    """Base of all initializers: ``initializer(shape, dtype)`` returns a tensor. Write your own by ``__call__``.

    Attributes:
        makes_new: Whether each call returns an array that nobody else holds, so that a variable may keep it uncopied.
    """

    makes_new = False

    def __init__(self):
        """Take no arguments."""

    def __call__(self, shape: tuple, dtype: object = None) -> Tensor:
        """Return a tensor of this shape; subclasses say which."""
        raise NotImplementedError(f"{type(self).__name__} must define __call__(shape, dtype)")

    def clone(self) -> Initializer:
        """Return an initializer of the same config."""
        return type(self).from_config(self.get_config())

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


def typed(dtype: object) -> np.dtype:
    """Return the NumPy dtype for a name; ``floatx`` for None."""
    return dtypes.as_numpy(dtypes.name_of(dtype))


def aliases_of(module: dict) -> dict[str, type]:
    """Return a module's initializers under their names in snake case."""
    return {
        snake_case(name): thing
        for name, thing in module.items()
        if isinstance(thing, type) and issubclass(thing, Initializer) and thing is not Initializer and name[0] != "_"
    }
