"""Checks of lesson 9, losses."""

import numpy as np

from teachkeras_widgets.checks import common
from teachkeras_widgets.lesson import exercise


@exercise("9.1")
def mse(answer):
    """(1 + 9) / 2 = 5."""
    known = [
        (2.5, "this has the extra half; Keras's mean squared error is the plain mean."),
        (10, "this is the sum of the squares; divide by the number of samples."),
        (2, "this is the mean absolute error; square the errors."),
        (1, "square each error before you add them, so that they don't cancel."),
        (5**0.5, "no root: the mean of the squares."),
    ]
    return common.number(answer, 5, known)


@exercise("9.2")
def bce(answer):
    """-ln 0.2 = 1.609."""
    known = [
        (-np.log(0.8), "this is the cost if the truth were yes; here 1 - p counts."),
        (np.log(0.2), "the minus sign in front is missing; a cost is never negative."),
        (-np.log10(0.2), "the natural logarithm (np.log) is meant, not that of base 10."),
        (-np.log2(0.2), "the natural logarithm (np.log) is meant, not that of base 2."),
        (0.64, "this is the squared error."),
        (0.2, "take the logarithm of 1 - p, with a minus in front."),
    ]
    return common.number(answer, -np.log(0.2), known)


@exercise("9.3")
def gradient(answer):
    """2(ŷ - y)/n."""
    if hint := common.function(answer):
        return hint
    y, y_hat = np.array([1.0, 2.0, -1.0, 0.5]), np.array([0.5, 4.0, 0.0, 0.25])
    right = 2 * (y_hat - y) / 4
    known = [
        (right / 2, "the 2 of the derivative is missing; there is no half in Keras's loss to cancel it."),
        (right * 4, "the 1/n of the mean is missing."),
        (-right, "the sign: the inner derivative of (y - ŷ) to ŷ is -1."),
        ((y_hat - y) ** 2 / 4, "this is the loss itself, sample by sample; its derivative is asked for."),
        (np.sign(y_hat - y) / 4, "this is the gradient of the absolute error."),
    ]
    got = answer(y, y_hat)
    return common.array(got, right, known)
