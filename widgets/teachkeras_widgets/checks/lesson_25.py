"""Checks of lesson 25, handwritten digits."""

import numpy as np

from teachkeras_widgets.checks import common
from teachkeras_widgets.lesson import exercise


@exercise("25.1")
def count(answer):
    """784·512 + 512 + 512·10 + 10 = 407,050."""
    known = [
        (784 * 512 + 5120, "the biases are missing."),
        (784 * 512 + 512, "the last layer counts too."),
        (64 * 512 + 512 + 5130, "this is for 8×8 pictures; MNIST has 28×28."),
        (784 * 512 + 512 + 2560 + 10, "dropout removes no weights; all 512 units are connected."),
    ]
    return common.number(answer, 407050, known, within=1e-6)


@exercise("25.2")
def recall(answer):
    """Among y == digit, the share with answers == digit."""
    if hint := common.function(answer):
        return hint
    y = np.array([3, 3, 3, 3, 5, 5, 1, 3, 7])
    answers = np.array([3, 3, 5, 3, 3, 5, 3, 8, 3])
    known = [
        (3 / 6, "this is the share of its *answers* 3 that are right (precision); choose by y, not by answers."),
        (4 / 9, "this looks at all digits; choose those with y == digit."),
        (3, "this is a number of pictures; a share is asked for."),
        (3 / 9, "divide by the number of pictures that are this digit, not by all."),
        (2 / 5, "these are the mistakes."),
    ]
    return common.number(answer(y, answers, 3), 3 / 5, known)


@exercise("25.3")
def spread(answer):
    """√(0.95·0.05/400) = 0.0109."""
    q = 0.95 * 0.05
    known = [
        (q / 400, "the root is missing."),
        (np.sqrt(q), "divide by the number of digits, inside the root."),
        (np.sqrt(q) / 400, "the number of digits belongs inside the root."),
        (np.sqrt(0.95 / 400), "the factor 1 - q is missing."),
    ]
    return common.number(answer, np.sqrt(q / 400), known, within=2e-4)
