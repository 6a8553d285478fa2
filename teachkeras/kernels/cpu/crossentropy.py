"""Cross-entropy of rows of probabilities in one pass; NumPy needs nine, and on small arrays each call costs most."""

from math import log

import numpy as np

from teachkeras.kernels.cpu import are_rows, jit
from teachkeras.kernels.reference import crossentropy as reference
from teachkeras.kernels.registry import routine

f = np.float32


@jit("void(f4[:,::1], f4[:,::1], f4, f4, f4[::1])")
def _crossentropy(t, q, low, high, out):
    for n in range(q.shape[0]):
        total = f(0)
        for k in range(q.shape[1]):
            total += q[n, k]
        loss = f(0)
        for k in range(q.shape[1]):
            if t[n, k] != 0:
                loss -= t[n, k] * log(min(max(q[n, k] / total, low), high))
        out[n] = loss


@routine("crossentropy", on="cpu")
def crossentropy(t, q, low, axis):
    # L[n] = -Σ_k t[n,k]·ln p[n,k],  p[n,k] = clip(q[n,k] / Σ_j q[n,j])
    if not are_rows(t, q, axis=axis) or t.shape != q.shape:
        return reference.crossentropy(t, q, low, axis)
    out = np.empty(len(q), f)
    _crossentropy(t, q, f(low), f(1 - low), out)
    return out


@jit("void(f4[:,::1], f4[:,::1], f4[:,::1], f4, f4, f4[:,::1])")
def _crossentropy_vjp(L_bar, t, q, low, high, out):
    for n in range(q.shape[0]):
        total = f(0)
        for k in range(q.shape[1]):
            total += q[n, k]
        dot = f(0)
        for k in range(q.shape[1]):
            p = q[n, k] / total
            g = -L_bar[n, 0] * t[n, k] / p if low <= p <= high else f(0)
            out[n, k] = g
            dot += g * p
        for k in range(q.shape[1]):
            out[n, k] = (out[n, k] - dot) / total


@routine("crossentropy_vjp", on="cpu")
def crossentropy_vjp(L_bar, t, q, low, axis):
    # g[k] = -L_bar·t[k]/p[k] where clipping left p alone, else 0;   q_bar[k] = (g[k] - Σ_j g[j]·p[j]) / Σ_j q[j]
    if not are_rows(L_bar, t, q, axis=axis) or L_bar.shape[1] != 1 or t.shape != q.shape:
        return reference.crossentropy_vjp(L_bar, t, q, low, axis)
    out = np.empty_like(q)
    _crossentropy_vjp(L_bar, t, q, f(low), f(1 - low), out)
    return out
