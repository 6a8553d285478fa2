"""StackedRNNCells: cells on top of each other, as one."""

from teachkeras import ops, tree
from teachkeras.errors import ArgumentError
from teachkeras.layers._calling import face_of
from teachkeras.layers.layer import Layer


class StackedRNNCells(Layer):
    """Several cells as one: the output of each is the input of the next, at every step.

    Args:
        cells: The cells, from the one that sees the input on.

    Shapes:
        x (n, d), states: a list of the cells' states, y (n, u of the last cell)

    Raises:
        ArgumentError: a cell has no ``call`` or no ``state_size``.

    Example:
        >>> import numpy as np
        >>> from teachkeras.layers import RNN, LSTMCell
        >>> RNN(StackedRNNCells([LSTMCell(8), LSTMCell(4)]))(np.ones((2, 3, 5))).shape
        (2, 4)
    """

    def __init__(self, cells, **kwargs):
        super().__init__(**kwargs)
        for cell in cells:
            for needed in ("call", "state_size"):
                if needed not in dir(cell):
                    raise ArgumentError(f"All cells must have `{needed}`", got=f"a cell without it: {cell}")
        self.cells = cells

    @property
    def state_size(self):
        """The cells' sizes, one entry each."""
        return [cell.state_size for cell in self.cells]

    @property
    def output_size(self):
        """The length of the last cell's output."""
        return _output_size(self.cells[-1])

    def get_initial_state(self, batch_size=None):
        """Return the states of every cell to start with."""

        def zeros(size):
            return ops.zeros((batch_size, size), dtype=self.compute_dtype)

        return [
            cell.get_initial_state(batch_size=batch_size)
            if hasattr(cell, "get_initial_state")
            else tree.map_structure(
                zeros, list(cell.state_size) if tree.is_nested(cell.state_size) else cell.state_size
            )
            for cell in self.cells
        ]

    def build(self, input_shape):
        """Build the cells, each for the output of the one below it."""
        for cell in self.cells:
            if isinstance(cell, Layer) and not cell.built:
                cell._build_at(input_shape, f"{self.path}/{cell.name}")
            input_shape = (input_shape[0], _output_size(cell))

    def call(self, inputs, states, training=False, **kwargs):
        """Run the cells in order; return the last output and everybody's states."""
        new_states = []
        for cell, state in zip(self.cells, states, strict=True):
            takes = isinstance(cell, Layer) and face_of(type(cell)).takes_training
            run = cell if callable(cell) else cell.call
            more = {"training": training} if takes else {}
            inputs, new = run(inputs, list(state) if tree.is_nested(state) else [state], **more, **kwargs)
            new = list(new) if tree.is_nested(new) else [new]
            new_states.append(new[0] if len(new) == 1 and not tree.is_nested(state) else new)
        return inputs, new_states[0] if len(new_states) == 1 else new_states


def _output_size(cell):
    if getattr(cell, "output_size", None) is not None:
        return cell.output_size
    return cell.state_size[0] if isinstance(cell.state_size, (list, tuple)) else cell.state_size
