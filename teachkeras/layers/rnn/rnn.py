"""RNN: a cell, run over the steps of sequences."""

from teachkeras import ops, tree
from teachkeras.errors import ArgumentError, ArgumentTypeError, ShapeError
from teachkeras.layers._calling import face_of
from teachkeras.layers.layer import Layer
from teachkeras.layers.rnn._dropout_rnn_cell import DropoutRNNCell
from teachkeras.layers.rnn.stacked_rnn_cells import StackedRNNCells
from teachkeras.variable import Variable


class RNN(Layer):
    """Run a cell over sequences, step by step; what it remembers goes from each step to the next.

    Math:
        y_t, s_t = cell(x_t, s_{t-1})

    Args:
        cell: Has ``state_size`` and is called as ``cell(x_t, states) -> (y_t, states)``; a list makes a stack.
        return_sequences: Whether to return every step's output, or the last one's.
        return_state: Whether to return the last states too.
        go_backwards: Whether to start at the end; the outputs then stand in that order too.
        stateful: Whether a batch starts with the states that the batch before it ended with.
        unroll: Accepted for Keras's sake; steps run one by one in any case.
        zero_output_for_mask: Whether a masked step's output is 0, not the output before it.

    Shapes:
        x (n, t, …), mask (n, t), y (n, t, u) or (n, u), each state (n, size)

    Raises:
        ArgumentError: the cell has no ``call`` or no ``state_size``; a stateful layer meets another batch size.

    Example:
        >>> import numpy as np
        >>> from teachkeras.layers import SimpleRNNCell
        >>> RNN(SimpleRNNCell(4), return_sequences=True)(np.ones((2, 3, 5))).shape
        (2, 3, 4)

    Source: Elman, "Finding structure in time", 1990; Goodfellow, Bengio & Courville, *Deep Learning*, chapter 10.
    """

    untracked = Layer.untracked | {"states"}

    def __init__(self, cell, return_sequences=False, return_state=False, go_backwards=False, stateful=False,
                 unroll=False, zero_output_for_mask=False, **kwargs):  # fmt: skip
        if isinstance(cell, (list, tuple)):
            cell = StackedRNNCells(cell)
        for needed in ("call", "state_size"):
            if needed not in dir(cell):
                raise ArgumentError(f"The RNN cell should have `{needed}`", got=f"cell={cell}")
        super().__init__(**kwargs)
        self.cell = cell
        self.return_sequences, self.return_state, self.go_backwards = return_sequences, return_state, go_backwards
        self.stateful, self.unroll, self.zero_output_for_mask = stateful, unroll, zero_output_for_mask
        self.supports_masking = True
        self.states = self._expected_batch_size = None
        size = cell.state_size
        if not isinstance(size, (list, tuple, int)):
            raise ArgumentError(
                "state_size must be an integer, or a list/tuple of integers (one for each state tensor)", got=repr(size)
            )
        self.single_state = isinstance(size, int)
        self.state_size = [size] if self.single_state else list(size)

    # --- shapes -----------------------------------------------------------------------------------------------------

    def build(self, sequences_shape, initial_state_shape=None):
        """Build the cell; make the states of a stateful layer."""
        if isinstance(self.cell, Layer) and not self.cell.built:
            step = (sequences_shape[0], *sequences_shape[2:])
            self.cell._build_at(step, f"{self.path}/{self.cell.name}")
        if self.stateful and self.states is not None:
            self.reset_state()
        elif self.stateful and sequences_shape[0] is not None:
            self._make_states(sequences_shape[0])

    def compute_output_shape(self, sequences_shape, initial_state_shape=None):
        """Return (n, t, u) or (n, u), and the states' shapes where they are asked for."""
        n, steps = sequences_shape[0], sequences_shape[1]
        size = getattr(self.cell, "output_size", None)
        size = self.state_size[0] if size is None else size
        if not isinstance(size, int):
            raise ArgumentError("output_size must be an integer", got=repr(size))
        shape = (n, steps, size) if self.return_sequences else (n, size)
        states = [[(n, s) for s in size] if isinstance(size, (list, tuple)) else (n, size) for size in self.state_size]
        return (shape, *states) if self.return_state else shape

    def compute_output_spec(self, sequences, *args, **kwargs):
        """Return symbolic outputs for symbolic inputs."""
        if self.stateful and sequences.shape[0] is None:
            self._refuse_open_batch(sequences.shape)
        return super().compute_output_spec(sequences, *args, **kwargs)

    def compute_mask(self, sequences, mask):
        """Return the mask of the outputs: that of the inputs, if there is an output for every step."""
        mask = tree.flatten(mask)[0] if self.return_sequences else None
        return [mask, *[None] * len(self.state_size)] if self.return_state else mask

    # --- states -----------------------------------------------------------------------------------------------------

    def _refuse_open_batch(self, shape):
        raise ArgumentError(
            "When using `stateful=True` in a RNN, the batch size must be static.", got=f"sequences of shape {shape}",
            fix="give Input batch_shape= or batch_size=",
        )  # fmt: skip

    def _make_states(self, batch_size):
        def variable(start):
            made = Variable(start, trainable=False, dtype=self.variable_dtype, name="rnn_state")
            made.path = f"{self.path}/rnn_state"
            return made

        self.states = tree.map_structure(variable, self.get_initial_state(batch_size))
        self._expected_batch_size = batch_size

    def get_initial_state(self, batch_size):
        """Return the states to start with: the cell's own, or zeros."""
        if hasattr(self.cell, "get_initial_state"):
            states = self.cell.get_initial_state(batch_size=batch_size)
            return list(states) if tree.is_nested(states) else [states]
        return [ops.zeros((batch_size, size), dtype=self.cell.compute_dtype) for size in self.state_size]

    def reset_state(self):
        """Set the states of a stateful layer to 0."""
        for state in tree.flatten(self.states) if self.states is not None else ():
            state.assign(ops.zeros(state.shape, dtype=state.dtype))

    reset_states = reset_state  # its name in Keras 2

    def _first_states(self, sequences, given):
        """Return the states before the first step, as tensors in a list."""
        n = sequences.shape[0]
        if self.stateful and self.states is None:
            self._make_states(n)
        if self.stateful and n != self._expected_batch_size:
            raise ArgumentError(
                "If an RNN is stateful, the batch size of the input sequences must be the same as the batch size of "
                "the initial state.", expected=f"batch size {self._expected_batch_size}", got=f"batch size {n}",
                fix="call reset on a new layer, or drop the last, shorter batch",
            )  # fmt: skip
        if given is None:
            given = self.states if self.stateful else self.get_initial_state(n)
        dtype = getattr(self.cell, "compute_dtype", self.compute_dtype)
        given = list(given) if tree.is_nested(given) else [given]
        return tree.map_structure(lambda s: self._as(s.value if isinstance(s, Variable) else s, dtype), given)

    @staticmethod
    def _as(tensor, dtype):
        return tensor if tensor.dtype == dtype else ops.cast(tensor, dtype=dtype)

    # --- running ----------------------------------------------------------------------------------------------------

    def call(self, sequences, initial_state=None, mask=None, training=False):
        """Return the outputs, and the last states where they are asked for."""
        states = self._first_states(sequences, initial_state)
        try:
            mask = _flat_mask(mask, self.name, sequences)
            last, outputs, states = self.inner_loop(sequences, states, mask, training)
        finally:
            _forget_masks(self.cell)
        states = tree.map_structure(lambda s: self._as(s, self.compute_dtype), states)
        if self.stateful:
            for variable, state in zip(tree.flatten(self.states), tree.flatten(states), strict=True):
                variable.assign(state)
        output = self._as(outputs if self.return_sequences else last, self.compute_dtype)
        return (output, *states) if self.return_state else output

    def inner_loop(self, sequences, initial_state, mask, training=False):
        """Run the cell at every step; return (last output, all outputs, last states)."""
        states, outputs = initial_state, []
        more = (
            {"training": training} if isinstance(self.cell, Layer) and face_of(type(self.cell)).takes_training else {}
        )
        steps = range(sequences.shape[1])
        for t in reversed(steps) if self.go_backwards else steps:
            output, new = self.cell(sequences[:, t], states, **more)
            new = tree.pack_sequence_as(states, tree.flatten(new))
            if mask is not None:
                output, new = self._held(mask[:, t], output, new, states, bool(outputs))
            outputs.append(output)
            states = new
        if not outputs:
            raise ArgumentTypeError("RNN", expected="at least one step", got=f"sequences of shape {sequences.shape}")
        return outputs[-1], ops.stack(outputs, axis=1) if self.return_sequences else None, states

    def _held(self, live, output, new, old, begun):
        """Return output and states as they stay at a masked step."""
        before = old[-1][0] if tree.is_nested(old[0]) else old[0]
        kept = (
            0.0 * output if (self.zero_output_for_mask and not self.unroll) or (self.unroll and not begun) else before
        )
        return _where(live, output, kept), tree.map_structure(lambda n, o: _where(live, n, o), new, old)


def _where(live, a, b):
    return ops.where(ops.reshape(live, newshape=(-1, *[1] * (len(a.shape) - 1))), a, b)


def _flat_mask(mask, name, sequences):
    """Return a mask of truth values (n, t); of several, the first, for all inputs share their steps.

    Raises:
        ShapeError: it has other samples or steps than the sequences.
    """
    if mask is None or (tree.is_nested(mask) and (mask := tree.flatten(mask)[0]) is None):
        return None
    shapes = [tuple(t.shape)[:2] for t in (mask, tree.flatten(sequences)[0])]
    if any(a != b and None not in (a, b) for a, b in zip(*shapes, strict=False)) or len(shapes[0]) < 2:
        raise ShapeError(
            f"mask of {name!r}", expected=f"(samples, steps), here {shapes[1]}", got=f"shape {tuple(mask.shape)}",
            fix="one truth value for each step of each sample",
        )  # fmt: skip
    if mask.dtype != "bool":
        mask = ops.cast(mask, dtype="bool")
    return mask if len(mask.shape) == 2 else ops.any(mask, axis=tuple(range(2, len(mask.shape))))


def _forget_masks(cell):
    if isinstance(cell, DropoutRNNCell):
        cell.reset_dropout_mask()
        cell.reset_recurrent_dropout_mask()
    for inner in getattr(cell, "cells", ()):
        _forget_masks(inner)
