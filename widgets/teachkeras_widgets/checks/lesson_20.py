"""Checks of lesson 20, recurrence and the LSTM."""

import numpy as np

from teachkeras_widgets.checks import common
from teachkeras_widgets.lesson import exercise


@exercise("20.1")
def cell(answer):
    """0.5·2 - 0.4 = 0.6."""
    known = [
        (1.6, "the old is kept by the forget gate only in part: 0.5·2."),
        (1.0, "the new is missing: + i·g."),
        (1.4, "mind the sign of the candidate: -0.4."),
        (1.8, "the gates have changed places: f·c + i·g."),
        (np.tanh(0.6), "this is tanh(c), on its way to h; the belt itself is asked for."),
    ]
    return common.number(answer, 0.6, known)


@exercise("20.2")
def count(answer):
    """4·(128 + 256 + 16) = 1,600."""
    known = [
        (400, "this is one gate; there are three gates and the candidate: four."),
        (1200, "three gates *and* the candidate: four."),
        (4 * (128 + 16), "the recurrent weights, units × units, are missing."),
        (4 * (128 + 256), "the biases are missing."),
        (4 * (128 + 64 + 16), "the recurrent weights are units × units: 16·16."),
    ]
    return common.number(answer, 1600, known, within=1e-6)


def _run(x, W, U, b, keep=True, bend=np.tanh):
    h = np.zeros(U.shape[0])
    for row in x:
        h = bend(row @ W + h @ U + b) if keep else bend(row @ W + b)
    return h


@exercise("20.3")
def run(answer):
    """Step by step, tanh(xW + hU + b)."""
    if hint := common.function(answer):
        return hint
    rng = np.random.default_rng(20)
    x, W, U, b = rng.normal(size=(4, 2)), rng.normal(size=(2, 3)), rng.normal(size=(3, 3)), rng.normal(size=3)
    known = [
        (_run(x, W, U, b, keep=False), "the last state is missing: + h @ U."),
        (_run(x, W, U, 0 * b), "the bias is missing."),
        (_run(x, W, U, b, bend=lambda z: z), "the tanh is missing."),
        (_run(x, W, U.T, b), "U stands the other way round: h @ U."),
        (_run(x[:1], W, U, b), "only the first step ran: return after the loop."),
        (_run(x[::-1], W, U, b), "the steps run from the first to the last."),
    ]
    got = answer(x, W, U, b)
    if got is None:
        return "it gives nothing back: return h."
    if np.shape(got) == (4, 3):
        return "these are the states of all steps; the last one is asked for."
    return common.array(got, _run(x, W, U, b), known)
