"""Recurrent sequences: BLAS for the products, one compiled loop over the steps for everything between two of them.

What is the same at every step is done once: the inputs' products before the loop, the weights' gradients after it. The
loops stand in ``scans.py``; the sequences of a batch are cut into parts that the cores share.
"""

from functools import partial
from itertools import pairwise

import numpy as np

from teachkeras.kernels import blas
from teachkeras.kernels.cpu import scans, sgemm
from teachkeras.kernels.reference import recurrent as reference
from teachkeras.kernels.registry import routine

f = np.float32
NO_BIAS = np.zeros(0, f)
NO_MASK = np.zeros((0, 0), bool)
NOTHING = np.zeros((0, 0, 0), f)
FEWEST = 16  # sequences in a part: a product of fewer rows is slower a row


def _ready(*arrays):
    """Return the arrays contiguous, or None unless they are float32 arrays (None among them stays)."""
    if any(a is not None and (type(a) is not np.ndarray or a.dtype != f) for a in arrays):
        return None
    return [a if a is None else np.ascontiguousarray(a) for a in arrays]


def _scan(loop, sequences, *arrays):
    """Run a loop over the steps, the sequences of the batch cut into parts that the cores share.

    The parts depend on the number of sequences alone, and so do the bits.
    """
    parts = max(1, min(blas.PARTS, sequences // FEWEST))
    cuts = [sequences * i // parts for i in range(parts + 1)]
    where = sgemm.address()
    blas.share([partial(loop, where, first, last, *arrays) for first, last in pairwise(cuts)])


def _or(default, a):
    """Return `a` contiguous, or what stands for its absence."""
    return default if a is None else np.ascontiguousarray(a)


# --- products ---------------------------------------------------------------------------------------------------------


def _gates_of(z, k):
    """Return a view of z (n, ku) with the gates first: (k, n, u)."""
    return z.reshape(len(z), k, -1).swapaxes(0, 1)


@routine("project", on="cpu")
def project(x, kernel, bias, drop):
    # z[…,n,ku] = Σ_d drop[k,n,d]·x[…,n,d]·kernel[d,ku] + bias[ku]
    given = _ready(x, kernel, bias, drop)
    if given is None:
        return reference.project(x, kernel, bias, drop)
    x, kernel, bias, drop = given
    z = np.empty((*x.shape[:-1], kernel.shape[1]), f)
    steps = x.reshape(-1, *x.shape[-2:])
    arrays = steps, kernel, _or(NO_BIAS, bias), _or(NOTHING, drop), z.reshape(len(steps), -1, z.shape[-1])
    _scan(scans.project, x.shape[-2], *arrays)
    return z


@routine("project_back", on="cpu")
def project_back(z_bar, kernel, drop):
    # x_bar[…,n,d] = Σ_k drop[k,n,d]·Σ_u z_bar[…,n,ku]·kernel[d,ku]
    given = _ready(z_bar, kernel, drop)
    if given is None:
        return reference.project_back(z_bar, kernel, drop)
    z_bar, kernel, drop = given
    x_bar = np.empty((*z_bar.shape[:-1], len(kernel)), f)
    steps = z_bar.reshape(-1, *z_bar.shape[-2:])
    arrays = steps, np.ascontiguousarray(kernel.T), _or(NOTHING, drop), x_bar.reshape(len(steps), -1, len(kernel))
    _scan(scans.project_back, z_bar.shape[-2], *arrays)
    return x_bar


@routine("project_kernel", on="cpu")
def project_kernel(z_bar, x, drop):
    # kernel_bar[d,ku] = Σ_{t,n} drop[k,n,d]·x[t,n,d]·z_bar[t,n,ku]
    given = _ready(z_bar, x, drop)
    if given is None:
        return reference.project_kernel(z_bar, x, drop)
    z_bar, x, drop = given
    columns, rows = z_bar.reshape(-1, z_bar.shape[-1]), x.reshape(-1, x.shape[-1])
    if drop is None:
        return blas.product(rows.T, columns)
    kernel_bar = np.empty((x.shape[-1], columns.shape[1]), f)
    k = len(drop)
    into = zip(drop, _gates_of(columns, k), _gates_of(kernel_bar, k), strict=True)
    blas.share([partial(_dropped_kernel, x, m, z, part) for m, z, part in into])
    return kernel_bar


def _dropped_kernel(x, m, z, out):
    np.matmul((x * m).reshape(-1, x.shape[-1]).T, z, out=out)


# --- steps ------------------------------------------------------------------------------------------------------------


@routine("simple_rnn", on="cpu")
def simple_rnn(zx, h0, kernel, live, drop):
    # h[t] = tanh(zx[t] + h[t-1]·U);   returns h with h0 in front
    given = _ready(zx, h0, kernel, drop)
    if given is None:
        return reference.simple_rnn(zx, h0, kernel, live, drop)
    zx, h0, kernel, drop = given
    (steps, n, u) = zx.shape
    hidden = np.empty((steps + 1, n, u), f)
    hidden[0] = h0
    _scan(scans.simple_rnn, n, zx, kernel, _or(NOTHING, drop), hidden, _or(NO_MASK, live))
    return hidden


@routine("simple_rnn_vjp", on="cpu")
def simple_rnn_vjp(y_bar, h_bar, kernel, hidden, live, drop):
    # z_bar[t] = h_bar[t]·(1 - h[t]²);   h_bar[t-1] = y_bar[t-1] + z_bar[t]·Uᵀ
    given = _ready(y_bar, h_bar, kernel, hidden, drop)
    if given is None:
        return reference.simple_rnn_vjp(y_bar, h_bar, kernel, hidden, live, drop)
    y_bar, h_bar, kernel, hidden, drop = given
    h_bar, z_bar = h_bar.copy(), np.empty((len(hidden) - 1, *h_bar.shape), f)
    arrays = _or(NOTHING, y_bar), h_bar, np.ascontiguousarray(kernel.T), _or(NOTHING, drop)
    _scan(scans.simple_rnn_back, len(h_bar), *arrays, hidden, _or(NO_MASK, live), z_bar)
    return z_bar, h_bar


@routine("lstm", on="cpu")
def lstm(zx, h0, c0, kernel, live, drop):
    # i, f, g, o = σ, σ, tanh, σ of the four parts of zx[t] + h[t-1]·U;   c[t] = f∘c[t-1] + i∘g;   h[t] = o∘tanh(c[t])
    given = _ready(zx, h0, c0, kernel, drop)
    if given is None:
        return reference.lstm(zx, h0, c0, kernel, live, drop)
    zx, h0, c0, kernel, drop = given
    (steps, n, _), u = zx.shape, len(kernel)
    gates = np.empty_like(zx)
    cells, hidden = np.empty((steps + 1, n, u), f), np.empty((steps + 1, n, u), f)
    cells[0], hidden[0] = c0, h0
    given = gates, zx, kernel, _or(NOTHING, drop)
    _scan(scans.lstm, n, *given, cells, hidden, _or(NO_MASK, live))
    return gates, cells, hidden


@routine("lstm_vjp", on="cpu")
def lstm_vjp(y_bar, h_bar, c_bar, kernel, gates, cells, live, drop):
    # c_bar += h_bar∘o∘(1 - tanh²c)
    # z_bar = (c_bar∘g∘i(1-i), c_bar∘c[t-1]∘f(1-f), c_bar∘i∘(1-g²), h_bar∘tanh c∘o(1-o))
    # h_bar[t-1] = y_bar[t-1] + z_bar·Uᵀ;   c_bar[t-1] = c_bar∘f
    given = _ready(y_bar, h_bar, c_bar, kernel, gates, cells, drop)
    if given is None:
        return reference.lstm_vjp(y_bar, h_bar, c_bar, kernel, gates, cells, live, drop)
    y_bar, h_bar, c_bar, kernel, gates, cells, drop = given
    h_bar, c_bar, z_bar = h_bar.copy(), c_bar.copy(), np.empty_like(gates)
    arrays = _or(NOTHING, y_bar), h_bar, c_bar, np.ascontiguousarray(kernel.T), _or(NOTHING, drop)
    _scan(scans.lstm_back, len(h_bar), *arrays, gates, cells, _or(NO_MASK, live), z_bar)
    return z_bar, h_bar, c_bar


@routine("gru", on="cpu")
def gru(zx, h0, kernel, bias, live, drop):
    # v = h[t-1]·U + bias;   z, r = σ(zx[t] + v);   g = tanh(zx[t] + r∘v);   h[t] = z∘h[t-1] + (1-z)∘g
    given = _ready(zx, h0, kernel, bias, drop)
    if given is None:
        return reference.gru(zx, h0, kernel, bias, live, drop)
    zx, h0, kernel, bias, drop = given
    (steps, n, _), u = zx.shape, len(kernel)
    gates, hidden, inner = np.empty_like(zx), np.empty((steps + 1, n, u), f), np.empty((steps, n, u), f)
    hidden[0] = h0
    given = zx, kernel, _or(np.zeros(3 * u, f), bias), _or(NOTHING, drop)
    _scan(scans.gru, n, *given, gates, inner, hidden, _or(NO_MASK, live))
    return gates, inner, hidden


@routine("gru_vjp", on="cpu")
def gru_vjp(y_bar, h_bar, kernel, gates, inner, hidden, live, drop):
    # with a = h_bar∘(1-z)∘(1-g²):   zx_bar = (h_bar∘(h[t-1]-g)∘z(1-z), a∘v∘r(1-r), a)
    # v_bar = zx_bar, its third part times r
    # h_bar[t-1] = y_bar[t-1] + h_bar∘z + v_bar·Uᵀ
    given = _ready(y_bar, h_bar, kernel, gates, inner, hidden, drop)
    if given is None:
        return reference.gru_vjp(y_bar, h_bar, kernel, gates, inner, hidden, live, drop)
    y_bar, h_bar, kernel, gates, inner, hidden, drop = given
    h_bar, zx_bar, v_bar = h_bar.copy(), np.empty_like(gates), np.empty_like(gates)
    arrays = _or(NOTHING, y_bar), h_bar, np.ascontiguousarray(kernel.T), _or(NOTHING, drop)
    _scan(scans.gru_back, len(h_bar), *arrays, gates, inner, hidden, _or(NO_MASK, live), zx_bar, v_bar)
    return zx_bar, v_bar, h_bar
