"""Pooling: each window of an image becomes one number per channel, its largest entry or its mean.

Letters as in ``kernels/geometry.py``: window i, entry a of a window, image n, channel c, which stands last.
"""

import numpy as np

from teachkeras.kernels import device
from teachkeras.kernels.reference.convolution import overlap, windows
from teachkeras.kernels.registry import routine


def _entries(x, g):
    """u[n,i,a,c] with a counted through, padding included."""
    u = windows(x, g)
    return u.reshape(*u.shape[: len(g.size) + 1], g.taps, u.shape[-1])


def _padded(x, g, value):
    return np.pad(x, [(0, 0), *zip(g.before, g.after, strict=True), (0, 0)], constant_values=value)


def _unpadded(g):
    """The same windows on an image that already has its border."""
    lengths = tuple(p + length + more for p, length, more in zip(g.before, g.lengths, g.after, strict=True))
    return g._replace(lengths=lengths, before=(0,) * len(lengths))


def counts(g, dtype, like=None):
    """How many entries of each window lie on the image, (i…, 1); on the side where the array `like` is."""
    return _entries(device.ones((1, *g.lengths, 1), dtype, like), g)[0].sum(axis=-2)


@routine("maxpool", on="reference")
def maxpool(x, g):
    # y[n,i,c] = max_a x[n, i·s + a - p, c];   place[n,i,c] = the first a that is the largest
    least = -np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min
    u = _entries(_padded(x, g, least), _unpadded(g))
    return u.max(axis=-2), u.argmax(axis=-2).astype("int32")


@routine("maxpool_vjp", on="reference")
def maxpool_vjp(y_bar, place, g):
    # x_bar[n,q,c] = Σ_(i: i·s + place[n,i,c] - p = q) y_bar[n,i,c]
    taps = np.arange(g.taps, dtype="int32", like=place)[:, None]
    u_bar = np.where(place[..., None, :] == taps, y_bar[..., None, :], 0)
    return overlap(u_bar.reshape(*y_bar.shape[:-1], *g.size, y_bar.shape[-1]).astype(y_bar.dtype, copy=False), g)


@routine("maxpool_pick", on="reference")
def maxpool_pick(x, place, g):
    # y[n,i,c] = x[n, i·s + place[n,i,c] - p, c], what the windows hold at the places that were the largest
    u = windows(x, g)
    u = u.reshape(*u.shape[: len(g.size) + 1], g.taps, u.shape[-1])
    return np.take_along_axis(u, place[..., None, :], axis=-2)[..., 0, :]


@routine("averagepool", on="reference")
def averagepool(x, g):
    # y[n,i,c] = Σ_a x[n, i·s + a - p, c] / (how many a lie on the image)
    return _entries(x, g).sum(axis=-2) / counts(g, x.dtype, x)


@routine("averagepool_vjp", on="reference")
def averagepool_vjp(y_bar, g):
    # x_bar[n,q,c] = Σ_(i,a: i·s + a - p = q) y_bar[n,i,c] / (how many a lie on the image)
    share = y_bar / counts(g, y_bar.dtype, y_bar)
    spread = share.reshape(*share.shape[:-1], *(1,) * len(g.size), share.shape[-1])
    return overlap(np.broadcast_to(spread, (*share.shape[:-1], *g.size, share.shape[-1])), g)
