"""SimpleRNN: the state is what the layer said last."""

from teachkeras import ops
from teachkeras.layers.rnn._cell import Cell, is_the, projected
from teachkeras.layers.rnn._layer import SequenceRNN


class SimpleRNNCell(Cell):
    """One step of a simple recurrent net.

    Math:
        h' = f(x W + h U + b)

    Args:
        units: u, the length of the state h.
        activation: f.
        use_bias: Whether there is a b.
        kernel_initializer, recurrent_initializer, bias_initializer: First values of W, U and b.
        kernel_regularizer, recurrent_regularizer, bias_regularizer: Costs for the size of W, U and b.
        kernel_constraint, recurrent_constraint, bias_constraint: Applied after each update.
        dropout, recurrent_dropout: Shares of x and of h that are silenced while training.
        seed: Makes the masks repeatable.

    Shapes:
        x (n, d), h (n, u), W (d, u), U (u, u), b (u,)

    Raises:
        ArgumentError: units is not positive.

    Example:
        >>> import numpy as np
        >>> h, (h,) = SimpleRNNCell(4)(np.ones((2, 3)), [np.zeros((2, 4))])
        >>> h.shape
        (2, 4)

    Source: Elman, "Finding structure in time", 1990.
    """

    auto_cell_name = "simple_rnn_cell"

    def __init__(
        self,
        units,
        activation="tanh",
        use_bias=True,
        kernel_initializer="glorot_uniform",
        recurrent_initializer="orthogonal",
        bias_initializer="zeros",
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
        super().__init__(**kwargs)
        self._settle(**given)
        self.state_size = units

    def build(self, input_shape):
        """Make W, U and b."""
        self._make_weights(input_shape[-1], (self.units,))

    def masks(self, inputs, state, training):
        """Return the masks of inputs and state for this call; a share of 1 silences all, as in Keras."""
        return (self.get_dropout_mask(inputs), self.get_recurrent_dropout_mask(state)) if training else (None, None)

    def call(self, sequence, states, training=False):
        """Return h' and [h']."""
        h = states[0] if isinstance(states, (list, tuple)) else states
        x_drop, h_drop = self.masks(sequence, h, training)
        z = projected(sequence, self.kernel, self.bias, x_drop) + projected(h, self.recurrent_kernel, None, h_drop)
        new = self.activation(z)
        return new, [new] if isinstance(states, (list, tuple)) else new


class SimpleRNN(SequenceRNN):
    """The simplest recurrent layer: every step sees the input and what the step before it said.

    Math:
        h_t = f(x_t W + h_{t-1} U + b)

    Args:
        units: u, the length of the state.
        activation: f. Another than tanh runs step by step.
        use_bias: Whether there is a b.
        kernel_initializer, recurrent_initializer, bias_initializer: First values of W, U and b.
        kernel_regularizer, recurrent_regularizer, bias_regularizer, activity_regularizer: Costs for W, U, b and y.
        kernel_constraint, recurrent_constraint, bias_constraint: Applied after each update.
        dropout, recurrent_dropout: Shares of x and of h that are silenced while training, the same at every step.
        return_sequences, return_state, go_backwards, stateful, unroll: As in :class:`RNN`.
        seed: Makes the masks repeatable.

    Shapes:
        x (n, t, d), W (d, u), U (u, u), b (u,), y (n, u), or (n, t, u) with return_sequences

    Raises:
        ArgumentError: units is not positive.

    Example:
        >>> import numpy as np
        >>> SimpleRNN(4)(np.ones((2, 3, 5))).shape
        (2, 4)

    Source: Elman, "Finding structure in time", 1990; Goodfellow, Bengio & Courville, *Deep Learning*, section 10.2.
    """

    cell_class = SimpleRNNCell
    config_skips = SequenceRNN.config_skips | {"seed"}

    def __init__(
        self,
        units,
        activation="tanh",
        use_bias=True,
        kernel_initializer="glorot_uniform",
        recurrent_initializer="orthogonal",
        bias_initializer="zeros",
        kernel_regularizer=None,
        recurrent_regularizer=None,
        bias_regularizer=None,
        activity_regularizer=None,
        kernel_constraint=None,
        recurrent_constraint=None,
        bias_constraint=None,
        dropout=0.0,
        recurrent_dropout=0.0,
        return_sequences=False,
        return_state=False,
        go_backwards=False,
        stateful=False,
        unroll=False,
        seed=None,
        **kwargs,
    ):
        self._settle(locals(), kwargs)

    def _has_op(self):
        return is_the(self.activation, "tanh")

    def _run(self, x, states, mask, x_drop, h_drop):
        cell = self.cell
        return ops.simple_rnn(x, *states, cell.kernel, cell.recurrent_kernel, cell.bias, mask, h_drop=h_drop)
