"""Checks of lesson 14, the perceptron and XOR."""

import numpy as np

from teachkeras_widgets.checks import common
from teachkeras_widgets.lesson import exercise

CASES = [(0, 0), (0, 1), (1, 0), (1, 1)]


@exercise("14.1")
def nand(answer):
    """(-1, -1, 1.5) and its relatives."""
    w1, w2, b = (float(v) for v in answer)
    got = [int(w1 * x1 + w2 * x2 + b > 0) for x1, x2 in CASES]
    if got == [1, 1, 1, 0]:
        return None
    if got == [0, 0, 0, 1]:
        return "this is AND; change the sign of all three numbers."
    if got[0] == 0:
        return "for (0, 0) only the bias counts, and the answer must be 1: the bias must be positive."
    wrong = next(case for case, g, t in zip(CASES, got, [1, 1, 1, 0], strict=True) if g != t)
    return f"for the input {wrong} it says {got[CASES.index(wrong)]}; work out w1·x1 + w2·x2 + b there."


@exercise("14.2")
def step(answer):
    """Z = -1, so f = 0, t - f = 1: w + 0.5·x, b + 0.5."""
    known = [
        ([1, 0, 1], "the rate is 0.5: half of the error is added."),
        ([1, -1, 0], "it does change: its answer is 0 and the target is 1."),
        ([1, -1.5, -0.5], "the sign is wrong: t - f = 1 - 0, so the input is added."),
        ([1, -0.5, 0], "the bias learns too: b + 0.5·(t - f)."),
        ([1.5, -0.5, 0.5], "the first input is 0, so the first weight does not change."),
    ]
    return common.array(answer, [1, -0.5, 0.5], known)


@exercise("14.3")
def equal(answer):
    """The opposite of XOR."""
    if hint := common.function(answer):
        return hint
    got = [int(answer(np.array(case, "float32"))) for case in CASES]
    if got == [1, 0, 0, 1]:
        return None
    if got == [0, 1, 1, 0]:
        return "this is XOR; the third neuron must say the opposite: turn its signs round."
    wrong = next(case for case, g, t in zip(CASES, got, [1, 0, 0, 1], strict=True) if g != t)
    return f"for the input {wrong} it says {got[CASES.index(wrong)]}."
