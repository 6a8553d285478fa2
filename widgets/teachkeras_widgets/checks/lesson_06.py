"""Checks of lesson 6, functional models."""

import numpy as np

from teachkeras_widgets.checks import common
from teachkeras_widgets.lesson import exercise


@exercise("6.1")
def concatenate(answer):
    """4 + 6 + 10 = 20."""
    known = [
        (240, "they are laid side by side, not multiplied."),
        (10, "this is the longest; side by side their lengths add up."),
        (4, "all of them are kept, side by side."),
        (30, "no new axis: the last axes add up to 4 + 6 + 10."),
    ]
    return common.number(answer, 20, known, within=1e-6)


@exercise("6.2")
def shortcut(model):
    """Compute x + tanh(xW + b), then Dense(1)."""
    if hint := common.model_of(model):
        return hint
    kinds = [type(layer).__name__ for layer in model.layers]
    if "Add" not in kinds:
        return "there is no Add layer in it: keras.layers.Add()([x, h])."
    dense = [layer for layer in model.layers if type(layer).__name__ == "Dense"]
    if len(dense) != 2:
        return f"two Dense layers are asked for; this model has {len(dense)}."
    first, last = sorted(dense, key=lambda layer: -layer.units)
    if (first.units, last.units) != (8, 1):
        return f"the Dense layers should have 8 units and 1; they have {first.units} and {last.units}."
    if common.activation_of(first) != "tanh":
        return f"the Dense(8) should use tanh; it uses {common.activation_of(first)}."
    x = np.random.default_rng(6).normal(size=(3, 8)).astype("float32")
    h = np.tanh(x @ first.kernel.numpy() + first.bias.numpy())
    W, b = last.kernel.numpy(), last.bias.numpy()
    known = [((2 * h) @ W + b, "it adds the layer's output to itself; add the *input*: Add()([x, h]).")]
    return common.array(model(x), (x + h) @ W + b, known, "its output is not Dense(1) of input plus tanh layer.")


@exercise("6.3")
def count(answer):
    """72 + 9 = 81."""
    known = [
        (72, "the last Dense(1) counts too."),
        (73, "the last layer has 8 weights and a bias."),
        (89, "Add learns nothing; and the last layer sees 8 numbers, not 16."),
        (72 + 17, "Add gives 8 numbers, not 16: it adds, it does not lay side by side."),
        (64 + 8, "the biases count too, and the last layer."),
        (80, "one bias is missing."),
    ]
    return common.number(answer, 81, known, within=1e-6)
