"""Convolution: a window slides over an image, and at each place the entries under it are weighed and summed.

Letters as in ``kernels/geometry.py``: window i (one number per axis), entry a of a window, image n, channels c in,
o out; channels stand last. All sums of products a convolution and its gradients need are one sum in three roles, over
u[n,i,a,c] = x[n, i·s + a·d - p, c] (0 outside of the image), the *windows* of x:

    conv          z[n,i,o] = Σ_a Σ_c u[n,i,a,c]·w[a,c,o] + b[o]
    conv_image    x[n,q,c] = Σ_o Σ_(i,a: i·s + a·d - p = q) z[n,i,o]·w[a,c,o]      from z and w back to the image
    conv_kernel   w[a,c,o] = Σ_n Σ_i u[n,i,a,c]·z[n,i,o]                           from z and x to the weights

With groups, channels c of group g meet channels o of group g alone: w then has c/groups input channels.
"""

import numpy as np

from teachkeras.kernels.blas import products
from teachkeras.kernels.registry import routine


def windows(x, g):
    """u[n,i,a,c] = x[n, i·s + a·d - p, c], 0 outside: a view where there is no padding."""
    if any(g.before) or any(g.after):
        x = np.pad(x, [(0, 0), *zip(g.before, g.after, strict=True), (0, 0)])
    axes = tuple(range(1, x.ndim - 1))
    u = np.lib.stride_tricks.sliding_window_view(x, g.extents, axes)  # (n, q…, c, extent…)
    every = [slice(0, (w - 1) * s + 1, s) for w, s in zip(g.windows, g.strides, strict=True)]
    u = u[(slice(None), *every, slice(None), *[slice(None, None, d) for d in g.dilation])]
    return np.moveaxis(u, len(axes) + 1, -1)


def overlap(u, g):
    """x[n,q,c] = Σ_(i,a: i·s + a·d - p = q) u[n,i,a,c]: windows laid back in place, added where they overlap."""
    sizes = [p + length + more for p, length, more in zip(g.before, g.lengths, g.after, strict=True)]
    x = np.zeros((len(u), *sizes, u.shape[-1]), u.dtype, like=u)
    for a in np.ndindex(*g.size):
        reach = zip(a, g.dilation, g.windows, g.strides, strict=True)
        under = tuple(slice(i * d, i * d + (w - 1) * s + 1, s) for i, d, w, s in reach)
        x[(slice(None), *under)] += u[(slice(None),) * (len(a) + 1) + a]
    inside = tuple(slice(p, p + length) for p, length in zip(g.before, g.lengths, strict=True))
    return x[(slice(None), *inside)]


def as_rows(u, g, groups):
    """Return windows (n, i…, a…, c) as matrices (groups, n·i, a·c/groups)."""
    u = u.reshape((-1, g.taps, groups, u.shape[-1] // groups))
    return u.transpose(2, 0, 1, 3).reshape(groups, len(u), -1)


def as_factors(w, groups):
    """Return weights (a…, c/groups, o) as matrices (groups, a·c/groups, o/groups)."""
    return w.reshape(-1, groups, w.shape[-1] // groups).transpose(1, 0, 2)


def as_columns(z, groups):
    """Return channels (n, i…, o) as matrices (groups, n·i, o/groups)."""
    return z.reshape(-1, groups, z.shape[-1] // groups).transpose(1, 0, 2)


@routine("conv", on="reference")
def conv(x, w, b, g, groups=1):
    # z[n,i,o] = Σ_a Σ_c x[n, i·s + a·d - p, c]·w[a,c,o] + b[o]
    rows = as_rows(windows(x, g), g, groups)
    z = products(rows, as_factors(w, groups)).transpose(1, 0, 2).reshape(len(x), *g.windows, w.shape[-1])
    return z if b is None else z + b


@routine("conv_image", on="reference")
def conv_image(z, w, g, groups=1):
    # x[n,q,c] = Σ_o Σ_(i,a: i·s + a·d - p = q) z[n,i,o]·w[a,c,o]
    columns = as_columns(z, groups)
    u = products(columns, as_factors(w, groups).transpose(0, 2, 1))  # (groups, n·i, a·c/groups)
    u = u.reshape(groups, -1, g.taps, w.shape[-2]).transpose(1, 2, 0, 3)
    return overlap(u.reshape(len(z), *g.windows, *g.size, groups * w.shape[-2]), g)


@routine("conv_kernel", on="reference")
def conv_kernel(z, x, g, groups=1):
    # w[a,c,o] = Σ_n Σ_i x[n, i·s + a·d - p, c]·z[n,i,o]
    rows = as_rows(windows(x, g), g, groups)
    w = products(rows.transpose(0, 2, 1), as_columns(z, groups))  # (groups, a·c/groups, o/groups)
    return w.transpose(1, 0, 2).reshape(*g.size, x.shape[-1] // groups, z.shape[-1])


@routine("channel_sums", on="reference")
def channel_sums(z):
    # b[o] = Σ_n Σ_i z[n,i,o]
    return z.sum(axis=tuple(range(z.ndim - 1)))
