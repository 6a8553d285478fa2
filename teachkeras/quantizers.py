"""Quantizers: floats as whole numbers of 8 bits and a scale. Names and arguments are those of ``keras.quantizers``.

Symbols: x the floats, q the whole numbers, s the scale: ``q = round(x · s)``, ``x ≈ q / s``.
"""

from __future__ import annotations

import numpy as np

from teachkeras import serial
from teachkeras.errors import ArgumentError
from teachkeras.namespace import single
from teachkeras.serial import Configurable
from teachkeras.tensor import Tensor, as_array

names, __getattr__, __dir__ = single(__name__)


def abs_max_quantize(inputs, axis, value_range=(-127, 127), dtype="int8", epsilon=1e-7, to_numpy=False):
    """Return (q, s): the largest size along `axis` becomes the end of the range.

    Math:
        ``s = 127 / (max |x| + ε)``, ``q = clip(round(x · s), -127, 127)``

    Args:
        inputs: x.
        axis: The axis or axes that share one scale.
        value_range: The whole numbers to use.
        dtype: Their type.
        epsilon: ε, against division by 0.
        to_numpy: Taken for compatibility.

    >>> q, s = abs_max_quantize(np.array([[0.6, -1.0]], "float32"), axis=-1)
    >>> q.tolist(), s.numpy().round(3).tolist()
    ([[76, -127]], [[127.0]])
    """
    x = as_array(inputs)
    axis = tuple(axis) if isinstance(axis, (list, tuple)) else axis
    largest = np.max(np.abs(x), axis=axis, keepdims=True) + x.dtype.type(epsilon)
    s = (x.dtype.type(value_range[1]) / largest).astype(x.dtype)
    return Tensor(np.clip(np.round(x * s), *value_range).astype(dtype)), Tensor(s)


class Quantizer(Configurable):
    """Base of quantizers: ``quantizer(x)`` returns whole numbers and their scale.

    Args:
        output_dtype: The type of the whole numbers.
    """

    def __init__(self, output_dtype="int8"):
        self.output_dtype = output_dtype

    def __call__(self, x):
        """Return x; subclasses say more."""
        return x


class AbsMaxQuantizer(Quantizer):
    """:func:`abs_max_quantize` with its settings.

    Args:
        axis: The axis or axes that share one scale; the last by default.
        value_range: The whole numbers to use.
        epsilon: Against division by 0.
        output_dtype: Their type.

    Raises:
        ArgumentError: numbers that 8 bits can't hold.

    >>> AbsMaxQuantizer()(np.array([1.0, 2.0], "float32"))[0].tolist()
    [64, 127]
    """

    config_omits_none = frozenset({"axis"})

    def __init__(self, axis=None, value_range=(-127, 127), epsilon=1e-7, output_dtype="int8"):
        super().__init__(output_dtype)
        if output_dtype == "int8" and not -128 <= value_range[0] <= value_range[1] <= 127:
            raise ArgumentError("AbsMaxQuantizer", expected="value_range within [-128, 127]", got=str(value_range))
        self.axis = (axis,) if isinstance(axis, int) else None if axis is None else tuple(axis)
        self.value_range, self.epsilon = value_range, epsilon

    def __call__(self, x, axis=None, to_numpy=False):
        """Return (q, s)."""
        axis = self.axis if axis is None else axis
        return abs_max_quantize(x, -1 if axis is None else axis, self.value_range, self.output_dtype, self.epsilon)


class QuantizationConfig(Configurable):
    """How a layer's weights and inputs are quantized.

    Args:
        weight_quantizer: For the weights; None for the usual one.
        activation_quantizer: For the inputs; None to leave them floats.
    """

    mode = None

    def __init__(self, weight_quantizer=None, activation_quantizer=None):
        self.weight_quantizer, self.activation_quantizer = weight_quantizer, activation_quantizer


class Int8QuantizationConfig(QuantizationConfig):
    """8-bit weights and inputs.

    Args:
        weight_quantizer: For the weights; None for the usual one.
        activation_quantizer: For the inputs; None to leave them floats.

    Raises:
        ArgumentError: a weight quantizer of another type.

    >>> Int8QuantizationConfig(activation_quantizer=None).mode
    'int8'
    """

    mode = "int8"

    def __init__(self, weight_quantizer=None, activation_quantizer="default"):
        inputs = AbsMaxQuantizer() if activation_quantizer == "default" else activation_quantizer
        super().__init__(weight_quantizer, inputs)
        if weight_quantizer is not None and weight_quantizer.output_dtype != "int8":
            raise ArgumentError(
                "Int8QuantizationConfig", expected="a weight_quantizer with output_dtype='int8'",
                got=repr(weight_quantizer.output_dtype),
            )  # fmt: skip


def get(identifier: object) -> object:
    """Return the quantizer that a name, a config or an object means."""
    return serial.resolve(identifier, "quantizer", __name__)


def serialize(initializer: object) -> dict:
    """Return a quantizer as plain data."""
    return serial.plain(initializer)


def deserialize(config: object, custom_objects: dict | None = None) -> object:
    """Return the quantizer that :func:`serialize` described."""
    with serial.CustomObjectScope(custom_objects or {}):
        return get(config)


aliases = {"abs_max_quantizer": AbsMaxQuantizer}
