"""Checks of lesson 17, the multilayer perceptron."""

import numpy as np

from teachkeras_widgets.checks import common
from teachkeras_widgets.lesson import exercise


@exercise("17.1")
def shape(answer):
    """As A: (32, 20)."""
    known = [
        ((20, 5), "this is the shape of W and its gradient."),
        ((32, 5), "this is the shape of Z's bar; A's bar looks like A."),
        ((5,), "this is the shape of the bias."),
        ((5, 20), "this is W transposed; A's bar looks like A."),
    ]
    return common.shape(answer, (32, 20), known)


@exercise("17.2")
def dense_back(answer):
    """Aᵀ·Z̄, column sums, Z̄·Wᵀ."""
    if hint := common.function(answer):
        return hint
    rng = np.random.default_rng(17)
    a, W, z_bar = rng.normal(size=(6, 3)), rng.normal(size=(3, 3)), rng.normal(size=(6, 3))
    got = answer(z_bar, a, W)
    if not isinstance(got, tuple) or len(got) != 3:
        return "it should return three things: (W_bar, b_bar, a_bar)."
    right = (a.T @ z_bar, z_bar.sum(axis=0), z_bar @ W.T)
    known = (
        [(z_bar.T @ a, "this is the transpose: Aᵀ·Z̄."), (right[0] / 6, "no mean here: the loss has its 1/n already.")],
        [(z_bar.mean(axis=0), "the bias's bar is the sum over the samples, not the mean.")],
        [(z_bar @ W, "W must be transposed: Z̄·Wᵀ.")],
    )
    for name, ours, theirs, wrongs in zip(("W_bar", "b_bar", "a_bar"), got, right, known, strict=True):
        if hint := common.array(ours, theirs, wrongs):
            return f"{name}: {hint}"
    return None


@exercise("17.3")
def relu_back(answer):
    """ā where z > 0."""
    if hint := common.function(answer):
        return hint
    z = np.array([[1.0, -2.0, 0.5], [-0.1, 3.0, -1.0]])
    a_bar = np.array([[0.3, 2.0, -1.0], [0.5, -0.2, 1.0]])
    known = [
        (np.maximum(a_bar, 0), "the condition is on z, not on the bar: a negative bar passes where z > 0."),
        (a_bar * np.maximum(z, 0), "multiply by the slope (0 or 1), not by ReLU's output."),
        (a_bar * (z < 0), "the two sides have changed places: it passes where z > 0."),
        (a_bar, "where z is negative nothing passes."),
        ((z > 0).astype(float), "this is the slope; multiply it by the bar."),
    ]
    return common.array(answer(a_bar, z), a_bar * (z > 0), known)
