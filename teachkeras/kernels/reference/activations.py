"""Activation functions that need care to stay finite."""

import numpy as np

from teachkeras.kernels.registry import routine


@routine("sigmoid", on="reference")
def sigmoid(x):
    # y[i] = 1 / (1 + e^-x[i]) = (1 + tanh(x[i]/2)) / 2, the second form without overflow
    return 0.5 + 0.5 * np.tanh(0.5 * x)


@routine("softmax", on="reference")
def softmax(x, axis):
    # y[k] = e^(x[k] - m) / Σ_j e^(x[j] - m),  m = max_j x[j]
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)


@routine("softmax_vjp", on="reference")
def softmax_vjp(y_bar, y, axis):
    # x_bar[k] = y[k]·(y_bar[k] - Σ_j y_bar[j]·y[j])
    return y * (y_bar - np.sum(y_bar * y, axis=axis, keepdims=True))


@routine("relu_vjp", on="reference")
def relu_vjp(y_bar, y):
    # x_bar[i] = y_bar[i]·[y[i] > 0]
    return y_bar * (y > 0)
