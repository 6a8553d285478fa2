"""Checks of lesson 41, several kinds of input at once."""

from teachkeras_widgets.checks import common
from teachkeras_widgets.lesson import exercise


@exercise("41.1")
def count(answer):
    """(16+4+8)·10 + 10 = 290."""
    known = [
        (280, "the biases are missing: one for each of the ten units."),
        (5130, "joined rows stand one behind the other: add 16, 4 and 8, do not multiply."),
        (5120, "joined rows stand one behind the other: add 16, 4 and 8, do not multiply."),
        (38, "each unit has a weight for *each* joined number."),
        (310, "one bias for a unit, whichever entrances there are."),
        (281, "one bias for each of the ten units."),
        (28, "this is the joined row; now the layer behind it."),
    ]
    return common.number(answer, 290, known, within=1e-6)


@exercise("41.2")
def both(answer):
    """Two inputs, joined, one unit."""
    if hint := common.model_of(answer):
        return "a model is asked for: keras.Model([left, right], ...)." if hint else None
    shapes = {tensor.name: tuple(tensor.shape[1:]) for tensor in answer.inputs}
    if len(shapes) != 2:
        return f"it has {len(shapes)} input; two are asked for." if len(shapes) == 1 else "two inputs are asked for."
    if set(shapes) != {"left", "right"}:
        return 'name the inputs: keras.Input((5,), name="left"), and the other "right".'
    if shapes != {"left": (5,), "right": (3,)}:
        return f"left should have 5 numbers and right 3; they have {shapes['left']} and {shapes['right']}."
    if tuple(answer.output_shape) != (None, 1):
        return f"one number is asked for; its output has the shape {answer.output_shape}."
    joints = [layer for layer in answer.layers if type(layer).__name__ == "Concatenate"]
    if not joints:
        return "join the two with Concatenate(): rows of 5 and 3 cannot be added."
    if answer.count_params() != 9:
        return f"one Dense(1) behind the joint learns 8 weights and a bias; this model learns {answer.count_params()}."
    import numpy as np

    left, right = np.ones((1, 5), "float32"), np.zeros((1, 3), "float32")
    weights = [np.array([1.0] * 5 + [0.0] * 3, "float32")[:, None], np.zeros(1, "float32")]
    before = answer.get_weights()
    answer.set_weights(weights)
    out = float(np.asarray(answer.predict({"left": left, "right": right}, verbose=0)).reshape(-1)[0])
    answer.set_weights(before)
    return None if abs(out - 5) < 1e-4 else "left should stand first in the joined row."
