"""Constraints: what weights are brought back to after each update. Names and configs are ``keras.constraints``'s.

Symbols: w a weight, ‖w‖ the length of its vectors along `axis` (for a Dense kernel ``axis=0``: one vector per unit),
ε = ``config.epsilon()``.

Source: Srivastava et al., JMLR 15 (2014), section 5.1 (max-norm).
"""

from __future__ import annotations

from collections.abc import Callable

from teachkeras import config, ops, serial
from teachkeras.namespace import single
from teachkeras.naming import snake_case
from teachkeras.serial import Configurable
from teachkeras.tensor import Tensor

names, __getattr__, __dir__ = single(__name__)


def get(identifier: object) -> Callable | None:
    """Return the constraint that a name, a config, a class or a callable stands for.

    Raises:
        UnknownNameError: no constraint has that name.

    >>> get("max_norm").get_config()
    {'max_value': 2, 'axis': 0}
    """
    return serial.resolve(identifier, "constraint", __name__)


def serialize(constraint: object) -> dict:
    """Return a constraint as plain data."""
    return serial.plain(constraint)


def deserialize(config: object, custom_objects: dict | None = None) -> Callable | None:
    """Return the constraint that :func:`serialize` described."""
    with serial.CustomObjectScope(custom_objects or {}):
        return get(config)


def _length(w: object, axis: object) -> Tensor:
    """Return ‖w‖ along `axis`, which stays with length 1."""
    return ops.sqrt(ops.sum(ops.square(w), axis=axis, keepdims=True))


class Constraint(Configurable):
    """Base of all constraints: ``constraint(w)`` returns the weight as it should be. Write your own by ``__call__``."""

    def __init__(self):
        """Take no arguments."""

    def __call__(self, w: object) -> object:
        """Return the weight, constrained; subclasses say how."""
        return w


class MaxNorm(Constraint):
    """Vectors longer than `max_value` are cut back to it: ``w · min(‖w‖, max) / (‖w‖ + ε)``.

    Args:
        max_value: The greatest length.
        axis: The axis (or axes) along which a vector lies.

    >>> MaxNorm(1.0)(ops.convert_to_tensor([[3.0], [4.0]])).numpy().round(4).ravel()
    array([0.6, 0.8], dtype=float32)
    """

    def __init__(self, max_value=2, axis=0):
        self.max_value, self.axis = max_value, axis

    def __call__(self, w: object) -> Tensor:
        """Return the weight with its vectors cut back."""
        norms = _length(w, self.axis)
        return w * (ops.clip(norms, 0.0, float(self.max_value)) / (config.epsilon() + norms))


class NonNeg(Constraint):
    """Negative weights become 0: ``max(w, 0)``.

    >>> NonNeg()(ops.convert_to_tensor([-1.0, 2.0])).tolist()
    [0.0, 2.0]
    """

    def __call__(self, w: object) -> Tensor:
        """Return the weight without its negative entries."""
        return ops.maximum(w, 0.0)


class UnitNorm(Constraint):
    """Vectors of length 1: ``w / (‖w‖ + ε)``.

    Args:
        axis: The axis (or axes) along which a vector lies.

    >>> UnitNorm()(ops.convert_to_tensor([[3.0], [4.0]])).numpy().round(4).ravel()
    array([0.6, 0.8], dtype=float32)
    """

    def __init__(self, axis=0):
        self.axis = axis

    def __call__(self, w: object) -> Tensor:
        """Return the weight with vectors of length 1."""
        return w / (config.epsilon() + _length(w, self.axis))


class MinMaxNorm(Constraint):
    """Lengths drawn into [min, max]: ``w · (rate · clip(‖w‖) + (1 - rate) ‖w‖) / (‖w‖ + ε)``.

    Args:
        min_value: The least length.
        max_value: The greatest length.
        rate: How much of the way is gone at each update.
        axis: The axis (or axes) along which a vector lies.

    >>> MinMaxNorm(2.0, 3.0)(ops.convert_to_tensor([[0.6], [0.8]])).numpy().round(4).ravel()
    array([1.2, 1.6], dtype=float32)
    """

    def __init__(self, min_value=0.0, max_value=1.0, rate=1.0, axis=0):
        self.min_value, self.max_value, self.rate, self.axis = min_value, max_value, rate, axis

    def __call__(self, w: object) -> Tensor:
        """Return the weight with its lengths drawn in."""
        norms = _length(w, self.axis)
        wanted = self.rate * ops.clip(norms, float(self.min_value), float(self.max_value)) + (1 - self.rate) * norms
        return w * (wanted / (config.epsilon() + norms))


aliases = {
    snake_case(name): thing
    for name, thing in list(globals().items())
    if isinstance(thing, type) and issubclass(thing, Constraint)
}
