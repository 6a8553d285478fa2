"""Checks of lesson 36, learning without labels."""

import numpy as np

from teachkeras_widgets.checks import common
from teachkeras_widgets.lesson import exercise


@exercise("36.1")
def loss(answer):
    """0.24 / 4."""
    known = [
        (0.24, "this is the sum; the mean divides by 4."),
        (0.08, "divide by all four numbers, also the one without error."),
        (0.2, "these are the differences without their sign; square them first."),
        (0.1, "square the differences: signs must not cancel."),
        (0.12, "the mean over four numbers, without a half."),
        (0.06**0.5, "no root: the mean of the squares itself."),
    ]
    return common.number(answer, 0.06, known)


def _loss(A, B, scale=1.0):
    S = A @ B.T / scale
    return float((np.log(np.exp(S).sum(axis=1)) - np.diag(S)).mean())


@exercise("36.2")
def partner_loss(answer):
    """Mean of logsumexp minus the partner's likeness."""
    if hint := common.function(answer):
        return hint
    rng = np.random.default_rng(36)
    A, B = (w / np.linalg.norm(w, axis=1, keepdims=True) for w in rng.normal(size=(2, 5, 3)))
    S, right = A @ B.T, _loss(A, B)
    got = answer(A, B)
    if got is None:
        return "it gives nothing back: return the mean."
    if np.shape(got) == (5,):
        return "these are the losses row by row; their mean is asked for."
    known = [
        (right * 5, "the mean over the rows, not their sum."),
        (-np.diag(S).mean(), "only the partners are compared; the sum over all k is missing."),
        (np.log(np.exp(S).sum(axis=1)).mean(), "the likeness to the partner, S_nn, is missing."),
        (np.exp(S).sum(axis=1).mean() - np.diag(S).mean(), "the logarithm of the sum is missing."),
        (_loss(B, A), "rows of A look for partners in B: S = A @ B.T."),
        (_loss(A, A), "the partners are in B, not in A."),
    ]
    return common.number(got, right, known, within=1e-5)
