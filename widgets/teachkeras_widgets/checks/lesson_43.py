"""Checks of lesson 43, choosing."""

import numpy as np

from teachkeras_widgets.checks import common
from teachkeras_widgets.lesson import exercise


@exercise("43.1")
def several(answer):
    """Independent yes/no: sigmoid."""
    why = {
        "softmax": "softmax lets the two share 1: it cannot say that both are there.",
        "relu": "the outputs should be probabilities, between 0 and 1.",
        "tanh": "tanh goes from -1 to 1; probabilities are asked for.",
        "linear": "the outputs should be probabilities, between 0 and 1.",
    }
    return common.choice(answer, "sigmoid", why)


@exercise("43.2")
def prices(answer):
    """Median: mae."""
    word = str(answer).strip().lower()
    if word in ("mean_absolute_error", "meanabsoluteerror"):
        return None
    squared = "the squared error follows far values most: it aims at the mean."
    classes = "a price is a number, not a class."
    why = {
        "mse": squared,
        "mean_squared_error": squared,
        "huber": "a good thought; but the one that aims at the median is meant.",
        "binary_crossentropy": classes,
        "categorical_crossentropy": classes,
    }
    return common.choice(answer, "mae", why)


@exercise("43.3")
def rates(answer):
    """A geometric sequence."""
    if hint := common.function(answer):
        return hint
    right = np.geomspace(1e-4, 1e-1, 4)
    known = [
        (np.linspace(1e-4, 1e-1, 4), "these are evenly spaced in plain numbers; their quotients should be equal."),
        (np.linspace(-4, -1, 4), "these are the exponents; take 10 to the power of them."),
        (right[::-1], "from low to high."),
        (np.geomspace(1e-4, 1e-1, 5)[:4], "both ends belong to it."),
    ]
    return common.array(answer(1e-4, 1e-1, 4), right, known, within=1e-6)
