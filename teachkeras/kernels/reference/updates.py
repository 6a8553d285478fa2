"""Optimizer updates, in place: w the weight, g its gradient, the rest the slots.

Every number that is not an array is a Python float; ``lr`` is the learning rate of this step. Each routine has a twin
for all weights of a model at once, ``kernels.adam_many(ws, gs, ms, vs, alpha, …)``: lists in place of the arrays.
"""

from collections.abc import Callable

import numpy as np

from teachkeras.kernels.registry import routine


@routine("sgd", on="reference")
def sgd(w, g, lr):
    # w ← w - lr·g
    w -= lr * g


@routine("momentum", on="reference")
def momentum(w, g, m, lr, mu, nesterov):
    # m ← μ·m - lr·g;   w ← w + m,   or with Nesterov   w ← w + μ·m - lr·g
    step = lr * g
    m *= mu
    m -= step
    w += mu * m - step if nesterov else m


@routine("rmsprop", on="reference")
def rmsprop(w, g, v, lr, rho, epsilon):
    # v ← ρ·v + (1-ρ)·g²;   w ← w - lr·g / √(v + ε)
    v *= rho
    v += (1 - rho) * np.square(g)
    w -= lr * g / np.sqrt(v + epsilon)


@routine("adagrad", on="reference")
def adagrad(w, g, a, lr, epsilon):
    # a ← a + g²;   w ← w - lr·g / √(a + ε)
    a += np.square(g)
    w -= lr * g / np.sqrt(a + epsilon)


@routine("adam", on="reference")
def adam(w, g, m, v, alpha, beta_1, beta_2, epsilon):
    # m ← m + (1-β₁)(g - m);   v ← v + (1-β₂)(g² - v);   w ← w - α·m / (√v + ε)
    m += (g - m) * (1 - beta_1)
    v += (np.square(g) - v) * (1 - beta_2)
    w -= alpha * m / (np.sqrt(v) + epsilon)


def over_all(one: Callable) -> Callable:
    """Return the update of all weights of a model, made of the update of `one`."""

    def many(*arguments):
        # (w, g, slots…)ₖ ← one((w, g, slots…)ₖ, numbers…)  for every weight k
        lists = [a for a in arguments if type(a) is list or type(a) is tuple]
        for arrays in zip(*lists, strict=True):
            one(*arrays, *arguments[len(lists) :])

    many.__module__ = one.__module__
    return many


for _one in (sgd, momentum, rmsprop, adagrad, adam):
    routine(f"{_one.__name__}_many", on="reference")(over_all(_one))
