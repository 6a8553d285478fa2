"""Pooling: each window of an image becomes one number per channel; on the way back each place gathers its own."""

from teachkeras.kernels import device
from teachkeras.kernels.gpu import blocks, empty, in_order, is_ready, launch, on_device
from teachkeras.kernels.reference import pooling as reference
from teachkeras.kernels.registry import routine


def geometry(g):
    """Return the windows' geometry on the device: six fields of three numbers."""
    return on_device(tuple(sum(g.in_three(), ())))


def _run(name, given, out, g, *more):
    launch("pooling", name, blocks(out.size), *given, out, *more, geometry(g), out.size, out.shape[-1])
    return out


@routine("maxpool", on="gpu")
def maxpool(x, g):
    # y[n,i,c] = max_a x[n, i·s + a - p, c];   place[n,i,c] = the first a that is the largest
    if not is_ready(x):
        return reference.maxpool(x, g)
    shape = (len(x), *g.windows, x.shape[-1])
    place = empty(shape, "int32")
    return _run("maxpool", in_order(x), empty(shape), g, place), place


@routine("maxpool_vjp", on="gpu")
def maxpool_vjp(y_bar, place, g):
    # x_bar[n,q,c] = Σ_(i: i·s + place[n,i,c] - p = q) y_bar[n,i,c]
    if not is_ready(y_bar) or not device.is_device_array(place):
        return reference.maxpool_vjp(y_bar, place, g)
    return _run("maxpool_vjp", in_order(y_bar, place), empty((len(y_bar), *g.lengths, y_bar.shape[-1])), g)


@routine("maxpool_pick", on="gpu")
def maxpool_pick(x, place, g):
    # y[n,i,c] = x[n, i·s + place[n,i,c] - p, c]
    if not is_ready(x) or not device.is_device_array(place):
        return reference.maxpool_pick(x, place, g)
    return _run("maxpool_pick", in_order(x, place), empty(place.shape), g)


@routine("averagepool", on="gpu")
def averagepool(x, g):
    # y[n,i,c] = Σ_a x[n, i·s + a - p, c] / (how many a lie on the image)
    if not is_ready(x):
        return reference.averagepool(x, g)
    return _run("averagepool", in_order(x), empty((len(x), *g.windows, x.shape[-1])), g)


@routine("averagepool_vjp", on="gpu")
def averagepool_vjp(y_bar, g):
    # x_bar[n,q,c] = Σ_(i,a: i·s + a - p = q) y_bar[n,i,c] / (how many a lie on the image)
    if not is_ready(y_bar):
        return reference.averagepool_vjp(y_bar, g)
    return _run("averagepool_vjp", in_order(y_bar), empty((len(y_bar), *g.lengths, y_bar.shape[-1])), g)
