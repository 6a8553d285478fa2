"""Checks of lesson 4, layers."""

import numpy as np

from teachkeras_widgets.checks import common
from teachkeras_widgets.lesson import exercise


@exercise("4.1")
def parameters(answer):
    """20·8 = 160."""
    known = [
        (168, "these are the weights and 8 biases; this layer has no bias."),
        (180, "there is no bias; and it would be one per unit, not one per input."),
        (28, "inputs and units are multiplied: each pair has a weight."),
        (20, "each of the 8 units has 20 weights."),
        (8, "each of the 8 units has a weight for each of the 20 inputs."),
    ]
    return common.number(answer, 160, known)


def _layer(answer):
    from teachkeras.layers import Layer

    if isinstance(answer, Layer):
        return "this is a layer already; the class itself is asked for, without brackets."
    if not (isinstance(answer, type) and issubclass(answer, Layer)):
        return "a class is asked for that starts with class ...(keras.layers.Layer):"
    return None


@exercise("4.2")
def square(answer):
    """Return x²."""
    if hint := _layer(answer):
        return hint
    x = np.array([[1.5, -2.0, 0.5]], "float32")
    made = answer()
    y = made(x)
    if made.weights:
        return "this layer needs no weights."
    known = [(2 * x, "this doubles; the square is x times x."), (x, "this gives the input back unchanged.")]
    return common.array(y, x * x, known)


@exercise("4.3")
def shift(answer):
    """Return x + c, c a weight per input."""
    if hint := _layer(answer):
        return hint
    x = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], "float32")
    made = answer()
    y = made(x)
    if not made.trainable_weights:
        return "it keeps no weights: make one in build with self.add_weight(...)."
    if len(made.weights) != 1 or tuple(made.weights[0].shape) != (3,):
        shapes = [tuple(w.shape) for w in made.weights]
        return f"for 3 inputs one weight of shape (3,) is asked for; it has {shapes}."
    if np.abs(made.weights[0].numpy()).max() > 0:
        return "it should start at zero: initializer='zeros'."
    if hint := common.array(y, x, otherwise="with a shift of zero the input should come out unchanged."):
        return hint
    made.weights[0].assign([1.0, -1.0, 0.5])
    return common.array(made(x), x + np.array([1.0, -1.0, 0.5]), [(x, "call does not add the weight.")])
