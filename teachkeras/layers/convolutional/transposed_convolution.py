"""Conv1DTranspose, Conv2DTranspose, Conv3DTranspose: a convolution's way back, from few places to many."""

from teachkeras import activations, constraints, initializers, ops, regularizers
from teachkeras.errors import ArgumentError
from teachkeras.layers._spatial import Windowed, data_format_of, handed_on, not_both, numbers, padding_of, positive
from teachkeras.layers.input_spec import InputSpec
from teachkeras.layers.layer import Layer


class _ConvTranspose(Windowed, Layer):
    """What the transposed convolutions have in common; `rank` counts the axes."""

    def __init__(self, filters, kernel_size, strides=1, padding="valid", output_padding=None, data_format=None,
                 dilation_rate=1, activation=None, use_bias=True, kernel_initializer="glorot_uniform",
                 bias_initializer="zeros", kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None,
                 kernel_constraint=None, bias_constraint=None, **kwargs):  # fmt: skip
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self.filters, self.use_bias = filters, use_bias
        self.kernel_size = numbers(kernel_size, self.rank, "kernel_size")
        self.strides = numbers(strides, self.rank, "strides")
        self.dilation_rate = numbers(dilation_rate, self.rank, "dilation_rate")
        self.padding, self.data_format = padding_of(padding), data_format_of(data_format)
        self.output_padding = output_padding
        if output_padding is not None:
            self.output_padding = numbers(output_padding, self.rank, "output_padding", zero=True)
            if any(extra >= s for extra, s in zip(self.output_padding, self.strides, strict=True)):
                raise ArgumentError(
                    "`output_padding` must be strictly less than `strides` for all dimensions. "
                    f"Received: output_padding={self.output_padding}, strides={self.strides}"
                )
        self.activation = activations.get(activation)
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self.input_spec = InputSpec(min_ndim=self.rank + 2)
        positive(filters, "filters")
        not_both(self.strides, self.dilation_rate)

    def build(self, input_shape):
        """Make the kernel (k…, filters, channels) and the bias."""
        channels = self._settled(input_shape)
        self.kernel = self._weight("kernel", (*self.kernel_size, self.filters, channels))
        self.bias = self._weight("bias", (self.filters,)) if self.use_bias else None

    def call(self, inputs):
        """Return f(z), z the sum of the windows that the entries of the input lay down."""
        return self._activated(ops.convolve_transposed(inputs, self.kernel, self.bias, **self._settings()))

    def compute_output_shape(self, input_shape):
        """Return (n, q…, filters), or with the channels first; a list, as in Keras."""
        kernel = (*self.kernel_size, self.filters, self._channels(input_shape))
        return list(ops.convolve_transposed.shape(tuple(input_shape), kernel, **self._settings()))

    def _settings(self):
        return {"strides": self.strides, "padding": self.padding, "output_padding": self.output_padding,
                "data_format": self.data_format, "dilation_rate": self.dilation_rate}  # fmt: skip


class Conv1DTranspose(_ConvTranspose):
    """A convolution's way back along one axis: each entry lays down a window weighted by it; overlaps add up.

    Math:
        z_qo = Σ_c Σ_{i,a: is+ad-p=q} x_ic w_aoc + b_o,  y = f(z)

    Args:
        filters, kernel_size, dilation_rate, data_format: As in :class:`Conv1D`.
        strides: How far apart neighbours lay their windows down: about s times as many places come out.
        padding: ``"valid"`` (all that the windows reach) or ``"same"`` (s times as many places).
        output_padding: Asks for another length, less than `strides` more than the least.
        activation, use_bias: f; whether there is a b.
        kernel_initializer, bias_initializer: First values of W and b.
        kernel_regularizer, bias_regularizer, activity_regularizer: Costs for the size of W, b and y.
        kernel_constraint, bias_constraint: Applied after each update.

    Shapes:
        x (n, i, c), W (k, o, c), b (o,), y (n, q, o)

    Raises:
        ArgumentError: a setting out of its range, or strides and dilation_rate both above 1.
        ShapeError: inputs with another number of axes or channels.

    Example:
        >>> import numpy as np
        >>> layer = Conv1DTranspose(1, 3, strides=2, kernel_initializer="ones")
        >>> layer(np.ones((1, 2, 1))).numpy().ravel()
        array([1., 1., 2., 1., 1.], dtype=float32)

    Source: Zeiler et al., "Deconvolutional networks", 2010; Dumoulin & Visin, "A guide to convolution
    arithmetic", 2016.
    """

    rank = 1

    def __init__(self, filters, kernel_size, strides=1, padding="valid", output_padding=None, data_format=None,
                 dilation_rate=1, activation=None, use_bias=True, kernel_initializer="glorot_uniform",
                 bias_initializer="zeros", kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None,
                 kernel_constraint=None, bias_constraint=None, **kwargs):  # fmt: skip
        super().__init__(**handed_on(locals()))


class Conv2DTranspose(_ConvTranspose):
    """A convolution's way back over an image: a learned enlargement. Arguments as in :class:`Conv1DTranspose`.

    Shapes:
        x (n, height, width, c), W (k, k, o, c), b (o,), y (n, s·height, s·width, o) for padding ``"same"``

    Raises:
        ArgumentError, ShapeError: as :class:`Conv1DTranspose`.

    Example:
        >>> import numpy as np
        >>> Conv2DTranspose(8, 3, strides=2, padding="same")(np.zeros((1, 7, 7, 16))).shape
        (1, 14, 14, 8)

    Source: Long, Shelhamer & Darrell, "Fully convolutional networks for semantic segmentation", 2015, section 3.3.
    """

    rank = 2

    def __init__(self, filters, kernel_size, strides=(1, 1), padding="valid", output_padding=None, data_format=None,
                 dilation_rate=(1, 1), activation=None, use_bias=True, kernel_initializer="glorot_uniform",
                 bias_initializer="zeros", kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None,
                 kernel_constraint=None, bias_constraint=None, **kwargs):  # fmt: skip
        super().__init__(**handed_on(locals()))


class Conv3DTranspose(_ConvTranspose):
    """A convolution's way back over a volume. Arguments as in :class:`Conv1DTranspose` (in Keras's other order).

    Example:
        >>> import numpy as np
        >>> Conv3DTranspose(2, 3, strides=2)(np.zeros((1, 2, 3, 4, 1))).shape
        (1, 5, 7, 9, 2)
    """

    rank = 3

    def __init__(self, filters, kernel_size, strides=(1, 1, 1), padding="valid", data_format=None, output_padding=None,
                 dilation_rate=(1, 1, 1), activation=None, use_bias=True, kernel_initializer="glorot_uniform",
                 bias_initializer="zeros", kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None,
                 kernel_constraint=None, bias_constraint=None, **kwargs):  # fmt: skip
        super().__init__(**handed_on(locals()))


aliases = {
    "Convolution1DTranspose": Conv1DTranspose, "Convolution2DTranspose": Conv2DTranspose,
    "Convolution3DTranspose": Conv3DTranspose,
}  # fmt: skip
