"""Checks of lesson 31, sound."""

import numpy as np

from teachkeras_widgets.checks import common
from teachkeras_widgets.lesson import exercise


@exercise("31.1")
def place(answer):
    """440 / (8000/400) = 22."""
    known = [
        (20, "this is how many Hz lie between two places; how many such steps are 440?"),
        (440 / 8000, "this is a share of the rate; the places count in steps of rate / window."),
        (440 / 400, "divide by rate / window, not by the window."),
        (44, "half the rate bounds what can be heard; the step between places is the whole rate / window."),
        (11, "the whole window counts: rate / window, not 2 · rate / window."),
    ]
    return common.number(answer, 22, known)


@exercise("31.2")
def windows(answer):
    """The starts 0, s, 2s, … that leave room for a whole window."""
    if hint := common.function(answer):
        return hint
    cases = [(2048, 256, 128), (10, 4, 3), (10, 4, 4), (7, 7, 2)]
    got = [answer(*case) for case in cases]
    if any(each is None for each in got):
        return "it returns nothing for some case."
    right = [(n - m) // s + 1 for n, m, s in cases]
    known = [
        ([n // s for n, m, s in cases], "the last windows would stick out at the end: leave room for their length."),
        ([(n - m) // s for n, m, s in cases], "one is missing: the window that starts at 0."),
        ([n // m for n, m, s in cases], "windows may overlap: count one every stride."),
        ([(n - m) / s + 1 for n, m, s in cases], "only whole windows count: use //."),
        (
            [1 + n // s for n, m, s in cases],
            "the last windows would stick out at the end: leave room for their length.",
        ),
    ]
    return common.array(got, right, known)


@exercise("31.3")
def hertz(answer):
    """Solve m = 2595 log10(1 + f/700) for f."""
    if hint := common.function(answer):
        return hint
    m = np.array([100.0, 1000.0, 2000.0])
    got = common.plain([answer(each) for each in m])
    power = 10 ** (m / 2595)
    known = [
        (700 * power, "the 1 inside the logarithm must go again: subtract it."),
        (700 * (np.exp(m / 2595) - 1), "the logarithm is to base 10: raise 10, not e, to the power."),
        (power - 1, "the factor 700 is missing."),
        (2595 * np.log10(1 + m / 700), "this is the way there; solve it for f."),
        ((power - 1) / 700, "multiply by 700: f stands in the numerator."),
    ]
    return common.array(got, 700 * (power - 1), known)
