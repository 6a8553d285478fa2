"""The shape of a ``call`` that asks for lengths: found by running it on small arrays.

A layer of the user's own may write ``random.normal((ops.shape(x)[0], 3))`` or turn a tensor into an array, which can't
be done with a length that is not known yet. It is run twice, with two lengths in place of the unknown ones; where the
outputs' lengths differ, they are unknown too. Weights, random generators and losses are as before afterwards.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import numpy as np

from teachkeras import dtypes, tree
from teachkeras.errors import TeachKerasError
from teachkeras.symbolic import SymbolicTensor
from teachkeras.tensor import Operators, Tensor, tapes

LENGTHS = (2, 3)


def tried(layer: object, args: tuple, kwargs: dict, error: Exception) -> object:
    """Return symbolic outputs of the layer's ``call``.

    Raises:
        Exception: what the run on shapes alone raised, if it is one of ours; else what the run on arrays raised.
    """
    try:
        first, second = [_outputs(layer, args, kwargs, length) for length in LENGTHS]
    except Exception:
        if isinstance(error, TeachKerasError):
            raise error from None
        raise
    return tree.map_structure(_symbol, first, second)


def _outputs(layer: object, args: tuple, kwargs: dict, length: int) -> object:
    with np.errstate(all="ignore"):
        return layer.call(*_filled(args, length), **_filled(kwargs, length))


@contextlib.contextmanager
def untouched(layer: object) -> Iterator[None]:
    """Undo, at the end of a ``with`` block, what it did to weights, random generators and losses of a layer."""
    before = [(v, v.value, v.version) for v in layer.variables]
    token = tapes.set(())
    try:
        yield
    finally:
        tapes.reset(token)
        for variable, value, version in before:
            if variable.version != version:
                variable.assign(value)
        for inner in (layer, *layer._flat_layers()):
            inner._losses.clear()


def _filled(structure: object, length: int) -> object:
    """Return the structure with arrays of ones (zeros, for integers) in place of symbolic tensors."""

    def fill(part: object) -> object:
        if not isinstance(part, SymbolicTensor):
            return part
        dtype = dtypes.as_numpy(part.dtype)
        made = Tensor(np.full([length if n is None else n for n in part.shape], dtypes.is_float(part.dtype), dtype))
        made.mask = None if part.mask is None else fill(part.mask)
        return made

    return tree.map_structure(fill, structure)


def _symbol(a: object, b: object) -> object:
    if not isinstance(a, (Operators, np.ndarray)):
        return a
    shape = tuple(m if m == n else None for m, n in zip(a.shape, b.shape, strict=True))
    return SymbolicTensor(shape, dtypes.name_of(a.dtype))
