"""ActivityRegularization: a cost for what passes through."""

from teachkeras import regularizers
from teachkeras.layers.layer import Layer


class ActivityRegularization(Layer):
    """Add to the loss what the size of the inputs costs; hand them on unchanged.

    Math:
        cost = (l1 Σ |x_i| + l2 Σ x_i²) / n,  n the number of samples

    Args:
        l1: The factor of the absolute values.
        l2: The factor of the squares.

    Example:
        >>> import numpy as np
        >>> layer = ActivityRegularization(l1=0.5)
        >>> y = layer(np.array([[1.0, -3.0]]))
        >>> float(layer.losses[0])
        2.0
    """

    def __init__(self, l1=0.0, l2=0.0, **kwargs):
        super().__init__(activity_regularizer=regularizers.L1L2(l1=l1, l2=l2), **kwargs)
        self.supports_masking = True
        self.l1, self.l2 = l1, l2
        self.built = True  # there is nothing to build

    def call(self, inputs):
        """Return the inputs."""
        return inputs

    def compute_output_shape(self, input_shape):
        """Return the same shape."""
        return input_shape

    def get_config(self) -> dict:
        """Return l1 and l2, which make the regularizer."""
        config = super().get_config()
        config.pop("activity_regularizer", None)
        return config
