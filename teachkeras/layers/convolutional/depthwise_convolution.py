"""DepthwiseConv1D, DepthwiseConv2D: every channel has kernels of its own, and channels do not mix."""

from teachkeras import activations, constraints, initializers, ops, regularizers
from teachkeras.layers._spatial import Windowed, data_format_of, handed_on, numbers, padding_of, positive
from teachkeras.layers.input_spec import InputSpec
from teachkeras.layers.layer import Layer


class _DepthwiseConv(Windowed, Layer):
    """What the depthwise convolutions have in common; `rank` counts the axes."""

    def __init__(self, kernel_size, strides=1, padding="valid", depth_multiplier=1, data_format=None, dilation_rate=1,
                 activation=None, use_bias=True, depthwise_initializer="glorot_uniform", bias_initializer="zeros",
                 depthwise_regularizer=None, bias_regularizer=None, activity_regularizer=None,
                 depthwise_constraint=None, bias_constraint=None, **kwargs):  # fmt: skip
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self.depth_multiplier, self.use_bias = depth_multiplier, use_bias
        self.kernel_size = numbers(kernel_size, self.rank, "kernel_size")
        self.strides = numbers(strides, self.rank, "strides")
        self.dilation_rate = numbers(dilation_rate, self.rank, "dilation_rate")
        self.padding, self.data_format = padding_of(padding), data_format_of(data_format)
        self.activation = activations.get(activation)
        self.depthwise_initializer = initializers.get(depthwise_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.depthwise_regularizer = regularizers.get(depthwise_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.depthwise_constraint = constraints.get(depthwise_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self.input_spec = InputSpec(min_ndim=self.rank + 2)
        positive(depth_multiplier, "depth_multiplier")

    def build(self, input_shape):
        """Make the kernel (k…, channels, depth_multiplier) and the bias."""
        channels = self._settled(input_shape)
        self.compute_output_shape(input_shape)
        shape = (*self.kernel_size, channels, self.depth_multiplier)
        self.kernel = self._weight("kernel", shape, "depthwise")
        self.bias = self._weight("bias", (channels * self.depth_multiplier,)) if self.use_bias else None

    def call(self, inputs):
        """Return f(z), z a convolution in as many groups as there are channels."""
        kernel = ops.reshape(self.kernel, newshape=(*self.kernel_size, 1, -1))
        return self._activated(ops.convolve(inputs, kernel, self.bias, **self._settings()))

    def compute_output_shape(self, input_shape):
        """Return (n, windows…, channels · depth_multiplier), or with the channels first."""
        kernel = (*self.kernel_size, 1, self._channels(input_shape) * self.depth_multiplier)
        return ops.convolve.shape(tuple(input_shape), kernel, **self._settings())

    def _settings(self):
        return {"strides": self.strides, "padding": self.padding, "data_format": self.data_format,
                "dilation_rate": self.dilation_rate}  # fmt: skip


class DepthwiseConv1D(_DepthwiseConv):
    """A convolution of each channel by itself, along one axis.

    Math:
        z_{i,cm} = Σ_a x_{is+ad-p, c} w_acm + b_cm,  y = f(z)

    Args:
        kernel_size, strides, padding, data_format, dilation_rate: As in :class:`Conv1D`, without ``"causal"``.
        depth_multiplier: How many kernels every channel has, m.
        activation, use_bias: f; whether there is a b.
        depthwise_initializer, bias_initializer: First values of W and b.
        depthwise_regularizer, bias_regularizer, activity_regularizer: Costs for the size of W, b and y.
        depthwise_constraint, bias_constraint: Applied after each update.

    Shapes:
        x (n, length, c), W (k, c, m), b (c·m,), y (n, windows, c·m)

    Raises:
        ArgumentError: a setting out of its range.
        ShapeError: inputs with another number of axes or channels, or shorter than a window.

    Example:
        >>> import numpy as np
        >>> DepthwiseConv1D(3, depth_multiplier=2)(np.zeros((1, 8, 5))).shape
        (1, 6, 10)

    Source: Sifre, *Rigid-motion scattering for image classification*, 2014, section 6.2.
    """

    rank = 1

    def __init__(self, kernel_size, strides=1, padding="valid", depth_multiplier=1, data_format=None, dilation_rate=1,
                 activation=None, use_bias=True, depthwise_initializer="glorot_uniform", bias_initializer="zeros",
                 depthwise_regularizer=None, bias_regularizer=None, activity_regularizer=None,
                 depthwise_constraint=None, bias_constraint=None, **kwargs):  # fmt: skip
        super().__init__(**handed_on(locals()))


class DepthwiseConv2D(_DepthwiseConv):
    """A convolution of each channel of an image by itself. Arguments as in :class:`DepthwiseConv1D`.

    Shapes:
        x (n, height, width, c), W (k, k, c, m), b (c·m,), y (n, rows, columns, c·m)

    Raises:
        ArgumentError, ShapeError: as :class:`DepthwiseConv1D`.

    Example:
        >>> import numpy as np
        >>> layer = DepthwiseConv2D(3, padding="same")
        >>> layer(np.zeros((1, 8, 8, 16))).shape, layer.count_params()
        ((1, 8, 8, 16), 160)

    Source: Howard et al., "MobileNets", 2017, section 3.1.
    """

    rank = 2

    def __init__(self, kernel_size, strides=(1, 1), padding="valid", depth_multiplier=1, data_format=None,
                 dilation_rate=(1, 1), activation=None, use_bias=True, depthwise_initializer="glorot_uniform",
                 bias_initializer="zeros", depthwise_regularizer=None, bias_regularizer=None,
                 activity_regularizer=None, depthwise_constraint=None, bias_constraint=None, **kwargs):  # fmt: skip
        super().__init__(**handed_on(locals()))
