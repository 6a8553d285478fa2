"""A traced step computes what the walk computes, to the bit, and steps aside whenever it could not know."""

import numpy as np
import pytest

import teachkeras as tk
from teachkeras import events, layers, losses, optimizers
from teachkeras.errors import DataError, NonFiniteError
from teachkeras.training import shortcut, trace

RNG = np.random.default_rng(0)
X = RNG.normal(size=(96, 12)).astype("float32")
LABELS = RNG.integers(0, 4, 96)
IMAGES = RNG.normal(size=(96, 8, 8, 2)).astype("float32")
WORDS = RNG.integers(1, 30, (96, 7))


def mlp(*middle, last="softmax", inputs=12):
    stack = [tk.Input((inputs,)), layers.Dense(9, activation="relu"), *middle, layers.Dense(4, activation=last)]
    return tk.Sequential(stack)


def two_ways_in():
    a, b = tk.Input((12,), name="a"), tk.Input((12,), name="b")
    shared = layers.Dense(6, activation="tanh")
    joined = layers.Add()([shared(a), shared(b)])
    return tk.Model([a, b], layers.Dense(4, activation="softmax")(joined))


SPARSE = "sparse_categorical_crossentropy"
CASES = {
    "mlp": (lambda: mlp(), X, LABELS, {"loss": SPARSE}),
    "one-hot": (lambda: mlp(), X, np.eye(4)[LABELS], {"loss": "categorical_crossentropy"}),
    "column of labels": (lambda: mlp(), X, LABELS[:, None], {"loss": SPARSE}),
    "float64 data": (lambda: mlp(), X.astype("float64"), LABELS, {"loss": SPARSE}),
    "dropout": (lambda: mlp(layers.Dropout(0.3, seed=1), layers.Dropout(0.3, seed=1)), X, LABELS, {"loss": SPARSE}),
    "noise": (lambda: mlp(layers.GaussianNoise(0.1, seed=2)), X, LABELS, {"loss": SPARSE}),
    "norm": (lambda: mlp(layers.LayerNormalization()), X, LABELS, {"loss": SPARSE}),
    "penalty": (lambda: mlp(layers.Dense(5, kernel_regularizer="l2")), X, LABELS, {"loss": SPARSE}),
    "logits": (lambda: mlp(last=None), X, LABELS, {"loss": losses.SparseCategoricalCrossentropy(from_logits=True)}),
    "regression": (lambda: mlp(last=None), X, X[:, :4], {"loss": "mse"}),
    "cnn": (
        lambda: tk.Sequential([tk.Input((8, 8, 2)), layers.Conv2D(3, 3, activation="relu"), layers.MaxPooling2D(),
                               layers.Flatten(), layers.Dense(4, activation="softmax")]),
        IMAGES, LABELS, {"loss": SPARSE},
    ),
    "two inputs": (two_ways_in, [X, X[::-1].copy()], LABELS, {"loss": SPARSE}),
    "words": (
        lambda: tk.Sequential([tk.Input((7,)), layers.Embedding(30, 5), layers.GlobalAveragePooling1D(),
                               layers.Dense(4, activation="softmax")]),
        WORDS, LABELS, {"loss": SPARSE},
    ),
}  # fmt: skip


def trained(make, x, y, optimizer="adam", eagerly=False, loss="mse", epochs=3, **fit):
    tk.utils.set_random_seed(3)
    model = make()
    model.compile(optimizer, metrics=["accuracy"], run_eagerly=eagerly, loss=loss)
    history = model.fit(x, y, batch_size=8, epochs=epochs, verbose=0, **fit)
    return model, history.history


def traces_of(model):
    return list(model._shortcut.traces.values())


@pytest.mark.parametrize("name", CASES)
def test_traced_training_is_the_walk_to_the_bit(name):
    make, x, y, settings = CASES[name]
    walked, walked_history = trained(make, x, y, eagerly=True, **settings)
    model, history = trained(make, x, y, **settings)
    assert [t.proofs for t in traces_of(model)] == [shortcut.PROOFS] and not traces_of(walked)
    assert history == walked_history
    assert all(np.array_equal(a, b) for a, b in zip(model.get_weights(), walked.get_weights(), strict=True))


@pytest.mark.parametrize("optimizer", ["sgd", "rmsprop", "adagrad", "adam", "lion"])
def test_any_optimizer(optimizer):
    make, x, y, settings = CASES["dropout"]
    _, history = trained(make, x, y, optimizer, eagerly=True, **settings)
    assert trained(make, x, y, optimizer, **settings)[1] == history


def test_weights_of_samples_and_classes():
    for given in ({"sample_weight": np.linspace(0, 1, 96)}, {"class_weight": {0: 1.0, 1: 2.0, 2: 0.5, 3: 1.0}}):
        walked = trained(mlp, X, LABELS, eagerly=True, loss=SPARSE, **given)[1]
        assert trained(mlp, X, LABELS, loss=SPARSE, **given)[1] == walked


def test_a_last_short_batch_has_a_trace_of_its_own():
    model, history = trained(mlp, X[:92], LABELS[:92], loss=SPARSE, epochs=8)
    assert [t.proofs for t in traces_of(model)] == [2, 2]
    assert history == trained(mlp, X[:92], LABELS[:92], loss=SPARSE, epochs=8, eagerly=True)[1]


class Doubling(layers.Layer):
    def call(self, x):
        return x * 2.0


class OwnModel(tk.Model):
    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(4, activation="softmax")

    def call(self, x):
        return self.dense(x)


@pytest.mark.parametrize(
    "make",
    [
        lambda: mlp(Doubling()),
        lambda: mlp(layers.Lambda(lambda x: x * 2.0)),
        lambda: mlp(layers.Dense(5, activation=lambda z: z * 0.5)),
        lambda: mlp(layers.BatchNormalization()),
        lambda: mlp(layers.Dense(5, activity_regularizer="l2")),
        OwnModel,
    ],
    ids=["own layer", "Lambda", "own activation", "moving state", "activity", "own model"],
)
def test_what_a_trace_could_not_know_is_walked(make):
    model, _ = trained(make, X, LABELS, loss=SPARSE)
    assert traces_of(model) == [None]


def test_own_losses_are_walked():
    def own(y, p):
        return tk.ops.mean(tk.ops.square(p - y), axis=-1)

    for loss in (own, losses.LossFunctionWrapper(own) if hasattr(losses, "LossFunctionWrapper") else own):
        model, _ = trained(lambda: mlp(last=None), X, X[:, :4], loss=loss)
        assert traces_of(model) == [None]


def test_whoever_watches_sees_every_step():
    make, x, y, settings = CASES["mlp"]
    model, _ = trained(make, x, y, **settings)
    seen = []
    with events.forward.subscribe(lambda record, *_: seen.append(record.op.name) and None):
        model.fit(x, y, batch_size=8, verbose=0)
    assert seen.count("relu") == 12
    handle = tk.hook(model, model.layers[0].name, forward=lambda layer, inputs, outputs: outputs * 0)
    before = model.get_weights()[0]
    model.fit(x, y, batch_size=8, verbose=0)
    handle.remove()
    assert not np.array_equal(before, model.get_weights()[0]) or model.layers[0].kernel.trainable
    model.fit(x, y, batch_size=8, verbose=0)
    assert traces_of(model)[0].proofs == shortcut.PROOFS


def test_a_changed_layer_counts_from_the_next_batch_on():
    def run(eagerly):
        tk.utils.set_random_seed(5)
        model = mlp(layers.Dropout(0.5, seed=1))
        model.compile("sgd", SPARSE, run_eagerly=eagerly)
        model.fit(X, LABELS, batch_size=8, verbose=0)
        model.layers[1].rate = 0.1
        model.fit(X, LABELS, batch_size=8, verbose=0)
        model.layers[0].trainable = False
        frozen = model.get_weights()[0]
        model.compile("sgd", SPARSE, run_eagerly=eagerly)
        model.fit(X, LABELS, batch_size=8, verbose=0)
        assert np.array_equal(frozen, model.get_weights()[0])
        model.layers[-1].kernel.assign(np.ones((9, 4)))
        model.fit(X, LABELS, batch_size=8, verbose=0)
        return model.get_weights()

    for a, b in zip(run(True), run(False), strict=True):
        np.testing.assert_array_equal(a, b)


def test_bad_data_in_a_traced_step_is_refused_before_the_update():
    model, _ = trained(mlp, X, LABELS, loss=SPARSE)
    weights = model.get_weights()
    bad = X[:8].copy()
    bad[3, 2] = np.nan
    for x, y in ((bad, LABELS[:8]), (X[:8], LABELS[:8] + 4)):
        with pytest.raises((DataError, NonFiniteError)):
            model.train_on_batch(x, y)
    assert all(np.array_equal(a, b) for a, b in zip(weights, model.get_weights(), strict=True))


def test_a_wrong_trace_is_dropped():
    tk.utils.set_random_seed(1)
    model = mlp()
    model.compile("sgd", SPARSE)
    for _ in range(shortcut.WALKS_FIRST + 1):
        model.train_on_batch(X[:8], LABELS[:8])
    (learnt,) = traces_of(model)
    function, read, params, written = learnt.steps[1]
    learnt.steps[1] = (lambda z: function(z) * np.float32(1.0001), read, params, written)
    model.train_on_batch(X[8:16], LABELS[8:16])
    assert traces_of(model) == [None]


def test_layers_that_keep_changing_are_walked_for_good():
    model = mlp()
    model.compile("sgd", SPARSE)
    for _ in range(4 * (shortcut.MOST_CHANGES + 2)):
        model.train_on_batch(X[:8], LABELS[:8])
        model.layers[0].note = "changed"
    assert not traces_of(model) and model._shortcut._closed()


def test_long_steps_are_walked(monkeypatch):
    monkeypatch.setattr(trace, "LONGEST", 100)
    assert traces_of(trained(mlp, X, LABELS, loss=SPARSE)[0]) == [None]


def test_own_update_step_of_a_subclass_is_used():
    class Half(optimizers.Adam):
        def update_step(self, gradient, variable, learning_rate):
            variable.assign(variable.data * 0.5)

    variable = tk.Variable(np.ones(3, "float32"))
    Half().apply([np.ones(3, "float32")], [variable])
    assert variable.numpy().tolist() == [0.5, 0.5, 0.5]
