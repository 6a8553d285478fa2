"""Checks of lesson 40, fairness and privacy."""

import numpy as np

from teachkeras_widgets.checks import common
from teachkeras_widgets.lesson import exercise


@exercise("40.1")
def rate(answer):
    """10 / 40."""
    known = [
        (0.75, "this is the share that was rightly accepted; those turned away are asked for."),
        (0.1, "divide by those who would have passed, not by all."),
        (5 / 60, "these are the false positives: accepted, though they would not have passed."),
        (10, "a rate: divide by the 40."),
        (0.15, "this is the error rate of the whole group."),
        (10 / 65, "divide by those who would have passed, not by all who were turned away."),
    ]
    return common.number(answer, 0.25, known)


@exercise("40.2")
def clip(answer):
    """Shortened to C, the direction kept."""
    if hint := common.function(answer):
        return hint
    long, short, C = np.array([[3.0, -4.0], [0.0, 12.0]]), np.array([0.3, -0.4]), 2.0
    got = answer(long.copy(), C)
    if got is None:
        return "it gives nothing back: return the gradient."
    known = [
        (np.clip(long, -C, C), "this cuts each entry, and turns the gradient; shorten it as a whole."),
        (long, "a gradient that is too long stays as it was."),
        (long / 13, "its length is now 1; it should be C."),
        (long * C, "times C / length, not times C."),
        (long * C / 169, "the length is the *root* of the sum of squares."),
        (long * 13 / C, "upside down: C / length."),
    ]
    if hint := common.array(got, long * C / 13, known):
        return hint
    hint = common.array(answer(short.copy(), C), short)
    return None if hint is None else "a gradient shorter than C stays as it is: min(1, C / length)."
