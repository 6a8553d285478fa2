"""Checks of lesson 30, series and recommenders."""

import numpy as np

from teachkeras_widgets.checks import common
from teachkeras_widgets.lesson import exercise


@exercise("30.1")
def count(answer):
    """100 - 12."""
    known = [
        (89, "the last of these windows has no next value: one fewer."),
        (87, "one more: the window that starts at 87 ends at 98, and the target is 99."),
        (100, "a window needs 12 values behind each other, and one more."),
        (8, "the windows overlap: a new one starts at each step."),
        (100 / 12, "the windows overlap: a new one starts at each step."),
    ]
    return common.number(answer, 88, known, within=1e-6)


@exercise("30.2")
def rate(answer):
    """Mean, biases and p·q, clipped."""
    if hint := common.function(answer):
        return hint
    p, q = np.array([1.0, -0.5]), np.array([0.4, 0.2])
    cases = [(3.0, 0.2, -0.1, p, q), (3.0, 1.5, 1.5, p, q), (3.0, -1.5, -1.5, p, q)]
    got = [answer(*case) for case in cases]
    if any(each is None for each in got):
        return "it gives nothing back: return the rating."
    if any(np.ndim(each) for each in got):
        return "one number is asked for: the products of p and q are added up, p @ q."
    sums = [m + u + i + p @ q for m, u, i, _, _ in cases]
    known = [
        (sums, "ratings outside of 1 to 5 must be clipped."),
        (np.minimum(sums, 5), "it must not fall below 1."),
        (np.maximum(sums, 1), "it must not rise above 5."),
        (np.clip([p @ q + m for m, *_ in cases], 1, 5), "the two biases are missing."),
        (np.clip([m + u + i for m, u, i, *_ in cases], 1, 5), "the shared taste, p @ q, is missing."),
        (np.clip([u + i + p @ q for _, u, i, *_ in cases], 1, 5), "the mean m is missing."),
    ]
    return common.array(got, np.clip(sums, 1, 5), known)
