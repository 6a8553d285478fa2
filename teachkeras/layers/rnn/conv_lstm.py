"""ConvLSTM1D, 2D and 3D: a long short-term memory whose sums are convolutions, for sequences of images."""

from teachkeras import initializers, ops
from teachkeras.errors import ArgumentError
from teachkeras.layers._spatial import data_format_of, not_both, numbers, padding_of
from teachkeras.layers.input_spec import InputSpec
from teachkeras.layers.rnn._cell import Cell
from teachkeras.layers.rnn._layer import SequenceRNN


class _ConvLSTMCell(Cell):
    """One step: i, f, o = σ(x ∗ W + h ∗ U + b), g = tanh(x ∗ W + h ∗ U + b); c' = f∘c + i∘g, h' = o∘tanh(c')."""

    gates = dropout_mask_count = 4
    auto_cell_name = "conv_lstm_cell"

    def __init__(
        self,
        filters,
        kernel_size,
        strides=1,
        padding="valid",
        data_format=None,
        dilation_rate=1,
        activation="tanh",
        recurrent_activation="sigmoid",
        use_bias=True,
        kernel_initializer="glorot_uniform",
        recurrent_initializer="orthogonal",
        bias_initializer="zeros",
        unit_forget_bias=True,
        kernel_regularizer=None,
        recurrent_regularizer=None,
        bias_regularizer=None,
        kernel_constraint=None,
        recurrent_constraint=None,
        bias_constraint=None,
        dropout=0.0,
        recurrent_dropout=0.0,
        seed=None,
        **kwargs,
    ):
        given = {name: value for name, value in locals().items() if name not in ("self", "kwargs", "__class__")}
        self.rank = kwargs.pop("rank")
        super().__init__(**kwargs)
        self._settle(given.pop("filters"), **given)
        self.filters, self.state_size = filters, -1  # the size of its states depends on the images'
        for name in ("kernel_size", "strides", "dilation_rate"):
            setattr(self, name, numbers(given[name], self.rank, name))
        self.padding, self.data_format = padding_of(padding), data_format_of(data_format)
        not_both(self.strides, self.dilation_rate)

    @property
    def _channel_axis(self):
        return 1 if self.data_format == "channels_first" else -1

    def build(self, input_shape):
        """Make W (k…, c, 4·filters), U (k…, filters, 4·filters) and b."""
        if None in input_shape[1:]:
            raise ArgumentError(
                "ConvLSTM layers only support static input shapes", got=f"shape {tuple(input_shape)}",
                fix="give Input numbers for the axes of the images and the channels",
            )  # fmt: skip
        self._image_shape = tuple(input_shape[1:])
        n, channels = self.filters, input_shape[self._channel_axis]
        self.kernel = self._weight("kernel", (*self.kernel_size, channels, 4 * n), self.kernel_initializer)
        self.recurrent_kernel = self._weight(
            "recurrent_kernel", (*self.kernel_size, n, 4 * n), self.recurrent_initializer
        )

        def start(shape, dtype=None):
            parts = [self.bias_initializer((m,), dtype=dtype) for m in (n, 2 * n)]
            return ops.concatenate([parts[0], initializers.get("ones")((n,), dtype=dtype), parts[1]])

        first = start if self.unit_forget_bias else self.bias_initializer
        self.bias = self._weight("bias", (4 * n,), first) if self.use_bias else None

    def state_shape(self, input_shape):
        """Return the shape of the states for one step's inputs of this shape."""
        kernel = (*self.kernel_size, input_shape[self._channel_axis], self.filters)
        return ops.convolve.shape(tuple(input_shape), kernel, **self._sliding())

    def _sliding(self):
        names = ("strides", "padding", "data_format", "dilation_rate")
        return {name: getattr(self, name) for name in names}

    def get_initial_state(self, batch_size=None):
        """Return zeros for h and c."""
        shape = self.state_shape((batch_size, *self._image_shape))
        return [ops.zeros(shape, dtype=self.compute_dtype) for _ in range(2)]

    def call(self, inputs, states, training=False):
        """Return h' and [h', c']."""
        h, c = states
        x_drop, h_drop = self.masks(inputs, h, training)
        same = {"padding": "same", "data_format": self.data_format}
        z = self._sums(inputs, self.kernel, self.bias, x_drop, **self._sliding())
        z = z + self._sums(h, self.recurrent_kernel, None, h_drop, **same)
        i, f, g, o = ops.split(z, 4, axis=self._channel_axis)
        c = self.recurrent_activation(f) * c + self.recurrent_activation(i) * self.activation(g)
        h = self.recurrent_activation(o) * self.activation(c)
        return h, [h, c]

    def _sums(self, x, kernel, bias, drop, **sliding):
        """Return x ∗ kernel + bias, x dropped by a mask for each gate."""
        if drop is None:
            return ops.convolve(x, kernel, bias, **sliding)
        kernels = ops.split(kernel, 4, axis=-1)
        biases = [None] * 4 if bias is None else ops.split(bias, 4)
        parts = [ops.convolve(x * m, w, b, **sliding) for m, w, b in zip(drop, kernels, biases, strict=True)]
        return ops.concatenate(parts, axis=self._channel_axis)


class _ConvLSTM(SequenceRNN):
    """What ConvLSTM1D, 2D and 3D have in common; `rank` counts the images' axes."""

    cell_class = _ConvLSTMCell
    rank = 0

    def __init__(
        self,
        filters,
        kernel_size,
        strides=1,
        padding="valid",
        data_format=None,
        dilation_rate=1,
        activation="tanh",
        recurrent_activation="sigmoid",
        use_bias=True,
        kernel_initializer="glorot_uniform",
        recurrent_initializer="orthogonal",
        bias_initializer="zeros",
        unit_forget_bias=True,
        kernel_regularizer=None,
        recurrent_regularizer=None,
        bias_regularizer=None,
        activity_regularizer=None,
        kernel_constraint=None,
        recurrent_constraint=None,
        bias_constraint=None,
        dropout=0.0,
        recurrent_dropout=0.0,
        seed=None,
        return_sequences=False,
        return_state=False,
        go_backwards=False,
        stateful=False,
        **kwargs,
    ):
        self._settle(locals(), kwargs, rank=self.rank)
        self.input_spec = InputSpec(ndim=self.rank + 3)

    def _has_op(self):
        return False  # a convolution at every step

    def compute_output_shape(self, sequences_shape, initial_state_shape=None):
        """Return (n, t, …) or (n, …), and the states' shapes where they are asked for."""
        n, steps = sequences_shape[:2]
        state = self.cell.state_shape((n, *sequences_shape[2:]))
        shape = (n, steps, *state[1:]) if self.return_sequences else state
        return (shape, state, state) if self.return_state else shape

    def compute_mask(self, sequences, mask):
        """Return the mask of the outputs: that of the inputs, if there is an output for every step."""
        mask = mask if self.return_sequences else None
        return [mask, None, None] if self.return_state else mask


class ConvLSTM1D(_ConvLSTM):
    """Read sequences of lines with channels; arguments as in :class:`ConvLSTM2D`.

    Example:
        >>> import numpy as np
        >>> ConvLSTM1D(4, 3)(np.ones((2, 3, 8, 1))).shape
        (2, 6, 4)

    Source: Shi et al., 2015.
    """

    rank = 1


class ConvLSTM2D(_ConvLSTM):
    """Read sequences of images: a long short-term memory whose sums are convolutions.

    Math:
        i, f, o = σ(x_t ∗ W + h_{t-1} ∗ U + b), g = tanh(x_t ∗ W + h_{t-1} ∗ U + b), each with its own filters;
        c_t = f∘c_{t-1} + i∘g,  h_t = o∘tanh(c_t)

    Args:
        filters: How many channels the states have.
        kernel_size, strides, padding, data_format, dilation_rate: Of the inputs' convolution, as in Conv2D. That of the
            states has the same kernel size, strides 1 and padding ``"same"``.
        activation, recurrent_activation, use_bias, unit_forget_bias, dropout, recurrent_dropout, seed, and what starts,
            regularizes and constrains W, U and b: As in :class:`LSTM`.
        return_sequences, return_state, go_backwards, stateful: As in :class:`RNN`.

    Shapes:
        x (n, t, rows, columns, c), W (k, k, c, 4·filters), U (k, k, filters, 4·filters),
        y (n, rows', columns', filters)

    Raises:
        ArgumentError: strides and dilation both above 1; images of unknown size.

    Example:
        >>> import numpy as np
        >>> ConvLSTM2D(4, 3, padding="same", return_sequences=True)(np.ones((2, 3, 8, 8, 1))).shape
        (2, 3, 8, 8, 4)

    Source: Shi et al., "Convolutional LSTM network: a machine learning approach for precipitation nowcasting", 2015.
    """

    rank = 2


class ConvLSTM3D(_ConvLSTM):
    """Read sequences of volumes; arguments as in :class:`ConvLSTM2D`.

    Example:
        >>> import numpy as np
        >>> ConvLSTM3D(2, 2)(np.ones((1, 2, 4, 4, 4, 1))).shape
        (1, 3, 3, 3, 2)

    Source: Shi et al., 2015.
    """

    rank = 3
