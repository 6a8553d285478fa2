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
