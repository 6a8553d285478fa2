"""LSTM: a cell state that gates let in, keep and let out."""

from teachkeras import initializers, ops
from teachkeras.layers.rnn._cell import Cell, is_the, projected
from teachkeras.layers.rnn._layer import SequenceRNN


class LSTMCell(Cell):
    """One step of a long short-term memory.

    Math:
        i, f, o = σ(x W + h U + b), g = tanh(x W + h U + b), each with its own columns of W, U and b;
        c' = f∘c + i∘g,  h' = o∘tanh(c')

    Args:
        units: u, the length of the states h and c.
        activation, recurrent_activation: What stands for tanh and for σ.
        use_bias: Whether there is a b.
        kernel_initializer, recurrent_initializer, bias_initializer: First values of W, U and b.
        unit_forget_bias: Whether the forget gate's b starts at 1, so that the cell remembers at first.
        kernel_regularizer, recurrent_regularizer, bias_regularizer: Costs for the size of W, U and b.
        kernel_constraint, recurrent_constraint, bias_constraint: Applied after each update.
        dropout, recurrent_dropout: Shares of x and of h that are silenced while training.
        seed: Makes the masks repeatable.

    Shapes:
        x (n, d), h and c (n, u), W (d, 4u), U (u, 4u), b (4u,); columns in the order i, f, g, o

    Raises:
        ArgumentError: units is not positive.

    Example:
        >>> import numpy as np
        >>> h, (h, c) = LSTMCell(4)(np.ones((2, 3)), [np.zeros((2, 4)), np.zeros((2, 4))])
        >>> h.shape, c.shape
        ((2, 4), (2, 4))

    Source: Hochreiter & Schmidhuber, "Long short-term memory", 1997; Gers, Schmidhuber & Cummins, 2000.
    """

    gates = 4
    auto_cell_name = "lstm_cell"

    def __init__(
        self,
        units,
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
        implementation = kwargs.pop("implementation", 2)
        super().__init__(**kwargs)
        self._settle(**given)
        self._implementation(implementation)
        self.state_size = [units, units]

    def build(self, input_shape):
        """Make W, U and b."""

        def start(shape, dtype=None):
            parts = [self.bias_initializer((n,), dtype=dtype) for n in (self.units, 2 * self.units)]
            return ops.concatenate([parts[0], initializers.get("ones")((self.units,), dtype=dtype), parts[1]])

        self._make_weights(input_shape[-1], (4 * self.units,), start if self.unit_forget_bias else None)

    def call(self, inputs, states, training=False):
        """Return h' and [h', c']."""
        h, c = states
        x_drop, h_drop = self.masks(inputs, h, training)
        z = projected(inputs, self.kernel, self.bias, x_drop) + projected(h, self.recurrent_kernel, None, h_drop)
        i, f, g, o = ops.split(z, 4, axis=-1)
        c = self.recurrent_activation(f) * c + self.recurrent_activation(i) * self.activation(g)
        h = self.recurrent_activation(o) * self.activation(c)
        return h, [h, c]


class LSTM(SequenceRNN):
    """Long short-term memory: read sequences, remember what matters.

    Math:
        i, f, o = σ(x_t W + h_{t-1} U + b), g = tanh(x_t W + h_{t-1} U + b), each with its own columns;
        c_t = f∘c_{t-1} + i∘g,  h_t = o∘tanh(c_t)

    Args:
        units: u, the length of the states.
        activation, recurrent_activation: What stands for tanh and for σ. Others than these run step by step.
        use_bias: Whether there is a b.
        kernel_initializer, recurrent_initializer, bias_initializer: First values of W, U and b.
        unit_forget_bias: Whether the forget gate's b starts at 1.
        kernel_regularizer, recurrent_regularizer, bias_regularizer, activity_regularizer: Costs for W, U, b and y.
        kernel_constraint, recurrent_constraint, bias_constraint: Applied after each update.
        dropout, recurrent_dropout: Shares of x and of h that are silenced while training, the same at every step.
        seed: Makes the masks repeatable.
        return_sequences, return_state, go_backwards, stateful, unroll: As in :class:`RNN`.
        use_cudnn: Accepted for Keras's sake; True raises.

    Shapes:
        x (n, t, d), W (d, 4u), U (u, 4u), b (4u,), y (n, u), or (n, t, u) with return_sequences

    Raises:
        ArgumentError: units is not positive.

    Example:
        >>> import numpy as np
        >>> y, h, c = LSTM(4, return_sequences=True, return_state=True)(np.ones((2, 3, 5)))
        >>> y.shape, h.shape, c.shape
        ((2, 3, 4), (2, 4), (2, 4))

    Source: Hochreiter & Schmidhuber, "Long short-term memory", 1997.
    """

    cell_class = LSTMCell

    def __init__(
        self,
        units,
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
        unroll=False,
        use_cudnn="auto",
        **kwargs,
    ):
        self._settle(locals(), kwargs)

    def _has_op(self):
        return is_the(self.activation, "tanh") and is_the(self.recurrent_activation, "sigmoid")

    def _run(self, x, states, mask, x_drop, h_drop):
        cell = self.cell
        return ops.lstm(x, *states, cell.kernel, cell.recurrent_kernel, cell.bias, mask, x_drop=x_drop, h_drop=h_drop)
