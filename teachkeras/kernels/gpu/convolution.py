"""Convolution as matrix products (cuBLAS) on windows that a kernel forms and another lays back, some images at a time.

Letters as in ``kernels/geometry.py``. How many images go together depends on the shapes alone, so sums over them have
one order.
"""

import math

from teachkeras.kernels import device
from teachkeras.kernels.gpu import blocks, empty, in_order, is_ready, launch
from teachkeras.kernels.gpu.pooling import geometry
from teachkeras.kernels.gpu.products import add_bias
from teachkeras.kernels.reference import convolution as reference
from teachkeras.kernels.registry import routine

TOGETHER = 1 << 26  # entries of windows formed at a time: 256 MB


def _parts(images, g, channels):
    """Yield slices of the images whose windows are formed together."""
    together = max(1, TOGETHER // max(1, math.prod(g.windows) * g.taps * channels))
    for n in range(0, images, together):
        yield slice(n, min(n + together, images))


def _formed(x, g, groups):
    """u[k, (n,i), (a,c)], the windows as rows, one matrix per group."""
    n, c = len(x), x.shape[-1]
    if g.is_product and groups == 1:
        return x.reshape(1, -1, c)
    u = empty((groups, n * math.prod(g.windows), g.taps * c // groups))
    launch("convolution", "form", blocks(u.size), x, u, geometry(g), n, c, c // groups)
    return u


@routine("conv", on="gpu")
def conv(x, w, b, g, groups=1):
    # z[n,i,o] = Σ_a Σ_c x[n, i·s + a·d - p, c]·w[a,c,o] + b[o]
    if not is_ready(x, w, b):
        return reference.conv(x, w, b, g, groups)
    x, w = in_order(x, w)
    factors, outs = reference.as_factors(w, groups), []
    for some in _parts(len(x), g, x.shape[-1]):
        z = device.xp.matmul(_formed(x[some], g, groups), factors)
        outs.append(_channels_last(z).reshape(some.stop - some.start, *g.windows, w.shape[-1]))
    z = outs[0] if len(outs) == 1 else device.xp.concatenate(outs)
    (z,) = in_order(z)
    add_bias(z, b)
    return z


def _channels_last(z):
    """(groups, n·i, o/groups) → (n·i, o)."""
    return z[0] if len(z) == 1 else z.transpose(1, 0, 2).reshape(z.shape[1], -1)


@routine("conv_image", on="gpu")
def conv_image(z, w, g, groups=1):
    # x[n,q,c] = Σ_o Σ_(i,a: i·s + a·d - p = q) z[n,i,o]·w[a,c,o]
    if not is_ready(z, w):
        return reference.conv_image(z, w, g, groups)
    z, w = in_order(z, w)
    channels = groups * w.shape[-2]
    x, factors = empty((len(z), *g.lengths, channels)), reference.as_factors(w, groups).transpose(0, 2, 1)
    for some in _parts(len(z), g, channels):
        u = device.xp.matmul(reference.as_columns(z[some], groups), factors)
        into = x[some]
        launch("convolution", "lay_back", blocks(into.size), *in_order(u), into, geometry(g), len(into), channels,
               w.shape[-2])  # fmt: skip
    return x


@routine("conv_kernel", on="gpu", tolerance=1e-5)
def conv_kernel(z, x, g, groups=1):
    # w[a,c,o] = Σ_n Σ_i x[n, i·s + a·d - p, c]·z[n,i,o]
    if not is_ready(z, x):
        return reference.conv_kernel(z, x, g, groups)
    z, x = in_order(z, x)
    w = None
    for some in _parts(len(x), g, x.shape[-1]):
        u = _formed(x[some], g, groups)
        part = device.xp.matmul(u.transpose(0, 2, 1), reference.as_columns(z[some], groups))
        w = part if w is None else w + part
    (w,) = in_order(w.transpose(1, 0, 2))
    return w.reshape(*g.size, x.shape[-1] // groups, z.shape[-1])
