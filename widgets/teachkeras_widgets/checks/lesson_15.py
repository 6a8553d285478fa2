"""Checks of lesson 15, the neuron."""

import numpy as np

from teachkeras_widgets.checks import common
from teachkeras_widgets.lesson import exercise


@exercise("15.1")
def weighted_sum(answer):
    """2 - 3 + 2 - 1 = 0."""
    known = [
        (1, "the bias of -1 is missing."),
        (2, "the bias is -1: it is taken away, not added."),
        (6, "mind the sign of the second weight: it is -1."),
        (0.5, "this is after the sigmoid; the question asks for z."),
    ]
    return common.number(answer, 0, known)


@exercise("15.2")
def bias(answer):
    """-2·‖w‖ = -10."""
    known = [
        (10, "the line would lie on the other side: where w·x = -b = -10."),
        (-2, "the distance is |b| / ‖w‖, not |b|: multiply by the length of the weights, 5."),
        (2, "the distance is |b| / ‖w‖, not |b|; and mind the sign."),
        (-14, "the length of (3, 4) is not 3 + 4; it is the root of 9 + 16."),
        (-0.4, "multiply the distance by the length of the weights, don't divide."),
    ]
    return common.number(answer, -10, known)


@exercise("15.3")
def neuron(answer):
    """σ(x·w + b)."""
    if hint := common.function(answer):
        return hint
    x, w, b = np.array([1.0, -2.0, 0.5]), np.array([0.3, 0.2, -1.0]), 0.7
    z = float(x @ w + b)
    known = [
        (z, "this is z; the sigmoid is missing."),
        (1 / (1 + np.exp(z)), "the minus sign in exp(-z) is missing."),
        (1 / (1 + np.exp(-(z - b))), "the bias is missing."),
        (
            1 / (1 + np.exp(-x @ w + b)),
            "the minus must stand before the whole sum, bias included: put brackets round it.",
        ),
        (1 / (1 + np.exp(-(z - 2 * b))), "the bias is added, not taken away."),
    ]
    got = answer(x, w, b)
    if np.shape(common.plain(got)) != ():
        return f"its answer has the shape {np.shape(got)}; one number is asked for: sum the products (x @ w)."
    return common.number(got, 1 / (1 + np.exp(-z)), known)
