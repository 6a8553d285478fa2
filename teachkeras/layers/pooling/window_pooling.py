"""Max and average pooling: an image in fewer places, each the largest or the mean of a window."""

from teachkeras import ops
from teachkeras.layers._spatial import data_format_of, handed_on, numbers
from teachkeras.layers.input_spec import InputSpec
from teachkeras.layers.layer import Layer


class _Pooling(Layer):
    """What the pooling layers have in common: `rank` counts the axes, `pool` is the op."""

    rank, pool = 0, None

    def __init__(self, pool_size, strides=None, padding="valid", data_format=None, name=None, **kwargs):
        super().__init__(name=name, **kwargs)
        self.pool_size = numbers(pool_size, self.rank, "pool_size")
        self.strides = numbers(pool_size if strides is None else strides, self.rank, "strides", zero=True)
        self.padding, self.data_format = padding, data_format_of(data_format)
        self.input_spec = InputSpec(ndim=self.rank + 2)
        self.built = True

    def call(self, inputs):
        """Return one number per window and channel."""
        return self.pool(inputs, **self._settings())

    def compute_output_shape(self, input_shape):
        """Return (n, windows…, channels), or with the channels first."""
        return self.pool.shape(tuple(input_shape), **self._settings())

    def _settings(self):
        return {"pool_size": self.pool_size, "strides": self.strides, "padding": self.padding,
                "data_format": self.data_format}  # fmt: skip


class MaxPooling1D(_Pooling):
    """The largest entry of each window along one axis.

    Math:
        y_ic = max_a x_{is+a-p, c}

    Args:
        pool_size: Entries of a window.
        strides: From one window to the next; the pool_size by default.
        padding: ``"valid"`` (windows inside only) or ``"same"`` (⌈length/strides⌉ windows; the border never wins).
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Shapes:
        x (n, length, c) → y (n, windows, c)

    Raises:
        ArgumentError: a pool_size or strides that are not positive integers.
        ShapeError: inputs shorter than a window.

    Example:
        >>> import numpy as np
        >>> MaxPooling1D(2)(np.array([[[1.0], [3.0], [2.0], [0.0]]])).numpy().ravel()
        array([3., 2.], dtype=float32)

    Source: Zhou & Chellappa, "Computation of optical flow using a neural network", 1988.
    """

    rank, pool = 1, ops.maxpool

    def __init__(self, pool_size=2, strides=None, padding="valid", data_format=None, name=None, **kwargs):
        super().__init__(**handed_on(locals()))


class MaxPooling2D(_Pooling):
    """The largest entry of each window of an image: whether a pattern was seen, no longer exactly where.

    Math:
        y_ijc = max_{a,b} x_{is+a-p, js+b-p, c}; the gradient goes to the entry that was the largest.

    Args:
        pool_size: Height and width of a window.
        strides, padding, data_format: As in :class:`MaxPooling1D`.

    Shapes:
        x (n, height, width, c) → y (n, rows, columns, c)

    Raises:
        ArgumentError: a pool_size or strides that are not positive integers.
        ShapeError: inputs smaller than a window.

    Example:
        >>> import numpy as np
        >>> MaxPooling2D()(np.arange(16.0).reshape(1, 4, 4, 1)).numpy().reshape(2, 2)
        array([[ 5.,  7.],
               [13., 15.]], dtype=float32)

    Source: Scherer, Müller & Behnke, "Evaluation of pooling operations in convolutional architectures", 2010.
    """

    rank, pool = 2, ops.maxpool

    def __init__(self, pool_size=(2, 2), strides=None, padding="valid", data_format=None, name=None, **kwargs):
        super().__init__(**handed_on(locals()))


class MaxPooling3D(_Pooling):
    """The largest entry of each window of a volume: :class:`MaxPooling2D` with one axis more.

    Example:
        >>> import numpy as np
        >>> MaxPooling3D()(np.zeros((1, 4, 6, 8, 2))).shape
        (1, 2, 3, 4, 2)
    """

    rank, pool = 3, ops.maxpool

    def __init__(self, pool_size=(2, 2, 2), strides=None, padding="valid", data_format=None, name=None, **kwargs):
        super().__init__(**handed_on(locals()))


class AveragePooling1D(_Pooling):
    """The mean of each window along one axis.

    Math:
        y_ic = (1/|A_i|) Σ_{a ∈ A_i} x_{is+a-p, c},  A_i the entries of window i that lie inside

    Args:
        pool_size, strides, padding, data_format: As in :class:`MaxPooling1D`.

    Example:
        >>> import numpy as np
        >>> AveragePooling1D(2)(np.array([[[1.0], [3.0], [2.0], [0.0]]])).numpy().ravel()
        array([2., 1.], dtype=float32)

    Source: LeCun et al., "Gradient-based learning applied to document recognition", 1998 (there with weights).
    """

    rank, pool = 1, ops.averagepool

    def __init__(self, pool_size, strides=None, padding="valid", data_format=None, name=None, **kwargs):
        super().__init__(**handed_on(locals()))


class AveragePooling2D(_Pooling):
    """The mean of each window of an image; arguments as in :class:`MaxPooling2D`.

    Example:
        >>> import numpy as np
        >>> AveragePooling2D(2)(np.arange(16.0).reshape(1, 4, 4, 1)).numpy().reshape(2, 2)
        array([[ 2.5,  4.5],
               [10.5, 12.5]], dtype=float32)
    """

    rank, pool = 2, ops.averagepool

    def __init__(self, pool_size, strides=None, padding="valid", data_format=None, name=None, **kwargs):
        super().__init__(**handed_on(locals()))


class AveragePooling3D(_Pooling):
    """The mean of each window of a volume; arguments as in :class:`MaxPooling3D`.

    Example:
        >>> import numpy as np
        >>> AveragePooling3D(2)(np.zeros((1, 4, 6, 8, 2))).shape
        (1, 2, 3, 4, 2)
    """

    rank, pool = 3, ops.averagepool

    def __init__(self, pool_size, strides=None, padding="valid", data_format=None, name=None, **kwargs):
        super().__init__(**handed_on(locals()))


aliases = {
    "MaxPool1D": MaxPooling1D, "MaxPool2D": MaxPooling2D, "MaxPool3D": MaxPooling3D,
    "AvgPool1D": AveragePooling1D, "AvgPool2D": AveragePooling2D, "AvgPool3D": AveragePooling3D,
}  # fmt: skip
