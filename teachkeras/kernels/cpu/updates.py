"""Optimizer updates as one pass over each weight: NumPy needs up to ten, each through memory."""

from math import sqrt

import numpy as np

from teachkeras.kernels.cpu import float32_only, jit
from teachkeras.kernels.reference import updates as reference
from teachkeras.kernels.registry import routine

TINY = np.float32(1e-18)  # squared, still a normal float32
f = np.float32  # a float64 constant inside a float32 loop would make the whole loop float64


@jit("void(f4[::1], f4[::1], f4)")
def _sgd(w, g, lr):
    for i in range(w.size):
        w[i] -= lr * g[i]


@routine("sgd", on="cpu")
@float32_only(reference.sgd)
def sgd(w, g, lr):
    # w[i] ← w[i] - lr·g[i]
    _sgd(w.reshape(-1), g.reshape(-1), f(lr))


@jit("void(f4[::1], f4[::1], f4[::1], f4, f4, b1)")
def _momentum(w, g, m, lr, mu, nesterov):
    for i in range(w.size):
        step = lr * g[i]
        m[i] = mu * m[i] - step
        w[i] += mu * m[i] - step if nesterov else m[i]


@routine("momentum", on="cpu")
@float32_only(reference.momentum)
def momentum(w, g, m, lr, mu, nesterov):
    # m[i] ← μ·m[i] - lr·g[i];   w[i] ← w[i] + m[i],   or with Nesterov   w[i] + μ·m[i] - lr·g[i]
    _momentum(w.reshape(-1), g.reshape(-1), m.reshape(-1), f(lr), f(mu), bool(nesterov))


@jit("void(f4[::1], f4[::1], f4[::1], f4, f4, f4, f4)")
def _rmsprop(w, g, v, lr, rho, rest, epsilon):
    for i in range(w.size):
        v[i] = rho * v[i] + rest * g[i] * g[i]
        w[i] -= lr * g[i] / sqrt(v[i] + epsilon)


@routine("rmsprop", on="cpu")
@float32_only(reference.rmsprop)
def rmsprop(w, g, v, lr, rho, epsilon):
    # v[i] ← ρ·v[i] + (1-ρ)·g[i]²;   w[i] ← w[i] - lr·g[i] / √(v[i] + ε)
    _rmsprop(w.reshape(-1), g.reshape(-1), v.reshape(-1), f(lr), f(rho), f(1 - rho), f(epsilon))


@jit("void(f4[::1], f4[::1], f4[::1], f4, f4)")
def _adagrad(w, g, a, lr, epsilon):
    for i in range(w.size):
        a[i] += g[i] * g[i]
        w[i] -= lr * g[i] / sqrt(a[i] + epsilon)


@routine("adagrad", on="cpu")
@float32_only(reference.adagrad)
def adagrad(w, g, a, lr, epsilon):
    # a[i] ← a[i] + g[i]²;   w[i] ← w[i] - lr·g[i] / √(a[i] + ε)
    _adagrad(w.reshape(-1), g.reshape(-1), a.reshape(-1), f(lr), f(epsilon))


@jit("void(f4[::1], f4[::1], f4[::1], f4[::1], f4, f4, f4, f4)")
def _adam(w, g, m, v, alpha, rest_1, rest_2, epsilon):
    # numbers below TINY become 0: they would be denormal, or soon be, and a processor takes ten times longer over those
    for i in range(w.size):
        d = g[i] if abs(g[i]) > TINY else f(0)
        mean = m[i] + (d - m[i]) * rest_1
        m[i] = mean if abs(mean) > TINY else f(0)
        v[i] += (d * d - v[i]) * rest_2
        w[i] -= alpha * m[i] / (sqrt(v[i]) + epsilon)


@routine("adam", on="cpu")
@float32_only(reference.adam)
def adam(w, g, m, v, alpha, beta_1, beta_2, epsilon):
    # m[i] ← m[i] + (1-β₁)(g[i] - m[i]);   v[i] ← v[i] + (1-β₂)(g[i]² - v[i]);   w[i] ← w[i] - α·m[i] / (√v[i] + ε)
    arrays = w.reshape(-1), g.reshape(-1), m.reshape(-1), v.reshape(-1)
    _adam(*arrays, f(alpha), f(1 - beta_1), f(1 - beta_2), f(epsilon))
