"""Checks of lesson 29, uses in language."""

import numpy as np

from teachkeras_widgets.checks import common
from teachkeras_widgets.lesson import exercise


@exercise("29.1")
def given(answer):
    """Start, then the answer without its last."""
    known = [
        ([4, 7, 2], "this is the answer itself: it would be given what it has to guess. Shift it by one."),
        ([4, 7, 9], "the start sign comes first."),
        ([7, 2, 9], "shifted the wrong way: the start sign comes first."),
        ([9, 7, 2], "the answer starts right behind the start sign; it loses its last symbol."),
        ([9, 2, 7], "the order of the answer stays."),
    ]
    return common.array(answer, [9, 4, 7], known)


def _attend(d, H, soft=True):
    e = H @ d
    alpha = np.exp(e - e.max()) / np.exp(e - e.max()).sum() if soft else e
    return alpha @ H


@exercise("29.2")
def attend(answer):
    """softmax(Hd) mixed over H."""
    if hint := common.function(answer):
        return hint
    rng = np.random.default_rng(29)
    d, H = rng.normal(size=3), rng.normal(size=(5, 3))
    got = answer(d, H)
    if got is None:
        return "it gives nothing back: return the context."
    if np.shape(got) == (5,):
        return "these are the shares, one a step; mix the states with them: alpha @ H."
    known = [
        (_attend(d, H, soft=False), "the softmax is missing: the shares must add up to 1."),
        (np.exp(H @ d) @ H, "divide by the sum, so that the shares add up to 1."),
        (H.mean(axis=0), "these are equal shares; they should follow the likeness H @ d."),
        (H[np.argmax(H @ d)], "this takes only the likest state; mix all of them."),
    ]
    return common.array(got, _attend(d, H), known)
