"""Checks of lesson 18, convolution."""

import numpy as np

from teachkeras_widgets.checks import common
from teachkeras_widgets.lesson import exercise


@exercise("18.1")
def rows(answer):
    """28 - 5 + 1 = 24."""
    known = [
        (23, "add 1: the first place counts too."),
        (28, "that would be with padding='same'."),
        (26, "that would be a window of 3; this one has 5."),
        (5, "the window moves by one step at a time, not by its own size."),
        (32, "the window must lie inside the picture: the result is smaller."),
    ]
    return common.number(answer, 24, known, within=1e-6)


@exercise("18.2")
def count(answer):
    """64·(9·32 + 1) = 18,496."""
    known = [
        (64 * 9 * 32, "the biases are missing: one for each of the 64 windows."),
        (64 * 10, "each window reaches through all 32 channels."),
        (64 * 9 * 32 + 32, "there is one bias for each channel that comes out: 64, not 32."),
        (9 * 32 + 1, "this is one window; there are 64."),
        (64 * (3 * 32 + 1), "the window is 3×3: nine weights a channel."),
    ]
    return common.number(answer, 18496, known, within=1e-6)


def _convolve(x, w, step):
    rows, columns = (x.shape[0] - w.shape[0]) // step + 1, (x.shape[1] - w.shape[1]) // step + 1
    places = [(i * step, j * step) for i in range(rows) for j in range(columns)]
    sums = [(x[i : i + w.shape[0], j : j + w.shape[1]] * w).sum() for i, j in places]
    return np.array(sums).reshape(rows, columns)


@exercise("18.3")
def convolve(answer):
    """Products of window and piece, summed."""
    if hint := common.function(answer):
        return hint
    rng = np.random.default_rng(18)
    x, w = rng.normal(size=(7, 9)), rng.normal(size=(3, 2))
    for step in (1, 2):
        right = _convolve(x, w, step)
        known = [
            (_convolve(x, w[::-1, ::-1], step), "the window is turned round; here it is laid on as it is."),
            (_convolve(x, np.ones_like(w), step), "the products with the window's weights are missing."),
            (_convolve(x, w, 1)[: right.shape[0], : right.shape[1]], "the piece starts at i·step, j·step."),
            (right / w.size, "sum the products; no mean."),
        ]
        if hint := common.array(answer(x, w, step), right, known):
            return f"with step {step}: {hint}"
    return None
