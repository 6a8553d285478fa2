"""Input: where data enters a model."""

from teachkeras import dtypes
from teachkeras.errors import ArgumentError
from teachkeras.layers.layer import Layer
from teachkeras.symbolic import Node, SymbolicTensor


class InputLayer(Layer):
    """The entry of a model: it says the shape and dtype of what comes in, and computes nothing.

    Args:
        shape: Axis lengths without the batch; None where any will do.
        batch_size: Length of the batch axis, if it is fixed.
        dtype: Number type of the data.
        batch_shape: Shape with the batch axis, in place of `shape`.
        name: Its name.

    Example:
        >>> InputLayer((784,)).batch_shape
        (None, 784)
    """

    def __init__(self, shape=None, batch_size=None, dtype=None, sparse=None, ragged=None, batch_shape=None,
                 input_tensor=None, optional=False, name=None, **kwargs):  # fmt: skip
        super().__init__(name=name)
        taken = self._taken_shape(kwargs)
        if kwargs:
            raise ArgumentError(f"Unrecognized keyword arguments passed to InputLayer: {kwargs}")
        if sparse or ragged:
            raise ArgumentError(
                "InputLayer", expected="dense data", got="sparse or ragged", fix="convert it to a dense array"
            )
        if shape is not None and batch_shape is not None:
            raise ArgumentError("You cannot pass both `shape` and `batch_shape` at the same time.")
        shape = taken[1:] if shape is None and taken else shape
        if shape is None and batch_shape is None:
            raise ArgumentError("You must pass a `shape` argument.", fix="for example Input(shape=(784,))")
        shape = (shape,) if isinstance(shape, int) else shape
        self.batch_shape = tuple(batch_shape) if batch_shape is not None else (batch_size, *shape)
        self.input_dtype = dtypes.name_of(dtype)
        self.sparse, self.ragged, self.optional = bool(sparse), bool(ragged), optional
        self.built = True
        tensor = input_tensor or SymbolicTensor(self.batch_shape, self.input_dtype, name=self.name)
        tensor.node = Node(self, (), {}, [tensor])
        self._nodes.append(tensor.node)

    @property
    def dtype(self):
        """The number type of the data."""
        return self.input_dtype

    def call(self):
        """Return the symbolic input."""
        return self.output

    def get_config(self):
        """Return the constructor's arguments as plain data."""
        return {
            "batch_shape": self.batch_shape, "dtype": self.dtype, "sparse": self.sparse, "ragged": self.ragged,
            "name": self.name, "optional": self.optional,
        }  # fmt: skip

    @classmethod
    def from_config(cls, config):
        """Build from what ``get_config`` returned."""
        return cls(**config)


def Input(shape=None, batch_size=None, dtype=None, sparse=None, ragged=None, batch_shape=None, name=None, tensor=None,
          optional=False):  # fmt: skip
    """Return a symbolic tensor, the start of a model.

    >>> Input((784,)).shape
    (None, 784)
    """
    return InputLayer(shape, batch_size, dtype, sparse, ragged, batch_shape, tensor, optional, name=name).output
