"""Checks of lesson 35, smaller models."""

import numpy as np

from teachkeras_widgets.checks import common
from teachkeras_widgets.lesson import exercise


@exercise("35.1")
def size(answer):
    """100,000 of one byte."""
    known = [
        (400_000, "8 bits are one byte; four bytes is float32."),
        (900_000, "nine of ten are cut: one of ten is left."),
        (1_000_000, "this is without the cutting."),
        (800_000, "these are bits; a byte has eight."),
        (3_600_000, "nine of ten are cut, and the rest has one byte each."),
    ]
    return common.number(answer, 100_000, known, within=1e-6)


@exercise("35.2")
def cut(answer):
    """The entries nearest to 0 become 0."""
    if hint := common.function(answer):
        return hint
    w = np.random.default_rng(35).normal(size=(4, 5))
    share = 0.3
    limit, signed = np.quantile(np.abs(w), share), np.quantile(w, share)
    got = answer(w.copy(), share)
    if got is None:
        return "it gives nothing back: return the new array."
    known = [
        (w, "nothing has been cut."),
        (np.where(np.abs(w) < limit, w, 0), "the wrong ones: those near 0 should go, the others stay."),
        (np.where(w > signed, w, 0), "this cuts the most negative; without the sign, np.abs(w), they may be large."),
        (np.where(w > limit, w, 0), "compare np.abs(w) with the limit: large negative weights stay."),
        (np.where(np.abs(w) > share, w, 0), "the share is a share of entries, not a limit: np.quantile."),
        (np.where(np.abs(w) > limit, np.abs(w), 0), "the weights keep their signs."),
        ((np.abs(w) > limit).astype(float), "this is the mask; multiply it by w."),
        (np.where(np.abs(w) > np.quantile(np.abs(w), 1 - share), w, 0), "this keeps the share instead of cutting it."),
    ]
    return common.array(got, np.where(np.abs(w) > limit, w, 0), known)
