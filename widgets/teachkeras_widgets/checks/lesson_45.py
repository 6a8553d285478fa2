"""Checks of lesson 45, imbalanced data."""

import numpy as np

from teachkeras_widgets.checks import common
from teachkeras_widgets.lesson import exercise


@exercise("45.1")
def recall(answer):
    """30 / 50 = 0.6."""
    known = [
        (0.75, "this is the precision: of those it named. Recall: of those there are."),
        (30 / 60, "the 10 false alarms are not sick; there are 30 + 20 sick people."),
        (0.4, "this is the share that was missed."),
        (1.5, "a share is never above 1: 30 of (30 + 20)."),
        (60, "a share is asked for, between 0 and 1."),
    ]
    return common.number(answer, 0.6, known)


@exercise("45.2")
def f1(answer):
    """2·0.75·0.6 / 1.35 = 0.667."""
    known = [
        (0.675, "this is the plain mean of both; F1 is 2·p·r / (p + r)."),
        (0.45, "this is the product; F1 is 2·p·r / (p + r)."),
        (1 / 3, "the 2 is missing."),
        (0.6, "this is the recall."),
    ]
    return common.number(answer, 0.9 / 1.35, known)


@exercise("45.3")
def weights(answer):
    """κ_c = n / (2·n_c)."""
    if hint := common.function(answer):
        return hint
    y = np.array([0] * 9 + [1])
    got = answer(y)
    if not isinstance(got, dict) or {int(c) for c in got} != {0, 1}:
        return "a dict with the keys 0 and 1 is asked for: {0: .., 1: ..}."
    pair = [float(got[0]), float(got[1])]
    known = [
        ([5.0, 10 / 18], "the classes have changed places: the rare one counts more."),
        ([10 / 9, 10.0], "the 2 is missing: there are two classes, and the mean weight should be 1."),
        ([0.45, 0.05], "divide the other way: n / (2·n_c), so that the rare class counts more."),
        ([0.9, 0.1], "these are the shares of the classes; the weights are n / (2·n_c)."),
        ([1.0, 9.0], "the quotient is right, but the mean weight of a sample should be 1."),
    ]
    return common.array(pair, [10 / 18, 5.0], known)
