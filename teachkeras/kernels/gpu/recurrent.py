"""Recurrent sequences: one launch for all steps, a block of threads for each sequence (``recurrent.cu``).

The products with the inputs (``project`` and its like) are those of the reference: cuBLAS takes all steps at once.
"""

from teachkeras.kernels import device
from teachkeras.kernels.gpu import empty, in_order, is_ready, launch
from teachkeras.kernels.reference import recurrent as reference
from teachkeras.kernels.registry import routine

MOST_UNITS = 1024  # whose state fits into a block's shared memory


def _takes(units, live, *arrays):
    """Tell whether the kernels can run on these arrays."""
    known = live is None or (device.is_device_array(live) and live.dtype == bool)
    return known and units <= MOST_UNITS and is_ready(*arrays)


def _threads(columns):
    """Return how many threads a block has for so many columns of the product."""
    return min(1024, max(32, -(-columns // 32) * 32))


def _run(name, arrays, outs, shape, columns):
    steps, sequences, units = shape
    launch("recurrent", name, sequences, *in_order(*arrays), *outs, steps, sequences, units, threads=_threads(columns))
    return outs


def _transposed(kernel):
    return device.xp.ascontiguousarray(kernel.T)


def _longer(shape):
    return empty((shape[0] + 1, *shape[1:]))


@routine("simple_rnn", on="gpu")
def simple_rnn(zx, h0, kernel, live, drop):
    # h[t] = tanh(zx[t] + h[t-1]·U);   returns h with h0 in front
    if not _takes(len(kernel), live, zx, h0, kernel, drop):
        return reference.simple_rnn(zx, h0, kernel, live, drop)
    return _run("simple_rnn", (zx, h0, kernel, live, drop), [_longer(zx.shape)], zx.shape, len(kernel))[0]


@routine("simple_rnn_vjp", on="gpu")
def simple_rnn_vjp(y_bar, h_bar, kernel, hidden, live, drop):
    # z_bar[t] = h_bar[t]·(1 - h[t]²);   h_bar[t-1] = y_bar[t-1] + z_bar[t]·Uᵀ
    if not _takes(len(kernel), live, y_bar, h_bar, kernel, hidden, drop):
        return reference.simple_rnn_vjp(y_bar, h_bar, kernel, hidden, live, drop)
    shape = (len(hidden) - 1, *h_bar.shape)
    given = y_bar, h_bar, _transposed(kernel), hidden, live, drop
    return tuple(_run("simple_rnn_vjp", given, [empty(shape), empty(h_bar.shape)], shape, len(kernel)))


@routine("lstm", on="gpu")
def lstm(zx, h0, c0, kernel, live, drop):
    # i, f, g, o = σ, σ, tanh, σ of the four parts of zx[t] + h[t-1]·U;   c[t] = f∘c[t-1] + i∘g;   h[t] = o∘tanh(c[t])
    if not _takes(len(kernel), live, zx, h0, c0, kernel, drop):
        return reference.lstm(zx, h0, c0, kernel, live, drop)
    shape = (len(zx), *h0.shape)
    outs = [empty(zx.shape), _longer(shape), _longer(shape)]
    return tuple(_run("lstm", (zx, h0, c0, kernel, live, drop), outs, shape, kernel.shape[1]))


@routine("lstm_vjp", on="gpu")
def lstm_vjp(y_bar, h_bar, c_bar, kernel, gates, cells, live, drop):
    # z_bar = (c_bar∘g∘i(1-i), c_bar∘c[t-1]∘f(1-f), c_bar∘i∘(1-g²), h_bar∘tanh c∘o(1-o)), c_bar += h_bar∘o∘(1 - tanh²c)
    # h_bar[t-1] = y_bar[t-1] + z_bar·Uᵀ;   c_bar[t-1] = c_bar∘f
    if not _takes(len(kernel), live, y_bar, h_bar, c_bar, kernel, gates, cells, drop):
        return reference.lstm_vjp(y_bar, h_bar, c_bar, kernel, gates, cells, live, drop)
    given = y_bar, h_bar, c_bar, _transposed(kernel), gates, cells, live, drop
    outs = [empty(gates.shape), empty(h_bar.shape), empty(c_bar.shape)]
    return tuple(_run("lstm_vjp", given, outs, (len(gates), *h_bar.shape), len(kernel)))


@routine("gru", on="gpu")
def gru(zx, h0, kernel, bias, live, drop):
    # v = h[t-1]·U + bias;   z, r = σ(zx[t] + v);   g = tanh(zx[t] + r∘v);   h[t] = z∘h[t-1] + (1-z)∘g
    if not _takes(len(kernel), live, zx, h0, kernel, bias, drop):
        return reference.gru(zx, h0, kernel, bias, live, drop)
    shape = (len(zx), *h0.shape)
    outs = [empty(zx.shape), empty(shape), _longer(shape)]
    return tuple(_run("gru", (zx, h0, kernel, bias, live, drop), outs, shape, kernel.shape[1]))


@routine("gru_vjp", on="gpu")
def gru_vjp(y_bar, h_bar, kernel, gates, inner, hidden, live, drop):
    # a = h_bar∘(1-z)∘(1-g²);   zx_bar = (h_bar∘(h[t-1]-g)∘z(1-z), a∘v∘r(1-r), a);   v_bar: its third part times r
    if not _takes(len(kernel), live, y_bar, h_bar, kernel, gates, inner, hidden, drop):
        return reference.gru_vjp(y_bar, h_bar, kernel, gates, inner, hidden, live, drop)
    given = y_bar, h_bar, _transposed(kernel), gates, inner, hidden, live, drop
    outs = [empty(gates.shape), empty(gates.shape), empty(h_bar.shape)]
    return tuple(_run("gru_vjp", given, outs, (len(gates), *h_bar.shape), len(kernel)))


@routine("gru_before", on="gpu")
def gru_before(zx, h0, kernel, live, drop):
    # the same with the reset gate before the product: q = r∘h[t-1];   g = tanh(xg + q·U_g);   returns q in place of v
    if not _takes(len(kernel), live, zx, h0, kernel, drop):
        return reference.gru_before(zx, h0, kernel, live, drop)
    shape = (len(zx), *h0.shape)
    outs = [empty(zx.shape), empty(shape), _longer(shape)]
    return tuple(_run("gru_before", (zx, h0, kernel, live, drop), outs, shape, kernel.shape[1]))


@routine("gru_before_vjp", on="gpu")
def gru_before_vjp(y_bar, h_bar, kernel, gates, hidden, live, drop):
    # q_bar = a·U_gᵀ;   zx_bar = (h_bar∘(h[t-1]-g)∘z(1-z), q_bar∘h[t-1]∘r(1-r), a) with a = h_bar∘(1-z)∘(1-g²)
    if not _takes(len(kernel), live, y_bar, h_bar, kernel, gates, hidden, drop):
        return reference.gru_before_vjp(y_bar, h_bar, kernel, gates, hidden, live, drop)
    given = y_bar, h_bar, _transposed(kernel), gates, hidden, live, drop
    outs = [empty(gates.shape), empty(h_bar.shape)]
    return tuple(_run("gru_before_vjp", given, outs, (len(gates), *h_bar.shape), len(kernel)))
