"""The share of the machine's measured BLAS peak that a training step of the CNN and of the LSTM reaches."""

import time

import numpy as np


def peak(size=1536, rounds=8):
    """Return the most GFLOP/s seen in a square float32 product, on as many threads as BLAS takes."""
    a = np.random.default_rng(0).random((size, size), dtype="float32")
    best, out = float("inf"), np.empty_like(a)
    for _ in range(rounds):
        start = time.perf_counter()
        np.matmul(a, a, out=out)
        best = min(best, time.perf_counter() - start)
    return 2 * size**3 / best / 1e9


def cnn_products(batch=32):
    """Return the multiply-adds of a training step: forward, the kernels' gradients, the inputs' (not the images')."""
    # (places, entries of a window, filters) of each layer
    layers = [(30 * 30, 27, 32), (13 * 13, 288, 64), (4 * 4, 576, 64), (1, 1024, 64), (1, 64, 10)]
    each = [batch * places * entries * filters for places, entries, filters in layers]
    return 3 * sum(each) - each[0]


def lstm_products(batch=32, length=100, inputs=32, units=100):
    """Return the multiply-adds of a training step: products of inputs and states, forward, back, and the kernels'."""
    return 3 * batch * length * (inputs + units) * 4 * units


def fractions(steps):
    """Return {"peak": GFLOP/s, case: (GFLOP/s, share of the peak)} from the best rounds."""
    found = {"peak_gflops": peak()}
    for name, products in (("cnn", cnn_products()), ("lstm", lstm_products())):
        if "teachkeras" in steps.get(name, {}):
            rate = 2 * products / steps[name]["teachkeras"]["best_ms"] / 1e6
            found[name] = {"gflops": rate, "share": rate / found["peak_gflops"]}
    return found
