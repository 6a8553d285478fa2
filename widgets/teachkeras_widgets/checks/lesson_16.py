"""Checks of lesson 16, activations."""

import numpy as np

from teachkeras_widgets.checks import common
from teachkeras_widgets.lesson import exercise


@exercise("16.1")
def slope(answer):
    """0.9·0.1 = 0.09."""
    sigma = 1 / (1 + np.exp(-0.9))
    known = [
        (sigma * (1 - sigma), "0.9 is the output, not z: it goes straight into σ(1 - σ)."),
        (0.9, "this is the output; the slope is σ(1 - σ)."),
        (0.1, "this is 1 - σ; multiply it by σ."),
        (1 - 0.81, "this is the slope of tanh, 1 - y²; the sigmoid's is y(1 - y)."),
        (0.25, "this is the largest slope, at z = 0."),
    ]
    return common.number(answer, 0.09, known)


@exercise("16.2")
def leaky(answer):
    """where(z > 0, z, slope·z)."""
    if hint := common.function(answer):
        return hint
    z = np.array([[-2.0, -0.5, 0.0], [0.5, 3.0, -1.0]])
    known = [
        (np.maximum(z, 0), "below zero it gives 0: that is the plain ReLU. It should give slope·z there."),
        (np.where(z > 0, 0.1 * z, z), "the two sides have changed places."),
        (np.where(z > 0, z, -0.1 * z), "below zero the sign is wrong: slope·z is negative there."),
        (np.where(z > 0, z, 0.1), "below zero it gives slope alone; multiply by z."),
        (0.1 * z, "above zero it should give z itself."),
    ]
    return common.array(answer(z, 0.1), np.where(z > 0, z, 0.1 * z), known)


@exercise("16.3")
def dead(answer):
    """Columns without a positive entry."""
    if hint := common.function(answer):
        return hint
    z = np.array([[-1.0, 2.0, -3.0, 0.0, -2.0], [-2.0, -1.0, -0.1, -4.0, -1.0], [-0.5, -1.0, 1.0, -1.0, -3.0]])
    known = [
        (int((z.max(axis=1) <= 0).sum()), "this goes along the samples; look down each column (axis=0)."),
        (
            int((z <= 0).sum()),
            "this counts all entries that are off; a unit is dead only if it is off for every sample.",
        ),
        (int((z.min(axis=0) <= 0).sum()), "these units are off for some sample; dead means off for every one."),
        (int((z.max(axis=0) < 0).sum()), "a largest sum of exactly 0 is silent too: ReLU(0) = 0."),
        (int((z.max(axis=0) > 0).sum()), "these are the living ones."),
    ]
    return common.number(answer(z), 3, known)
