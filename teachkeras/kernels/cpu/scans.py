"""Recurrent layers from the first step to the last and back, each one compiled loop over steps.

A loop takes the sequences ``first`` … ``last - 1`` of the batch, so that threads can take a part each. ``sgemm`` is
where BLAS stands (``sgemm.py``). ``live`` of size 0 means no mask, ``drop`` of size 0 no dropout, ``y_bar`` of size 0
no gradient of the single steps. Index letters as in ``reference/recurrent.py``.
"""

import numpy as np

from teachkeras.kernels.cpu import gates as g
from teachkeras.kernels.cpu import inlined, jit
from teachkeras.kernels.cpu.sgemm import multiply

f = np.float32


@inlined
def _forward_product(sgemm, h, kernel, drop, masked, z):
    # z[n,ku] = Σ_d drop[k,n,d]·h[n,d]·kernel[d,ku]
    if drop.size == 0:
        multiply(sgemm, h, kernel, z)
        return
    u = z.shape[1] // len(drop)
    for k in range(len(drop)):
        for n in range(len(h)):
            g.product_of(drop[k, n], h[n], masked[n])
        multiply(sgemm, masked, kernel[:, k * u : (k + 1) * u], z[:, k * u : (k + 1) * u])


@inlined
def _backward_product(sgemm, z_bar, transposed, drop, back, h_bar):
    # h_bar[n,d] = Σ_k drop[k,n,d]·Σ_u z_bar[n,ku]·kernel[d,ku]
    if drop.size == 0:
        multiply(sgemm, z_bar, transposed, h_bar)
        return
    u = z_bar.shape[1] // len(drop)
    h_bar[:] = f(0)
    for k in range(len(drop)):
        multiply(sgemm, z_bar[:, k * u : (k + 1) * u], transposed[k * u : (k + 1) * u], back)
        for n in range(len(h_bar)):
            g.add_product(drop[k, n], back[n], h_bar[n])


@jit("void(i8, i8, i8, f4[:,:,::1], f4[:,::1], f4[::1], f4[:,:,::1], f4[:,:,::1])")
def project(sgemm, first, last, x, kernel, bias, drop, z):
    # z[t,n,ku] = Σ_d drop[k,n,d]·x[t,n,d]·kernel[d,ku] + bias[ku], step by step: what is multiplied stays in the cache
    masked, some = np.empty((last - first, x.shape[2]), f), drop[:, first:last]
    for t in range(len(x)):
        _forward_product(sgemm, x[t, first:last], kernel, some, masked, z[t, first:last])
        if bias.size > 0:
            for n in range(first, last):
                g.add_to(z[t, n], bias)


@jit("void(i8, i8, i8, f4[:,:,::1], f4[:,::1], f4[:,:,::1], f4[:,:,::1])")
def project_back(sgemm, first, last, z_bar, transposed, drop, x_bar):
    # x_bar[t,n,d] = Σ_k drop[k,n,d]·Σ_u z_bar[t,n,ku]·kernel[d,ku]
    back, some = np.empty((last - first, x_bar.shape[2]), f), drop[:, first:last]
    for t in range(len(z_bar)):
        _backward_product(sgemm, z_bar[t, first:last], transposed, some, back, x_bar[t, first:last])


@jit("void(i8, i8, i8, f4[:,:,::1], f4[:,:,::1], f4[:,::1], f4[:,:,::1], f4[:,:,::1], f4[:,:,::1], b1[:,::1])",
     contract=True)  # fmt: skip
def lstm(sgemm, first, last, gates, zx, kernel, drop, cells, hidden, live):
    # i, f, g, o = σ, σ, tanh, σ of the four parts of zx[t] + h[t-1]·U;   c[t] = f∘c[t-1] + i∘g;   h[t] = o∘tanh(c[t])
    u, masked, some = hidden.shape[2], np.empty((last - first, hidden.shape[2]), f), drop[:, first:last]
    for t in range(len(gates)):
        _forward_product(sgemm, hidden[t, first:last], kernel, some, masked, gates[t, first:last])
        for n in range(first, last):
            z, x, c, h = gates[t, n], zx[t, n], cells[t + 1, n], hidden[t + 1, n]
            g.sigmoid_of(z[: 2 * u], x[: 2 * u])
            g.tanh_of(z[2 * u : 3 * u], x[2 * u : 3 * u])
            g.sigmoid_of(z[3 * u :], x[3 * u :])
            if live.size > 0 and not live[t, n]:
                c[:], h[:] = cells[t, n], hidden[t, n]
            else:
                g.new_cell(z[:u], z[u : 2 * u], z[2 * u : 3 * u], cells[t, n], c)
                g.new_state(z[3 * u :], c, h)


@inlined
def _arrive(h_bar, y_bar, t, n):
    """Add the gradient of a single step to that which came back from the next one."""
    g.dust_off(h_bar[n])
    if y_bar.size > 0:
        g.add_to(h_bar[n], y_bar[t, n])


@inlined
def _go_on(sgemm, first, last, z_bar, transposed, drop, back, through, h_bar):
    """Add what comes back through the product to what went past it (in h_bar)."""
    _backward_product(sgemm, z_bar[first:last], transposed, drop, back, through)
    for n in range(first, last):
        g.add_to(h_bar[n], through[n - first])


@jit("void(i8, i8, i8, f4[:,:,::1], f4[:,::1], f4[:,::1], f4[:,::1], f4[:,:,::1], f4[:,:,::1], f4[:,:,::1], b1[:,::1],"
     "f4[:,:,::1])", contract=True)  # fmt: skip
def lstm_back(sgemm, first, last, y_bar, h_bar, c_bar, transposed, drop, gates, cells, live, z_bar):
    # c_bar += h_bar∘o∘(1 - tanh²c)
    # z_bar = (c_bar∘g∘i(1-i), c_bar∘c[t-1]∘f(1-f), c_bar∘i∘(1-g²), h_bar∘tanh c∘o(1-o))
    # h_bar[t-1] = y_bar[t-1] + z_bar·Uᵀ;   c_bar[t-1] = c_bar∘f
    u, some = h_bar.shape[1], drop[:, first:last]
    back, through = np.empty((last - first, u), f), np.empty((last - first, u), f)
    for t in range(len(gates) - 1, -1, -1):
        for n in range(first, last):
            _arrive(h_bar, y_bar, t, n)
            if live.size > 0 and not live[t, n]:
                z_bar[t, n] = f(0)
                continue
            h, d, z, bar = h_bar[n], c_bar[n], gates[t, n], z_bar[t, n]
            i, keep, candidate, o = z[:u], z[u : 2 * u], z[2 * u : 3 * u], z[3 * u :]
            g.dust_off(d)
            g.through_output(h, o, cells[t + 1, n], d, bar[3 * u :])
            g.through_sigmoid(d, candidate, i, bar[:u])
            g.through_sigmoid(d, cells[t, n], keep, bar[u : 2 * u])
            g.through_tanh(d, i, candidate, bar[2 * u : 3 * u])
            g.multiply_by(d, keep)
            h[:] = f(0)
        _go_on(sgemm, first, last, z_bar[t], transposed, some, back, through, h_bar)


@jit("void(i8, i8, i8, f4[:,:,::1], f4[:,::1], f4[::1], f4[:,:,::1], f4[:,:,::1], f4[:,:,::1], f4[:,:,::1],"
     "b1[:,::1])", contract=True)  # fmt: skip
def gru(sgemm, first, last, zx, kernel, bias, drop, gates, inner, hidden, live):
    # v = h[t-1]·U + bias;   z, r = σ(zx[t] + v);   g = tanh(zx[t] + r∘v);   h[t] = z∘h[t-1] + (1-z)∘g
    u, some = hidden.shape[2], drop[:, first:last]
    masked, v = np.empty((last - first, u), f), np.empty((last - first, 3 * u), f)
    for t in range(len(gates)):
        _forward_product(sgemm, hidden[t, first:last], kernel, some, masked, v)
        for n in range(first, last):
            z, h, product = gates[t, n], hidden[t + 1, n], v[n - first]
            g.sum_to(product[: 2 * u], bias[: 2 * u], z[: 2 * u])
            g.sum_to(product[2 * u :], bias[2 * u :], inner[t, n])
            g.sigmoid_of(z[: 2 * u], zx[t, n, : 2 * u])
            g.candidate(z[u : 2 * u], inner[t, n], zx[t, n, 2 * u :], z[2 * u :])
            if live.size > 0 and not live[t, n]:
                h[:] = hidden[t, n]
            else:
                g.blend(z[:u], hidden[t, n], z[2 * u :], h)


@jit("void(i8, i8, i8, f4[:,:,::1], f4[:,::1], f4[:,::1], f4[:,:,::1], f4[:,:,::1], f4[:,:,::1], f4[:,:,::1],"
     "b1[:,::1], f4[:,:,::1], f4[:,:,::1])", contract=True)  # fmt: skip
def gru_back(sgemm, first, last, y_bar, h_bar, transposed, drop, gates, inner, hidden, live, zx_bar, v_bar):
    # with a = h_bar∘(1-z)∘(1-g²):   zx_bar = (h_bar∘(h[t-1]-g)∘z(1-z), a∘v∘r(1-r), a)
    # v_bar = zx_bar, its third part times r
    # h_bar[t-1] = y_bar[t-1] + h_bar∘z + v_bar·Uᵀ
    u, some = h_bar.shape[1], drop[:, first:last]
    back, through = np.empty((last - first, u), f), np.empty((last - first, u), f)
    for t in range(len(gates) - 1, -1, -1):
        for n in range(first, last):
            h, x, v = h_bar[n], zx_bar[t, n], v_bar[t, n]
            z, r, candidate = gates[t, n, :u], gates[t, n, u : 2 * u], gates[t, n, 2 * u :]
            _arrive(h_bar, y_bar, t, n)
            if live.size > 0 and not live[t, n]:
                x[:] = f(0)
                v[:] = f(0)
                continue
            g.through_candidate(h, z, candidate, x[2 * u :])
            g.through_sigmoid(x[2 * u :], inner[t, n], r, x[u : 2 * u])
            g.through_update(h, hidden[t, n], candidate, z, x[:u])
            v[: 2 * u] = x[: 2 * u]
            g.product_of(x[2 * u :], r, v[2 * u :])
            g.multiply_by(h, z)
        _go_on(sgemm, first, last, v_bar[t], transposed, some, back, through, h_bar)


@jit("void(i8, i8, i8, f4[:,:,::1], f4[:,::1], f4[:,:,::1], f4[:,:,::1], b1[:,::1])", contract=True)
def simple_rnn(sgemm, first, last, zx, kernel, drop, hidden, live):
    # h[t] = tanh(zx[t] + h[t-1]·U)
    masked, some = np.empty((last - first, hidden.shape[2]), f), drop[:, first:last]
    for t in range(len(zx)):
        _forward_product(sgemm, hidden[t, first:last], kernel, some, masked, hidden[t + 1, first:last])
        for n in range(first, last):
            if live.size > 0 and not live[t, n]:
                hidden[t + 1, n] = hidden[t, n]
            else:
                g.tanh_of(hidden[t + 1, n], zx[t, n])


@jit("void(i8, i8, i8, f4[:,:,::1], f4[:,::1], f4[:,::1], f4[:,:,::1], f4[:,:,::1], b1[:,::1], f4[:,:,::1])",
     contract=True)  # fmt: skip
def simple_rnn_back(sgemm, first, last, y_bar, h_bar, transposed, drop, hidden, live, z_bar):
    # z_bar[t] = h_bar[t]·(1 - h[t]²);   h_bar[t-1] = y_bar[t-1] + z_bar[t]·Uᵀ
    u, some = h_bar.shape[1], drop[:, first:last]
    back, through = np.empty((last - first, u), f), np.empty((last - first, u), f)
    for t in range(len(z_bar) - 1, -1, -1):
        for n in range(first, last):
            _arrive(h_bar, y_bar, t, n)
            if live.size > 0 and not live[t, n]:
                z_bar[t, n] = f(0)
            else:
                g.through_step(hidden[t + 1, n], h_bar[n], z_bar[t, n])
                h_bar[n] = f(0)
        _go_on(sgemm, first, last, z_bar[t], transposed, some, back, through, h_bar)
