"""Masking: steps of a sequence that hold nothing are skipped by the layers that follow."""

import numpy as np

from teachkeras import ops
from teachkeras.layers.layer import Layer


class Masking(Layer):
    """Mark the steps of a sequence at which every entry equals `mask_value`: later layers skip them.

    Math:
        m_nt = [some x_nti ≠ v],  y_nti = x_nti m_nt; m travels with y as its mask.

    Args:
        mask_value: The number v that stands for "nothing here".

    Shapes:
        x (n, t, …, i), y the same, m (n, t, …)

    Example:
        >>> import numpy as np
        >>> y = Masking()(np.array([[[1.0, 2.0], [0.0, 0.0]]]))
        >>> y.mask.numpy()
        array([[ True, False]])
    """

    def __init__(self, mask_value=0.0, **kwargs):
        super().__init__(**kwargs)
        self.mask_value = mask_value
        self.supports_masking = True
        self.built = True  # there is nothing to build

    def compute_mask(self, inputs, mask=None):
        """Return where a step holds something."""
        return ops.any(ops.not_equal(inputs, self.mask_value), axis=-1)

    def call(self, inputs):
        """Return the inputs, masked steps set to 0."""
        holds = ops.any(ops.not_equal(inputs, self.mask_value), axis=-1, keepdims=True)
        outputs = ops.where(holds, inputs, np.zeros((), inputs.dtype))
        outputs.mask = ops.squeeze(holds, axis=-1)
        return outputs

    def compute_output_shape(self, input_shape):
        """Return the same shape."""
        return input_shape
