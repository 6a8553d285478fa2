"""Checks of lesson 11, backpropagation."""

import numpy as np

from teachkeras_widgets.checks import common
from teachkeras_widgets.lesson import exercise


@exercise("11.1")
def weight(answer):
    """The answer is y = -1, ȳ = -4, w̄₂ = -12."""
    known = [
        (12, "the sign: ȳ = -2(t - y), with a minus from the inner derivative."),
        (-4, "this is ȳ; the weight's gradient is ȳ times its input."),
        (-6, "the 2 of the derivative is missing."),
        (4, "this is ȳ times the weight: that goes back to the input. The weight's gradient is ȳ times the input."),
        (0, "y is 2·1 - 1·3 = -1; it does not hit the target."),
    ]
    return common.number(answer, -12, known)


@exercise("11.2")
def bend(answer):
    """0.5·0.8·0.2 = 0.08."""
    s = 1 / (1 + np.exp(-0.8))
    known = [
        (0.16, "this is the slope; multiply it by what came back, 0.5."),
        (0.125, "this takes 0.5 for the output; the output is a = 0.8."),
        (0.4, "this is ā·a; the factor 1 - a is missing."),
        (0.1, "this is ā·(1 - a); the factor a is missing."),
        (0.5 * s * (1 - s), "0.8 is the output already: put it into a(1 - a), not through the sigmoid again."),
        (0.18, "this is the slope of tanh, 1 - a²; the sigmoid's is a(1 - a)."),
    ]
    return common.number(answer, 0.08, known)


@exercise("11.3")
def back(answer):
    """outer(x, ȳ·W2·a(1-a))."""
    if hint := common.function(answer):
        return hint
    a1, W2, x, y_bar = np.array([0.3, 0.9]), np.array([1.0, -2.0]), np.array([2.0, -1.0]), 0.7
    z1_bar = y_bar * W2 * a1 * (1 - a1)
    known = [
        (np.outer(z1_bar, x), "this is the transpose: rows are inputs, columns are units, so np.outer(x, z1_bar)."),
        (np.outer(x, y_bar * W2), "the slope of the bend, a(1 - a), is missing."),
        (np.outer(x, y_bar * a1 * (1 - a1)), "the weights of the second layer are missing: ā = ȳ·W2."),
        (np.outer(a1, z1_bar), "the first kernel is multiplied with x, not with a1."),
        (np.outer(x, y_bar * W2 * a1), "the slope is a(1 - a): the factor 1 - a is missing."),
    ]
    return common.array(answer(y_bar, a1, W2, x), np.outer(x, z1_bar), known)
