"""SeparableConv1D, SeparableConv2D: first every channel by itself, then all channels at one place."""

from teachkeras import activations, constraints, initializers, ops, regularizers
from teachkeras.layers._spatial import Windowed, data_format_of, handed_on, numbers, padding_of, positive
from teachkeras.layers.input_spec import InputSpec
from teachkeras.layers.layer import Layer


class _SeparableConv(Windowed, Layer):
    """What the separable convolutions have in common; `rank` counts the axes."""

    def __init__(self, filters, kernel_size, strides=1, padding="valid", data_format=None, dilation_rate=1,
                 depth_multiplier=1, activation=None, use_bias=True, depthwise_initializer="glorot_uniform",
                 pointwise_initializer="glorot_uniform", bias_initializer="zeros", depthwise_regularizer=None,
                 pointwise_regularizer=None, bias_regularizer=None, activity_regularizer=None,
                 depthwise_constraint=None, pointwise_constraint=None, bias_constraint=None, **kwargs):  # fmt: skip
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self.filters, self.depth_multiplier, self.use_bias = filters, depth_multiplier, use_bias
        self.kernel_size = numbers(kernel_size, self.rank, "kernel_size")
        self.strides = numbers(strides, self.rank, "strides")
        self.dilation_rate = numbers(dilation_rate, self.rank, "dilation_rate")
        self.padding, self.data_format = padding_of(padding), data_format_of(data_format)
        self.activation = activations.get(activation)
        self.depthwise_initializer = initializers.get(depthwise_initializer)
        self.pointwise_initializer = initializers.get(pointwise_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.depthwise_regularizer = regularizers.get(depthwise_regularizer)
        self.pointwise_regularizer = regularizers.get(pointwise_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.depthwise_constraint = constraints.get(depthwise_constraint)
        self.pointwise_constraint = constraints.get(pointwise_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self.input_spec = InputSpec(min_ndim=self.rank + 2)
        positive(depth_multiplier, "depth_multiplier")
        positive(filters, "filters")

    def build(self, input_shape):
        """Make the kernels (k…, channels, depth_multiplier) and (1…, channels·depth_multiplier, filters), the bias."""
        channels, m = self._settled(input_shape), self.depth_multiplier
        self.compute_output_shape(input_shape)
        self.depthwise_kernel = self._weight("depthwise_kernel", (*self.kernel_size, channels, m), "depthwise")
        pointwise = (*(1,) * self.rank, channels * m, self.filters)
        self.pointwise_kernel = self._weight("pointwise_kernel", pointwise, "pointwise")
        self.bias = self._weight("bias", (self.filters,)) if self.use_bias else None

    def call(self, inputs):
        """Return f(z), z a convolution in as many groups as there are channels and then one by single entries."""
        u = ops.depthwise_conv(inputs, self.depthwise_kernel, **self._settings())
        return self._activated(ops.convolve(u, self.pointwise_kernel, self.bias, data_format=self.data_format))

    def compute_output_shape(self, input_shape):
        """Return (n, windows…, filters), or with the channels first."""
        kernel = (*self.kernel_size, self._channels(input_shape), self.filters)
        return ops.convolve.shape(tuple(input_shape), kernel, **self._settings())

    def _settings(self):
        return {"strides": self.strides, "padding": self.padding, "data_format": self.data_format,
                "dilation_rate": self.dilation_rate}  # fmt: skip


class SeparableConv1D(_SeparableConv):
    """A depthwise convolution along one axis, then a mix of the channels: a Conv1D with far fewer weights.

    Math:
        u_{i,cm} = Σ_a x_{is+ad-p, c} v_acm,  z_io = Σ_c Σ_m u_{i,cm} w_cmo + b_o,  y = f(z)

    Args:
        filters: How many outputs there are at every place, o.
        kernel_size, strides, padding, data_format, dilation_rate: As in :class:`Conv1D`, without ``"causal"``.
        depth_multiplier: How many kernels every channel has, m.
        activation, use_bias: f; whether there is a b.
        depthwise_initializer, pointwise_initializer, bias_initializer: First values of v, W and b.
        depthwise_regularizer, pointwise_regularizer, bias_regularizer, activity_regularizer: Costs for their size.
        depthwise_constraint, pointwise_constraint, bias_constraint: Applied after each update.

    Shapes:
        x (n, length, c), v (k, c, m), W (1, c·m, o), b (o,), y (n, windows, o)

    Raises:
        ArgumentError: a setting out of its range.
        ShapeError: inputs with another number of axes or channels, or shorter than a window.

    Example:
        >>> import numpy as np
        >>> SeparableConv1D(4, 3)(np.zeros((1, 8, 5))).shape
        (1, 6, 4)

    Source: Chollet, "Xception: deep learning with depthwise separable convolutions", 2017.
    """

    rank = 1

    def __init__(self, filters, kernel_size, strides=1, padding="valid", data_format=None, dilation_rate=1,
                 depth_multiplier=1, activation=None, use_bias=True, depthwise_initializer="glorot_uniform",
                 pointwise_initializer="glorot_uniform", bias_initializer="zeros", depthwise_regularizer=None,
                 pointwise_regularizer=None, bias_regularizer=None, activity_regularizer=None,
                 depthwise_constraint=None, pointwise_constraint=None, bias_constraint=None, **kwargs):  # fmt: skip
        super().__init__(**handed_on(locals()))


class SeparableConv2D(_SeparableConv):
    """A depthwise convolution over an image, then a mix of the channels. Arguments as in :class:`SeparableConv1D`.

    Shapes:
        x (n, height, width, c), v (k, k, c, m), W (1, 1, c·m, o), b (o,), y (n, rows, columns, o)

    Raises:
        ArgumentError, ShapeError: as :class:`SeparableConv1D`.

    Example:
        >>> import numpy as np
        >>> layer = SeparableConv2D(32, 3)
        >>> layer(np.zeros((1, 8, 8, 16))).shape, layer.count_params()  # a Conv2D has 4640
        ((1, 6, 6, 32), 688)

    Source: Chollet, "Xception: deep learning with depthwise separable convolutions", 2017.
    """

    rank = 2

    def __init__(self, filters, kernel_size, strides=(1, 1), padding="valid", data_format=None, dilation_rate=(1, 1),
                 depth_multiplier=1, activation=None, use_bias=True, depthwise_initializer="glorot_uniform",
                 pointwise_initializer="glorot_uniform", bias_initializer="zeros", depthwise_regularizer=None,
                 pointwise_regularizer=None, bias_regularizer=None, activity_regularizer=None,
                 depthwise_constraint=None, pointwise_constraint=None, bias_constraint=None, **kwargs):  # fmt: skip
        super().__init__(**handed_on(locals()))


aliases = {"SeparableConvolution1D": SeparableConv1D, "SeparableConvolution2D": SeparableConv2D}
