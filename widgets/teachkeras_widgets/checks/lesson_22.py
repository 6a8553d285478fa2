"""Checks of lesson 22, initialisation."""

import numpy as np

from teachkeras_widgets.checks import common
from teachkeras_widgets.lesson import exercise


@exercise("22.1")
def he(answer):
    """√(2/50) = 0.2."""
    known = [
        (0.04, "this is the variance; the deviation is its root."),
        ((1 / 50) ** 0.5, "this is 1/n: for ReLU, He doubles it, because half of the signal is silenced."),
        ((6 / 50) ** 0.5, "this is the border of an even spread; the deviation is asked for."),
        (5, "turn it round: the more inputs, the smaller the weights."),
    ]
    return common.number(answer, 0.2, known)


@exercise("22.2")
def spread(answer):
    """√(400·0.01) = 2."""
    known = [
        (4, "this is the variance; take the root."),
        (40, "the variances add up, not the deviations: n·0.1², and then the root."),
        (40**0.5, "square the 0.1: the variance of a weight is 0.01."),
        (0.1, "400 such terms are added; their variances add up."),
    ]
    return common.number(answer, 2, known)


@exercise("22.3")
def glorot(answer):
    """Evenly spread, r = √(6/(in + out))."""
    if hint := common.function(answer):
        return hint
    n_in, n_out = 300, 100
    kernel = common.plain(answer(n_in, n_out, np.random.default_rng(0)))
    if kernel.shape != (n_in, n_out):
        return f"its shape is {kernel.shape}; a kernel is (inputs, units) = {(n_in, n_out)}."
    r, found = np.sqrt(6 / 400), np.abs(kernel).max()
    if kernel.min() >= 0:
        return "it draws between 0 and r; half of the weights should be negative: between -r and r."
    if abs(found / r - 1) < 0.01:
        ratio = kernel.var() / (r * r / 3)
        return None if abs(ratio - 1) < 0.05 else "the borders are right, but the spread is not even: rng.uniform."
    if abs(found / np.sqrt(2 / 400) - 1) < 0.01:
        return "r is not the deviation: an even spread has the variance r²/3, so r = √(6 / (in + out))."
    if abs(found / (6 / 400) - 1) < 0.01:
        return "the root is missing."
    if abs(found / np.sqrt(6 / 300) - 1) < 0.01:
        return "the number of outputs is missing: n_in + n_out."
    return f"the largest weight is {found:.3f}; it should be close to r = √(6 / (in + out)) = {r:.3f}."
