"""SymbolicTensor: a shape and a dtype without numbers, and the graph that leads to it.

``Input`` makes the first one; a layer or an op called on symbolic tensors returns new ones, each holding the
:class:`Node` that made it. Nothing is computed: a graph as large as VGG16 takes no activation memory.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

import numpy as np

from teachkeras import dtypes
from teachkeras.errors import ArgumentTypeError, ShapeError
from teachkeras.tensor import Operators, next_uid

_counter = itertools.count()


@dataclass(eq=False)
class Node:
    """One call of a layer or an op on symbolic tensors.

    Attributes:
        operation: The layer or op.
        args: Its positional arguments, symbolic tensors among them.
        kwargs: Its keyword arguments.
        outputs: The symbolic tensors it returned.
    """

    operation: object
    args: tuple
    kwargs: dict
    outputs: list = field(default_factory=list)

    @property
    def inputs(self) -> list[SymbolicTensor]:
        """The symbolic tensors among the arguments, in order."""
        return list(symbolic_in((self.args, self.kwargs)))


class SymbolicTensor(Operators):
    """A tensor whose numbers are not known yet (Keras's ``KerasTensor``).

    Args:
        shape: Axis lengths, None where any length will do.
        dtype: The number type.
        sparse, ragged: Only False is known here.
        record_history: Taken for compatibility.
        name: Its name; by default ``keras_tensor_N``.
        node: The call that made it, None for an input.

    >>> x = SymbolicTensor((None, 3))
    >>> (x * 2).shape
    (None, 3)
    """

    sparse = ragged = False

    def __init__(self, shape: tuple, dtype: object = "float32", sparse: bool = False, ragged: bool = False,
                 record_history: bool = True, name: str | None = None, node: Node | None = None):  # fmt: skip
        if sparse or ragged:
            raise ArgumentTypeError(
                "KerasTensor", expected="a dense tensor", got="sparse or ragged",
                fix="pass sparse data to fit, which makes batches of it dense",
            )  # fmt: skip
        self.shape = tuple(None if n is None else int(n) for n in shape)
        self.dtype = dtypes.name_of(dtype)
        number = next(_counter)
        self.name = name or ("keras_tensor" if number == 0 else f"keras_tensor_{number}")
        self.node = node
        self.uid = next_uid()
        self.mask = None

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    def __array__(self, dtype: object = None, copy: bool | None = None) -> np.ndarray:
        raise ArgumentTypeError(
            f"symbolic tensor {self.name!r}",
            expected="an op or a layer that works on shapes",
            got="a function that needs numbers",
            fix="use layers and teachkeras.ops on Input(...) tensors; call the finished model on data for numbers",
        )

    def __bool__(self) -> bool:
        raise ArgumentTypeError(
            f"symbolic tensor {self.name!r}",
            expected="a tensor with a value",
            got="`if` or `and` on a tensor that has only a shape",
            fix="use ops.where",
        )

    def __repr__(self) -> str:
        return f"<SymbolicTensor shape={self.shape}, dtype={self.dtype}, name={self.name}>"


def symbolic_in(structure: object):
    """Yield the symbolic tensors inside nested lists, tuples and dicts, in order."""
    if isinstance(structure, SymbolicTensor):
        yield structure
    elif isinstance(structure, dict):
        for value in structure.values():
            yield from symbolic_in(value)
    elif isinstance(structure, (list, tuple)):
        for value in structure:
            yield from symbolic_in(value)


def broadcast_shapes(*shapes: tuple) -> tuple:
    """Return the shape that these broadcast to, None standing for an unknown length.

    >>> broadcast_shapes((None, 1), (3,)), broadcast_shapes((None, 4), (2, 1))
    ((None, 3), (2, 4))
    """
    rank = max((len(shape) for shape in shapes), default=0)
    result = []
    for lengths in zip(*((1,) * (rank - len(shape)) + tuple(shape) for shape in shapes), strict=True):
        known = {n for n in lengths if n not in (1, None)}
        if len(known) > 1:
            raise ShapeError("broadcast", expected="equal lengths, or 1", got=f"shapes {', '.join(map(str, shapes))}")
        result.append(known.pop() if known else (None if None in lengths else 1))
    return tuple(result)
