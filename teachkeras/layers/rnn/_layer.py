"""What LSTM, GRU and SimpleRNN share: their settings are their cell's, and a whole sequence is one op."""

import inspect

import numpy as np

from teachkeras import ops, regularizers
from teachkeras.errors import ArgumentError
from teachkeras.layers.input_spec import InputSpec
from teachkeras.layers.rnn.rnn import RNN

_OWN = {"self", "kwargs"}


class SequenceRNN(RNN):
    """Base of the layers whose cell is known; a subclass says which, and which op runs a sequence."""

    config_skips = RNN.config_skips | {"cell", "use_cudnn"}
    cell_class: type

    def __init_subclass__(cls, **kwargs):
        """Show the cell's settings on the layer."""
        super().__init_subclass__(**kwargs)
        for name in inspect.signature(cls.cell_class.__init__).parameters:
            if name not in _OWN:
                setattr(cls, name, property(lambda self, name=name: getattr(self.cell, name)))

    def _settle(self, given, kwargs, **about_cell):
        """Make the cell of the constructor's arguments, and the layer around it."""
        takes = [n for n in inspect.signature(self.cell_class.__init__).parameters if n not in _OWN]
        own = ("return_sequences", "return_state", "go_backwards", "stateful", "unroll", "activity_regularizer")
        if (cudnn := given.get("use_cudnn", "auto")) not in ("auto", True, False):
            raise ArgumentError("`use_cudnn`", expected="one of {'auto', True, False}", got=repr(cudnn))
        about = {**about_cell, "dtype": kwargs.get("dtype"), "trainable": kwargs.get("trainable", True)}
        if "implementation" in kwargs:
            about["implementation"] = kwargs.pop("implementation")
        name = self.cell_class.auto_cell_name
        cell = self.cell_class(**{n: given[n] for n in takes}, **about, name=name)
        RNN.__init__(self, cell, **{n: given[n] for n in own if n in given}, **kwargs)
        self.use_cudnn = cudnn
        self.input_spec = InputSpec(ndim=3)

    def inner_loop(self, sequences, initial_state, mask, training=False):
        """Run the whole sequence as one op where there is one for the cell's activations, else step by step."""
        if self.use_cudnn is True:
            raise ArgumentError(
                "use_cudnn=True was specified, but cuDNN is not supported for this layer configuration with this "
                "backend.", expected="use_cudnn='auto' or False", got="True", fix="leave use_cudnn out",
            )  # fmt: skip
        if not self._has_op():
            return super().inner_loop(sequences, initial_state, mask, training)
        x_drop, h_drop = self.cell.masks(sequences[:, 0], initial_state[0], training)
        if x_drop is not None and len(x_drop.shape) == 2:  # one mask for all gates
            sequences, x_drop = sequences * ops.expand_dims(x_drop, axis=1), None
        if self.go_backwards:
            sequences, mask = ops.flip(sequences, axis=1), None if mask is None else ops.flip(mask, axis=1)
        y, *states = self._run(sequences, initial_state, mask, _stacked(x_drop), _stacked(h_drop))
        if mask is not None:
            y = self._shown(y, mask)
        return (y[:, -1] if mask is not None else states[0]), y, states

    def _shown(self, y, mask):
        """Return the outputs as they are at masked steps: the ones before them, or 0."""
        if self.unroll:  # Keras, unrolled: 0 until the first step that holds something
            mask = ops.greater(ops.cumsum(ops.cast(mask, dtype="int32"), axis=1), 0)
        elif not self.zero_output_for_mask:
            return y
        return ops.where(ops.expand_dims(mask, axis=-1), y, np.zeros((), y.dtype))

    def get_config(self):
        """Return the constructor's arguments as plain data."""
        return {"activity_regularizer": regularizers.serialize(self.activity_regularizer), **super().get_config()}


def _stacked(drop):
    """Return dropout masks as one array with the gates first."""
    return None if drop is None else drop.data if len(drop.shape) == 3 else drop.data[None]
