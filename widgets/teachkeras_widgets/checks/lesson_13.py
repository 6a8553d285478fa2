"""Checks of lesson 13, optimizers."""

import numpy as np

from teachkeras_widgets.checks import common
from teachkeras_widgets.lesson import exercise


@exercise("13.1")
def momentum(answer):
    """0.1 + 0.19 = 0.29."""
    known = [
        (0.2, "this is plain SGD; the velocity is carried over: m₂ = 0.9·m₁ - 0.1."),
        (0.19, "this is the second step; add the first."),
        (0.1, "this is the first step alone."),
        (0.11, "the new gradient counts in full: m₂ = 0.9·m₁ - 0.1."),
        (0.28, "0.9·0.1 + 0.1 is 0.19."),
    ]
    return common.number(answer, 0.29, known)


@exercise("13.2")
def rmsprop(answer):
    """0.1 / √0.1 = 0.316."""
    known = [
        (0.1, "that would be Adam's, corrected for the start at 0; RMSprop is not: v = 0.1·g²."),
        (0.4, "this is plain SGD's step; divide by √v."),
        (0.25, "the root is missing: divide by √v."),
        (0.1 / 0.9**0.5, "v = 0.9·0 + 0.1·g²: the new square gets the weight 0.1."),
        (0.1 * 4 / 0.1**0.5, "v holds the squared gradient: v = 0.1·4²."),
    ]
    return common.number(answer, 0.1 / 0.1**0.5, known)


def _adam(w, g, m, v, t, rate, correct=True, root=True, b1=0.9, b2=0.999):
    m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
    m_hat, v_hat = (m / (1 - b1**t), v / (1 - b2**t)) if correct else (m, v)
    return w - rate * m_hat / ((np.sqrt(v_hat) if root else v_hat) + 1e-7), m, v


@exercise("13.3")
def adam(answer):
    """One step of Adam."""
    if hint := common.function(answer):
        return hint
    start = (1.0, 0.5, 0.2, 0.04, 3, 0.1)
    got = answer(*start)
    if not isinstance(got, tuple) or len(got) != 3:
        return "it should return three things: (w, m, v)."
    w, m, v = (float(common.plain(value)) for value in got)
    right = _adam(*start)
    if abs(m - right[1] / (1 - 0.9**3)) < 1e-9 or abs(v - right[2] / (1 - 0.999**3)) < 1e-9:
        return "return the uncorrected m and v; the correction is for this step only."
    if abs(m - right[1]) > 1e-9:
        return "m is not right: m = 0.9·m + 0.1·g."
    if abs(v - right[2]) > 1e-9:
        return "v is not right: v = 0.999·v + 0.001·g²."
    known = [
        (
            _adam(*start, correct=False)[0],
            "the correction for the start at 0 is missing: divide m by 1 - 0.9ᵗ, v by 1 - 0.999ᵗ.",
        ),
        (_adam(*start, root=False)[0], "the root of v is missing."),
        (2 - right[0], "the sign: the step is taken away from w."),
        (_adam(1.0, 0.5, 0.2, 0.04, 1, 0.1)[0], "the correction must use t: 1 - 0.9ᵗ."),
    ]
    return common.number(w, right[0], known, "w is not right; m and v are.", within=1e-5)
