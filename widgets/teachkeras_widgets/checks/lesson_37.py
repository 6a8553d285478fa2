"""Checks of lesson 37, seeing what a model sees."""

import numpy as np

from teachkeras_widgets.checks import common
from teachkeras_widgets.lesson import exercise


@exercise("37.1")
def parts(answer):
    """Input times weight: 6 and -4."""
    known = [
        ([2, -1], "these are the slopes; times the way, x - x₀."),
        ([6, 4], "mind the sign of the second weight."),
        ([3, 4], "this is the way; times the slopes."),
        ([2, 1], "this is saliency: slopes without sign, and without the way."),
        ([3, -2], "no half: the slope is the same all along the way."),
        ([-3, 8], "the weights have changed places."),
    ]
    return common.array(answer, [6, -4], known)


@exercise("37.2")
def fgsm(answer):
    """A step along the sign, kept in range."""
    if hint := common.function(answer):
        return hint
    rng = np.random.default_rng(37)
    x, g, step = rng.random((3, 3)), rng.normal(size=(3, 3)), 0.3
    got = answer(x.copy(), g, step)
    if got is None:
        return "it gives nothing back: return the picture."
    known = [
        (x + step * np.sign(g), "the picture leaves 0 to 1: np.clip."),
        (np.clip(x - step * np.sign(g), 0, 1), "down the loss: this helps the network. The attack goes up: +."),
        (np.clip(x + step * g, 0, 1), "only the sign of the gradient counts: np.sign."),
        (np.clip(x + np.sign(g), 0, 1), "the step is missing."),
        (step * np.sign(g), "this is the change; add it to the picture."),
        (np.clip(step * np.sign(g), 0, 1), "this is the change; add it to the picture."),
    ]
    return common.array(got, np.clip(x + step * np.sign(g), 0, 1), known)
