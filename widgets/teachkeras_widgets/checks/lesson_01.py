"""Checks of lesson 1, digits in ten lines."""

import numpy as np

from teachkeras_widgets.lesson import exercise


@exercise("1.1")
def parameters(answer):
    """64·32 + 32 + 32·10 + 10 = 2,410."""
    if isinstance(answer, bool) or not isinstance(answer, (int, np.integer)):
        return "a whole number is asked for."
    known = {
        64 * 32 + 32 * 10: "these are the weights alone; each unit also has a bias.",
        64 * 32 + 32: "this is the first layer; the second one counts too.",
        32 * 10 + 10: "this is the second layer; the first one counts too.",
        64 * 32 + 32 + 64 * 10 + 10: "the second layer sees the 32 outputs of the first, not the 64 pixels.",
        64 * 128 + 128 + 128 * 10 + 10: "this is the model of the lesson, with 128 units; the question has 32.",
    }
    if answer == 2410:
        return None
    return known.get(answer, "count inputs x units for the weights and one bias per unit, for both layers.")


@exercise("1.2")
def neuron(answer):
    """relu(0.5·1 - 1·2 + 2) = 0.5."""
    answer = float(answer)
    if abs(answer - 0.5) < 1e-6:
        return None
    if abs(answer - 0.0) < 1e-6:
        return "the sum is not negative: did the bias get in? z = 0.5·1 - 1·2 + b with b = 2."
    if abs(answer - 4.5) < 1e-6:
        return "mind the sign of the second weight: it is -1."
    if abs(answer + 1.5) < 1e-6:
        return "this is the sum without the bias; and ReLU never gives a negative number."
    return "work out z = w1·x1 + w2·x2 + b first; then ReLU keeps it if it is positive."


@exercise("1.3")
def smaller_model(model):
    """A Sequential of Dense(16, tanh), Dense(10, softmax), compiled."""
    layers = getattr(model, "layers", None)
    if layers is None:
        return "a model is asked for: keras.Sequential([...])."
    dense = [layer for layer in layers if type(layer).__name__ == "Dense"]
    if len(dense) != 2:
        return f"two Dense layers are asked for; this model has {len(dense)}."
    first, last = dense
    name = getattr(first.activation, "__name__", None)
    if first.units != 16:
        return f"the hidden layer should have 16 units; it has {first.units}."
    if name != "tanh":
        return f"the hidden layer should use tanh; it uses {name or 'no activation'}."
    if last.units != 10:
        return f"there are ten digits, so the last layer needs 10 units; it has {last.units}."
    if getattr(last.activation, "__name__", None) != "softmax":
        return "the last layer should give probabilities: activation='softmax'."
    if not model.compiled:
        return "the model is not compiled yet: model.compile(loss=..., optimizer=..., metrics=[...])."
    return None
