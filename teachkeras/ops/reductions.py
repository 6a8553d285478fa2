"""Ops that fold axes away: sums, means, extremes.

Index letters: i runs over what stays, j over what is folded.
"""

import math

import numpy as np

from teachkeras import dtypes
from teachkeras.kernels import device
from teachkeras.ops.op import op


def axes_of(axis, ndim):
    """Return the axes to fold as a tuple of non-negative numbers; None means all."""
    if axis is None:
        return tuple(range(ndim))
    return tuple(a % ndim for a in (axis if isinstance(axis, (tuple, list)) else (axis,)))


def folded_shape(x, axis=None, keepdims=False, **_):
    """Return the shape that is left of `x` after folding."""
    axes = axes_of(axis, len(x))
    if keepdims:
        return tuple(1 if a in axes else n for a, n in enumerate(x))
    return tuple(n for a, n in enumerate(x) if a not in axes)


def spread(y, x_shape, axis, keepdims):
    """Give the folded axes back to `y`, with length 1, so that it broadcasts against x."""
    return y if keepdims else np.reshape(y, folded_shape(x_shape, axis, keepdims=True))


def _wide(x, axis=None, keepdims=False, **_):
    name = dtypes.name_of(x)
    return {"bool": "int32", "int8": "int32", "int16": "int32", "uint8": "uint32", "uint16": "uint32"}.get(name, name)


def _tuple(axis):
    return tuple(axis) if isinstance(axis, list) else axis


@op(tex=r"y_i = \sum_j x_{ij}", spec="sum(x, axis)", kind="reduction", shape=folded_shape, dtype=_wide, numpy=(np.sum,))
def sum(x, axis=None, keepdims=False):
    """Sum over axes."""
    return np.sum(x, axis=_tuple(axis), keepdims=keepdims, dtype=dtypes.as_numpy(_wide(x.dtype)))


@sum.vjp(tex=r"\bar x_{ij} = \bar y_i", spec="spread(y_bar)")
def sum_vjp(y_bar, x_shape, axis, keepdims):
    return np.broadcast_to(spread(y_bar, x_shape, axis, keepdims), x_shape)


def _float(x, **_):
    return dtypes.result_type(x, float) if not dtypes.is_float(x) else x


def _count(x_shape, axis):
    return math.prod([x_shape[a] for a in axes_of(axis, len(x_shape))])


@op(tex=r"y_i = \frac1n\sum_{j=1}^{n} x_{ij}", spec="sum(x, axis) / n", kind="reduction", shape=folded_shape, dtype=_float,
    numpy=(np.mean,))  # fmt: skip
def mean(x, axis=None, keepdims=False):
    """Mean over axes; integers give floats."""
    if type(x) is np.ndarray and x.dtype in (np.float32, np.float64) and x.size:
        # what np.mean computes, in a third of its time for small arrays
        total = np.add.reduce(x, axis=_tuple(axis), keepdims=keepdims)
        return total / (x.size // total.size)
    return np.mean(x, axis=_tuple(axis), keepdims=keepdims, dtype=dtypes.as_numpy(dtypes.name_of(_float(x.dtype))))


@mean.vjp(tex=r"\bar x_{ij} = \bar y_i / n", spec="spread(y_bar) / n")
def mean_vjp(y_bar, x_shape, axis, keepdims):
    share = spread(y_bar, x_shape, axis, keepdims) / float(_count(x_shape, axis))
    return share * device.ones(x_shape, share.dtype, share)


def _extreme_vjp(y_bar, x, y, x_shape, axis, keepdims):
    """Share the gradient equally among the entries that tie."""
    hit = np.equal(x, spread(y, x_shape, axis, keepdims))
    hit = np.where(hit, y.dtype.type(1), y.dtype.type(0))
    ties = np.maximum(np.sum(hit, axis=axes_of(axis, len(x_shape)), keepdims=True), 1.0)  # none where `initial` won
    return spread(y_bar, x_shape, axis, keepdims) * hit / ties


@op(tex=r"y_i = \max_j x_{ij}", spec="amax(x, axis)", kind="reduction", shape=folded_shape, numpy=(np.max,))
def max(x, axis=None, keepdims=False, initial=None):
    """Largest entry over axes; entries that tie share the gradient."""
    more = {} if initial is None else {"initial": initial}
    return np.max(x, axis=_tuple(axis), keepdims=keepdims, **more)


@max.vjp(tex=r"\bar x_{ij} = \bar y_i [x_{ij} = y_i] / \#\{j: x_{ij} = y_i\}", spec="spread(y_bar) * hits(x, y)")
def max_vjp(y_bar, x, y, x_shape, axis, keepdims):
    return _extreme_vjp(y_bar, x, y, x_shape, axis, keepdims)


@op(tex=r"y_i = \min_j x_{ij}", spec="amin(x, axis)", kind="reduction", shape=folded_shape, numpy=(np.min,))
def min(x, axis=None, keepdims=False, initial=None):
    """Smallest entry over axes; entries that tie share the gradient."""
    more = {} if initial is None else {"initial": initial}
    return np.min(x, axis=_tuple(axis), keepdims=keepdims, **more)


@min.vjp(tex=r"\bar x_{ij} = \bar y_i [x_{ij} = y_i] / \#\{j: x_{ij} = y_i\}", spec="spread(y_bar) * hits(x, y)")
def min_vjp(y_bar, x, y, x_shape, axis, keepdims):
    return _extreme_vjp(y_bar, x, y, x_shape, axis, keepdims)


@op(tex=r"y_i = \frac1n\sum_j (x_{ij}-\mu_i)^2", spec="sum((x - spread(sum(x, axis) / n)) ** 2, axis) / n", kind="reduction",
    shape=folded_shape, dtype=_float, numpy=(np.var,))  # fmt: skip
def var(x, axis=None, keepdims=False):
    """Variance over axes (divided by n)."""
    return np.var(x, axis=_tuple(axis), keepdims=keepdims, dtype=dtypes.as_numpy(dtypes.name_of(_float(x.dtype))))


@var.vjp(tex=r"\bar x_{ij} = \tfrac2n\bar y_i (x_{ij}-\mu_i)", spec="2 / n * spread(y_bar) * (x - spread(sum(x, axis) / n))")
def var_vjp(y_bar, x, x_shape, axis, keepdims):
    centred = x - np.mean(x, axis=axes_of(axis, len(x_shape)), keepdims=True)
    return spread(y_bar, x_shape, axis, keepdims) * centred * (2.0 / _count(x_shape, axis))


def std(x, axis=None, keepdims=False):
    """Standard deviation over axes: the square root of the variance."""
    from teachkeras.ops.elementwise import sqrt

    return sqrt(var(x, axis=axis, keepdims=keepdims))


def _fold_to(dtype):
    return dict(kind="reduction", shape=folded_shape, dtype=dtype)


@op(tex=r"y_i = \arg\max_j x_{ij}", spec="argmax(x, axis)", numpy=(np.argmax,), **_fold_to("int32"))
def argmax(x, axis=None, keepdims=False):
    """Index of the largest entry (the first at a tie)."""
    return np.argmax(x, axis=axis, keepdims=keepdims).astype("int32")


@op(tex=r"y_i = \arg\min_j x_{ij}", spec="argmin(x, axis)", numpy=(np.argmin,), **_fold_to("int32"))
def argmin(x, axis=None, keepdims=False):
    """Index of the smallest entry (the first at a tie)."""
    return np.argmin(x, axis=axis, keepdims=keepdims).astype("int32")


@op(tex=r"y_i = \bigvee_j x_{ij}", spec="any(x, axis)", numpy=(np.any,), **_fold_to("bool"))
def any(x, axis=None, keepdims=False):
    """True where any entry is."""
    return np.any(x, axis=_tuple(axis), keepdims=keepdims)


@op(tex=r"y_i = \bigwedge_j x_{ij}", spec="all(x, axis)", numpy=(np.all,), **_fold_to("bool"))
def all(x, axis=None, keepdims=False):
    """True where every entry is."""
    return np.all(x, axis=_tuple(axis), keepdims=keepdims)


aliases = {"amax": max, "amin": min}
