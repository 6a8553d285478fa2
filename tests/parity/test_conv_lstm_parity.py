"""ConvLSTM1D, 2D and 3D beside Keras's."""

import json

import numpy as np
import pytest
from beside import signature
from twins import assert_alike

import teachkeras
from teachkeras.tape import GradientTape
from teachkeras.tensor import Tensor

pytestmark = [pytest.mark.parity, pytest.mark.filterwarnings("ignore")]

CASES = [
    ("ConvLSTM2D", {}, (2, 3, 5, 4, 2)),
    ("ConvLSTM2D", {"padding": "same", "return_sequences": True, "return_state": True}, (2, 3, 5, 4, 2)),
    ("ConvLSTM1D", {"strides": 2, "go_backwards": True}, (2, 3, 7, 2)),
    *[
        pytest.param(name, more, shape, marks=pytest.mark.full)
        for name, more, shape in [
            ("ConvLSTM1D", {"use_bias": False, "activation": "relu", "return_sequences": True}, (2, 3, 6, 2)),
            ("ConvLSTM2D", {"data_format": "channels_first", "padding": "same"}, (2, 3, 2, 5, 4)),
            ("ConvLSTM2D", {"dilation_rate": 2, "unit_forget_bias": False}, (2, 3, 6, 5, 1)),
            ("ConvLSTM3D", {}, (1, 2, 4, 3, 3, 2)),
        ]
    ],
]


@pytest.mark.parametrize(("name", "more", "shape"), CASES, ids=str)
def test_outputs_and_gradients(keras, name, more, shape):
    theirs, ours = (getattr(e.layers, name)(3, 2, name="mine", **more) for e in (keras, teachkeras))
    x = np.random.default_rng(0).normal(size=shape).astype("float32")
    theirs(x), ours(x)
    ours.set_weights(theirs.get_weights())
    assert [w.path for w in theirs.weights] == [w.path for w in ours.weights]
    assert_alike([np.asarray(y) for y in flat(theirs(x))], [y.numpy() for y in flat(ours(x))])
    assert json.dumps(theirs.compute_output_shape(shape)) == json.dumps(ours.compute_output_shape(shape))
    configs = [json.dumps(layer.get_config(), sort_keys=True) for layer in (theirs, ours)]
    assert configs[0] == configs[1]
    assert ours.from_config(json.loads(configs[0])).get_config() == ours.get_config()
    import jax

    def total(weights):
        y = theirs.stateless_call(weights, [w.value for w in theirs.non_trainable_variables], x)[0]
        return keras.ops.sum(flat(y)[0] ** 2)

    slopes = jax.grad(total)([w.value for w in theirs.trainable_variables])
    with GradientTape() as tape:
        loss = teachkeras.ops.sum(flat(ours(Tensor(x)))[0] ** 2)
    for slope, gradient in zip(slopes, tape.gradient(loss, ours.trainable_weights), strict=True):
        assert_alike(np.asarray(slope), gradient.numpy())


def flat(y):
    return list(y) if isinstance(y, (tuple, list)) else [y]


@pytest.mark.parametrize("name", ["ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"])
def test_signature(keras, name):
    assert signature(getattr(keras.layers, name)) == signature(getattr(teachkeras.layers, name))


def test_dropout_is_for_training():
    layer = teachkeras.layers.ConvLSTM2D(3, 2, dropout=0.4, recurrent_dropout=0.4, seed=1)
    x = np.ones((2, 3, 4, 4, 1), "float32")
    assert np.array_equal(layer(x).numpy(), layer(x).numpy())
    assert not np.array_equal(layer(x, training=True).numpy(), layer(x, training=True).numpy())
