"""Checks of lesson 19, pooling."""

import numpy as np

from teachkeras_widgets.checks import common
from teachkeras_widgets.lesson import exercise


@exercise("19.1")
def shape(answer):
    """(15, 15, 64)."""
    known = [
        ((15, 15, 32), "the channels stay: each is pooled on its own."),
        ((15, 15), "the channels are still there."),
        ((29, 29, 64), "the step is the window's size, 2, not 1."),
        ((28, 28, 64), "the step is the window's size, 2: the sides are halved."),
        ((60, 60, 64), "the map becomes smaller."),
    ]
    return common.shape(answer, (15, 15, 64), known)


@exercise("19.2")
def count(answer):
    """Nothing."""
    known = [
        (4, "the window has four places, but no weights: it keeps the largest."),
        (256, "no weights, for no channel: the largest is just taken."),
        (64, "no biases either."),
    ]
    return common.number(answer, 0, known, "pooling has no weights at all.")


@exercise("19.3")
def max_pool(answer):
    """The largest of each window."""
    if hint := common.function(answer):
        return hint
    x = np.random.default_rng(19).normal(size=(6, 9)) - 2.0
    blocks = x.reshape(2, 3, 3, 3)
    known = [
        (blocks.mean(axis=(1, 3)), "this is the mean; keep the largest."),
        (blocks.min(axis=(1, 3)), "this is the smallest; keep the largest."),
        (np.maximum(blocks.max(axis=(1, 3)), 0), "negative numbers count too: don't start from 0."),
        (blocks[:, 0, :, 0], "this is the first of each window; keep the largest."),
    ]
    return common.array(answer(x, 3), blocks.max(axis=(1, 3)), known)
