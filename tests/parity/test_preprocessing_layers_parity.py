"""Layers that prepare data, beside Keras's: outputs, configs, shapes, what they learn from data."""

import numpy as np
import pytest
from layer_twins import same_layer
from twins import assert_alike

from teachkeras import layers

pytestmark = [pytest.mark.parity, pytest.mark.filterwarnings("ignore")]

SAME = [
    ("Rescaling", (0.5,), {}, (2, 3)), ("Rescaling", (1 / 127.5,), {"offset": -1.0}, (2, 4, 4, 3)),
    ("Rescaling", ([1.0, 2.0, 3.0],), {"offset": [0.5, 0.0, 1.0]}, (2, 4, 4, 3)),
    ("Normalization", (), {"mean": 1.0, "variance": 4.0, "axis": None}, (2, 3)),
    ("Normalization", (), {"mean": [1.0, 2.0, 3.0], "variance": [1.0, 4.0, 9.0]}, (2, 3)),
    ("Normalization", (), {"mean": [1.0, 2.0, 3.0], "variance": [1.0, 4.0, 9.0], "invert": True}, (2, 5, 3)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "args", "more", "shape"), SAME, ids=str)
def test_layer(keras, name, args, more, shape):
    same_layer(keras, name, args, more, shape)


@pytest.mark.parametrize("axis", [-1, None, 1, (1, 2)], ids=str)
def test_normalization_adapts(keras, axis):
    x = np.random.default_rng(1).normal(3, 2, (40, 3, 2)).astype("float32")
    theirs, ours = (module.Normalization(axis=axis) for module in (keras.layers, layers))
    theirs.adapt(x), ours.adapt(x)
    assert_alike(np.asarray(theirs(x)), ours(x).numpy(), 1e-4, 1e-4)
    ours.adapt([x[:7], x[7:]])
    assert_alike(np.asarray(theirs(x)), ours(x).numpy(), 1e-4, 1e-4)
