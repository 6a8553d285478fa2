"""Checks of lesson 2, from the perceptron to Keras."""

from itertools import pairwise

import numpy as np

from teachkeras_widgets.checks import common
from teachkeras_widgets.lesson import exercise

ORDER = {"perceptron": 1958, "backpropagation": 1986, "lstm": 1997, "alexnet": 2012, "keras": 2015}


@exercise("2.1")
def order(answer):
    """By year."""
    names = [str(name).lower() for name in answer]
    if unknown := [name for name in names if name not in ORDER]:
        return f"{unknown[0]!r} is none of the five."
    if sorted(names) != sorted(ORDER):
        return f"all five are asked for, each once; missing: {', '.join(set(ORDER) - set(names)) or 'none'}."
    for first, second in pairwise(names):
        if ORDER[first] > ORDER[second]:
            return f"{first} ({ORDER[first]}) came after {second}."
    return None


@exercise("2.2")
def slope(answer):
    """Return a(1 - a)."""
    if hint := common.function(answer):
        return hint
    a = np.array([0.2, 0.5, 0.9])
    sigma = 1 / (1 + np.exp(-a))
    known = [
        (1 - a**2, "this is the slope of tanh, unchanged."),
        (sigma * (1 - sigma), "a is the output already; the sigmoid has been applied."),
        (1 - a, "the factor a is missing: a(1 - a)."),
        (a, "the factor 1 - a is missing: a(1 - a)."),
    ]
    return common.array(answer(a), a * (1 - a), known)


@exercise("2.3")
def deeper(model):
    """2 → 8 tanh → 8 tanh → 1."""
    if hint := common.model_of(model):
        return hint
    dense = [layer for layer in model.layers if type(layer).__name__ == "Dense"]
    if len(dense) != 3:
        return f"two hidden layers and the output make three Dense layers; this model has {len(dense)}."
    for layer, units, name in zip(dense, (8, 8, 1), ("tanh", "tanh", "linear"), strict=True):
        if layer.units != units:
            return f"{layer.units} units where {units} are asked for."
        if common.activation_of(layer) != name:
            return f"the layer of {units} uses {common.activation_of(layer)}; it should use {name}."
    if not model.built or dense[0].kernel.shape[0] != 2:
        return "the network has two inputs: input_dim=2 in the first layer."
    return None
