"""Optimizer updates as one pass over each weight: NumPy needs up to ten, each through memory.

The loops take Python's floats (float64) and round each constant once, before the loop: a float64 number inside it would
make the whole loop float64.
"""

from collections.abc import Callable
from math import sqrt

import numpy as np

from teachkeras.kernels.cpu import FLOAT32, jit
from teachkeras.kernels.reference import updates as reference
from teachkeras.kernels.registry import routine

TINY = np.float32(1e-18)  # squared, still a normal float32
f = np.float32


def update(reference: Callable) -> Callable:
    """Decorator: register a loop as the update of one weight, and of all weights of a model at once.

    What is not contiguous float32 goes to `reference`: the loops see arrays flattened, and flattening another layout
    makes a copy, in which an update in place would be lost.
    """
    name = reference.__name__

    def register(loop: Callable) -> Callable:
        def run(arrays, numbers):
            for a in arrays:
                if a.dtype != FLOAT32 or not a.flags.c_contiguous:
                    return reference(*arrays, *numbers)
            return loop(*[a.ravel() for a in arrays], *numbers)

        def one(*arguments):
            arrays = [a for a in arguments if type(a) is np.ndarray]
            run(arrays, [float(n) for n in arguments[len(arrays) :]])

        def many(*arguments):
            lists = [a for a in arguments if type(a) is list or type(a) is tuple]
            numbers = [float(n) for n in arguments[len(lists) :]]
            for arrays in zip(*lists, strict=True):
                run(arrays, numbers)

        routine(name, on="cpu")(one)
        routine(f"{name}_many", on="cpu")(many)
        return loop

    return register


@update(reference.sgd)
@jit("void(f4[::1], f4[::1], f8)")
def sgd(w, g, lr):
    # w[i] ← w[i] - lr·g[i]
    rate = f(lr)
    for i in range(w.size):
        w[i] -= rate * g[i]


@update(reference.momentum)
@jit("void(f4[::1], f4[::1], f4[::1], f8, f8, f8)")
def momentum(w, g, m, lr, mu, nesterov):
    # m[i] ← μ·m[i] - lr·g[i];   w[i] ← w[i] + m[i],   or with Nesterov   w[i] + μ·m[i] - lr·g[i]
    rate, keep = f(lr), f(mu)
    for i in range(w.size):
        step = rate * g[i]
        m[i] = keep * m[i] - step
        w[i] += keep * m[i] - step if nesterov else m[i]


@update(reference.rmsprop)
@jit("void(f4[::1], f4[::1], f4[::1], f8, f8, f8)")
def rmsprop(w, g, v, lr, rho, epsilon):
    # v[i] ← ρ·v[i] + (1-ρ)·g[i]²;   w[i] ← w[i] - lr·g[i] / √(v[i] + ε)
    rate, keep, rest, eps = f(lr), f(rho), f(1 - rho), f(epsilon)
    for i in range(w.size):
        v[i] = keep * v[i] + rest * g[i] * g[i]
        w[i] -= rate * g[i] / sqrt(v[i] + eps)


@update(reference.adagrad)
@jit("void(f4[::1], f4[::1], f4[::1], f8, f8)")
def adagrad(w, g, a, lr, epsilon):
    # a[i] ← a[i] + g[i]²;   w[i] ← w[i] - lr·g[i] / √(a[i] + ε)
    rate, eps = f(lr), f(epsilon)
    for i in range(w.size):
        a[i] += g[i] * g[i]
        w[i] -= rate * g[i] / sqrt(a[i] + eps)


@update(reference.adam)
@jit("void(f4[::1], f4[::1], f4[::1], f4[::1], f8, f8, f8, f8)")
def adam(w, g, m, v, alpha, beta_1, beta_2, epsilon):
    # m[i] ← m[i] + (1-β₁)(g[i] - m[i]);   v[i] ← v[i] + (1-β₂)(g[i]² - v[i]);   w[i] ← w[i] - α·m[i] / (√v[i] + ε)
    # numbers below TINY become 0: they would be denormal, or soon be, and a processor takes ten times longer over those
    rate, rest_1, rest_2, eps = f(alpha), f(1 - beta_1), f(1 - beta_2), f(epsilon)
    for i in range(w.size):
        d = g[i] if abs(g[i]) > TINY else f(0)
        mean = m[i] + (d - m[i]) * rest_1
        m[i] = mean if abs(mean) > TINY else f(0)
        v[i] += (d * d - v[i]) * rest_2
        w[i] -= rate * m[i] / (sqrt(v[i]) + eps)
