"""Regularizers: a price on large weights, added to the loss. Names, arguments and configs are ``keras.regularizers``'s.

Index letters: i runs over the entries of a weight w.

Source: Goodfellow, Bengio & Courville, *Deep Learning*, section 7.1.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from teachkeras import config, ops, serial
from teachkeras.errors import ArgumentError, ShapeError
from teachkeras.namespace import single
from teachkeras.serial import Configurable
from teachkeras.tensor import Tensor

names, __getattr__, __dir__ = single(__name__)


def get(identifier: object) -> Callable | None:
    """Return the regularizer that a name, a config, a class or a callable stands for.

    Raises:
        UnknownNameError: no regularizer has that name.

    >>> get("l2").get_config()
    {'l2': 0.01}
    """
    return serial.resolve(identifier, "regularizer", __name__)


def serialize(regularizer: object) -> dict:
    """Return a regularizer as plain data."""
    return serial.plain(regularizer)


def deserialize(config: object, custom_objects: dict | None = None) -> Callable | None:
    """Return the regularizer that :func:`serialize` described."""
    with serial.CustomObjectScope(custom_objects or {}):
        return get(config)


def _price(name: str, value: object) -> float:
    """Return a factor as a float.

    Raises:
        ArgumentError: it is not a finite number from 0 up.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < math.inf:
        raise ArgumentError(f"regularizer argument {name}", expected="a number from 0 up", got=repr(value))
    return float(value)


class Regularizer(Configurable):
    """Base of all regularizers: ``regularizer(w)`` is a scalar tensor. Write your own by giving ``__call__``."""

    def __init__(self):
        """Take no arguments."""

    def __call__(self, x: object) -> Tensor | float:
        """Return the price of a weight; subclasses say which."""
        return 0.0


class L1L2(Regularizer):
    """``l1 Σ_i |w_i| + l2 Σ_i w_i²``.

    Args:
        l1: The price of absolute values.
        l2: The price of squares.

    Raises:
        ArgumentError: a factor below 0 or not finite.

    >>> float(L1L2(l1=0.5, l2=0.25)(ops.convert_to_tensor([1.0, -2.0])))
    2.75
    """

    def __init__(self, l1=0.0, l2=0.0):
        self.l1 = _price("l1", 0.0 if l1 is None else l1)
        self.l2 = _price("l2", 0.0 if l2 is None else l2)

    def __call__(self, x: object) -> Tensor:
        """Return the price of `x`."""
        if self.l1 and self.l2:
            return self.l1 * ops.sum(ops.absolute(x)) + self.l2 * ops.sum(ops.square(x))
        return self.l1 * ops.sum(ops.absolute(x)) if self.l1 else self.l2 * ops.sum(ops.square(x))


class L1(Regularizer):
    """``l1 Σ_i |w_i|``: draws weights to exactly 0.

    Args:
        l1: The price.

    Raises:
        ArgumentError: a factor below 0 or not finite.

    >>> float(L1(0.5)(ops.convert_to_tensor([1.0, -2.0])))
    1.5
    """

    def __init__(self, l1=0.01):
        self.l1 = _price("l1", 0.01 if l1 is None else l1)

    def __call__(self, x: object) -> Tensor:
        """Return the price of `x`."""
        return self.l1 * ops.sum(ops.absolute(x))


class L2(Regularizer):
    """``l2 Σ_i w_i²``: draws weights towards 0, the large ones most.

    Args:
        l2: The price.

    Raises:
        ArgumentError: a factor below 0 or not finite.

    >>> float(L2(0.5)(ops.convert_to_tensor([1.0, -2.0])))
    2.5
    """

    def __init__(self, l2=0.01):
        self.l2 = _price("l2", 0.01 if l2 is None else l2)

    def __call__(self, x: object) -> Tensor:
        """Return the price of `x`."""
        return self.l2 * ops.sum(ops.square(x))


class OrthogonalRegularizer(Regularizer):
    """Mean absolute cosine between the rows (or columns) of a matrix: ``factor/2 Σ_{i≠j} |cos(w_i, w_j)| / pairs``.

    Args:
        factor: The price.
        mode: ``"rows"`` or ``"columns"``.

    Raises:
        ArgumentError: an argument outside its range.
        ShapeError: the weight is not a matrix.

    >>> float(OrthogonalRegularizer(1.0)(ops.convert_to_tensor([[1.0, 0.0], [0.0, 2.0]])))
    0.0
    """

    def __init__(self, factor=0.01, mode="rows"):
        self.factor = _price("factor", factor)
        if mode not in ("rows", "columns"):
            raise ArgumentError("OrthogonalRegularizer", expected="mode 'rows' or 'columns'", got=repr(mode))
        self.mode = mode

    def __call__(self, x: object) -> Tensor:
        """Return the price of the matrix `x`."""
        if len(x.shape) != 2:
            raise ShapeError("OrthogonalRegularizer", expected="a matrix", got=f"shape {tuple(x.shape)}")
        w = x if self.mode == "rows" else ops.transpose(x)
        length = ops.sqrt(ops.maximum(ops.sum(ops.square(w), axis=1, keepdims=True), config.epsilon() ** 2))
        unit, count = w / length, w.shape[0]
        cosines = ops.matmul(unit, ops.transpose(unit)) * (1.0 - ops.eye(count, dtype=x.dtype))
        return self.factor * 0.5 * ops.sum(ops.absolute(cosines)) / (count * (count - 1.0) / 2.0)


aliases = {"l1": L1, "l2": L2, "l1_l2": L1L2, "l1l2": L1L2, "orthogonal_regularizer": OrthogonalRegularizer}
