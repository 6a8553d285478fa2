"""TimeDistributed: one layer, used at every step."""

from teachkeras import ops
from teachkeras.errors import ArgumentError, ShapeError
from teachkeras.layers._calling import face_of
from teachkeras.layers.core.wrapper import Wrapper
from teachkeras.layers.layer import Layer


class TimeDistributed(Wrapper):
    """Use a layer at every step of sequences, with the same weights.

    Math:
        y_t = layer(x_t)

    Args:
        layer: The layer.

    Shapes:
        x (n, t, …), y (n, t, …)

    Raises:
        ArgumentError: `layer` is not a layer.
        ShapeError: x has no axis of steps, or the mask doesn't fit it.

    Example:
        >>> import numpy as np
        >>> from teachkeras.layers import Dense
        >>> TimeDistributed(Dense(2))(np.ones((3, 5, 4))).shape
        (3, 5, 2)
    """

    def __init__(self, layer, **kwargs):
        if not isinstance(layer, Layer):
            raise ArgumentError(
                f"Please initialize `TimeDistributed` layer with a `keras.layers.Layer` instance. Received: {layer}"
            )
        super().__init__(layer, **kwargs)
        self.supports_masking = True

    def _step_shape(self, input_shape):
        if not isinstance(input_shape, (tuple, list)) or len(input_shape) < 3:
            raise ShapeError("TimeDistributed", expected="an input of at least 3 axes", got=f"shape {input_shape}")
        return (input_shape[0], *input_shape[2:])

    def compute_output_shape(self, input_shape):
        """Return (n, t, …)."""
        step = self.layer.compute_output_shape(self._step_shape(input_shape))
        return (step[0], input_shape[1], *step[1:])

    def build(self, input_shape):
        """Build the layer for one step."""
        super().build(self._step_shape(input_shape))

    def call(self, inputs, training=None, mask=None):
        """Return the layer's output for every step."""
        self._check_mask(inputs, mask)
        face, outputs = face_of(type(self.layer)), []
        for t in range(inputs.shape[1]):
            more = {"training": training} if face.takes_training and training is not None else {}
            if mask is not None and "mask" in face.masks:
                more["mask"] = mask[:, t]
            outputs.append(self.layer(inputs[:, t], **more))
        return ops.stack(outputs, axis=1)

    def _check_mask(self, inputs, mask):
        if mask is not None and (len(mask.shape) < 2 or tuple(mask.shape[:2]) != tuple(inputs.shape[:2])):
            raise ShapeError(
                "TimeDistributed: mask", expected=f"a mask that starts with the axes {tuple(inputs.shape[:2])}",
                got=f"shape {tuple(mask.shape)}",
            )  # fmt: skip
