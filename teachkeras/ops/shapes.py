"""Ops that rearrange: the same numbers in other places. Their gradients carry each number back to where it came from."""

import math

import numpy as np

from teachkeras import dtypes
from teachkeras.errors import DataError, ShapeError
from teachkeras.ops.op import op
from teachkeras.tensor import Operators, Tensor, as_array, numpy_ops


def _reshaped(x, newshape):
    newshape = tuple(newshape) if isinstance(newshape, (tuple, list)) else (newshape,)
    known = math.prod(n for n in newshape if n not in (-1, None))
    if None in x:
        return tuple(None if n == -1 else n for n in newshape)
    size = math.prod(x)
    if (size % known if -1 in newshape else size != known) if known else size:
        _misfit(x, newshape)
    return tuple(size // known if n == -1 else n for n in newshape)


def _misfit(x, newshape):
    raise ShapeError(
        "ops.reshape", expected=f"a shape of {math.prod(x)} entries", got=f"{newshape} for an array of shape {x}",
        fix="use -1 for one axis to let it be worked out",
    )


@op(tex=r"y_{\pi(i)} = x_i", spec="reshape(x, newshape)", shape=_reshaped, numpy=(np.reshape,), required=("newshape",))
def reshape(x, newshape=None):
    """The same numbers in row-major order under another shape; one length may be -1."""
    try:
        return np.reshape(x, newshape)
    except ValueError:
        _misfit(x.shape, newshape)


@reshape.vjp(tex=r"\bar x_i = \bar y_{\pi(i)}", spec="reshape(y_bar, x_shape)")
def reshape_vjp(y_bar, x_shape):
    return np.reshape(y_bar, x_shape)


@op(tex=r"y_{j\ldots i} = x_{i\ldots j}", spec="transpose(x, axes)", numpy=(np.transpose,),
    shape=lambda x, axes=None: tuple(x[a] for a in (axes or range(len(x))[::-1])))  # fmt: skip
def transpose(x, axes=None):
    """The axes in another order, reversed by default."""
    return np.transpose(x, axes)


@transpose.vjp(tex=r"\bar x_{i\ldots j} = \bar y_{j\ldots i}", spec="transpose(y_bar, argsort(axes))")
def transpose_vjp(y_bar, axes):
    return np.transpose(y_bar, None if axes is None else tuple(int(a) for a in np.argsort([a % len(axes) for a in axes])))


def _expanded(x, axis=0):
    rank = len(x) + (len(axis) if isinstance(axis, (tuple, list)) else 1)
    at = {a % rank for a in (axis if isinstance(axis, (tuple, list)) else (axis,))}
    rest = iter(x)
    return tuple(1 if a in at else next(rest) for a in range(rank))


@op(tex=r"y_{i1j} = x_{ij}", spec="expand_dims(x, axis)", shape=_expanded, numpy=(np.expand_dims,), required=("axis",))
def expand_dims(x, axis=0):
    """A new axis of length 1."""
    return np.expand_dims(x, axis)


@expand_dims.vjp(tex=r"\bar x_{ij} = \bar y_{i1j}", spec="reshape(y_bar, x_shape)")
def expand_dims_vjp(y_bar, x_shape):
    return np.reshape(y_bar, x_shape)


def _squeezed(x, axis=None):
    axes = axis if isinstance(axis, (tuple, list)) else (axis,)
    at = {a for a, n in enumerate(x) if n == 1} if axis is None else {a % len(x) for a in axes}
    return tuple(n for a, n in enumerate(x) if a not in at)


@op(tex=r"y_{ij} = x_{i1j}", spec="squeeze(x, axis)", shape=_squeezed, numpy=(np.squeeze,))
def squeeze(x, axis=None):
    """Drop axes of length 1."""
    return np.squeeze(x, axis)


@squeeze.vjp(tex=r"\bar x_{i1j} = \bar y_{ij}", spec="reshape(y_bar, x_shape)")
def squeeze_vjp(y_bar, x_shape):
    return np.reshape(y_bar, x_shape)


@op(tex=r"y_{i} = x_{b(i)}", spec="broadcast_to(x, shape)", shape=lambda x, shape: tuple(shape), numpy=(np.broadcast_to,),
    required=("shape",))  # fmt: skip
def broadcast_to(x, shape=None):
    """Repeat along axes of length 1, and along new leading axes, up to `shape`."""
    return np.broadcast_to(x, shape)


@broadcast_to.vjp(tex=r"\bar x_b = \sum_{i:\,b(i)=b} \bar y_i", spec="y_bar")
def broadcast_to_vjp(y_bar):
    return y_bar  # the tape sums over what broadcasting repeated


def _indexed(x, key):
    """Index arrays of two different lengths where a length is unknown; what differs in the results is unknown."""
    parts = key if isinstance(key, tuple) else (key,)
    parts = tuple(np.flatnonzero(p) if np.ndim(p) == 1 and np.asarray(p).dtype == bool else p for p in parts)
    one, two = (np.broadcast_to(False, [stand_in if n is None else n for n in x])[parts].shape for stand_in in (7907, 7919))
    return tuple(None if a != b else a for a, b in zip(one, two, strict=True))


@op(tex=r"y_i = x_{\iota(i)}", spec="x[key]", shape=_indexed, required=("key",))
def get_item(x, key=None):
    """Entries picked by a NumPy key: numbers, slices, masks, integer arrays."""
    return x[key]


@get_item.vjp(tex=r"\bar x_k = \sum_{i:\,\iota(i)=k}\bar y_i", spec="place(y_bar, key, x_shape)")
def get_item_vjp(y_bar, x_shape, key):
    return put_back(y_bar, x_shape, key)


@op(tex=r"y_k = \sum_{i:\,\iota(i)=k} x_i", spec="place(x, key, shape)", shape=lambda x, shape, key: shape)
def _put_back(x, shape=None, key=None):
    y = np.zeros(shape, x.dtype, like=x)
    if _is_basic(key):
        y[key] = x
    else:
        np.add.at(y, key, x)
    return y


@_put_back.vjp(tex=r"\bar x_i = \bar y_{\iota(i)}", spec="y_bar[key]")
def _put_back_vjp(y_bar, key):
    return y_bar[key]


def put_back(x, shape, index):
    """Add each entry of `x` at the place in a zero array of `shape` that `index` took it from."""
    if isinstance(x, Operators):
        return _put_back(x, shape=shape, key=index)
    return _put_back.function(x, shape, index)


def _is_basic(index):
    parts = index if isinstance(index, tuple) else (index,)
    return all(isinstance(p, (int, slice, type(None), type(Ellipsis), np.integer)) for p in parts)


def concatenate(xs, axis=0):
    """Tensors joined along an axis; ``concatenate([a, b], axis=-1)``."""
    return join(*xs, axis=axis)


def stack(x, axis=0):
    """Tensors laid side by side along a new axis."""
    return join(*[expand_dims(part, axis=axis) for part in x], axis=axis)


def _joined(*shapes, axis=0):
    first = shapes[0]
    axis = axis % len(first)
    for other in shapes[1:]:
        fits = len(other) == len(first) and all(
            k == axis or a == b or None in (a, b) for k, (a, b) in enumerate(zip(other, first, strict=True))
        )
        if not fits:
            raise ShapeError(
                "ops.concatenate", expected=f"equal lengths except on axis {axis}", got=f"shapes {shapes}",
                fix="pad or cut one of them, or join along another axis",
            )  # fmt: skip
    lengths = [shape[axis] for shape in shapes]
    return (*first[:axis], None if None in lengths else sum(lengths), *first[axis + 1 :])


@op(tex=r"y = [x^{(1)}, x^{(2)}, \ldots]", spec="concatenate(xs, axis)", shape=_joined,
    dtype=lambda *given, axis=0: dtypes.result_type(*given))  # fmt: skip
def join(*xs, axis=0):
    """Tensors joined along an axis, given one by one."""
    _joined(*[x.shape for x in xs], axis=axis)
    wide = dtypes.as_numpy(dtypes.result_type(*[x.dtype for x in xs]))
    return np.concatenate([x.astype(wide, copy=False) for x in xs], axis=axis)


@join.vjp(tex=r"\bar x^{(k)} = \bar y\text{ where }x^{(k)}\text{ stands}", spec="split(y_bar, cumsum([shape[axis] for shape in shapes])[:-1], axis)")
def join_vjp(y_bar, shapes, axis):
    axis, start, bars = axis % len(shapes[0]), 0, []
    for shape in shapes:
        bars.append(y_bar[(slice(None),) * axis + (slice(start, start + shape[axis]),)])
        start += shape[axis]
    return tuple(bars)


def as_tensor(x):
    """Return `x` as a Tensor."""
    return x if isinstance(x, Operators) else Tensor(as_array(x))


def _taken(x, indices, axis=None):
    if axis is None:
        return indices
    axis %= len(x)
    return x[:axis] + indices + x[axis + 1 :]


@op(tex=r"y_i = x_{\iota_i}", spec="take(x, indices, axis)", shape=_taken, dtype=lambda x, i, axis=None: x, numpy=(np.take,))
def take(x, indices, axis=None):
    """Entries (or slices along `axis`) at integer places.

    Raises:
        DataError: an index is out of range.
    """
    length = x.size if axis is None else x.shape[axis]
    if isinstance(indices, int):
        indices = np.asarray(indices)
    if indices.size and (indices.max() >= length or indices.min() < -length):
        bad = indices[(indices >= length) | (indices < -length)].flat[0]
        raise DataError("ops.take", expected=f"indices from {-length} to {length - 1}", got=f"index {bad}")
    return np.take(x, indices, axis=axis)


@take.vjp(tex=r"\bar x_k = \sum_{i:\,\iota_i=k}\bar y_i", spec="place(y_bar, along(indices, axis, x_shape), x_shape)")
def take_vjp(y_bar, x_shape, indices, axis):
    if axis is None:
        return put_back(y_bar, (int(np.prod(x_shape)),), indices).reshape(x_shape), None
    return put_back(y_bar, x_shape, (slice(None),) * (axis % len(x_shape)) + (indices,)), None


def _with_classes(x, num_classes, axis=-1, **_):
    axis %= len(x) + 1
    return (*x[:axis], num_classes, *x[axis:])


@op(tex=r"y_{ik} = [x_i = k]", spec="moveaxis((expand_dims(x, -1) == arange(num_classes)) * 1, -1, axis)", shape=_with_classes,
    dtype=lambda x, num_classes, axis=-1, dtype=None, sparse=False: dtype or "float32", required=("num_classes",))  # fmt: skip
def one_hot(x, num_classes=None, axis=-1, dtype=None, sparse=False):
    """Class numbers as rows of zeros with a single one; numbers out of range give rows of zeros."""
    y = (x[..., None] == np.arange(num_classes, like=x)).astype(dtypes.as_numpy(dtypes.name_of(dtype)))
    return np.moveaxis(y, -1, axis)


numpy_ops[np.concatenate] = lambda arrays, axis=0: concatenate(arrays, axis)
numpy_ops[np.stack] = lambda arrays, axis=0: stack(arrays, axis)
