"""More ops that rearrange: parts, repeats, borders, orders. Each gradient carries the numbers back to their places."""

import itertools
import math

import numpy as np

from teachkeras import dtypes
from teachkeras.errors import ArgumentError, ShapeError
from teachkeras.ops.elementwise import negative
from teachkeras.ops.op import op
from teachkeras.ops.shapes import (
    as_tensor,
    broadcast_to,
    concatenate,
    expand_dims,
    get_item,
    put_back,
    reshape,
    take,
    transpose,
)
from teachkeras.tensor import as_array


def _lengths(n, parts):
    """Return the lengths of the pieces into which an axis of length `n` falls."""
    if isinstance(parts, int):
        if n % parts:
            raise ShapeError("ops.split", expected=f"an axis whose length {parts} divides", got=f"length {n}")
        return [n // parts] * parts
    cuts = [0, *[min(c if c >= 0 else c + n, n) for c in (int(p) for p in parts)], n]
    return [b - a for a, b in itertools.pairwise(cuts)]


def _split_shapes(x, indices_or_sections, axis=0):
    axis %= len(x)
    unknown = x[axis] is None
    pieces = indices_or_sections if isinstance(indices_or_sections, int) else len(indices_or_sections) + 1
    lengths = [None] * pieces if unknown else _lengths(x[axis], indices_or_sections)
    return [(*x[:axis], n, *x[axis + 1 :]) for n in lengths]


@op(
    tex=r"y^{(1)}, y^{(2)}, \ldots = x",
    spec="split(x, indices_or_sections, axis)",
    shape=_split_shapes,
    numpy=(np.split,),
    required=("indices_or_sections",),
)
def split(x, indices_or_sections=None, axis=0):
    """Cut an axis into equal sections (a number), or before the given places (a list)."""
    _split_shapes(x.shape, indices_or_sections, axis)
    return np.split(x, indices_or_sections, axis)


@split.vjp(tex=r"\bar x = [\bar y^{(1)}, \bar y^{(2)}, \ldots]", spec="concatenate(y_bar, axis)")
def split_vjp(y_bars, x_shape, indices_or_sections, axis):
    if not isinstance(y_bars, tuple):
        return y_bars
    shapes = _split_shapes(x_shape, indices_or_sections, axis)
    like = next(bar for bar in y_bars if bar is not None)
    kind = like.dtype
    return np.concatenate(
        [np.zeros(s, kind, like=like) if b is None else b for b, s in zip(y_bars, shapes, strict=True)], axis=axis
    )


def unstack(x, num=None, axis=0):
    """The slices along an axis, as a list."""
    x = as_tensor(x)
    axis = axis % len(x.shape)
    return [get_item(x, key=(slice(None),) * axis + (k,)) for k in range(x.shape[axis] if num is None else num)]


@op(tex=r"y_i = x_{n-1-i}", spec="flip(x, axis)", shape=lambda x, axis=None: x, numpy=(np.flip,))
def flip(x, axis=None):
    """The order along an axis (or all of them) turned round."""
    return np.flip(x, axis)


@flip.vjp(tex=r"\bar x_i = \bar y_{n-1-i}", spec="flip(y_bar, axis)")
def flip_vjp(y_bar, axis):
    return np.flip(y_bar, axis)


@op(tex=r"y_i = x_{(i-s) \bmod n}", spec="roll(x, shift, axis)", shape=lambda x, shift, axis=None: x, numpy=(np.roll,),
    required=("shift",))  # fmt: skip
def roll(x, shift=None, axis=None):
    """Entries moved along an axis; what falls off at one end comes in at the other."""
    return np.roll(x, shift, axis)


@roll.vjp(tex=r"\bar x_i = \bar y_{(i+s) \bmod n}", spec="roll(y_bar, negative(shift), axis)")
def roll_vjp(y_bar, shift, axis):
    return np.roll(y_bar, tuple(-s for s in shift) if isinstance(shift, tuple) else -shift, axis)


def _tiled(x, repeats):
    return tuple(None if n is None else n * r for n, r in zip(*_repeats(x, repeats), strict=True))


def _repeats(x, repeats):
    """Return lengths and repeats with as many axes each."""
    repeats = tuple(repeats) if isinstance(repeats, (tuple, list)) else (repeats,)
    rank = max(len(x), len(repeats))
    return (1,) * (rank - len(x)) + tuple(x), (1,) * (rank - len(repeats)) + repeats


@op(tex=r"y_i = x_{i \bmod n}", spec="tile(x, repeats)", numpy=(np.tile,),
    shape=lambda x, repeats: _tiled(x, repeats), required=("repeats",))  # fmt: skip
def tile(x, repeats=None):
    """The whole tensor laid out side by side, `repeats` times along each axis."""
    return np.tile(x, repeats)


@tile.vjp(tex=r"\bar x_k = \sum_{i \bmod n = k} \bar y_i", spec="untile(y_bar, x_shape)")
def tile_vjp(y_bar, x_shape, repeats):
    lengths, times = _repeats(x_shape, repeats)
    pairs = [n for pair in zip(times, lengths, strict=True) for n in pair]
    return np.reshape(np.sum(np.reshape(y_bar, pairs), axis=tuple(range(0, len(pairs), 2))), x_shape)


def repeat(x, repeats, axis=None):
    """Each entry (or slice along `axis`) repeated in place."""
    x = as_tensor(x)
    if axis is None:
        x, axis = reshape(x, newshape=-1), 0
    return take(x, np.repeat(np.arange(x.shape[axis], dtype="int32"), repeats), axis=axis)


def _padded(x, pad_width):
    return tuple(None if n is None else n + a + b for n, (a, b) in zip(x, _widths(pad_width, len(x)), strict=True))


def _widths(pad_width, rank):
    pairs = np.broadcast_to(np.asarray(pad_width), (rank, 2))
    return tuple((int(a), int(b)) for a, b in pairs)


@op(tex=r"y_i = x_{i-p}\text{ inside, } c\text{ outside}", spec="pad(x, pad_width, constant_values=value)",
    shape=lambda x, pad_width, value=0: _padded(x, pad_width))  # fmt: skip
def _border(x, pad_width=None, value=0):
    return np.pad(x, _widths(pad_width, x.ndim), constant_values=value)


@_border.vjp(tex=r"\bar x_i = \bar y_{i+p}", spec="inside(y_bar, pad_width, x_shape)")
def _border_vjp(y_bar, x_shape, pad_width):
    return y_bar[tuple(slice(a, a + n) for n, (a, _) in zip(x_shape, _widths(pad_width, len(x_shape)), strict=True))]


def pad(x, pad_width, mode="constant", constant_values=None):
    """A border around the tensor: a constant, or (mode ``"reflect"``, ``"symmetric"``, ``"edge"``) its own entries."""
    if mode == "constant":
        return _border(x, pad_width=pad_width, value=0 if constant_values is None else constant_values)
    if constant_values is not None:
        raise ArgumentError("ops.pad", expected="constant_values with mode='constant' only", got=f"mode={mode!r}")
    x = as_tensor(x)
    for axis, widths in enumerate(_widths(pad_width, len(x.shape))):
        if widths != (0, 0):
            x = take(x, np.pad(np.arange(x.shape[axis], dtype="int32"), widths, mode=mode), axis=axis)
    return x


def moveaxis(x, source, destination):
    """Axes moved to other places; the rest keep their order."""
    x = as_tensor(x)
    rank = len(x.shape)
    pairs = zip(np.atleast_1d(destination) % rank, np.atleast_1d(source) % rank, strict=True)
    pairs = sorted((int(to), int(frm)) for to, frm in pairs)
    axes = [a for a in range(rank) if a not in {frm for _, frm in pairs}]
    for to, frm in pairs:
        axes.insert(to, frm)
    return transpose(x, axes=tuple(axes))


def ravel(x):
    """All entries in one row."""
    return reshape(x, newshape=-1)


def vstack(xs):
    """Tensors one above the other."""
    xs = [as_tensor(x) for x in xs]
    return concatenate([x if len(x.shape) > 1 else expand_dims(x, axis=0) for x in xs], axis=0)


def hstack(xs):
    """Tensors side by side."""
    xs = [as_tensor(x) for x in xs]
    return concatenate(xs, axis=1 if len(xs[0].shape) > 1 else 0)


@op(tex=r"y_{ij} = x_{ij}[j \le i + k]", spec="tril(x, k)", shape=lambda x, k=0: x, numpy=(np.tril,))
def tril(x, k=0):
    """The lower triangle of the last two axes, zeros above."""
    return np.tril(x, k)


@tril.vjp(tex=r"\bar x_{ij} = \bar y_{ij}[j \le i + k]", spec="tril(y_bar, k)")
def tril_vjp(y_bar, k):
    return np.tril(y_bar, k)


@op(tex=r"y_{ij} = x_{ij}[j \ge i + k]", spec="triu(x, k)", shape=lambda x, k=0: x, numpy=(np.triu,))
def triu(x, k=0):
    """The upper triangle of the last two axes, zeros below."""
    return np.triu(x, k)


@triu.vjp(tex=r"\bar x_{ij} = \bar y_{ij}[j \ge i + k]", spec="triu(y_bar, k)")
def triu_vjp(y_bar, k):
    return np.triu(y_bar, k)


def _flat_or_same(x, axis=None):
    return (None if None in x else math.prod(x),) if axis is None else x


@op(tex=r"y_i = \sum_{j \le i} x_j", spec="cumsum(x, axis)", numpy=(np.cumsum,),
    shape=lambda x, axis=None, dtype=None: _flat_or_same(x, axis),
    dtype=lambda x, axis=None, dtype=None: dtype or _countable(x))  # fmt: skip
def cumsum(x, axis=None, dtype=None):
    """Running sum along an axis (of the flattened tensor by default)."""
    return np.cumsum(x, axis, dtype=dtypes.as_numpy(dtypes.name_of(dtype or _countable(x.dtype))))


def _countable(dtype):
    return "int32" if dtypes.name_of(dtype) == "bool" else dtype


@cumsum.vjp(
    tex=r"\bar x_j = \sum_{i \ge j} \bar y_i", spec="reshape(flip(cumsum(flip(y_bar, axis), axis), axis), x_shape)"
)
def cumsum_vjp(y_bar, x_shape, axis):
    axis = 0 if axis is None else axis
    return np.reshape(np.flip(np.cumsum(np.flip(y_bar, axis), axis), axis), x_shape)


@op(tex=r"\iota\text{ sorts } x", spec="argsort_of(x, axis)", shape=lambda x, axis=-1: _flat_or_same(x, axis), dtype="int32",
    numpy=(np.argsort,))  # fmt: skip
def argsort(x, axis=-1):
    """The places of the entries in rising order; equal ones keep their order."""
    return np.argsort(x, axis=axis, kind="stable").astype("int32")


def _grid(indices, axis):
    """Return the index that ``take_along_axis`` stands for."""
    rank = indices.ndim
    places = np.ogrid[tuple(slice(n) for n in indices.shape)]
    return tuple(indices if a == axis % rank else places[a] for a in range(rank))


@op(tex=r"y_{ij} = x_{i,\iota_{ij}}", spec="take_along_axis(x, indices, axis)", dtype=lambda x, i, axis=None: x,
    shape=lambda x, i, axis=None: i, numpy=(np.take_along_axis,))  # fmt: skip
def take_along_axis(x, indices, axis=None):
    """Entries at places that differ from row to row, as :func:`argsort` gives them."""
    return np.take_along_axis(x, indices, axis)


@take_along_axis.vjp(
    tex=r"\bar x_{ik} = \sum_{j:\,\iota_{ij}=k} \bar y_{ij}", spec="place_along(y_bar, indices, axis, x_shape)"
)
def take_along_axis_vjp(y_bar, x_shape, indices, axis):
    if axis is None:
        return put_back(y_bar, (math.prod(x_shape),), as_array(indices)).reshape(x_shape), None
    return put_back(y_bar, x_shape, _grid(as_array(indices), axis)), None


def sort(x, axis=-1):
    """The entries in rising order."""
    return take_along_axis(x, argsort(x, axis=axis), axis=axis)


def top_k(x, k, sorted=True):
    """The k largest entries of the last axis, largest first, and their places."""
    places = argsort(negative(x), axis=-1)[..., :k]
    return take_along_axis(x, places, axis=-1), places


def meshgrid(*x, indexing="xy"):
    """The coordinates of a grid from one row of numbers per axis."""
    x = [as_tensor(row) for row in x]
    order = list(range(len(x)))
    if indexing == "xy" and len(x) > 1:
        order[0], order[1] = 1, 0
    lengths = [0] * len(x)
    for k, row in enumerate(x):
        lengths[order[k]] = row.shape[0]
    shapes = [tuple(-1 if a == order[k] else 1 for a in range(len(x))) for k in range(len(x))]
    return [broadcast_to(reshape(row, newshape=s), shape=tuple(lengths)) for row, s in zip(x, shapes, strict=True)]
