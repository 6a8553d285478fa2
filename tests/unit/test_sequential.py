"""Sequential: add, pop, deferred build, config, summary."""

import numpy as np
import pytest

import teachkeras as keras
from teachkeras import errors, layers


def test_deferred_build_and_shapes():
    model = keras.Sequential([layers.Flatten(), layers.Dense(4, "relu"), layers.Dense(2)])
    assert not model.built and model.weights == []
    with pytest.raises(errors.NotBuiltError):
        _ = model.output_shape
    assert model(np.zeros((5, 3, 2))).shape == (5, 2)
    assert model.input_shape == (None, 3, 2) and model.output_shape == (None, 2)
    assert model.weights[0].path.endswith("/kernel") and model.count_params() == 6 * 4 + 4 + 4 * 2 + 2


@pytest.mark.parametrize(
    "first",
    [
        lambda: [layers.Input((6,)), layers.Dense(3)],
        lambda: [layers.Dense(3, input_shape=(6,))],
        lambda: [layers.Dense(3, input_dim=6)],
        lambda: [layers.InputLayer(input_shape=(6,)), layers.Dense(3)],
        lambda: [layers.Dense(3, batch_input_shape=(None, 6))],
    ],
)
def test_every_way_to_say_the_input_shape(first):
    model = keras.Sequential(first())
    assert model.built and model.count_params() == 21


def test_add_and_pop():
    model = keras.Sequential()
    model.add(keras.Input((4,)))
    model.add(layers.Dense(3, name="a"))
    model.add(layers.Dense(2, name="b"))
    assert model.output_shape == (None, 2)
    assert model.pop().name == "b" and model.output_shape == (None, 3)
    assert [layer.name for layer in model.layers] == ["a"]
    with pytest.raises(errors.ArgumentError, match="unique names"):
        model.add(layers.Dense(1, name="a"))
    with pytest.raises(ValueError, match="Only instances"):
        model.add("dense")
    assert [layer.name for layer in model.layers] == ["a"]


def test_a_layer_that_does_not_fit_leaves_nothing_half_built():
    class Picky(layers.Layer):
        def build(self, input_shape):
            self.w = self.add_weight(shape=(1,), name="w")
            raise ValueError("no")

    model = keras.Sequential([layers.Dense(3), Picky(), layers.Dense(2)])
    with pytest.raises(ValueError, match="no"):
        model(np.zeros((2, 4)))
    assert not model.built and model.weights == [] and not any(layer.built for layer in model.layers)


def test_config_round_trip():
    model = keras.Sequential(
        [keras.Input((4,)), layers.Dense(3, "relu", kernel_regularizer="l2", name="d"), layers.Dropout(0.2, name="o"),
         layers.Activation("tanh", name="t")], name="m",
    )  # fmt: skip
    again = keras.Sequential.from_config(model.get_config())
    assert again.get_config() == model.get_config() and again.built
    again.set_weights(model.get_weights())
    x = np.ones((2, 4), "float32")
    np.testing.assert_array_equal(model(x).numpy(), again(x).numpy())


def test_get_layer_and_names():
    model = keras.Sequential([layers.Dense(3, name="one", input_dim=2), layers.Dense(3, name="two")])
    assert model.get_layer("two") is model.layers[1] is model.get_layer(index=1)
    with pytest.raises(errors.UnknownNameError, match="did you mean 'two'"):
        model.get_layer("tow")


def test_summary(capsys):
    model = keras.Sequential(
        [layers.Flatten(input_shape=(28, 28), name="flatten"), layers.Dense(128, name="dense")], name="m"
    )
    model.summary()
    text = capsys.readouterr().out
    assert (
        'Model: "m"' in text
        and "(None, 784)" in text
        and "100,480" in text
        and "Total params: 100,480 (392.50 KB)" in text
    )
    keras.Sequential([layers.Dense(2)]).summary()
    assert "?" in capsys.readouterr().out


def test_freezing():
    model = keras.Sequential([layers.Dense(3, input_dim=2), layers.Dense(1)])
    model.layers[0].trainable = False
    assert len(model.trainable_weights) == 2 and len(model.non_trainable_weights) == 2
    model.compile("sgd", "mse")
    before = [w.numpy() for w in model.layers[0].weights]
    model.fit(np.ones((4, 2)), np.ones((4, 1)), verbose=0)
    for a, b in zip(before, model.layers[0].get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    model.trainable = True
    assert len(model.trainable_weights) == 4


def test_set_weights_all_or_none():
    model = keras.Sequential([layers.Dense(3, input_dim=2)])
    before = model.get_weights()
    with pytest.raises(errors.ShapeError, match="shape"):
        model.set_weights([np.ones((2, 3)), np.ones(4)])
    np.testing.assert_array_equal(before[0], model.get_weights()[0])


def test_dropout_only_while_training():
    layer = layers.Dropout(0.5, seed=1)
    x = np.ones((200, 10), "float32")
    np.testing.assert_array_equal(layer(x).numpy(), x)
    dropped = layer(x, training=True).numpy()
    assert set(np.unique(dropped)) == {0.0, 2.0} and abs(dropped.mean() - 1) < 0.1
    assert not np.array_equal(dropped, layer(x, training=True).numpy())


@pytest.mark.parametrize(
    "bad",
    [lambda: layers.Dense(-1), lambda: layers.Dense(2.5), lambda: layers.Dropout(2), lambda: layers.Dense(3, foo=1)],
)
def test_bad_layer_arguments(bad):
    with pytest.raises(ValueError, match=r"Received|Unrecognized"):
        bad()
