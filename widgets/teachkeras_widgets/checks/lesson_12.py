"""Checks of lesson 12, the chain rule."""

import numpy as np

from teachkeras_widgets.checks import common
from teachkeras_widgets.lesson import exercise


@exercise("12.1")
def slope(answer):
    """2·6·2·1 = 24."""
    known = [
        (12, "one factor of 2 is missing: dv/du = 2."),
        (6, "this is v; its square's slope is 2v, and then the inner slopes."),
        (36, "this is L itself."),
        (16, "v is 2(2 + 1) = 6: the + 1 got lost."),
        (48, "one factor too many: 2v · 2 · 1."),
    ]
    return common.number(answer, 24, known)


@exercise("12.2")
def paths(answer):
    """1.5 - 2 = -0.5."""
    known = [
        (1.5, "this is the first path; add the second."),
        (-2, "this is the second path; add the first."),
        (3.5, "mind the sign of the second weight: -2."),
        (-3, "paths are added, not multiplied."),
        (1, "multiply along each path first: weight times bar."),
    ]
    return common.number(answer, -0.5, known)


@exercise("12.3")
def derivative(answer):
    """(1 - tanh²(x²))·2x."""
    if hint := common.function(answer):
        return hint
    x = np.array([0.3, -0.8, 1.1])
    known = [
        (1 - np.tanh(x**2) ** 2, "the inner slope, 2x, is missing."),
        (np.tanh(x**2) * 2 * x, "this has tanh itself in place of its slope, 1 - tanh²."),
        ((1 - np.tanh(x) ** 2) * 2 * x, "the outer slope is taken at x; it belongs at the inner value, x²."),
        (2 * x, "the outer slope, 1 - tanh²(x²), is missing."),
        ((1 - np.tanh(x**2)) * 2 * x, "the slope of tanh is 1 - tanh²: the square is missing."),
    ]
    got = np.array([float(common.plain(answer(v))) for v in x])
    return common.array(got, (1 - np.tanh(x**2) ** 2) * 2 * x, known)
