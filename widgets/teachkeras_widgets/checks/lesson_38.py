"""Checks of lesson 38, a transformer block."""

import numpy as np

from teachkeras_widgets.checks import common
from teachkeras_widgets.lesson import exercise


@exercise("38.1")
def count(answer):
    """1000·1000."""
    known = [
        (1000, "each of the 1,000 asks all 1,000."),
        (2000, "everybody asks everybody: times, not plus."),
        (500_500, "this is with a causal mask; without one everybody is asked."),
        (999_000, "a position asks itself, too."),
    ]
    return common.number(answer, 1_000_000, known, within=1e-6)


def _mix(scores, V, axis=-1):
    e = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True) @ V


@exercise("38.2")
def attention(answer):
    """Softmax of the scaled scores, times the values."""
    if hint := common.function(answer):
        return hint
    rng = np.random.default_rng(38)
    Q, K, V = rng.normal(size=(3, 4, 6))
    S = Q @ K.T / np.sqrt(6)
    got = answer(Q, K, V)
    if got is None:
        return "it gives nothing back: return the mixed values."
    if np.shape(got) == (4, 4):
        return "these are the shares; times V."
    known = [
        (_mix(Q @ K.T, V), "divide the scores by the root of d."),
        (_mix(Q @ K.T / 6, V), "by the *root* of d."),
        (S @ V, "the softmax is missing."),
        (_mix(S.T, V), "queries ask keys: Q @ K.T, not K @ Q.T."),
        (_mix(S, V, axis=0), "the softmax runs over each row: the shares of one who asks."),
        (_mix(S, K), "what arrives are the values, V."),
        (_mix(Q @ K.T / 2, V), "d is the length of a key, K.shape[-1]."),
    ]
    return common.array(got, _mix(S, V), known)
