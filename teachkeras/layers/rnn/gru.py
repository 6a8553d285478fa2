"""GRU: a state that gates reset and update."""

from teachkeras import ops
from teachkeras.layers.rnn._cell import Cell, is_the, projected
from teachkeras.layers.rnn._layer import SequenceRNN


class GRUCell(Cell):
    """One step of a gated recurrent unit.

    Math:
        z, r = σ(x W + h U + b), g = tanh(x W + b + r∘(h U + b')), each with its own columns of W, U and b;
        h' = z∘h + (1 - z)∘g.  Without reset_after: g = tanh(x W + b + (r∘h) U)

    Args:
        units: u, the length of the state h.
        activation, recurrent_activation: What stands for tanh and for σ.
        use_bias: Whether there is a b.
        kernel_initializer, recurrent_initializer, bias_initializer: First values of W, U and b.
        kernel_regularizer, recurrent_regularizer, bias_regularizer: Costs for the size of W, U and b.
        kernel_constraint, recurrent_constraint, bias_constraint: Applied after each update.
        dropout, recurrent_dropout: Shares of x and of h that are silenced while training.
        reset_after: Whether r resets the product h U, or h itself.
        seed: Makes the masks repeatable.

    Shapes:
        x (n, d), h (n, u), W (d, 3u), U (u, 3u), b (2, 3u), or (3u,) without reset_after; columns in the order z, r, g

    Raises:
        ArgumentError: units is not positive.

    Example:
        >>> import numpy as np
        >>> h, (h,) = GRUCell(4)(np.ones((2, 3)), [np.zeros((2, 4))])
        >>> h.shape
        (2, 4)

    Source: Cho et al., "Learning phrase representations using RNN encoder-decoder", 2014.
    """

    gates = 3
    auto_cell_name = "gru_cell"

    def __init__(
        self,
        units,
        activation="tanh",
        recurrent_activation="sigmoid",
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
        reset_after=True,
        seed=None,
        **kwargs,
    ):
        given = {name: value for name, value in locals().items() if name not in ("self", "kwargs", "__class__")}
        implementation = kwargs.pop("implementation", 2)
        super().__init__(**kwargs)
        self._settle(**given)
        self._implementation(implementation)
        self.state_size = units

    def build(self, input_shape):
        """Make W, U and b."""
        columns = 3 * self.units
        self._make_weights(input_shape[-1], (2, columns) if self.reset_after else (columns,))

    def call(self, inputs, states, training=False):
        """Return h' and [h']."""
        h, u = states[0] if isinstance(states, (list, tuple)) else states, self.units
        x_drop, h_drop = self.masks(inputs, h, training)
        bias, kernel = self.bias, self.recurrent_kernel
        input_bias, state_bias = (bias, None) if bias is None or not self.reset_after else (bias[0], bias[1])
        xz, xr, xg = ops.split(projected(inputs, self.kernel, input_bias, x_drop), 3, axis=-1)
        if self.reset_after:
            hz, hr, hg = ops.split(projected(h, kernel, state_bias, h_drop), 3, axis=-1)
            z, r = self.recurrent_activation(xz + hz), self.recurrent_activation(xr + hr)
            hg = r * hg
        else:
            first = None if h_drop is None else h_drop[:2]
            hz, hr = ops.split(projected(h, kernel[:, : 2 * u], None, first), 2, axis=-1)
            z, r = self.recurrent_activation(xz + hz), self.recurrent_activation(xr + hr)
            hg = ops.matmul(r * (h if h_drop is None else h * h_drop[2]), kernel[:, 2 * u :])
        new = z * h + (1 - z) * self.activation(xg + hg)
        return new, [new] if isinstance(states, (list, tuple)) else new


class GRU(SequenceRNN):
    """Gated recurrent unit: read sequences with two gates and one state.

    Math:
        z, r = σ(x_t W + h_{t-1} U + b), g = tanh(x_t W + b + r∘(h_{t-1} U + b')), each with its own columns;
        h_t = z∘h_{t-1} + (1 - z)∘g

    Args:
        units: u, the length of the state.
        activation, recurrent_activation: What stands for tanh and for σ. Others than these run step by step.
        use_bias: Whether there is a b.
        kernel_initializer, recurrent_initializer, bias_initializer: First values of W, U and b.
        kernel_regularizer, recurrent_regularizer, bias_regularizer, activity_regularizer: Costs for W, U, b and y.
        kernel_constraint, recurrent_constraint, bias_constraint: Applied after each update.
        dropout, recurrent_dropout: Shares of x and of h that are silenced while training, the same at every step.
        seed: Makes the masks repeatable.
        return_sequences, return_state, go_backwards, stateful, unroll: As in :class:`RNN`.
        reset_after: Whether r resets the product h U, or h itself.
        use_cudnn: Accepted for Keras's sake; True raises.

    Shapes:
        x (n, t, d), W (d, 3u), U (u, 3u), b (2, 3u), y (n, u), or (n, t, u) with return_sequences

    Raises:
        ArgumentError: units is not positive.

    Example:
        >>> import numpy as np
        >>> GRU(4)(np.ones((2, 3, 5))).shape
        (2, 4)

    Source: Cho et al., "Learning phrase representations using RNN encoder-decoder", 2014.
    """

    cell_class = GRUCell

    def __init__(
        self,
        units,
        activation="tanh",
        recurrent_activation="sigmoid",
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
        seed=None,
        return_sequences=False,
        return_state=False,
        go_backwards=False,
        stateful=False,
        unroll=False,
        reset_after=True,
        use_cudnn="auto",
        **kwargs,
    ):
        self._settle(locals(), kwargs)

    def _has_op(self):
        return is_the(self.activation, "tanh") and is_the(self.recurrent_activation, "sigmoid")

    def _run(self, x, states, mask, x_drop, h_drop):
        cell = self.cell
        weights = (cell.kernel, cell.recurrent_kernel, cell.bias)
        return ops.gru(x, *states, *weights, mask, reset_after=cell.reset_after, x_drop=x_drop, h_drop=h_drop)
