"""Global pooling: all places of an image become one number per channel, their mean or the largest."""

from teachkeras import ops
from teachkeras.layers._spatial import data_format_of
from teachkeras.layers.input_spec import InputSpec
from teachkeras.layers.layer import Layer


class _GlobalPooling(Layer):
    """What the global pooling layers have in common: `rank` counts the axes, `fold` is what becomes of them."""

    rank, fold = 0, None

    def __init__(self, data_format=None, keepdims=False, **kwargs):
        super().__init__(**kwargs)
        self.data_format, self.keepdims = data_format_of(data_format), keepdims
        self.input_spec = InputSpec(ndim=self.rank + 2)
        self.built = True

    @property
    def _axes(self):
        start = 1 if self.data_format == "channels_last" else 2
        return tuple(range(start, start + self.rank))

    def call(self, inputs):
        """Return one number per image and channel."""
        return self.fold(inputs, axis=self._axes, keepdims=self.keepdims)

    def compute_output_shape(self, input_shape):
        """Return (n, channels), with axes of length 1 between if `keepdims`."""
        axes = self._axes
        shape = [1 if axis in axes else length for axis, length in enumerate(input_shape)]
        return tuple(shape if self.keepdims else [n for axis, n in enumerate(shape) if axis not in axes])


class GlobalAveragePooling1D(_GlobalPooling):
    """The mean over all steps; of a masked input over the steps that count.

    Math:
        y_c = Σ_i m_i x_ic / Σ_i m_i,  m_i = 1 where the mask is true (everywhere without one)

    Args:
        data_format: ``"channels_last"`` or ``"channels_first"``.
        keepdims: Whether the folded axes stay, with length 1.

    Shapes:
        x (n, steps, c), mask (n, steps) → y (n, c)

    Raises:
        ShapeError: another number of axes.

    Example:
        >>> import numpy as np
        >>> GlobalAveragePooling1D()(np.array([[[1.0], [3.0], [8.0]]])).numpy()
        array([[4.]], dtype=float32)

    Source: Lin, Chen & Yan, "Network in network", 2014, section 3.2.
    """

    rank, fold = 1, ops.mean

    def __init__(self, data_format=None, keepdims=False, **kwargs):
        super().__init__(data_format=data_format, keepdims=keepdims, **kwargs)
        self.supports_masking = True

    def call(self, inputs, mask=None):
        """Return the mean over the steps that count."""
        if mask is None:
            return super().call(inputs)
        (axis,) = self._axes
        mask = ops.expand_dims(ops.cast(mask, dtype="bool"), axis=3 - axis)
        counted = ops.cast(mask, dtype=self.compute_dtype)
        total = ops.sum(ops.where(mask, inputs, 0.0), axis=axis, keepdims=self.keepdims)
        return total / ops.sum(counted, axis=axis, keepdims=self.keepdims)

    def compute_mask(self, inputs, mask=None):
        """Return None: no steps are left to mask."""
        return None


class GlobalAveragePooling2D(_GlobalPooling):
    """The mean over all places of an image. Arguments as in :class:`GlobalAveragePooling1D`.

    Example:
        >>> import numpy as np
        >>> GlobalAveragePooling2D()(np.ones((2, 4, 5, 3))).shape
        (2, 3)

    Source: Lin, Chen & Yan, "Network in network", 2014, section 3.2.
    """

    rank, fold = 2, ops.mean


class GlobalAveragePooling3D(_GlobalPooling):
    """The mean over all places of a volume. Arguments as in :class:`GlobalAveragePooling1D`.

    Example:
        >>> import numpy as np
        >>> GlobalAveragePooling3D(keepdims=True)(np.ones((2, 4, 5, 6, 3))).shape
        (2, 1, 1, 1, 3)
    """

    rank, fold = 3, ops.mean


class GlobalMaxPooling1D(_GlobalPooling):
    """The largest entry of all steps: whether something occurred anywhere.

    Math:
        y_c = max_i x_ic

    Args:
        data_format: ``"channels_last"`` or ``"channels_first"``.
        keepdims: Whether the folded axes stay, with length 1.

    Shapes:
        x (n, steps, c) → y (n, c)

    Raises:
        ShapeError: another number of axes.

    Example:
        >>> import numpy as np
        >>> GlobalMaxPooling1D()(np.array([[[1.0], [3.0], [2.0]]])).numpy()
        array([[3.]], dtype=float32)

    Source: Collobert et al., "Natural language processing (almost) from scratch", 2011, section 3.3.2.
    """

    rank, fold = 1, ops.max


class GlobalMaxPooling2D(_GlobalPooling):
    """The largest entry of an image. Arguments as in :class:`GlobalMaxPooling1D`.

    Example:
        >>> import numpy as np
        >>> GlobalMaxPooling2D()(np.ones((2, 4, 5, 3))).shape
        (2, 3)
    """

    rank, fold = 2, ops.max


class GlobalMaxPooling3D(_GlobalPooling):
    """The largest entry of a volume. Arguments as in :class:`GlobalMaxPooling1D`.

    Example:
        >>> import numpy as np
        >>> GlobalMaxPooling3D()(np.ones((2, 4, 5, 6, 3))).shape
        (2, 3)
    """

    rank, fold = 3, ops.max


aliases = {
    "GlobalAvgPool1D": GlobalAveragePooling1D, "GlobalAvgPool2D": GlobalAveragePooling2D,
    "GlobalAvgPool3D": GlobalAveragePooling3D, "GlobalMaxPool1D": GlobalMaxPooling1D,
    "GlobalMaxPool2D": GlobalMaxPooling2D, "GlobalMaxPool3D": GlobalMaxPooling3D,
}  # fmt: skip
