"""Checks of lesson 23, regularisation."""

import numpy as np

from teachkeras_widgets.checks import common
from teachkeras_widgets.lesson import exercise


@exercise("23.1")
def price(answer):
    """0.1·14 = 1.4."""
    known = [
        (0.6, "these are the absolute values (that is L1); square the weights."),
        (0.4, "square each weight before you add: otherwise they cancel."),
        (14, "this is the sum of squares; multiply it by λ."),
        (0.7, "there is no half: Keras's L2 is λ·Σw²."),
        (1.2, "the square of -1 is +1."),
        (1.6, "add the squares first, then multiply by λ once."),
    ]
    return common.number(answer, 1.4, known)


@exercise("23.2")
def values(answer):
    """0 or 6/0.75 = 8."""
    known = [
        ([0, 6], "what survives is scaled up: 6 / (1 - 0.25)."),
        ([0, 24], "divide by 1 - r, not by r."),
        ([0, 4.5], "it is scaled up, not down: the mean should stay 6."),
        ([0, 7.5], "6 / 0.75 is not 6 · 1.25."),
        ([8, 0], "the smaller one first."),
    ]
    return common.array(answer, [0, 8], known)


@exercise("23.3")
def step(answer):
    """W - rate·(g + 2λw)."""
    if hint := common.function(answer):
        return hint
    w, g, rate, l2 = np.array([1.0, -2.0]), np.array([0.5, 0.25]), 0.1, 0.2
    known = [
        (w - rate * g, "the price is missing: its gradient is 2·l2·w."),
        (w - rate * (g + l2 * w), "the 2 of the derivative of w² is missing."),
        (w - rate * (g - 2 * l2 * w), "the sign: the price shrinks the weights, so its gradient is added to g."),
        (w - rate * g - 2 * l2 * w, "the rate applies to the price's gradient too."),
        (w - rate * (g + l2 * w**2), "this adds the price itself; its derivative, 2·l2·w, is meant."),
        (w + rate * (g + 2 * l2 * w), "the step goes against the gradient: minus."),
    ]
    return common.array(answer(w, g, rate, l2), w - rate * (g + 2 * l2 * w), known)
