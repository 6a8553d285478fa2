"""Activation: a function applied to each number, as a layer of its own."""

from teachkeras import activations
from teachkeras.layers.layer import Layer


class Activation(Layer):
    """Apply an activation function.

    Args:
        activation: Its name, or a function.

    Example:
        >>> import numpy as np
        >>> Activation("relu")(np.array([-1.0, 2.0])).numpy()
        array([0., 2.], dtype=float32)
    """

    def __init__(self, activation, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True
        self.activation = activations.get(activation)
        self.built = True  # there is nothing to build

    def call(self, inputs):
        """Return f(x)."""
        return self.activation(inputs)

    def compute_output_shape(self, input_shape):
        """Return the same shape."""
        return input_shape
