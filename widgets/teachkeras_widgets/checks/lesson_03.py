"""Checks of lesson 3, tensors."""

import numpy as np

from teachkeras_widgets.checks import common
from teachkeras_widgets.lesson import exercise


@exercise("3.1")
def pictures(answer):
    """(50, 32, 48, 3)."""
    known = [
        ((50, 48, 32, 3), "height comes before width."),
        ((50, 3, 32, 48), "Keras puts the channels last."),
        ((32, 48, 3), "this is one picture; the samples are the first axis."),
        ((32, 48, 3, 50), "the samples come first."),
        ((50, 32, 48), "the three channels need an axis too."),
    ]
    return common.shape(answer, (50, 32, 48, 3), known)


@exercise("3.2")
def broadcast(answer):
    """(7, 1, 5) + (4, 5) = (7, 4, 5)."""
    known = [
        ((7, 1, 5), "the 1 is stretched to the 4 above which it stands."),
        ((7, 4, 1, 5), "the axes are lined up from the right, not put side by side: b becomes (1, 4, 5)."),
        ((4, 5), "the axis of 7 does not vanish: b is repeated along it."),
        ((11, 1, 10), "lengths are not added; equal ones stay, a 1 is stretched."),
        ((7, 5), "the middle axis stays, with the length 4."),
    ]
    return common.shape(answer, (7, 4, 5), known)


@exercise("3.3")
def standardise(answer):
    """Columns to mean 0 and deviation 1."""
    if hint := common.function(answer):
        return hint
    x = np.random.default_rng(3).normal(5, [1.0, 4.0, 0.2], size=(6, 3))
    mean, std = x.mean(axis=0), x.std(axis=0)
    known = [
        (x - mean, "the mean is right; divide by the standard deviation."),
        (x / std, "the mean is not taken away."),
        ((x - x.mean()) / x.std(), "this takes one mean of the whole matrix; each column needs its own (axis=0)."),
        ((x - mean) / x.var(axis=0), "this divides by the variance; the standard deviation is its root."),
        (x - mean / std, "brackets: first take the mean away, then divide."),
        (
            (x - x.mean(axis=1, keepdims=True)) / x.std(axis=1, keepdims=True),
            "these are the rows; columns are asked for.",
        ),
    ]
    return common.array(answer(x), (x - mean) / std, known)
