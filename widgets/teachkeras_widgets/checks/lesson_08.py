"""Checks of lesson 8, forward propagation."""

import numpy as np

from teachkeras_widgets.checks import common
from teachkeras_widgets.lesson import exercise


@exercise("8.1")
def hidden(answer):
    """relu(-0.5) = 0, relu(4) = 4."""
    known = [
        ([-0.5, 4], "these are the sums; ReLU makes the negative one 0."),
        ([0, 3], "the second neuron's bias of 1 is missing."),
        ([0, 0], "the second: -1·(-2) is +2."),
        ([0.5, 4], "ReLU does not turn the sign round: a negative sum becomes 0."),
        ([1.0, 3.0], "a neuron's weights are a column of W1, not a row."),
    ]
    return common.array(answer, [0, 4], known)


@exercise("8.2")
def kernels(answer):
    """(12, 30), (30, 4)."""
    if len(answer) != 2:
        return "two shapes are asked for: [(.., ..), (.., ..)]."
    first, second = (tuple(shape) for shape in answer)
    if first in ((30, 12),) or second == (4, 30):
        return "Keras keeps kernels as (inputs, units); yours are the other way round."
    if 50 in first + second:
        return "the 50 samples are in the data, not in the weights."
    if second == (12, 4):
        return "the second layer sees the 30 outputs of the first, not the 12 inputs."
    return common.shape(first, (12, 30)) or common.shape(second, (30, 4))


@exercise("8.3")
def forward(answer):
    """ReLU between, linear at the end."""
    if hint := common.function(answer):
        return hint
    rng = np.random.default_rng(8)
    x = rng.normal(size=(4, 3))
    pairs = [(rng.normal(size=(3, 5)), rng.normal(size=5)), (rng.normal(size=(5, 2)), rng.normal(size=2))]
    (W1, b1), (W2, b2) = pairs
    z1 = x @ W1 + b1
    right = np.maximum(0, z1) @ W2 + b2
    got = answer(x, pairs)
    if got is None:
        return "it gives nothing back: return x."
    known = [
        (np.maximum(0, right), "the last layer should stay linear: no ReLU there."),
        (z1 @ W2 + b2, "the ReLU between the layers is missing."),
        (np.maximum(0, x @ W1) @ W2, "the biases are missing."),
        (np.maximum(0, z1), "only the first layer ran."),
    ]
    return common.array(got, right, known)
