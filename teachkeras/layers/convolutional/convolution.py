"""Conv1D, Conv2D, Conv3D: the same small set of weights looks at every place of an image."""

from teachkeras import activations, constraints, initializers, ops, regularizers
from teachkeras.errors import ArgumentError, ShapeError
from teachkeras.layers._spatial import Windowed, data_format_of, handed_on, not_both, numbers, padding_of, positive
from teachkeras.layers.input_spec import InputSpec
from teachkeras.layers.layer import Layer


class _Convolution(Windowed, Layer):
    """What Conv1D, Conv2D and Conv3D have in common; `rank` counts the axes."""

    def __init__(self, filters, kernel_size, strides=1, padding="valid", data_format=None, dilation_rate=1, groups=1,
                 activation=None, use_bias=True, kernel_initializer="glorot_uniform", bias_initializer="zeros",
                 kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None, kernel_constraint=None,
                 bias_constraint=None, **kwargs):  # fmt: skip
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self.filters, self.groups, self.use_bias = filters, groups, use_bias
        self.kernel_size = numbers(kernel_size, self.rank, "kernel_size")
        self.strides = numbers(strides, self.rank, "strides")
        self.dilation_rate = numbers(dilation_rate, self.rank, "dilation_rate")
        self.padding = padding_of(padding, causal=self.rank == 1)
        self.data_format = data_format_of(data_format)
        self.activation = activations.get(activation)
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self.input_spec = InputSpec(min_ndim=self.rank + 2)
        positive(filters, "filters")
        positive(groups, "groups")
        if filters is not None and filters % groups:
            raise ArgumentError(
                f"The number of filters must be evenly divisible by the number of groups. Received: groups={groups}, "
                f"filters={filters}.",
                expected=f"filters that groups={groups} divides", got=repr(filters), fix=f"filters={groups * 4}",
            )  # fmt: skip
        not_both(self.strides, self.dilation_rate)

    def build(self, input_shape):
        """Make the kernel (k…, channels/groups, filters) and the bias."""
        channels = self._settled(input_shape)
        if channels % self.groups:
            raise ShapeError(
                type(self).__name__, expected=f"input channels that groups={self.groups} divides",
                got=f"{channels} channels in shape {tuple(input_shape)}",
                fix="choose groups that divide the channels, or 1",
            )  # fmt: skip
        self.compute_output_shape(input_shape)
        self.kernel = self._weight("kernel", (*self.kernel_size, channels // self.groups, self.filters))
        self.bias = self._weight("bias", (self.filters,)) if self.use_bias else None

    def call(self, inputs):
        """Return f(x ∗ W + b)."""
        return self._activated(ops.convolve(inputs, self.kernel, self.bias, **self._settings()))

    def compute_output_shape(self, input_shape):
        """Return (n, windows…, filters), or with the channels first."""
        kernel = (*self.kernel_size, self._channels(input_shape) // self.groups, self.filters)
        return ops.convolve.shape(tuple(input_shape), kernel, **self._settings())

    def _settings(self):
        return {"strides": self.strides, "padding": self.padding, "data_format": self.data_format,
                "dilation_rate": self.dilation_rate}  # fmt: skip


class Conv1D(_Convolution):
    """Convolution along one axis: words in a text, samples of a signal.

    Math:
        z_io = Σ_a Σ_c x_{is+ad-p, c} w_aco + b_o,  y = f(z)

    Args:
        filters: How many outputs there are at every place, o.
        kernel_size: How many entries a window has, k.
        strides: From one window to the next, s.
        padding: ``"valid"`` (windows inside only), ``"same"`` (as many windows as entries) or ``"causal"`` (no window
            looks ahead).
        data_format: ``"channels_last"`` or ``"channels_first"``.
        dilation_rate: From one entry of a window to the next, d.
        groups: Groups of channels that do not see each other.
        activation: f; none by default.
        use_bias: Whether there is a b.
        kernel_initializer, bias_initializer: First values of W and b.
        kernel_regularizer, bias_regularizer, activity_regularizer: Costs for the size of W, b and y.
        kernel_constraint, bias_constraint: Applied after each update.

    Shapes:
        x (n, length, c), W (k, c/groups, o), b (o,), y (n, windows, o)

    Raises:
        ArgumentError: a setting out of its range, or strides and dilation_rate both above 1.
        ShapeError: inputs with another number of axes or channels, or shorter than a window.

    Example:
        >>> import numpy as np
        >>> difference = Conv1D(1, 2, kernel_initializer=lambda shape, dtype=None: np.array([[[-1.0]], [[1.0]]]))
        >>> difference(np.array([[[1.0], [4.0], [9.0]]])).numpy().ravel()
        array([3., 5.], dtype=float32)

    Source: Waibel et al., "Phoneme recognition using time-delay neural networks", 1989.
    """

    rank = 1

    def __init__(self, filters, kernel_size, strides=1, padding="valid", data_format=None, dilation_rate=1, groups=1,
                 activation=None, use_bias=True, kernel_initializer="glorot_uniform", bias_initializer="zeros",
                 kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None, kernel_constraint=None,
                 bias_constraint=None, **kwargs):  # fmt: skip
        super().__init__(**handed_on(locals()))


class Conv2D(_Convolution):
    """Convolution over an image: every filter is one small pattern, looked for at every place.

    Math:
        z_ijo = Σ_a Σ_b Σ_c x_{is+ad-p, js+bd-p, c} w_abco + b_o,  y = f(z)

    Args:
        filters: How many outputs there are at every place, o.
        kernel_size: Height and width of a window, k.
        strides, dilation_rate: From one window to the next, s; from one entry of a window to the next, d.
        padding: ``"valid"`` (windows inside only) or ``"same"`` (zeros around, as many windows as entries).
        data_format: ``"channels_last"`` (n, height, width, c) or ``"channels_first"`` (n, c, height, width).
        groups, activation, use_bias: Groups of channels that do not see each other; f; whether there is a b.
        kernel_initializer, bias_initializer: First values of W and b.
        kernel_regularizer, bias_regularizer, activity_regularizer: Costs for the size of W, b and y.
        kernel_constraint, bias_constraint: Applied after each update.

    Shapes:
        x (n, height, width, c), W (k, k, c/groups, o), b (o,), y (n, rows, columns, o)

    Raises:
        ArgumentError: a setting out of its range, or strides and dilation_rate both above 1.
        ShapeError: inputs with another number of axes or channels, or smaller than a window.

    Example:
        >>> import numpy as np
        >>> layer = Conv2D(4, 3, activation="relu")
        >>> layer(np.zeros((2, 28, 28, 1))).shape, layer.kernel.shape
        ((2, 26, 26, 4), (3, 3, 1, 4))

    Source: LeCun et al., "Gradient-based learning applied to document recognition", 1998; Goodfellow, Bengio &
    Courville, *Deep Learning*, chapter 9.
    """

    rank = 2

    def __init__(self, filters, kernel_size, strides=(1, 1), padding="valid", data_format=None, dilation_rate=(1, 1),
                 groups=1, activation=None, use_bias=True, kernel_initializer="glorot_uniform",
                 bias_initializer="zeros", kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None,
                 kernel_constraint=None, bias_constraint=None, **kwargs):  # fmt: skip
        super().__init__(**handed_on(locals()))


class Conv3D(_Convolution):
    """Convolution over a volume or a film: :class:`Conv2D` with one axis more.

    Shapes:
        x (n, depth, height, width, c), W (k, k, k, c/groups, o), b (o,), y (n, windows…, o)

    Raises:
        ArgumentError, ShapeError: as :class:`Conv2D`.

    Example:
        >>> import numpy as np
        >>> Conv3D(4, 3, padding="same")(np.zeros((1, 5, 6, 7, 2))).shape
        (1, 5, 6, 7, 4)

    Source: Ji et al., "3D convolutional neural networks for human action recognition", 2013.
    """

    rank = 3

    def __init__(self, filters, kernel_size, strides=(1, 1, 1), padding="valid", data_format=None,
                 dilation_rate=(1, 1, 1), groups=1, activation=None, use_bias=True,
                 kernel_initializer="glorot_uniform", bias_initializer="zeros", kernel_regularizer=None,
                 bias_regularizer=None, activity_regularizer=None, kernel_constraint=None, bias_constraint=None,
                 **kwargs):  # fmt: skip
        super().__init__(**handed_on(locals()))


aliases = {"Convolution1D": Conv1D, "Convolution2D": Conv2D, "Convolution3D": Conv3D}
