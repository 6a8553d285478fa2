"""Wrapper: a layer around a layer."""

from teachkeras.errors import ArgumentError
from teachkeras.layers.layer import Layer


class Wrapper(Layer):
    """Base of layers that hold another one and change how it is used, such as :class:`TimeDistributed`.

    Args:
        layer: The layer inside.

    Raises:
        ArgumentError: `layer` is not a layer.
    """

    def __init__(self, layer, **kwargs):
        if not isinstance(layer, Layer):
            raise ArgumentError(
                f"Layer {layer} supplied to Wrapper isn't a supported layer type. Please ensure wrapped layer is a "
                "valid Keras layer."
            )
        super().__init__(**kwargs)
        self.layer = layer

    def build(self, input_shape=None):
        """Build the layer inside."""
        if not self.layer.built:
            self.layer._build_at(input_shape, f"{self.path}/{self.layer.name}")
