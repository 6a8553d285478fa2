"""Checks of lesson 10, gradient descent."""

from teachkeras_widgets.checks import common
from teachkeras_widgets.lesson import exercise


@exercise("10.1")
def step(answer):
    """2 - 0.05·12 = 1.4."""
    known = [
        (2.6, "the sign: step against the slope, w - η·slope."),
        (1.7, "the slope of 3w² is 6w, not 3w."),
        (-10, "the learning rate is missing."),
        (0.6, "this is the step; take it away from w = 2."),
        (1.4 + 0.6 - 0.05 * 12 * 12, "the slope is 6·2 = 12; only once."),
        (2 - 0.05 * 3 * 4, "this uses the loss itself; its slope, 6w, is meant."),
    ]
    return common.number(answer, 1.4, known)


@exercise("10.2")
def limit(answer):
    """2 / 6 = 1/3."""
    known = [
        (1 / 6, "at 1/6 it jumps into the minimum in one step; it may be larger still: |1 - 6η| < 1."),
        (2 / 3, "the curvature is the second derivative, 6, not 3."),
        (1, "that is the limit of w²; this valley is three times as steep."),
        (3, "turn it round: the steeper the valley, the smaller the limit."),
    ]
    return common.number(answer, 1 / 3, known)


@exercise("10.3")
def descend(answer):
    """W ← w - η·slope(w), `steps` times."""
    if hint := common.function(answer):
        return hint
    calls = []

    def slope(w):
        calls.append(w)
        return 2 * (w - 3)

    got = answer(slope, 5.0, 0.1, 4)
    if got is None:
        return "it gives nothing back: return w after the loop."
    right, up = 3 + 2 * 0.8**4, 3 + 2 * 1.2**4
    known = [
        (up, "it climbs: the step must be taken away, w - rate·slope(w)."),
        (5 - 4 * 0.1 * 4, "the slope must be asked for anew at each step, at the new w."),
        (3 + 2 * 0.8, "only one step was taken; return after the loop."),
        (3 + 2 * 0.8**3, "one step is missing."),
        (3 + 2 * 0.8**5, "one step too many."),
        (5.0, "w did not change: keep the result, w = w - ..."),
    ]
    return common.number(got, right, known)
