"""Checks of lesson 5, sequential models."""

import numpy as np

from teachkeras_widgets.checks import common
from teachkeras_widgets.lesson import exercise


@exercise("5.1")
def build(model):
    """Dense(12, tanh) and Dense(3, softmax) on 20 inputs."""
    if hint := common.model_of(model):
        return hint
    dense = [layer for layer in model.layers if type(layer).__name__ == "Dense"]
    if len(dense) != 2:
        return f"two Dense layers are asked for; this model has {len(dense)}."
    for layer, units, name in zip(dense, (12, 3), ("tanh", "softmax"), strict=True):
        which = "first" if units == 12 else "last"
        if layer.units != units:
            return f"the {which} Dense layer should have {units} units; it has {layer.units}."
        if common.activation_of(layer) != name:
            return f"the {which} Dense layer should use {name}; it uses {common.activation_of(layer)}."
    if not model.built:
        return "it does not know its inputs yet: say keras.Input((20,)) or input_dim=20."
    if dense[0].kernel.shape[0] != 20:
        return f"it should take 20 inputs; it takes {dense[0].kernel.shape[0]}."
    return None


@exercise("5.2")
def count(answer):
    """20·12 + 12 + 12·3 + 3 = 291."""
    known = [
        (276, "these are the weights alone; each unit also has a bias."),
        (252, "this is the first layer; the second counts too."),
        (39, "this is the second layer; the first counts too."),
        (315, "the second layer sees the 12 outputs of the first, not the 20 inputs."),
    ]
    return common.number(answer, 291, known, within=1e-6)


@exercise("5.3")
def run(answer):
    """X = layer(x) for each."""
    if hint := common.function(answer):
        return hint
    layers = [lambda x: x + 1, lambda x: x * 2, lambda x: x - 3]
    x = np.array([1.0, 5.0])
    got = answer(layers, x)
    if got is None:
        return "it gives nothing back: return x."
    known = [
        (x, "the input comes out unchanged: keep what each layer gives, x = layer(x)."),
        (x - 3, "each layer got the first input; it should get what the one before gave."),
        (x + 1, "only the first layer ran: return after the loop, not in it."),
        ((x - 3) * 2 + 1, "the order is turned round: the first layer comes first."),
    ]
    return common.array(got, (x + 1) * 2 - 3, known)
