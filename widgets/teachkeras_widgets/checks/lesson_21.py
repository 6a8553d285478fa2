"""Checks of lesson 21, softmax and cross-entropy."""

import numpy as np

from teachkeras_widgets.checks import common
from teachkeras_widgets.lesson import exercise


@exercise("21.1")
def share(answer):
    """3 / (1 + 3) = 0.75."""
    known = [
        (1, "logits are not shares: e^0 = 1, so the first class gets something too."),
        (0.25, "this is the first class."),
        (3, "this is e^z; divide by the sum over both classes."),
        (np.log(3), "this is the logit itself."),
        (0.5, "equal shares need equal logits."),
    ]
    return common.number(answer, 0.75, known)


@exercise("21.2")
def gradient(answer):
    """P minus truth: (0.2, 0.5, -0.7)."""
    known = [
        ([0.2, -0.5, 0.3], "classes are counted from 0: class 2 is the third one."),
        ([0, 0, -0.7], "the other classes get a gradient too: their probability (minus 0)."),
        ([0.2, 0.5, 0.3], "these are the probabilities; take the truth away."),
        ([0, 0, -1 / 0.3], "this is the gradient to the probabilities; to the logits it is p minus truth."),
        ([0.2, 0.5, 0.7], "the sign of the last one: 0.3 - 1."),
    ]
    return common.array(answer, [0.2, 0.5, -0.7], known)


@exercise("21.3")
def softmax(answer):
    """Rows to shares, safe for large numbers."""
    if hint := common.function(answer):
        return hint
    z = np.array([[2.0, 1.0, -1.0], [0.0, 0.0, 3.0]])
    e = np.exp(z)
    known = [
        (e / e.sum(), "this shares 1 among the whole matrix; each row should share 1 (axis=1)."),
        (e / e.sum(axis=0), "this shares 1 down the columns; each row should (axis=1)."),
        (e, "the division by the sum of the row is missing."),
        (z / z.sum(axis=1, keepdims=True), "the exponential is missing."),
    ]
    if hint := common.array(answer(z), e / e.sum(axis=1, keepdims=True), known):
        return hint
    with np.errstate(all="ignore"):
        large = common.plain(answer(np.array([[1000.0, 999.0], [-1000.0, -1000.0]])))
    if not np.isfinite(large).all():
        return "right for small numbers, but 1000 breaks it: take the largest of each row away first."
    return None
