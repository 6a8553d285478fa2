"""Pooling in one pass: the largest entry and its place together; channels side by side, so that several go at a time.

Letters as in ``kernels/geometry.py``. Every geometry is brought to three axes, so that one loop serves all.
"""

import numpy as np

from teachkeras.kernels.cpu import depthwise, jit
from teachkeras.kernels.reference import pooling as reference
from teachkeras.kernels.registry import routine

f = np.float32
_THREE = "UniTuple(i8, 3)"
_WHERE = f"{_THREE}, {_THREE}, {_THREE}"


@jit("UniTuple(i8, 2)(i8, i8, i8, i8, i8)")
def _inside(windows, a, s, p, length):
    # the windows i, from … to, whose entry a lies on the image: 0 <= i·s + a - p < length
    return max((p - a + s - 1) // s, 0), min((length - 1 - a + p) // s + 1, windows)


@jit(f"void(f4[:,:,:,:,::1], {_WHERE}, f4[:,:,:,:,::1], i4[:,:,:,:,::1])")
def _maxpool(x, size, strides, before, y, place):
    for n in range(y.shape[0]):
        for i0 in range(y.shape[1]):
            for i1 in range(y.shape[2]):
                best, at = y[n, i0, i1], place[n, i0, i1]
                best[:], at[:] = f(-np.inf), 0
                for a in range(size[0] * size[1] * size[2]):
                    q0 = i0 * strides[0] + a // (size[1] * size[2]) - before[0]
                    q1 = i1 * strides[1] + a // size[2] % size[1] - before[1]
                    a2 = a % size[2]
                    if not (0 <= q0 < x.shape[1] and 0 <= q1 < x.shape[2]):
                        continue
                    row = x[n, q0, q1]
                    start, stop = _inside(y.shape[3], a2, strides[2], before[2], x.shape[3])
                    for i2 in range(start, stop):
                        q2 = i2 * strides[2] + a2 - before[2]
                        for c in range(x.shape[4]):
                            v, b = row[q2, c], best[i2, c]
                            larger = v > b or (v != v and b == b)
                            best[i2, c] = v if larger else b
                            at[i2, c] = np.int32(a) if larger else at[i2, c]


@routine("maxpool", on="cpu")
def maxpool(x, g):
    # y[n,i,c] = max_a x[n, i·s + a - p, c];   place[n,i,c] = the first a that is the largest (or not a number)
    if x.dtype != f or not x.size:
        return reference.maxpool(x, g)
    three = g.in_three()
    y = np.empty((len(x), *three.windows, x.shape[-1]), f)
    place = np.empty(y.shape, np.int32)
    across = np.ascontiguousarray(x).reshape(len(x), *three.lengths, x.shape[-1])
    _maxpool(across, three.size, three.strides, three.before, y, place)
    shape = (len(x), *g.windows, x.shape[-1])
    return y.reshape(shape), place.reshape(shape)


@jit(f"void(f4[:,:,:,:,::1], i4[:,:,:,:,::1], {_WHERE}, f4[:,:,:,:,::1])")
def _put(y_bar, place, size, strides, before, x_bar):
    for n in range(y_bar.shape[0]):
        for i0 in range(y_bar.shape[1]):
            for i1 in range(y_bar.shape[2]):
                bar, at = y_bar[n, i0, i1], place[n, i0, i1]
                for a in range(size[0] * size[1] * size[2]):
                    q0 = i0 * strides[0] + a // (size[1] * size[2]) - before[0]
                    q1 = i1 * strides[1] + a // size[2] % size[1] - before[1]
                    a2 = a % size[2]
                    if not (0 <= q0 < x_bar.shape[1] and 0 <= q1 < x_bar.shape[2]):
                        continue
                    row = x_bar[n, q0, q1]
                    start, stop = _inside(y_bar.shape[3], a2, strides[2], before[2], x_bar.shape[3])
                    for i2 in range(start, stop):
                        q2 = i2 * strides[2] + a2 - before[2]
                        for c in range(x_bar.shape[4]):
                            row[q2, c] += bar[i2, c] if at[i2, c] == np.int32(a) else f(0)


@routine("maxpool_vjp", on="cpu")
def maxpool_vjp(y_bar, place, g):
    # x_bar[n,q,c] = Σ_(i: i·s + place[n,i,c] - p = q) y_bar[n,i,c]
    if y_bar.dtype != f or not y_bar.size:
        return reference.maxpool_vjp(y_bar, place, g)
    three = g.in_three()
    x_bar = np.zeros((len(y_bar), *three.lengths, y_bar.shape[-1]), f)
    shape = (len(y_bar), *three.windows, y_bar.shape[-1])
    bar, at = (np.ascontiguousarray(a).reshape(shape) for a in (y_bar, place))
    _put(bar, at, three.size, three.strides, three.before, x_bar)
    return x_bar.reshape(len(y_bar), *g.lengths, y_bar.shape[-1])


@routine("averagepool", on="cpu")
def averagepool(x, g):
    # y[n,i,c] = Σ_a x[n, i·s + a - p, c] / (how many a lie on the image)
    if x.dtype != f or not x.size:
        return reference.averagepool(x, g)
    y = depthwise.sums(x, np.ones((g.taps, x.shape[-1]), f), g)
    return np.divide(y, reference.counts(g, f), out=y)


@routine("averagepool_vjp", on="cpu")
def averagepool_vjp(y_bar, g):
    # x_bar[n,q,c] = Σ_(i,a: i·s + a - p = q) y_bar[n,i,c] / (how many a lie on the image)
    if y_bar.dtype != f or not y_bar.size:
        return reference.averagepool_vjp(y_bar, g)
    return depthwise.to_image(y_bar / reference.counts(g, f), np.ones((g.taps, y_bar.shape[-1]), f), g)
