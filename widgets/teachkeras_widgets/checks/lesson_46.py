"""Checks of lesson 46, hyper-parameter search."""

import numpy as np

from teachkeras_widgets.checks import common
from teachkeras_widgets.lesson import exercise


@exercise("46.1")
def count(answer):
    """4·3·2·5 = 120."""
    known = [
        (24, "each trial is repeated with five seeds."),
        (9, "all combinations are tried: multiply."),
        (14, "all combinations are tried: multiply."),
        (45, "all combinations are tried: 4·3·2, and then five times."),
        (60, "one factor of 2 is missing: the dropouts."),
    ]
    return common.number(answer, 120, known, within=1e-6)


@exercise("46.2")
def reported(answer):
    """Too high."""
    why = {
        "too low": "the best of several was chosen *because* its score was high, luck included.",
        "right": "it would be, for a model chosen without looking at these digits.",
    }
    return common.choice(answer, "too high", why)


@exercise("46.3")
def draw(answer):
    """10 to the power of an even draw."""
    if hint := common.function(answer):
        return hint
    rng = np.random.default_rng(46)
    drawn = np.array([float(answer(rng, 1e-4, 1e-1)) for _ in range(600)])
    if drawn.max() < 0:
        return "these are the exponents; take 10 to the power of them."
    if drawn.std() == 0:
        return "it gives the same number each time: use rng."
    if drawn.min() < 0.99e-4 or drawn.max() > 1.01e-1:
        return f"it should stay between low and high; it gave {drawn.min():.2g} to {drawn.max():.2g}."
    share = (drawn < 1e-3).mean()
    if share < 0.25:
        return f"only {share:.0%} of its draws lie below 0.001: draw the exponent evenly, not the rate itself."
    return None if share < 0.42 else f"{share:.0%} of its draws lie in the lowest power of ten; a third should."
