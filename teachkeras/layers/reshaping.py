"""Layers that rearrange: the same numbers in another shape."""

import math

from teachkeras import config, ops
from teachkeras.errors import ArgumentError
from teachkeras.layers.layer import Layer


class Flatten(Layer):
    """Lay every sample out as one row.

    Args:
        data_format: ``"channels_last"``, or ``"channels_first"`` to move the channels to the end first.

    Raises:
        ArgumentError: another data_format.

    Shapes:
        x (n, a, b, …) → y (n, a·b·…); x (n,) → (n, 1)

    Example:
        >>> import numpy as np
        >>> Flatten()(np.zeros((2, 28, 28))).shape
        (2, 784)
    """

    def __init__(self, data_format=None, **kwargs):
        super().__init__(**kwargs)
        if data_format not in (None, "channels_last", "channels_first"):
            raise ArgumentError(
                "Flatten: data_format", expected='"channels_last" or "channels_first"', got=repr(data_format)
            )
        self.data_format = data_format or config.image_data_format()

    def call(self, inputs):
        """Return each sample as a row."""
        if self.data_format == "channels_first" and len(inputs.shape) > 2:
            inputs = ops.transpose(inputs, axes=(0, *range(2, len(inputs.shape)), 1))
        length = self.compute_output_shape(inputs.shape)[1]
        return ops.reshape(inputs, newshape=(inputs.shape[0] or -1, -1 if length is None else length))

    def compute_output_shape(self, input_shape):
        """Return (n, a·b·…)."""
        rest = input_shape[1:]
        return (input_shape[0], None if None in rest else math.prod(rest))
