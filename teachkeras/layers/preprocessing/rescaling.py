"""Rescaling: multiply and add, 0 to 255 becomes 0 to 1."""

import numpy as np

from teachkeras.layers.layer import Layer


class Rescaling(Layer):
    """Scale and shift the inputs, while training and after.

    Math:
        y = x · scale + offset

    Args:
        scale: One number, or one for each channel.
        offset: What is added.

    Shapes:
        x (…) → y (…)

    Example:
        >>> Rescaling(1 / 127.5, offset=-1)(np.array([0.0, 255.0])).tolist()
        [-1.0, 1.0]

    Source: ``keras.layers.Rescaling``.
    """

    def __init__(self, scale, offset=0.0, **kwargs):
        super().__init__(**kwargs)
        self.scale, self.offset = scale, offset
        self.supports_masking = True

    def call(self, inputs):
        """Return ``x · scale + offset``."""
        return inputs * self._number(self.scale) + self._number(self.offset)

    def compute_output_shape(self, input_shape):
        """Return the input's shape."""
        return input_shape

    def _number(self, value: object) -> object:
        """Return a number as it is, a list along the channels."""
        return np.asarray(value, self.compute_dtype)
