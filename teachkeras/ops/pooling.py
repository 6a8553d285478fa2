"""Pooling: what a window holds becomes one number per channel. Over one, two or three axes.

Index letters: n the image, i the place of a window (one number per axis), a the place inside a window, c the channel;
s strides, p padding in front.
"""

import numpy as np

from teachkeras import kernels
from teachkeras.errors import ArgumentError, ShapeError
from teachkeras.kernels.geometry import windows_on
from teachkeras.ops._layout import is_first, per_axis, shape_to_first, shape_to_last, to_first, to_last
from teachkeras.ops._resampling import mix_along
from teachkeras.ops.arrange import take_along_axis
from teachkeras.ops.op import op
from teachkeras.ops.reductions import argmax
from teachkeras.ops.shapes import as_tensor, expand_dims, reshape, take
from teachkeras.tensor import Operators


def _plan(x, pool_size, strides, padding, data_format):
    """Return (channels first?, geometry) of a pooling of an image of this shape."""
    first, rank, padding = is_first(data_format), len(x) - 2, str(padding).lower()
    size = per_axis(pool_size, rank, "pool_size")
    strides = size if strides is None else per_axis(strides, rank, "strides")
    if padding not in ("valid", "same"):
        raise ArgumentError("pooling: padding", expected="'valid' or 'same'", got=repr(padding))
    if min((*size, *strides)) <= 0:
        raise ArgumentError("pooling", expected="a positive pool_size and strides", got=f"{size} and {strides}")
    g = windows_on(shape_to_last(x, first)[1:-1], size, strides, None, padding)
    if any(count is not None and count <= 0 for count in g.windows):
        raise ShapeError(
            "pooling", expected=f"an image of at least {size} (the pool_size)", got=f"x of shape {tuple(x)}",
            fix="use a smaller pool_size, padding='same' or larger images",
        )
    return first, g


def _pooled(x, pool_size=2, strides=None, padding="valid", data_format=None):
    first, g = _plan(x, pool_size, strides, padding, data_format)
    return shape_to_first((x[0], *g.windows, x[1 if first else -1]), first)


# --- the largest -----------------------------------------------------------------------------------------------------


@op(tex=r"y_{nic} = \max_a x_{n,\,is+a-p,\,c}", spec="placed(amax(over_taps(x, -inf), 2))", shape=_pooled, keeps=("place",))
def maxpool(x, pool_size=2, strides=None, padding="valid", data_format=None):
    """The largest entry under each window; the gradient goes back to its place alone, the first if several are as large."""
    first, g = _plan(x.shape, pool_size, strides, padding, data_format)
    y, place = kernels.maxpool(to_last(x, first), g)
    return to_first(y, first), place


@maxpool.vjp(
    tex=r"\bar x_{nqc} = \sum_{i:\,is+a^*_{nic}-p=q} \bar y_{nic},\quad a^*_{nic} = \arg\max_a x_{n,\,is+a-p,\,c}",
    spec="lay_back(expand_dims(flat(y_bar), 2) * first_of_taps(over_taps(x, -inf)))",
)
def maxpool_vjp(y_bar, x_shape, place, pool_size, strides, padding, data_format):
    first, g = _plan(x_shape, pool_size, strides, padding, data_format)
    return to_first(_put_of(to_last(y_bar, first), place, g), first)


@op(tex=r"x_{nqc} = \sum_{i:\,is+a^*_{nic}-p=q} y_{nic}", reason="the gradient of maxpool, whose spec is tested; linear",
    shape=lambda y, place, geometry: (y[0], *geometry.lengths, y[-1]), dtype=lambda y, place, **_: y)  # fmt: skip
def _maxpool_put(y, place, geometry=None):
    return kernels.maxpool_vjp(y, place, geometry)


@op(tex=r"y_{nic} = x_{n,\,is+a^*_{nic}-p,\,c}", reason="the gradient of the gradient of maxpool; linear",
    shape=lambda x, place, geometry: place, dtype=lambda x, place, **_: x)  # fmt: skip
def _maxpool_pick(x, place, geometry=None):
    return kernels.maxpool_pick(x, place, geometry)


@_maxpool_put.vjp(tex=r"\bar y_{nic} = \bar x_{n,\,is+a^*_{nic}-p,\,c}")
def _maxpool_put_vjp(x_bar, place, geometry):
    if isinstance(x_bar, Operators):
        return _maxpool_pick(x_bar, place, geometry=geometry), None
    return kernels.maxpool_pick(x_bar, place, geometry), None


@_maxpool_pick.vjp(tex=r"\bar x_{nqc} = \sum_{i:\,is+a^*_{nic}-p=q} \bar y_{nic}")
def _maxpool_pick_vjp(y_bar, place, geometry):
    return _put_of(y_bar, place, geometry), None


def _put_of(y_bar, place, g):
    """Return each entry of y_bar at its place in an image of zeros: the routine on arrays, the op on tensors."""
    if isinstance(y_bar, Operators):
        return _maxpool_put(y_bar, place, geometry=g)
    return kernels.maxpool_vjp(y_bar, place, g)


def max_pool(inputs, pool_size, strides=None, padding="valid", data_format=None):
    """The largest entry under each window (Keras's ``ops.max_pool``); strides are the pool_size by default.

    >>> max_pool(np.array([[[1.0], [3.0], [2.0], [0.0]]]), 2).numpy().ravel()
    array([3., 2.])
    """
    return maxpool(inputs, pool_size=pool_size, strides=strides, padding=padding, data_format=data_format)


# --- the mean --------------------------------------------------------------------------------------------------------


@op(tex=r"y_{nic} = \frac{1}{|A_i|}\sum_{a\in A_i} x_{n,\,is+a-p,\,c},\quad A_i = \{a : \text{on the image}\}", shape=_pooled,
    spec="placed(einsum('niac->nic', over_taps(x, 0)) / tap_counts(x))", dtype="float")  # fmt: skip
def averagepool(x, pool_size=2, strides=None, padding="valid", data_format=None):
    """The mean under each window; what lies outside of the image does not count."""
    first, g = _plan(x.shape, pool_size, strides, padding, data_format)
    return to_first(kernels.averagepool(to_last(x, first), g), first)


@averagepool.vjp(tex=r"\bar x_{nqc} = \sum_{i,a:\,is+a-p=q} \bar y_{nic}/|A_i|",
    spec="lay_back(expand_dims(flat(y_bar) / tap_counts(x), 2) * ones(tap_shape(x)))")  # fmt: skip
def averagepool_vjp(y_bar, x_shape, pool_size, strides, padding, data_format):
    first, g = _plan(x_shape, pool_size, strides, padding, data_format)
    return to_first(_spread_of(to_last(y_bar, first), g), first)


@op(tex=r"x_{nqc} = \sum_{i,a:\,is+a-p=q} y_{nic}/|A_i|", reason="the gradient of averagepool, whose spec is tested; linear",
    shape=lambda y, geometry: (y[0], *geometry.lengths, y[-1]))  # fmt: skip
def _averagepool_spread(y, geometry=None):
    return kernels.averagepool_vjp(y, geometry)


@_averagepool_spread.vjp(tex=r"\bar y_{nic} = \frac{1}{|A_i|}\sum_{a\in A_i} \bar x_{n,\,is+a-p,\,c}")
def _averagepool_spread_vjp(x_bar, geometry):
    if isinstance(x_bar, Operators):  # one of equal geometry, given by what it follows from
        padding = "same" if any(geometry.before) or any(geometry.after) else "valid"
        return averagepool(x_bar, pool_size=geometry.size, strides=geometry.strides, padding=padding,
                           data_format="channels_last")  # fmt: skip
    return kernels.averagepool(x_bar, geometry)


def _spread_of(y_bar, g):
    return _averagepool_spread(y_bar, geometry=g) if isinstance(y_bar, Operators) else kernels.averagepool_vjp(y_bar, g)


def average_pool(inputs, pool_size, strides=None, padding="valid", data_format=None):
    """The mean under each window (Keras's ``ops.average_pool``); strides are the pool_size by default.

    >>> average_pool(np.array([[[1.0], [3.0], [2.0], [0.0]]]), 2).numpy().ravel()
    array([2., 1.])
    """
    return averagepool(inputs, pool_size=pool_size, strides=strides, padding=padding, data_format=data_format)


# --- as many windows as asked for ------------------------------------------------------------------------------------


def _bounds(length, count):
    """Return where each of `count` windows begins and ends: window j covers ⌊jL/w⌋ … ⌈(j+1)L/w⌉ - 1."""
    return [(j * length // count, -(-(j + 1) * length // count)) for j in range(count)]


def _adaptive(inputs, output_size, data_format, along):
    """Pool axis after axis to the lengths asked for; `along(x, axis, bounds)` pools one."""
    x, first = as_tensor(inputs), is_first(data_format)
    rank = len(x.shape) - 2
    if not 1 <= rank <= 3:
        raise ArgumentError("adaptive pooling", expected="one, two or three axes between batch and channels",
                            got=f"x of shape {tuple(x.shape)}")  # fmt: skip
    for axis, count in enumerate(per_axis(output_size, rank, "output_size"), 2 if first else 1):
        x = along(x, axis, _bounds(x.shape[axis], count))
    return x


def _mean_along(x, axis, bounds):
    """The means as one matrix: m_jq = 1/(length of window j) inside of it."""
    m = np.zeros((len(bounds), x.shape[axis]))
    for j, (start, stop) in enumerate(bounds):
        m[j, start:stop] = 1.0 / (stop - start)
    return mix_along(m, x, axis)


def _largest_along(x, axis, bounds):
    """The entries of every window side by side, short windows filled up with their last; then the first largest."""
    longest = max(stop - start for start, stop in bounds)
    places = np.array([[min(start + a, stop - 1) for a in range(longest)] for start, stop in bounds], "int32")
    u = take(x, places, axis=axis)
    best = expand_dims(argmax(u, axis=axis + 1), axis=axis + 1)
    y = take_along_axis(u, best, axis=axis + 1)
    return reshape(y, newshape=(-1, *x.shape[1:axis], len(bounds), *x.shape[axis + 1 :]))


def adaptive_average_pool(inputs, output_size, data_format=None):
    """Means of as many windows as asked for, spread evenly over the image (Keras's ``ops.adaptive_average_pool``).

    >>> adaptive_average_pool(np.arange(6.0).reshape(1, 6, 1), 3).numpy().ravel()
    array([0.5, 2.5, 4.5])
    """
    return _adaptive(inputs, output_size, data_format, _mean_along)


def adaptive_max_pool(inputs, output_size, data_format=None):
    """The largest entries of as many windows as asked for, spread evenly over the image."""
    return _adaptive(inputs, output_size, data_format, _largest_along)
