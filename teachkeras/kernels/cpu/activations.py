"""Activation functions, where a fused loop beats NumPy: small arrays, and products with a mask."""

from math import exp

import numpy as np

from teachkeras.kernels.cpu import are_contiguous, are_rows, jit
from teachkeras.kernels.reference import activations as reference
from teachkeras.kernels.registry import routine

f = np.float32
SMALL = 8192  # entries up to which a scalar exp beats NumPy's vectorised one, which pays for four passes


@jit("void(f4[:,::1], f4[:,::1])")
def _softmax(x, out):
    for n in range(x.shape[0]):
        m = x[n, 0]
        for k in range(x.shape[1]):
            m = max(m, x[n, k])
        total = f(0)
        for k in range(x.shape[1]):
            out[n, k] = exp(x[n, k] - m)
            total += out[n, k]
        for k in range(x.shape[1]):
            out[n, k] /= total


@routine("softmax", on="cpu")
def softmax(x, axis):
    # y[n,k] = e^(x[n,k] - m) / Σ_j e^(x[n,j] - m),  m = max_j x[n,j]
    if not are_rows(x, axis=axis) or not 0 < x.size <= SMALL:
        return reference.softmax(x, axis)
    out = np.empty_like(x)
    _softmax(x, out)
    return out


@jit("void(f4[:,::1], f4[:,::1], f4[:,::1])")
def _softmax_vjp(y_bar, y, out):
    for n in range(y.shape[0]):
        dot = f(0)
        for k in range(y.shape[1]):
            dot += y_bar[n, k] * y[n, k]
        for k in range(y.shape[1]):
            out[n, k] = y[n, k] * (y_bar[n, k] - dot)


@routine("softmax_vjp", on="cpu")
def softmax_vjp(y_bar, y, axis):
    # x_bar[n,k] = y[n,k]·(y_bar[n,k] - Σ_j y_bar[n,j]·y[n,j])
    if not are_rows(y_bar, y, axis=axis):
        return reference.softmax_vjp(y_bar, y, axis)
    out = np.empty_like(y)
    _softmax_vjp(y_bar, y, out)
    return out


@jit("void(f4[::1], f4[::1], f4[::1])")
def _relu_vjp(y_bar, y, out):
    for i in range(y.size):
        out[i] = y_bar[i] if y[i] > 0 else f(0)


@routine("relu_vjp", on="cpu")
def relu_vjp(y_bar, y):
    # x_bar[i] = y_bar[i]·[y[i] > 0]
    if not are_contiguous(y_bar, y):
        return reference.relu_vjp(y_bar, y)
    out = np.empty_like(y)
    _relu_vjp(y_bar.reshape(-1), y.reshape(-1), out.reshape(-1))
    return out
