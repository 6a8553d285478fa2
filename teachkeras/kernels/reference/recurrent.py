"""Recurrent sequences, step by step, as in the papers.

Index letters: t the steps, n the sequences of a batch, d the inputs, u the units; k the gates. Arrays are time first.

``live[t,n]`` says whether step t of sequence n holds something; where it does not, the states stay. ``drop[k,n,·]`` is
a dropout mask for what goes into gate k, the same at every step; None means no dropout.

Plain NumPy without writing in place, so that it runs on tensors too: on these it is the composed twin that second
derivatives go through.

Source: Hochreiter & Schmidhuber, "Long short-term memory", 1997; Cho et al., "Learning phrase representations using
RNN encoder-decoder", 2014; Elman, "Finding structure in time", 1990.
"""

import numpy as np

from teachkeras.kernels.reference.activations import sigmoid
from teachkeras.kernels.registry import routine


@routine("project", on="reference")
def project(x, kernel, bias, drop):
    # z[…,n,ku] = Σ_d drop[k,n,d]·x[…,n,d]·kernel[d,ku] + bias[ku]
    if drop is None:
        z = np.matmul(x, kernel)
    else:
        parts = np.split(kernel, len(drop), axis=1)
        z = np.concatenate([np.matmul(x * m, w) for m, w in zip(drop, parts, strict=True)], axis=-1)
    return z if bias is None else z + bias


@routine("project_back", on="reference")
def project_back(z_bar, kernel, drop):
    # x_bar[…,n,d] = Σ_k drop[k,n,d]·Σ_u z_bar[…,n,ku]·kernel[d,ku]
    if drop is None:
        return np.matmul(z_bar, np.swapaxes(kernel, 0, 1))
    k = len(drop)
    pairs = zip(drop, np.split(z_bar, k, axis=-1), np.split(kernel, k, axis=1), strict=True)
    return sum(m * np.matmul(z, np.swapaxes(w, 0, 1)) for m, z, w in pairs)


@routine("project_kernel", on="reference", tolerance=5e-6)
def project_kernel(z_bar, x, drop):
    # kernel_bar[d,ku] = Σ_{t,n} drop[k,n,d]·x[t,n,d]·z_bar[t,n,ku]
    columns = z_bar.reshape(-1, z_bar.shape[-1])
    if drop is None:
        return np.matmul(np.swapaxes(x.reshape(-1, x.shape[-1]), 0, 1), columns)
    parts = zip(drop, np.split(columns, len(drop), axis=1), strict=True)
    return np.concatenate([np.matmul(np.swapaxes((x * m).reshape(-1, x.shape[-1]), 0, 1), z) for m, z in parts], axis=1)


def _kept(live, t, new, old):
    """Return `new` where step t is live, else `old`."""
    return new if live is None else np.where(live[t][:, None], new, old)


@routine("simple_rnn", on="reference", tolerance=1e-5)
def simple_rnn(zx, h0, kernel, live, drop):
    # h[t] = tanh(zx[t] + h[t-1]·U);   returns h with h0 in front
    hidden = [h0]
    for t in range(len(zx)):
        h = np.tanh(zx[t] + project(hidden[-1], kernel, None, drop))
        hidden.append(_kept(live, t, h, hidden[-1]))
    return np.stack(hidden)


@routine("simple_rnn_vjp", on="reference", tolerance=1e-5)
def simple_rnn_vjp(y_bar, h_bar, kernel, hidden, live, drop):
    # z_bar[t] = h_bar[t]·(1 - h[t]²);   h_bar[t-1] = y_bar[t-1] + z_bar[t]·Uᵀ
    z_bars = []
    for t in reversed(range(len(hidden) - 1)):
        h_bar = h_bar if y_bar is None else h_bar + y_bar[t]
        z_bar = _kept(live, t, h_bar * (1.0 - np.square(hidden[t + 1])), 0.0)
        h_bar = project_back(z_bar, kernel, drop) + _kept(live, t, 0.0, h_bar)
        z_bars.append(z_bar)
    return np.stack(z_bars[::-1]), h_bar


@routine("lstm", on="reference", tolerance=1e-5)
def lstm(zx, h0, c0, kernel, live, drop):
    # i, f, g, o = σ, σ, tanh, σ of the four parts of zx[t] + h[t-1]·U
    # c[t] = f∘c[t-1] + i∘g;   h[t] = o∘tanh(c[t]);   returns the gates, and c and h with c0 and h0 in front
    gates, cells, hidden = [], [c0], [h0]
    for t in range(len(zx)):
        i, f, g, o = np.split(zx[t] + project(hidden[-1], kernel, None, drop), 4, axis=-1)
        i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
        c = f * cells[-1] + i * g
        h = o * np.tanh(c)
        gates.append(np.concatenate([i, f, g, o], axis=-1))
        cells.append(_kept(live, t, c, cells[-1]))
        hidden.append(_kept(live, t, h, hidden[-1]))
    return np.stack(gates), np.stack(cells), np.stack(hidden)


@routine("lstm_vjp", on="reference", tolerance=1e-5)
def lstm_vjp(y_bar, h_bar, c_bar, kernel, gates, cells, live, drop):
    # c_bar += h_bar∘o∘(1 - tanh²c)
    # z_bar = (c_bar∘g∘i(1-i), c_bar∘c[t-1]∘f(1-f), c_bar∘i∘(1-g²), h_bar∘tanh c∘o(1-o))
    # h_bar[t-1] = y_bar[t-1] + z_bar·Uᵀ;   c_bar[t-1] = c_bar∘f
    z_bars = []
    for t in reversed(range(len(gates))):
        i, f, g, o = np.split(gates[t], 4, axis=-1)
        h_bar = h_bar if y_bar is None else h_bar + y_bar[t]
        s = np.tanh(cells[t + 1])
        d = c_bar + h_bar * o * (1.0 - s * s)
        z_bar = [d * g * i * (1.0 - i), d * cells[t] * f * (1.0 - f), d * i * (1.0 - g * g), h_bar * s * o * (1.0 - o)]
        z_bar = np.concatenate(z_bar, axis=-1)
        z_bar = _kept(live, t, z_bar, 0.0)
        h_bar = project_back(z_bar, kernel, drop) + _kept(live, t, 0.0, h_bar)
        c_bar = _kept(live, t, d * f, c_bar)
        z_bars.append(z_bar)
    return np.stack(z_bars[::-1]), h_bar, c_bar


@routine("gru", on="reference", tolerance=1e-5)
def gru(zx, h0, kernel, bias, live, drop):
    # z, r = σ, σ of the first two parts of zx[t] + v with v = h[t-1]·U + bias;   g = tanh(zx[t]'s third + r∘v's third)
    # h[t] = z∘h[t-1] + (1-z)∘g;   returns the gates z, r, g, the third parts of v, and h with h0 in front
    gates, inner, hidden = [], [], [h0]
    for t in range(len(zx)):
        xz, xr, xg = np.split(zx[t], 3, axis=-1)
        vz, vr, vg = np.split(project(hidden[-1], kernel, bias, drop), 3, axis=-1)
        z, r = sigmoid(xz + vz), sigmoid(xr + vr)
        g = np.tanh(xg + r * vg)
        h = z * hidden[-1] + (1.0 - z) * g
        gates.append(np.concatenate([z, r, g], axis=-1))
        inner.append(vg)
        hidden.append(_kept(live, t, h, hidden[-1]))
    return np.stack(gates), np.stack(inner), np.stack(hidden)


@routine("gru_vjp", on="reference", tolerance=1e-5)
def gru_vjp(y_bar, h_bar, kernel, gates, inner, hidden, live, drop):
    # with a = h_bar∘(1-z)∘(1-g²):   zx_bar = (h_bar∘(h[t-1]-g)∘z(1-z), a∘v∘r(1-r), a)
    # v_bar = zx_bar, its third part times r
    # h_bar[t-1] = y_bar[t-1] + h_bar∘z + v_bar·Uᵀ
    zx_bars, v_bars = [], []
    for t in reversed(range(len(gates))):
        z, r, g = np.split(gates[t], 3, axis=-1)
        h_bar = h_bar if y_bar is None else h_bar + y_bar[t]
        a = h_bar * (1.0 - z) * (1.0 - g * g)
        first = [h_bar * (hidden[t] - g) * z * (1.0 - z), a * inner[t] * r * (1.0 - r)]
        zx_bar, v_bar = np.concatenate([*first, a], axis=-1), np.concatenate([*first, a * r], axis=-1)
        zx_bar, v_bar = _kept(live, t, zx_bar, 0.0), _kept(live, t, v_bar, 0.0)
        h_bar = _kept(live, t, h_bar * z, h_bar) + project_back(v_bar, kernel, drop)
        zx_bars.append(zx_bar), v_bars.append(v_bar)
    return np.stack(zx_bars[::-1]), np.stack(v_bars[::-1]), h_bar


@routine("gru_before", on="reference", tolerance=1e-5)
def gru_before(zx, h0, kernel, live, drop):
    # the same with the reset gate before the product: q = r∘h[t-1];   g = tanh(xg + q·U_g);   returns q in place of v
    u, rest = 2 * h0.shape[-1], None if drop is None else drop[:2]
    gates, resets, hidden = [], [], [h0]
    for t in range(len(zx)):
        xz, xr, xg = np.split(zx[t], 3, axis=-1)
        vz, vr = np.split(project(hidden[-1], kernel[:, :u], None, rest), 2, axis=-1)
        z, r = sigmoid(xz + vz), sigmoid(xr + vr)
        q = r * (hidden[-1] if drop is None else hidden[-1] * drop[2])
        g = np.tanh(xg + np.matmul(q, kernel[:, u:]))
        h = z * hidden[-1] + (1.0 - z) * g
        gates.append(np.concatenate([z, r, g], axis=-1))
        resets.append(q)
        hidden.append(_kept(live, t, h, hidden[-1]))
    return np.stack(gates), np.stack(resets), np.stack(hidden)


@routine("gru_before_vjp", on="reference", tolerance=1e-5)
def gru_before_vjp(y_bar, h_bar, kernel, gates, hidden, live, drop):
    # with a = h_bar∘(1-z)∘(1-g²) and q_bar = a·U_gᵀ:   zx_bar = (h_bar∘(h[t-1]-g)∘z(1-z), q_bar∘h[t-1]∘r(1-r), a)
    # h_bar[t-1] = y_bar[t-1] + h_bar∘z + q_bar∘r + zx_bar's first two parts·Uᵀ
    u, rest = 2 * h_bar.shape[-1], None if drop is None else drop[:2]
    zx_bars = []
    for t in reversed(range(len(gates))):
        z, r, g = np.split(gates[t], 3, axis=-1)
        m = 1.0 if drop is None else drop[2]
        h_bar = h_bar if y_bar is None else h_bar + y_bar[t]
        a = _kept(live, t, h_bar * (1.0 - z) * (1.0 - g * g), 0.0)
        q_bar = np.matmul(a, np.swapaxes(kernel[:, u:], 0, 1)) * m
        first = np.concatenate(
            [_kept(live, t, h_bar * (hidden[t] - g) * z * (1.0 - z), 0.0), q_bar * hidden[t] * r * (1.0 - r)], axis=-1
        )
        h_bar = _kept(live, t, h_bar * z, h_bar) + q_bar * r + project_back(first, kernel[:, :u], rest)
        zx_bars.append(np.concatenate([first, a], axis=-1))
    return np.stack(zx_bars[::-1]), h_bar
