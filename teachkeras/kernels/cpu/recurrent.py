"""Recurrent sequences: BLAS for the products, one fused loop a step for everything between two of them.

What is the same at every step is done once: the inputs' products before the loop, the weights' gradients after it. A
step writes its product where the gates will stand; the loop then turns it into gates and states in one pass while it
is in the cache. Every inner loop is over neighbouring numbers and reads few arrays: LLVM vectorises only such.
"""

from functools import partial

import numpy as np

from teachkeras.kernels import blas
from teachkeras.kernels.cpu.gates import gru_step, gru_step_back, lstm_step, lstm_step_back
from teachkeras.kernels.reference import recurrent as reference
from teachkeras.kernels.registry import routine

f = np.float32
NO_MASK = np.zeros((0, 0), bool)
NO_BAR = np.zeros((0, 0, 0), f)


def _ready(*arrays):
    """Return the arrays contiguous, or None unless they are float32 arrays (None among them stays)."""
    if any(a is not None and (type(a) is not np.ndarray or a.dtype != f) for a in arrays):
        return None
    return [a if a is None else np.ascontiguousarray(a) for a in arrays]


# --- products ---------------------------------------------------------------------------------------------------------


def _parts(kernel, k):
    """Return the columns of each gate as a matrix of its own: (k, d, u)."""
    return np.ascontiguousarray(kernel.reshape(len(kernel), k, -1).swapaxes(0, 1))


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
    rows = x.reshape(-1, x.shape[-1])
    if drop is None:
        z = blas.product(rows, kernel)
    else:
        z = np.empty((len(rows), kernel.shape[1]), f)
        into = zip(drop, _parts(kernel, len(drop)), _gates_of(z, len(drop)), strict=True)
        blas.share([partial(_dropped_product, x, m, w, part) for m, w, part in into])
    if bias is not None:
        z += bias
    return z.reshape(*x.shape[:-1], -1)


def _dropped_product(x, m, w, out):
    np.matmul((x * m).reshape(-1, x.shape[-1]), w, out=out)


@routine("project_back", on="cpu")
def project_back(z_bar, kernel, drop):
    # x_bar[…,n,d] = Σ_k drop[k,n,d]·Σ_u z_bar[…,n,ku]·kernel[d,ku]
    given = _ready(z_bar, kernel, drop)
    if given is None:
        return reference.project_back(z_bar, kernel, drop)
    z_bar, kernel, drop = given
    columns = z_bar.reshape(-1, z_bar.shape[-1])
    if drop is None:
        return blas.product(columns, kernel.T).reshape(*z_bar.shape[:-1], -1)
    parts = np.empty((len(drop), *z_bar.shape[:-1], len(kernel)), f)
    into = zip(drop, _gates_of(columns, len(drop)), _parts(kernel, len(drop)), parts, strict=True)
    blas.share([partial(_product_dropped, z, w, m, part) for m, z, w, part in into])
    return np.add.reduce(parts, axis=0)


def _product_dropped(z, w, m, out):
    np.matmul(z, w.T, out=out.reshape(-1, len(w)))
    out *= m


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


def _stepper(kernel, drop):
    """Return a function (h, z) that writes the product of one step, h[n,u] → z[n,ku], where z stands."""
    blas.prepare(0)
    if drop is None:
        return lambda h, z: np.matmul(h, kernel, out=z)
    parts, masked = _parts(kernel, len(drop)), np.empty_like(drop)

    def step(h, z):
        np.multiply(drop, h, out=masked)
        np.matmul(masked, parts, out=_gates_of(z, len(drop)))

    return step


def _back_stepper(kernel, drop):
    """Return a function (z_bar, h_bar) that writes the gradient of one step's product where h_bar stands."""
    blas.prepare(0)
    if drop is None:
        transposed = np.ascontiguousarray(kernel.T)
        return lambda z_bar, h_bar: np.matmul(z_bar, transposed, out=h_bar)
    parts = np.ascontiguousarray(_parts(kernel, len(drop)).swapaxes(1, 2))
    back = np.empty_like(drop)

    def step(z_bar, h_bar):
        np.matmul(_gates_of(z_bar, len(drop)), parts, out=back)
        np.multiply(back, drop, out=back)
        np.add.reduce(back, axis=0, out=h_bar)

    return step


def _scales(u, *scales):
    """Return the scale of each gate's activation, for `activate`: 1 for tanh, ½ for the sigmoid."""
    return np.repeat(np.array(scales, f), u)


# --- LSTM -------------------------------------------------------------------------------------------------------------


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
    scale, live = _scales(u, 0.5, 0.5, 1, 0.5), _live(live)
    product = _stepper(kernel, drop)
    for t in range(steps):
        product(hidden[t], gates[t])
        lstm_step(gates, zx, scale, cells, hidden, live, t)
    return gates, cells, hidden


def _live(live):
    return NO_MASK if live is None else np.ascontiguousarray(live)


@routine("lstm_vjp", on="cpu")
def lstm_vjp(y_bar, h_bar, c_bar, kernel, gates, cells, live, drop):
    # c_bar += h_bar∘o∘(1 - tanh²c)
    # z_bar = (c_bar∘g∘i(1-i), c_bar∘c[t-1]∘f(1-f), c_bar∘i∘(1-g²), h_bar∘tanh c∘o(1-o))
    # h_bar[t-1] = y_bar[t-1] + z_bar·Uᵀ;   c_bar[t-1] = c_bar∘f
    given = _ready(y_bar, h_bar, c_bar, kernel, gates, cells, drop)
    if given is None:
        return reference.lstm_vjp(y_bar, h_bar, c_bar, kernel, gates, cells, live, drop)
    y_bar, h_bar, c_bar, kernel, gates, cells, drop = given
    y_bar, live = NO_BAR if y_bar is None else y_bar, _live(live)
    h_bar, c_bar, rest, z_bar = h_bar.copy(), c_bar.copy(), np.empty_like(h_bar), np.empty_like(gates)
    product = _back_stepper(kernel, drop)
    for t in reversed(range(len(gates))):
        lstm_step_back(y_bar, h_bar, c_bar, gates, cells, live, rest, z_bar, t)
        product(z_bar[t], h_bar)
        if live.size:
            h_bar += rest
    return z_bar, h_bar, c_bar


# --- GRU --------------------------------------------------------------------------------------------------------------


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
    bias = np.zeros(3 * u, f) if bias is None else bias
    scale, live, product = _scales(2 * u, 0.5), _live(live), np.empty((n, 3 * u), f)
    multiply = _stepper(kernel, drop)
    for t in range(steps):
        multiply(hidden[t], product)
        gru_step(product, bias, zx, scale, gates, inner, hidden, live, t)
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
    y_bar, live = NO_BAR if y_bar is None else y_bar, _live(live)
    h_bar, back = h_bar.copy(), np.empty_like(h_bar)
    zx_bar, v_bar = np.empty_like(gates), np.empty_like(gates)
    multiply = _back_stepper(kernel, drop)
    for t in reversed(range(len(gates))):
        gru_step_back(y_bar, h_bar, gates, inner, hidden, live, zx_bar, v_bar, t)
        multiply(v_bar[t], back)
        h_bar += back
    return zx_bar, v_bar, h_bar
