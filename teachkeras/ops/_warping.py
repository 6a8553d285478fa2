"""Reading images between their pixels: weights per axis for resizing, neighbours and shares for warping."""

import itertools

import numpy as np

from teachkeras import dtypes
from teachkeras.errors import ArgumentError
from teachkeras.ops import arrange, elementwise
from teachkeras.ops._layout import is_first
from teachkeras.ops.elementwise import cast, multiply, where
from teachkeras.ops.products import matmul
from teachkeras.ops.shapes import as_tensor, get_item, reshape, stack
from teachkeras.tensor import as_array


def _cubic(x):  # Keys 1981 with a = -1/2
    near = (1.5 * x - 2.5) * x * x + 1.0
    far = ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0
    return np.where(x < 1, near, np.where(x < 2, far, 0.0))


def _lanczos(n):
    return lambda x: np.where(x < n, np.sinc(x) * np.sinc(x / n), 0.0)


CURVES = {
    "bilinear": lambda x: np.maximum(0.0, 1.0 - x),
    "bicubic": _cubic,
    "lanczos3": _lanczos(3),
    "lanczos5": _lanczos(5),
}


def floats(x):
    """Return a tensor of floats."""
    x = as_tensor(x)
    return x if dtypes.is_float(x.dtype) else cast(x, dtype=dtypes.result_type(x.dtype, float))


def weights_along(n, m, scale, translation, method, antialias):
    """Return the (n, m) weights with which n entries make m new ones, the columns summing to 1.

    New entry j lies at (j + ½ - translation)/scale - ½ among the old; shrinking with `antialias` widens the curve.
    """
    if method not in CURVES:
        raise ArgumentError("resampling", expected=f"one of {', '.join(CURVES)}", got=repr(method))
    width = max(1.0 / scale, 1.0) if antialias else 1.0
    at = (np.arange(m) + 0.5) / scale - translation / scale - 0.5
    weights = CURVES[method](np.abs(at[None, :] - np.arange(n)[:, None]) / width)
    total = weights.sum(axis=0, keepdims=True)
    weights = np.where(np.abs(total) > 1e-4, weights / np.where(total != 0, total, 1.0), 0.0)
    return np.where((at >= -0.5) & (at <= n - 0.5), weights, 0.0)


def mixed(x, axis, weights):
    """Mix the entries along an axis."""
    rows = arrange.moveaxis(x, axis, -1)
    weights = weights.astype(dtypes.as_numpy(dtypes.name_of(x.dtype)))
    return arrange.moveaxis(matmul(rows, weights), -1, axis)


def on_last(x, data_format, function):
    """Apply a function that wants the channels last."""
    if not is_first(data_format):
        return function(x)
    return arrange.moveaxis(function(arrange.moveaxis(x, -3, -1)), -1, -3)


def _inside(places, n, mode):
    """Return indices brought into range as the mode says, and whether they count."""
    if mode == "constant":
        return np.clip(places, 0, n - 1), (places >= 0) & (places < n)
    if mode == "nearest":
        return np.clip(places, 0, n - 1), None
    if mode == "wrap":
        return places % n, None
    if mode == "mirror":  # d c b | a b c d | c b a
        period = max(2 * n - 2, 1)
        folded = places % period
        return np.where(folded >= n, period - folded, folded), None
    if mode == "reflect":  # b a | a b c d | d c
        folded = places % (2 * n)
        return np.where(folded >= n, 2 * n - 1 - folded, folded), None
    raise ArgumentError("fill_mode", expected="'constant', 'nearest', 'wrap', 'mirror' or 'reflect'", got=repr(mode))


def sample(x, at, order, mode, fill):
    """Return entries of x (d axes) at places (d, …); order 1 mixes 2^d neighbours, and passes slopes to the places."""
    if order not in (0, 1):
        raise ArgumentError("ops.image.map_coordinates: order", expected="0 or 1", got=repr(order))
    plain, rank = as_array(at), len(x.shape)
    kind = dtypes.as_numpy(dtypes.name_of(x.dtype))
    if order == 0:
        corners = [((0,) * rank, np.trunc(plain + np.copysign(0.5, plain)).astype("int64"))]
    else:
        low = np.floor(plain).astype("int64")
        corners = [
            (c, low + np.reshape(c, (rank, *[1] * (low.ndim - 1)))) for c in itertools.product((0, 1), repeat=rank)
        ]
    total = None
    for corner, places in corners:
        keys, counts = zip(*[_inside(p, n, mode) for p, n in zip(places, x.shape, strict=True)], strict=True)
        value = get_item(x, key=tuple(keys))
        if mode == "constant":
            value = where(np.logical_and.reduce(counts), value, np.asarray(fill, kind))
        if order == 1:
            for axis, upper in enumerate(corner):
                share = at[axis] - low[axis].astype(plain.dtype)
                value = multiply(value, share if upper else elementwise.subtract(1.0, share))
        total = value if total is None else total + value
    return total


def projected(images, transform, interpolation, mode, fill, data_format):
    """Return images (N, H, W, C) read where the eight numbers of a projection send each pixel."""
    if interpolation not in ("nearest", "bilinear"):
        raise ArgumentError("interpolation", expected="'nearest' or 'bilinear'", got=repr(interpolation))
    images, transform = as_tensor(images), as_tensor(transform)
    single = len(images.shape) == 3
    x = reshape(images, (1, *images.shape)) if single else images
    transform = reshape(transform, (-1, 8))
    x = arrange.moveaxis(x, 1, -1) if is_first(data_format) else x
    n, h, w, c = x.shape
    row, column = (g.ravel().astype("float32") for g in np.meshgrid(np.arange(h), np.arange(w), indexing="ij"))
    found = []
    for k in range(n):
        t = transform[min(k, transform.shape[0] - 1)]
        depth = t[6] * column + t[7] * row + 1.0
        to_column, to_row = (t[0] * column + t[1] * row + t[2]) / depth, (t[3] * column + t[4] * row + t[5]) / depth
        places = stack([to_row, to_column], axis=0)
        order = 0 if interpolation == "nearest" else 1
        parts = [sample(x[k][..., j], places, order, mode, fill) for j in range(c)]
        found.append(reshape(stack(parts, axis=-1), (h, w, c)))
    y = stack(found, axis=0)
    y = arrange.moveaxis(y, -1, 1) if is_first(data_format) else y
    return reshape(y, images.shape) if single else y


def homography(start, end):
    """Return the eight numbers that send the corners `end` to `start`, for reading pixels."""
    start, end = (np.reshape(p, (-1, 4, 2)).astype("float64") for p in (start, end))
    rows = []
    for s, e in zip(start, end, strict=True):
        matrix, target = [], []
        for (u, v), (x, y) in zip(s, e, strict=True):
            matrix += [[x, y, 1, 0, 0, 0, -x * u, -y * u], [0, 0, 0, x, y, 1, -x * v, -y * v]]
            target += [u, v]
        rows.append(np.linalg.solve(np.array(matrix), np.array(target)))
    return np.array(rows, "float32")
