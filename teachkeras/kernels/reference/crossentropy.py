"""Cross-entropy of probabilities q against targets t, with Keras's renormalising and clipping to [low, 1-low]."""

import numpy as np

from teachkeras.kernels.registry import routine


@routine("crossentropy", on="reference")
def crossentropy(t, q, low, axis):
    # L[n] = -Σ_k t[n,k]·ln p[n,k],  p[n,k] = clip(q[n,k] / Σ_j q[n,j])
    p = np.clip(q / np.sum(q, axis=axis, keepdims=True), low, 1.0 - low)
    return -np.sum(t * np.log(p), axis=axis)


@routine("logit_crossentropy", on="reference")
def logit_crossentropy(t, z, axis):
    # L[n] = -Σ_k t[n,k]·ln softmax(z)[n,k]
    return -np.sum(t * log_softmax(z, axis), axis=axis)


@routine("logit_crossentropy_vjp", on="reference")
def logit_crossentropy_vjp(L_bar, t, z, axis):
    # z_bar[n,k] = L_bar[n]·(softmax(z)[n,k]·Σ_j t[n,j] - t[n,k])
    return L_bar * (np.exp(log_softmax(z, axis)) * np.sum(t, axis=axis, keepdims=True) - t)


def log_softmax(z, axis):
    """z[k] - ln Σ_j e^z[j], without overflow."""
    shifted = z - np.max(z, axis=axis, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=axis, keepdims=True))


@routine("crossentropy_vjp", on="reference")
def crossentropy_vjp(L_bar, t, q, low, axis):
    # g[k] = -L_bar·t[k]/p[k] where clipping left p alone, else 0;   q_bar[k] = (g[k] - Σ_j g[j]·p[j]) / Σ_j q[j]
    total = np.sum(q, axis=axis, keepdims=True)
    p = q / total
    g = np.where(np.logical_and(p >= low, p <= 1.0 - low), -L_bar * t / np.maximum(p, low), 0.0)
    return (g - np.sum(g * p, axis=axis, keepdims=True)) / total
