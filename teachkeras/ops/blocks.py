"""Pieces of images and rows: windows taken out and put back, depth traded for area, axes rearranged by a pattern.

Index letters: n the image, c the channel, i the place of a window, a the place inside it.
"""

import itertools
import math

import numpy as np

from teachkeras.errors import ArgumentError, ShapeError
from teachkeras.ops import arrange, reductions
from teachkeras.ops.elementwise import cast, maximum, subtract, where
from teachkeras.ops.shapes import as_tensor, get_item, put_back, reshape, take, transpose
from teachkeras.tensor import Operators, as_array


def space_to_depth(x, block_size, data_format="channels_last"):
    """Blocks of pixels become channels: (N, H, W, C) to (N, H/b, W/b, b²C)."""
    x, b = as_tensor(x), block_size
    if data_format == "channels_first":
        n, c, h, w = x.shape
        x = transpose(reshape(x, (_n(n), c, h // b, b, w // b, b)), (0, 1, 3, 5, 2, 4))
        return reshape(x, (_n(n), b * b * c, h // b, w // b))
    n, h, w, c = x.shape
    x = transpose(reshape(x, (_n(n), h // b, b, w // b, b, c)), (0, 1, 3, 2, 4, 5))
    return reshape(x, (_n(n), h // b, w // b, b * b * c))


def depth_to_space(x, block_size, data_format="channels_last"):
    """Channels become blocks of pixels: (N, H, W, b²C) to (N, bH, bW, C); undoes :func:`space_to_depth`."""
    x, b = as_tensor(x), block_size
    if data_format == "channels_first":
        n, c, h, w = x.shape
        x = transpose(reshape(x, (_n(n), c // (b * b), b, b, h, w)), (0, 1, 4, 2, 5, 3))
        return reshape(x, (_n(n), c // (b * b), h * b, w * b))
    n, h, w, c = x.shape
    x = transpose(reshape(x, (_n(n), h, w, b, b, c // (b * b))), (0, 1, 3, 2, 4, 5))
    return reshape(x, (_n(n), h * b, w * b, c // (b * b)))


def _n(n):
    return -1 if n is None else n


def _pair(value):
    return (value, value) if isinstance(value, int) else tuple(value)


def _taps(lengths, kernel, dilation, stride):
    """Return, for each of two axes, the places (taps, windows) that the windows read."""
    places = []
    for n, k, d, s in zip(lengths, kernel, dilation, stride, strict=True):
        windows = (n - d * (k - 1) - 1) // s + 1
        if windows < 1:
            raise ShapeError("ops.unfold", expected=f"an image of at least {d * (k - 1) + 1}", got=f"length {n}")
        places.append(d * np.arange(k)[:, None] + s * np.arange(windows))
    rows, columns = places
    shape = (rows.shape[0], columns.shape[0], rows.shape[1], columns.shape[1])
    return (np.broadcast_to(rows[:, None, :, None], shape).reshape(-1, shape[2] * shape[3]),
            np.broadcast_to(columns[None, :, None, :], shape).reshape(-1, shape[2] * shape[3]))  # fmt: skip


def unfold(x, kernel_size, dilation=1, padding=0, stride=1):
    """The windows of an image as columns: (N, C, H, W) to (N, C·kh·kw, windows)."""
    (ph, pw), x = _pair(padding), as_tensor(x)
    x = arrange.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    taps = _taps(x.shape[2:], _pair(kernel_size), _pair(dilation), _pair(stride))
    found = get_item(x, key=(slice(None), slice(None), *taps))
    return reshape(found, (found.shape[0], found.shape[1] * found.shape[2], found.shape[3]))


def fold(x, output_size, kernel_size, dilation=1, padding=0, stride=1):
    """Columns put back as windows of an image, overlapping ones added: the way back of :func:`unfold`."""
    (ph, pw), (h, w), x = _pair(padding), _pair(output_size), as_tensor(x)
    kernel = _pair(kernel_size)
    taps = _taps((h + 2 * ph, w + 2 * pw), kernel, _pair(dilation), _pair(stride))
    n, c = x.shape[0], x.shape[1] // math.prod(kernel)
    parts = reshape(x, (n, c, *taps[0].shape))
    x = put_back(parts, (n, c, h + 2 * ph, w + 2 * pw), (slice(None), slice(None), *taps))
    return as_tensor(x)[:, :, ph : ph + h, pw : pw + w]


def extract_sequences(x, sequence_length, sequence_stride):
    """Windows of the last axis, `sequence_stride` apart: (…, n) to (…, windows, sequence_length)."""
    x = as_tensor(x)
    count = (x.shape[-1] - sequence_length) // sequence_stride + 1
    places = sequence_stride * np.arange(count, dtype="int32")[:, None] + np.arange(sequence_length, dtype="int32")
    return take(x, places, axis=-1)


def sparsemax(x, axis=-1):
    """The nearest row of probabilities, many of them exactly 0: max(x - τ, 0) with τ such that the sum is 1.

    Source: Martins & Astudillo 2016, algorithm 1.
    """
    x = as_tensor(x)
    z = arrange.moveaxis(x, axis, -1)
    falling = np.flip(arrange.sort(z, axis=-1), -1)
    k = np.arange(
        1, z.shape[-1] + 1, dtype=as_array(z).dtype if isinstance(z, Operators) and hasattr(z, "data") else "float32"
    )
    sums = arrange.cumsum(falling, axis=-1)
    support = 1 + k * falling > sums
    size = reductions.sum(cast(support, dtype="int32"), axis=-1, keepdims=True)
    tau = (arrange.take_along_axis(sums, size - 1, axis=-1) - 1.0) / cast(size, dtype=k.dtype.name)
    return arrange.moveaxis(maximum(subtract(z, tau), 0.0), -1, axis)


def threshold(x, threshold, default_value):
    """Entries above the threshold stay, others become the default."""
    x = as_tensor(x)
    return where(x > threshold, x, default_value)


def sparse_plus(x):
    """0 up to -1, a parabola (x+1)²/4 to 1, then the identity."""
    x = as_tensor(x)
    return where(x <= -1, 0.0, where(x < 1, 0.25 * (x + 1.0) * (x + 1.0), x))


def sparse_sigmoid(x):
    """0 up to -1, a straight line to 1."""
    x = as_tensor(x)
    return where(x <= -1, 0.0, where(x >= 1, 1.0, 0.5 * (x + 1.0)))


def rearrange(tensor, pattern, **axes_lengths):
    """Axes reordered, joined and split as a pattern says: ``rearrange(x, "b h w c -> b (h w) c")``.

    >>> rearrange(np.zeros((2, 3, 4)), "a b c -> (b a) c").shape
    (6, 4)
    """
    tensor = as_tensor(tensor)
    left, right = (_groups(side) for side in pattern.split("->"))
    lengths, flat = dict(axes_lengths), list(itertools.chain(*left))
    if sorted(flat) != sorted(itertools.chain(*right)) or len(left) != len(tensor.shape):
        raise ArgumentError("ops.rearrange", expected="each axis once on both sides", got=repr(pattern))
    for group, n in zip(left, tensor.shape, strict=True):
        unknown = [name for name in group if name not in lengths]
        known = math.prod(lengths[name] for name in group if name in lengths)
        if len(unknown) > 1 or (n is not None and known and n % known):
            raise ArgumentError("ops.rearrange", expected=f"lengths of all but one of {group}", got=str(axes_lengths))
        if unknown:
            lengths[unknown[0]] = -1 if n is None else n // known
    x = transpose(reshape(tensor, [lengths[name] for name in flat]), [flat.index(n) for g in right for n in g])
    return reshape(x, [-1 if any(lengths[n] < 0 for n in g) else math.prod(lengths[n] for n in g) for g in right])


def _groups(side):
    groups, inside = [], None
    for word in side.replace("(", " ( ").replace(")", " ) ").split():
        if word == "(":
            inside = []
        elif word == ")":
            groups.append(inside)
            inside = None
        elif inside is None:
            groups.append([word])
        else:
            inside.append(word)
    return groups
