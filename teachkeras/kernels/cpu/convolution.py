"""Convolution as matrix products (BLAS), on windows that are formed and laid back a few images at a time.

Letters as in ``kernels/geometry.py``. The windows of a few images at a time stay in the processor's cache from when
they are formed until they are multiplied; for the gradient they are formed again, which is cheaper than keeping them.
"""

import functools
import math

import numpy as np

from teachkeras.kernels.blas import PARTS, SPLIT, product, share
from teachkeras.kernels.cpu import depthwise, jit, winograd
from teachkeras.kernels.cpu.depthwise import across, bordered, inside
from teachkeras.kernels.reference import convolution as reference
from teachkeras.kernels.registry import routine

f = np.float32
TOGETHER = 1 << 18  # entries of windows formed at a time: 1 MB, half of a core's second-level cache


def _form(image, g, u):
    """u[(n,i), (a,c)] = image[n, i·s + a·d, c]: entries that lie side by side are copied as one thing, a run.

    A run is the k·c entries of a window's last axis, or with dilation the c channels of one entry. NumPy copies whole
    runs twice as fast as single numbers, and faster than a loop by Numba.
    """
    single = g.dilation[-1] > 1
    length = image.shape[-1] * (1 if single else g.size[-1])
    run, by = np.dtype((np.void, 4 * length)), image.strides
    inner = len(g.size) if single else len(g.size) - 1
    shape = (len(image), *g.windows, *g.size[:inner])
    places = [s * step for s, step in zip(g.strides, by[1:-1], strict=True)]
    entries = [d * step for d, step in zip(g.dilation[:inner], by[1:-1], strict=False)]
    u.view(run).reshape(shape)[...] = np.ndarray(shape, run, image, strides=(by[0], *places, *entries))


_THREE = "UniTuple(i8, 3)"


@jit(f"void(f4[:,::1], {_THREE}, {_THREE}, {_THREE}, {_THREE}, f4[:,:,:,:,::1])")
def _lay_back(u, size, strides, dilation, windows, image):
    # image[n,q,c] += Σ_(i,a: i·s + a·d = q) u[(n,i), (a,c)], run by run
    C = image.shape[4]
    runs, run = (1, size[2] * C) if dilation[2] == 1 else (size[2], C)
    for n in range(image.shape[0]):
        for i0 in range(windows[0]):
            for i1 in range(windows[1]):
                first = ((n * windows[0] + i0) * windows[1] + i1) * windows[2]
                at = 0
                for a0 in range(size[0]):
                    for a1 in range(size[1]):
                        q0, q1 = i0 * strides[0] + a0 * dilation[0], i1 * strides[1] + a1 * dilation[1]
                        row = image[n, q0, q1].reshape(-1)
                        for a2 in range(runs):
                            for i2 in range(windows[2]):
                                start = (i2 * strides[2] + a2 * dilation[2]) * C
                                under, over = row[start : start + run], u[first + i2, at : at + run]
                                for t in range(run):
                                    under[t] += over[t]
                            at += run


def _each(images, g, c, o, step):
    """Call ``step`` for one part of the windows after the other: several images together, or some rows of a large one.

    Step gets the number of the part's images (parts of one image follow each other, on one core), which images, which
    windows of the first axis, where these begin on it, their geometry, and room for them. How the work is cut depends
    on its shape alone, so the bits do not depend on how many cores there are.
    """
    rows, per_image = g.windows[0], math.prod(g.windows) * g.taps * c
    together = min(images, max(1, TOGETHER // per_image))
    if images * per_image * o >= SPLIT:
        together = min(together, -(-images // PARTS))
    high = rows if per_image <= TOGETHER else max(1, TOGETHER * rows // per_image)

    def unit(number, some):
        across = math.prod(g.windows[1:])
        room = np.empty(((some.stop - some.start) * high * across, g.taps * c), f)
        for i in range(0, rows, high):
            part = g._replace(windows=(min(high, rows - i), *g.windows[1:]))
            u = room[: (some.stop - some.start) * math.prod(part.windows)]
            step(number, some, slice(i, i + part.windows[0]), i * g.strides[0], part, u)

    units = [slice(n, min(n + together, images)) for n in range(0, images, together)]
    share([functools.partial(unit, number, some) for number, some in enumerate(units)])


def _fits(*arrays):
    return all(type(a) is np.ndarray and a.dtype == f and a.size for a in arrays if a is not None)


def _is_depthwise(groups, inputs, *arrays):
    """Tell whether every group is one input channel; what it makes of it may be several."""
    return groups > 1 and inputs == 1 and _fits(*arrays)


@routine("conv", on="cpu")
def conv(x, w, b, g, groups=1):
    # z[n,i,o] = Σ_a Σ_c x[n, i·s + a·d - p, c]·w[a,c,o] + b[o], windows times weights, a few images at a time
    if _is_depthwise(groups, w.shape[-2], x, w, b):
        z = depthwise.sums(x.repeat(w.shape[-1] // groups, axis=-1), w.reshape(g.taps, -1), g)
        return z if b is None else np.add(z, b, out=z)
    if groups > 1 or not _fits(x, w, b) or g.is_product:
        return reference.conv(x, w, b, g, groups)
    if winograd.pays(g, *w.shape[-2:]):
        return winograd.conv(x, w, b, g)
    z = np.empty((len(x), *g.windows, w.shape[-1]), f)
    matrix = w.reshape(-1, w.shape[-1])
    image = bordered(x, g)

    def step(_, some, places, start, part, u):
        _form(image[some, start:], part, u)
        out = np.matmul(u, matrix, out=z[some, places].reshape(len(u), -1))
        if b is not None:
            out += b

    _each(len(x), g, x.shape[-1], w.shape[-1], step)
    return z


@routine("conv_image", on="cpu")
def conv_image(z, w, g, groups=1):
    # x[n,q,c] = Σ_o Σ_(i,a: i·s + a·d - p = q) z[n,i,o]·w[a,c,o]
    if _is_depthwise(groups, w.shape[-2], z, w):
        x = depthwise.to_image(z, w.reshape(g.taps, -1), g)
        return x if z.shape[-1] == groups else x.reshape(*x.shape[:-1], groups, -1).sum(axis=-1)
    if groups > 1 or not _fits(z, w) or g.is_product:
        return reference.conv_image(z, w, g, groups)
    z, matrix, three = np.ascontiguousarray(z), w.reshape(-1, w.shape[-1]).T, g.in_three()
    image = bordered(np.zeros((len(z), *g.lengths, w.shape[-2]), f), g)

    def step(_, some, places, start, part, u):
        np.matmul(z[some, places].reshape(len(u), -1), matrix, out=u)
        _lay_back(u, three.size, three.strides, three.dilation, part.in_three().windows, across(image[some, start:]))

    _each(len(z), g, w.shape[-2], w.shape[-1], step)
    return np.ascontiguousarray(image[inside(g)])


@routine("conv_kernel", on="cpu", tolerance=1e-5)
def conv_kernel(z, x, g, groups=1):
    # w[a,c,o] = Σ_n Σ_i x[n, i·s + a·d - p, c]·z[n,i,o]
    if _is_depthwise(groups, x.shape[-1] // groups, z, x):
        w = depthwise.to_weights(z, x.repeat(z.shape[-1] // groups, axis=-1), g)
        return w.reshape(*g.size, 1, z.shape[-1])
    if groups > 1 or not _fits(z, x) or g.is_product:
        return reference.conv_kernel(z, x, g, groups)
    z, image, sums = np.ascontiguousarray(z), bordered(x, g), {}

    def step(number, some, places, start, part, u):
        _form(image[some, start:], part, u)
        w = np.matmul(u.T, z[some, places].reshape(len(u), -1))
        sums[number] = w if number not in sums else np.add(sums[number], w, out=w)

    _each(len(x), g, x.shape[-1], z.shape[-1], step)
    w = sum(sums[number] for number in sorted(sums))  # in order, whichever core was first
    return w.reshape(*g.size, x.shape[-1], z.shape[-1])


@routine("channel_sums", on="cpu", tolerance=1e-5)
def channel_sums(z):
    # b[o] = Σ_n Σ_i z[n,i,o], by BLAS as a row of ones times z: NumPy's own sum takes four times as long
    if not _fits(z) or not z.size:
        return reference.channel_sums(z)
    flat = np.ascontiguousarray(z).reshape(-1, z.shape[-1])
    return product(np.ones((1, len(flat)), f), flat)[0]
