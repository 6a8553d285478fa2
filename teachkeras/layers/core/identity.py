"""Identity: what comes in goes out."""

from teachkeras import tree
from teachkeras.layers.layer import Layer
from teachkeras.symbolic import SymbolicTensor


class Identity(Layer):
    """Return the inputs as they are: a place in a model to look at, or to fill later.

    Math:
        y = x

    Example:
        >>> import numpy as np
        >>> Identity()(np.array([1.0, 2.0])).numpy()
        array([1., 2.], dtype=float32)
    """

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True
        self.built = True  # there is nothing to build

    def call(self, inputs):
        """Return the inputs."""
        return inputs

    def compute_output_shape(self, input_shape):
        """Return the same shape."""
        return input_shape

    def compute_output_spec(self, inputs, **kwargs):
        """Return symbolic tensors of the same shapes and number types."""
        return tree.map_structure(lambda x: SymbolicTensor(x.shape, x.dtype), inputs)
