"""Cross-entropy of probabilities q against targets t, with Keras's renormalising and clipping to [low, 1-low]."""

import numpy as np

from teachkeras.kernels.registry import routine


@routine("crossentropy", on="reference")
def crossentropy(t, q, low, axis):
    # L[n] = -Σ_k t[n,k]·ln p[n,k],  p[n,k] = clip(q[n,k] / Σ_j q[n,j])
    p = np.clip(q / np.sum(q, axis=axis, keepdims=True), low, 1.0 - low)
    return -np.sum(t * np.log(p), axis=axis)


@routine("crossentropy_vjp", on="reference")
def crossentropy_vjp(L_bar, t, q, low, axis):
    # g[k] = -L_bar·t[k]/p[k] where clipping left p alone, else 0;   q_bar[k] = (g[k] - Σ_j g[j]·p[j]) / Σ_j q[j]
    total = np.sum(q, axis=axis, keepdims=True)
    p = q / total
    g = np.where(np.logical_and(p >= low, p <= 1.0 - low), -L_bar * t / np.maximum(p, low), 0.0)
    return (g - np.sum(g * p, axis=axis, keepdims=True)) / total
