"""Checks of lesson 39, two networks against each other."""

import numpy as np

from teachkeras_widgets.checks import common
from teachkeras_widgets.lesson import exercise


@exercise("39.1")
def loss(answer):
    """Mean of -log 0.8 and -log 0.7."""
    true, forged = -np.log(0.8), -np.log(0.7)
    known = [
        (true + forged, "this is the sum; the mean of the two is asked for."),
        ((true - np.log(0.3)) / 2, "the forged point should get 0: -log(1 - 0.3)."),
        ((-np.log(0.2) + forged) / 2, "the true point should get 1: -log(0.8)."),
        (true / 2, "the forged point is missing."),
        (true, "the forged point is missing."),
        (forged, "the true point is missing."),
    ]
    return common.number(answer, (true + forged) / 2, known)


@exercise("39.2")
def forger_loss(answer):
    """Mean of -log d."""
    if hint := common.function(answer):
        return hint
    d = np.array([0.9, 0.2, 0.45])
    got = answer(d)
    if got is None:
        return "it gives nothing back: return the mean."
    if np.shape(got) == (3,):
        return "these are the losses one by one; their mean is asked for."
    known = [
        (-np.log(1 - d).mean(), "this is small when the detective says 0; the forger wants 1: -log d."),
        (np.log(1 - d).mean(), "this is the first form, which is flat for a losing forger: take -log d."),
        (-np.log(d).sum(), "the mean, not the sum."),
        (-np.log(d.mean()), "first the logarithms, then the mean."),
        ((1 - d).mean(), "a cross-entropy has a logarithm: -log d."),
    ]
    return common.number(got, -np.log(d).mean(), known)
