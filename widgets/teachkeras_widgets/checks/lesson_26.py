"""Checks of lesson 26, image classification."""

import numpy as np

from teachkeras_widgets.checks import common
from teachkeras_widgets.lesson import exercise


@exercise("26.1")
def count(answer):
    """13·13·32 = 5,408."""
    known = [
        (14 * 14 * 32, "without padding the convolution takes 2 off: 28 → 26 → 13."),
        (26 * 26 * 32, "the pooling halves the sides."),
        (13 * 13, "times the 32 channels."),
        (12 * 12 * 32, "a window of 3 takes 2 off, not 4: 28 → 26 → 13."),
        (13 * 32, "both sides count: 13·13·32."),
    ]
    return common.number(answer, 5408, known, within=1e-6)


@exercise("26.2")
def network(model):
    """Conv2D(8, 3, relu), pool, flatten, Dense(4, softmax)."""
    if hint := common.model_of(model):
        return hint
    kinds = [type(layer).__name__ for layer in model.layers if type(layer).__name__ != "InputLayer"]
    wanted = ["Conv2D", "MaxPooling2D", "Flatten", "Dense"]
    if missing := [kind for kind in wanted if kind not in kinds]:
        return f"there is no {missing[0]} in it."
    if kinds != wanted:
        return f"the layers should be {', '.join(wanted)}; they are {', '.join(kinds)}."
    conv, pool, _, dense = [layer for layer in model.layers if type(layer).__name__ != "InputLayer"]
    if not model.built:
        return "it does not know its pictures yet: keras.Input((16, 16, 3))."
    if conv.filters != 8 or tuple(conv.kernel_size) != (3, 3):
        return f"8 windows of 3×3 are asked for; it has {conv.filters} of {tuple(conv.kernel_size)}."
    if common.activation_of(conv) != "relu":
        return f"the convolution should use relu; it uses {common.activation_of(conv)}."
    if conv.kernel.shape[2] != 3:
        return f"the pictures have 3 channels; it takes {conv.kernel.shape[2]}."
    if tuple(pool.pool_size) != (2, 2):
        return f"pooling of 2 is asked for; it pools {tuple(pool.pool_size)}."
    if dense.units != 4:
        return f"there are 4 classes; the last layer has {dense.units} units."
    return None if common.activation_of(dense) == "softmax" else "the last layer should give probabilities: softmax."


@exercise("26.3")
def prepare(answer):
    """float32, 0…1, a channel axis."""
    if hint := common.function(answer):
        return hint
    x = np.random.default_rng(26).integers(0, 256, (2, 4, 5), dtype="uint8")
    got = answer(x)
    if np.shape(got) == (2, 4, 5):
        return "the channel axis at the end is missing: [..., None]."
    known = [
        (x[..., None].astype(float), "divide by 255."),
        (x[..., None] / 256, "the largest value is 255, not 256."),
        ((x // 255)[..., None].astype(float), "a whole-number division makes nearly everything 0: use /."),
    ]
    if hint := common.array(got, x[..., None] / 255, known):
        return hint
    return None if got.dtype == np.float32 else f"it should be float32; it is {got.dtype}."
