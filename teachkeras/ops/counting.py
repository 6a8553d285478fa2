"""How often, where, which: counts, bins and distinct values. Whole numbers come out; no gradient flows, except to weights."""

import numpy as np

from teachkeras import dtypes
from teachkeras.errors import ArgumentError
from teachkeras.ops import reductions
from teachkeras.ops._numbers import arrays
from teachkeras.ops.elementwise import cast
from teachkeras.ops.shapes import as_tensor, one_hot
from teachkeras.tensor import Tensor, as_array


def histogram(x, bins=10, range=None):
    """How many entries fall into each of `bins` equal intervals, and the intervals' borders."""
    (x,) = arrays(x)
    if x.ndim != 1:
        raise ArgumentError("ops.histogram", expected="a tensor of one axis", got=f"shape {x.shape}")
    low, high = range if range else (0, 0)
    counts, edges = np.histogram(x, bins, range=(low, high) if range else None)
    kind = dtypes.as_numpy(dtypes.result_type(x.dtype, float))
    return Tensor(counts.astype(kind)), Tensor(edges.astype(kind))


def bincount(x, weights=None, minlength=0, sparse=False):
    """How often each number from 0 up occurs along the last axis, or the sum of its weights."""
    (x,) = arrays(x)
    weights = None if weights is None else as_array(weights)
    n = max(int(x.max(initial=-1)) + 1, int(minlength or 0))
    kind = np.dtype("int32") if weights is None else weights.dtype
    rows = x.reshape(-1, x.shape[-1])
    given = [None] * len(rows) if weights is None else weights.reshape(rows.shape)
    counts = [np.bincount(row, w, minlength=n) for row, w in zip(rows, given, strict=True)]
    return Tensor(np.array(counts).reshape((*x.shape[:-1], n)).astype(kind))


def digitize(x, bins):
    """The number of the bin in which each entry lies: bins[i-1] <= x < bins[i]."""
    x, bins = arrays(x, bins)
    return Tensor(np.asarray(np.digitize(x, bins), "int32"))


def searchsorted(sorted_sequence, values, side="left"):
    """The place where each value would have to go for the sequence to stay sorted."""
    row, values = arrays(sorted_sequence, values)
    return Tensor(np.asarray(np.searchsorted(row, values, side=side), "int32"))


def unique(
    x, sorted=True, return_index=False, return_inverse=False, return_counts=False, axis=None, size=None, fill_value=None
):
    """The distinct entries in rising order; on request where each first stands, its number, how often it occurs."""
    (x,) = arrays(x)
    found, *more = np.unique(x, True, True, True, axis=axis)
    index, inverse, counts = (m.astype("int32") for m in more)
    inverse = inverse.reshape(x.shape if axis is None else -1)
    if size is not None:
        along = axis or 0
        n = found.shape[along]
        if n < size:
            fill = (
                np.take(found, [0], along)
                if fill_value is None
                else np.full_like(np.take(found, [0], along), fill_value)
            )
            found = np.concatenate([found, *[fill] * (size - n)], axis=along)
            index = np.append(index, np.full(size - n, index[0], "int32"))
            counts = np.append(counts, np.zeros(size - n, "int32"))
        found, index, counts = np.take(found, np.arange(size), along), index[:size], counts[:size]
    asked = ((index, return_index), (inverse, return_inverse), (counts, return_counts))
    wanted = [Tensor(found), *[Tensor(values) for values, yes in asked if yes]]
    return wanted[0] if len(wanted) == 1 else tuple(wanted)


def unravel_index(indices, shape):
    """Places in a flattened tensor as one index per axis."""
    (indices,) = arrays(indices)
    return tuple(Tensor(np.asarray(i).astype(indices.dtype)) for i in np.unravel_index(indices, shape))


def logspace(start, stop, num=50, endpoint=True, base=10, dtype=None, axis=0):
    """Powers of `base` whose exponents are evenly spaced."""
    y = np.logspace(*arrays(start, stop), num, endpoint, base, axis=axis)
    return Tensor(y.astype(dtypes.as_numpy(dtypes.name_of(dtype))))


def geomspace(start, stop, num=50, endpoint=True, dtype=None, axis=0):
    """Numbers in equal ratios from `start` to `stop`."""
    y = np.geomspace(*arrays(start, stop), num, endpoint, axis=axis)
    return Tensor(y.astype(dtypes.as_numpy(dtypes.name_of(dtype))))


def empty(shape, dtype=None):
    """A tensor whose entries do not matter yet; they are 0."""
    return Tensor(np.zeros(shape, dtypes.as_numpy(dtypes.name_of(dtype))))


def empty_like(x, dtype=None):
    """A tensor of the shape and number type of `x` whose entries do not matter yet; they are 0."""
    x = as_tensor(x)
    return empty(x.shape, dtype or x.dtype)


def full_like(x, fill_value, dtype=None):
    """A tensor of the shape and number type of `x` with every entry the same."""
    x = as_tensor(x)
    kind = dtypes.as_numpy(dtypes.name_of(dtype or x.dtype))
    return Tensor(np.array(np.broadcast_to(as_array(fill_value), x.shape), kind))


def multi_hot(inputs, num_classes=None, axis=-1, dtype=None, sparse=False, **kwargs):
    """Ones at the classes that occur in a row, zeros elsewhere.

    >>> multi_hot([[0, 2], [1, 1]], num_classes=3).tolist()
    [[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]]
    """
    num_classes = kwargs.pop("num_tokens", num_classes)
    inputs = as_tensor(inputs)
    folded = 1 if len(inputs.shape) == 3 else 0 if len(inputs.shape) == 1 else 1
    folded = folded if len(inputs.shape) > 1 else 0
    hot = one_hot(cast(inputs, dtype="int32"), num_classes, axis=axis, dtype=dtype)
    return reductions.max(hot, axis=folded)
