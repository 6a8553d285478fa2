"""Functional models beside Keras: graphs, configs, multiple ends, nested and shared layers, errors, summaries."""

import json

import numpy as np
import pytest
from twins import assert_alike, outcome

import teachkeras

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # of Keras's variables


def graph_of_ops(k):
    i = k.Input((3,), name="i")
    z = k.layers.Dense(2, name="d")(i)
    middle = k.ops.mean(k.ops.reshape(z, (-1, 1, 2)), axis=-1, keepdims=True)
    return k.Model(i, [z[:, 0], k.ops.relu(middle) * np.ones((1,))], name="m")


def two_ends(k):
    a, b = k.Input((3,), name="a"), k.Input((3,), name="b")
    inner_in = k.Input((3,), name="inner_in")
    inner = k.Model(inner_in, k.layers.Dense(2, activation="tanh", name="deep")(inner_in), name="inner")
    o = k.layers.Dense(1, name="o")(inner(a) + inner(b))
    return k.Model([a, b], [o, k.layers.Activation("sigmoid", name="s")(o)], name="twice")


def dict_ends(k):
    x, y = k.Input((3,), name="x"), k.Input((2,), name="y")
    h = k.layers.Dense(2, name="h")(x) * y
    return k.Model({"x": x, "y": y}, {"p": k.layers.Dense(1, name="p")(h), "h": h}, name="named")


def from_sequential(k):
    stack = k.Sequential(
        [k.Input((3,), name="i"), k.layers.Dense(4, name="d1"), k.layers.Dense(2, name="d2")], name="s"
    )
    return k.Model(stack.inputs, [layer.output for layer in stack.layers], name="features")


def nested_sequential(k):
    stack = k.Sequential(
        [k.Input((3,), name="si"), k.layers.Dense(4, name="d1"), k.layers.Dense(2, name="d2")], name="s"
    )
    i = k.Input((3,), name="i")
    return k.Model(i, k.layers.Dense(1, name="top")(stack(i)), name="outer")


BUILDERS = [graph_of_ops, two_ends, dict_ends, from_sequential, nested_sequential]


def data(model, rng):
    def one(t):
        return rng.random((4, *t.shape[1:]), dtype="float32")

    if isinstance(model.input, dict):
        return {name: one(t) for name, t in model.input.items()}
    return [one(t) for t in model.inputs] if len(model.inputs) > 1 else one(model.inputs[0])


def in_order(outputs):
    """Return a dict's outputs by sorted key."""
    return dict(sorted(outputs.items())) if isinstance(outputs, dict) else outputs


def without_habits(config):
    """Return a config without what Keras writes around a nested model and says nothing: no mask, no compile, no shape."""
    if isinstance(config, list):
        return [without_habits(item) for item in config]
    if not isinstance(config, dict):
        return config
    empty = (("mask", None), ("compile_config", {}), ("build_config", {"input_shape": None}))
    return {key: without_habits(value) for key, value in config.items() if (key, value) not in empty}


def twins_of(keras, build):
    for k in (keras, teachkeras):
        k.utils.clear_session()
    theirs, ours = build(keras), build(teachkeras)
    ours.set_weights(theirs.get_weights())
    return theirs, ours


@pytest.mark.parametrize("build", BUILDERS, ids=lambda b: b.__name__)
def test_outputs_configs_names(keras, build):
    theirs, ours = twins_of(keras, build)
    x = data(theirs, np.random.default_rng(0))
    assert_alike(in_order(theirs.predict(x, verbose=0)), in_order(ours.predict(x, verbose=0)))
    assert [layer.name for layer in theirs.layers] == [layer.name for layer in ours.layers]
    assert [op.name for op in theirs.operations] == [op.name for op in ours.operations]
    assert theirs.output_names == ours.output_names
    assert [v.path for v in theirs.weights] == [v.path for v in ours.weights]
    one, other = (without_habits(json.loads(json.dumps(m.get_config()))) for m in (theirs, ours))
    assert one == other


@pytest.mark.parametrize("build", BUILDERS, ids=lambda b: b.__name__)
def test_config_of_one_makes_the_other(keras, build):
    theirs, ours = twins_of(keras, build)
    x = data(theirs, np.random.default_rng(0))
    here = teachkeras.Model.from_config(json.loads(json.dumps(theirs.get_config())))
    here.set_weights(theirs.get_weights())
    assert_alike(in_order(theirs.predict(x, verbose=0)), in_order(here.predict(x, verbose=0)))
    there = keras.Model.from_config(json.loads(json.dumps(ours.get_config())))
    there.set_weights(ours.get_weights())
    assert_alike(in_order(there.predict(x, verbose=0)), in_order(ours.predict(x, verbose=0)))


@pytest.mark.parametrize("build", BUILDERS, ids=lambda b: b.__name__)
def test_summaries(keras, build):
    def lines(model):
        found = []
        model.summary(print_fn=lambda text, **_: found.append(text), expand_nested=True)
        return "\n".join(found).split("\n")

    theirs, ours = twins_of(keras, build)
    words = [[w for w in "".join(lines(m)).replace("│", " ").split()] for m in (theirs, ours)]
    squeeze = ["".join(ch for ch in " ".join(w) if ch not in "─━┃┏┡┠┗╇┳┓┩├┼┤└┴┘ ") for w in words]
    assert sorted(squeeze[0]) == sorted(squeeze[1])  # the same letters; Keras breaks long cells into lines


COMPILED = [
    (["mse", "mae"], [["mae"], ["mse"]], [1, 0.5]),
    ("mse", None, None),
    ({"o": "mse", "s": "binary_crossentropy"}, {"s": ["mae"]}, {"o": 2.0, "s": 1.0}),
    ({"o": "mse"}, None, None),
]


@pytest.mark.parametrize(("loss", "metrics", "weights"), COMPILED, ids=str)
def test_training_two_outputs(keras, loss, metrics, weights):
    def run(model):
        rng = np.random.default_rng(1)
        x, y = [rng.random((8, 3), "float32") for _ in "ab"], [rng.random((8, 1), "float32") for _ in "ab"]
        model.compile("sgd", loss, metrics=metrics, loss_weights=weights)
        y = y if not isinstance(loss, dict) else dict(zip("os", y, strict=True))
        history = model.fit(x, y, epochs=2, batch_size=4, shuffle=False, verbose=0, validation_split=0.25).history
        return {"history": history, "evaluate": model.evaluate(x, y, verbose=0), "weights": model.get_weights()}

    theirs, ours = twins_of(keras, two_ends)
    assert_alike(outcome(run, theirs), outcome(run, ours), rtol=1e-3)


def test_gradients_of_a_shared_layer(keras):
    theirs, ours = twins_of(keras, two_ends)
    x = data(theirs, np.random.default_rng(2))
    y = [np.ones((4, 1), "float32")] * 2
    for model in (theirs, ours):
        model.compile("sgd", "mse")
        model.train_on_batch(x, y)
    for a, b in zip(theirs.get_weights(), ours.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)


BAD = {
    "one of two inputs": lambda k: dict_ends(k)([np.ones((2, 3))]),
    "a name missing": lambda k: dict_ends(k)({"x": np.ones((2, 3))}),
    "a wrong width": lambda k: dict_ends(k)({"x": np.ones((2, 4)), "y": np.ones((2, 2))}),
    "not connected": lambda k: k.Model(k.Input((3,)), k.layers.Dense(2)(k.Input((3,)))),
    "no symbol": lambda k: k.Model(k.Input((3,)), np.ones(3)),
    "array as input": lambda k: k.Model(np.ones(3), k.layers.Dense(2)(k.Input((3,)))),
    "too many": lambda k: two_ends(k)([np.ones((2, 3))] * 3),
    "unknown layer": lambda k: two_ends(k).get_layer("oo"),
    "no such layer": lambda k: two_ends(k).get_layer(index=20),
}


@pytest.mark.parametrize("bad", BAD.values(), ids=list(BAD))
def test_bad_graphs(keras, bad):
    assert_alike(outcome(bad, keras), outcome(bad, teachkeras))


def test_a_squeezed_axis_fits(keras):
    def run(k):
        k.utils.set_random_seed(0)
        i = k.Input((1,))
        model = k.Model(i, i * 2.0)
        return [np.asarray(model(np.ones(3, "float32"))), np.asarray(model(np.ones((3, 1), "int32")))]

    assert_alike(outcome(run, keras), outcome(run, teachkeras))


def test_training_flag_of_the_call(keras):
    """An explicit training= at the call holds while the model itself is called without one."""

    def run(k):
        i = k.Input((1000,))
        model = k.Model(i, k.layers.Dropout(0.5)(i, training=True))
        x = np.ones((1, 1000), "float32")
        return [bool((np.asarray(model(x)) == 0).any()), bool((np.asarray(model(x, training=False)) == 0).any())]

    assert outcome(run, keras) == outcome(run, teachkeras) == [True, False]


def test_subclass_that_hands_over_a_graph():
    class Mine(teachkeras.Model):
        def __init__(self, units):
            i = teachkeras.Input((3,))
            super().__init__(i, teachkeras.layers.Dense(units)(i))
            self.units = units

        def train_step(self, data):
            return {**super().train_step(data), "seen": 1.0}

    model = Mine(2)
    assert type(model).__name__ == "Mine" and isinstance(model, Mine) and len(model.layers) == 2
    model.compile("sgd", "mse")
    assert model.fit(np.ones((4, 3)), np.ones((4, 2)), verbose=0).history["seen"] == [1.0]
    assert model.get_config()["units"] == 2


def test_a_circle_in_a_config_is_named():
    config = two_ends(teachkeras).get_config()
    o = next(layer for layer in config["layers"] if layer["name"] == "o")
    o["inbound_nodes"][0]["args"][0]["config"]["keras_history"] = ["s", 0, 0]
    with pytest.raises(ValueError, match="wait for each other"):
        teachkeras.Model.from_config(config)
