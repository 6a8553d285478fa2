"""compile, fit, evaluate, predict: results, callbacks, control, bad input."""

import asyncio
import threading
import time

import numpy as np
import pytest

import teachkeras as keras
from teachkeras import callbacks, errors, layers
from teachkeras.batches import MissingClassWarning
from teachkeras.errors import (
    ConcurrentFitError,
    DataError,
    NonFiniteError,
    NonFiniteWarning,
    NotCompiledError,
    ShapeError,
)


@pytest.fixture
def data():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(120, 6)).astype("float32")
    return x, np.eye(3, dtype="float32")[np.argmax(x[:, :3], axis=-1)]


def small(loss="categorical_crossentropy", optimizer="adam", **compile_arguments):
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [layers.Dense(8, activation="relu", input_shape=(6,)), layers.Dense(3, activation="softmax")]
    )
    model.compile(optimizer=optimizer, loss=loss, **compile_arguments)
    return model


def test_fit_learns_and_returns_history(data):
    x, y = data
    model = small(metrics=["accuracy"])
    history = model.fit(x, y, epochs=60, batch_size=16, validation_split=0.2, verbose=0)
    assert set(history.history) == {"accuracy", "loss", "val_accuracy", "val_loss"}
    assert history.epoch == list(range(60)) and history.params["steps"] == 6
    assert history.history["loss"][-1] < 0.6 * history.history["loss"][0]
    assert model.history is history


def test_evaluate_and_predict(data):
    x, y = data
    model = small(metrics=["accuracy"])
    loss, accuracy = model.evaluate(x, y, verbose=0)
    as_dict = model.evaluate(x, y, verbose=0, return_dict=True)
    assert as_dict == {"loss": pytest.approx(loss), "accuracy": pytest.approx(accuracy)}
    outputs = model.predict(x, batch_size=50, verbose=0)
    assert isinstance(outputs, np.ndarray) and outputs.shape == (120, 3)
    np.testing.assert_allclose(outputs.sum(axis=1), 1, rtol=1e-5)
    assert accuracy == pytest.approx(np.mean(outputs.argmax(1) == y.argmax(1)), abs=1e-6)
    model.compile("adam", "categorical_crossentropy")
    assert isinstance(model.evaluate(x, y, verbose=0), float)


def test_on_batch_methods(data):
    x, y = data
    model = small(metrics=["accuracy"])
    first = model.train_on_batch(x, y, return_dict=True)
    assert set(first) == {"loss", "accuracy"}
    assert model.test_on_batch(x, y)[0] > 0
    assert model.predict_on_batch(x).shape == (120, 3)


def test_sample_and_class_weights_agree(data):
    x, y = data
    weights = np.where(y.argmax(1) == 1, 3.0, 1.0)
    one, two = small(), small()
    one.fit(x, y, sample_weight=weights, epochs=2, shuffle=False, verbose=0)
    two.fit(x, y, class_weight={0: 1.0, 1: 3.0, 2: 1.0}, epochs=2, shuffle=False, verbose=0)
    for a, b in zip(one.get_weights(), two.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    plain = small()
    plain.fit(x, y, epochs=2, shuffle=False, verbose=0)
    assert not np.array_equal(plain.get_weights()[0], one.get_weights()[0])


def test_sparse_and_one_hot_targets_agree(data):
    x, y = data
    one, two = small(), small("sparse_categorical_crossentropy")
    a = one.fit(x, y, epochs=2, shuffle=False, verbose=0).history["loss"]
    b = two.fit(x, y.argmax(1), epochs=2, shuffle=False, verbose=0).history["loss"]
    assert a == b


def test_shuffle_follows_numpy_seed(data):
    x, y = data
    losses = []
    for _ in range(2):
        model = small()
        np.random.seed(3)  # noqa: NPY002
        losses.append(model.fit(x, y, epochs=2, verbose=0).history["loss"])
    assert losses[0] == losses[1]


def test_generators_lists_and_steps(data):
    x, y = data
    model = small()

    def stream():
        while True:
            yield x[:32], y[:32]

    assert model.fit(stream(), steps_per_epoch=3, epochs=2, verbose=0).params["steps"] == 3
    assert len(model.fit(x.tolist(), y.tolist(), epochs=1, verbose=0).epoch) == 1
    assert model.fit(x, y, steps_per_epoch=2, epochs=3, verbose=0).epoch == [0, 1, 2]


def test_callbacks_are_told_in_keras_order(data):
    x, y = data
    told = []

    class Log(callbacks.Callback):
        def __getattribute__(self, name):
            if name.startswith("on_"):
                told.append(name)
            return super().__getattribute__(name)

        def on_train_batch_begin(self, batch, logs=None):
            told.append("begin")

        def on_train_batch_end(self, batch, logs=None):
            told.append("end")

    small().fit(x, y, batch_size=60, epochs=1, validation_data=(x, y), callbacks=[Log()], verbose=0)
    moments = [t for t in told if "batch" not in t]
    assert moments == [
        "on_train_begin", "on_epoch_begin", "begin", "end", "begin", "end", "on_test_begin", "on_test_end", "on_epoch_end", "on_train_end",
    ]  # fmt: skip


def test_batch_logs_are_lazy_and_complete(data):
    x, y = data
    seen = []
    keep = callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: seen.append((logs.batch_loss, dict(logs))))
    small(metrics=["accuracy"]).fit(x, y, batch_size=60, epochs=1, shuffle=False, callbacks=[keep], verbose=0)
    (first, logs_1), (second, logs_2) = seen
    assert logs_1["loss"] == pytest.approx(first) and set(logs_2) == {"loss", "accuracy"}
    assert logs_2["loss"] == pytest.approx((first + second) / 2, rel=1e-6)


def test_stop_training_ends_the_fit(data):
    x, y = data
    model = small()
    halt = callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: setattr(model, "stop_training", epoch == 1))
    assert model.fit(x, y, epochs=9, callbacks=[halt], verbose=0).epoch == [0, 1]


def test_progress_bar_shows_what_keras_shows(data, capsys):
    x, y = data
    small(metrics=["accuracy"]).fit(x, y, epochs=1)
    text = capsys.readouterr().out
    assert text.startswith("Epoch 1/1\n") and "4/4" in text and "accuracy: " in text and "/step" in text
    small().fit(x, y, epochs=1, verbose=2)
    assert capsys.readouterr().out.splitlines()[1].startswith("4/4 - 0s - ")
    small().fit(x, y, epochs=1, verbose=0)
    assert capsys.readouterr().out == ""


# --- control ---------------------------------------------------------------------------------------------------------


def test_pause_step_resume_stop_from_another_thread(data):
    x, y = data
    model, batches = small(), []
    count = callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: batches.append(batch))
    worker = threading.Thread(target=lambda: model.fit(x, y, epochs=10**6, callbacks=[count], verbose=0))
    worker.start()
    try:
        _wait(lambda: len(batches) > 5)
        model.control.pause()
        _wait(lambda: model.control.paused)
        held = len(batches)
        time.sleep(0.1)
        assert len(batches) == held
        model.control.step(3)
        _wait(lambda: len(batches) == held + 3 and model.control.paused)
        model.control.set_learning_rate(0.5)
        model.control.resume()
        _wait(lambda: len(batches) > held + 10)
        assert float(model.optimizer.learning_rate) == 0.5
    finally:
        model.control.stop()
        worker.join(timeout=5)
    assert not worker.is_alive() and not model.control.running


def _wait(condition, seconds=5.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


def test_async_fit_gives_the_same_numbers(data):
    x, y = data
    one, two = small(), small()
    np.random.seed(5)  # noqa: NPY002
    one.fit(x, y, epochs=2, verbose=0)
    np.random.seed(5)  # noqa: NPY002
    turns = []

    async def main():
        async def other():
            while True:
                turns.append(1)
                await asyncio.sleep(0)

        task = asyncio.create_task(other())
        history = await two.fit_async(x, y, epochs=2, verbose=0)
        task.cancel()
        return history

    history = asyncio.run(main())
    assert history.epoch == [0, 1] and len(turns) >= 8
    for a, b in zip(one.get_weights(), two.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_second_fit_of_a_running_model_raises(data):
    x, y = data
    model = small()
    again = callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: model.fit(x, y, verbose=0))
    with pytest.raises(ConcurrentFitError):
        model.fit(x, y, callbacks=[again], verbose=0)
    model.fit(x, y, epochs=1, verbose=0)  # the failed run left nothing locked


# --- bad input -------------------------------------------------------------------------------------------------------


def test_not_compiled():
    model = keras.Sequential([layers.Dense(1)])
    with pytest.raises(NotCompiledError, match=r"compile"):
        model.fit(np.zeros((2, 3)), np.zeros((2, 1)))
    with pytest.raises(ValueError, match=r"compile"):
        model.evaluate(np.zeros((2, 3)), np.zeros((2, 1)))
    assert not model.built


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [
        (np.zeros((0, 6)), np.zeros((0, 3)), "empty"),
        (np.zeros((5, 6)), np.zeros((4, 3)), "x: 5, y: 4"),
        (np.zeros((5, 7)), np.zeros((5, 3)), "6"),
        (np.array([["a"] * 6]), np.zeros((1, 3)), "numbers"),
        (None, None, "None"),
    ],
)
def test_bad_data_is_named(x, y, words):
    with pytest.raises(errors.TeachKerasError, match=words):
        small().fit(x, y, verbose=0)


def test_label_out_of_range_is_named(data):
    x, y = data
    labels = y.argmax(1)
    labels[7] = 12
    with pytest.raises(DataError, match=r"label 12"):
        small("sparse_categorical_crossentropy").fit(x, labels, verbose=0)


def test_wrong_shape_names_the_layer_and_builds_nothing():
    model = keras.Sequential([layers.Dense(4), layers.Dense(2)], name="m")
    model.compile("sgd", "mse")
    with pytest.raises(ShapeError, match=r"m/"):
        model.fit(np.zeros((3,)), np.zeros((3, 2)), verbose=0)
    assert not model.built and not model.weights
    model.fit(np.zeros((3, 5)), np.zeros((3, 2)), verbose=0)
    with pytest.raises(ShapeError, match=r"(?s)m/.*5.*fix"):
        model.predict(np.zeros((3, 4, 4)), verbose=0)


def test_nan_in_the_data_names_entry_layer_and_op_before_the_update(data):
    x, y = data
    x = x.copy()
    x[3, 2] = np.nan
    model = small()
    before = model.get_weights()
    with pytest.raises(NonFiniteError, match=r"(?s)x\[3, 2\].*dense.*affine.*\(3, 0\)"):
        model.fit(x, y, batch_size=120, shuffle=False, verbose=0)
    for a, b in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_divergence_warns_once_and_raises_under_strict(data):
    x, y = data
    model = keras.Sequential([layers.Dense(4, input_shape=(6,)), layers.Dense(3)])
    model.compile(keras.optimizers.SGD(1e6), "mse")
    with pytest.warns(NonFiniteWarning, match=r"learning rate") as caught, np.errstate(all="ignore"):
        model.fit(x, y, epochs=30, verbose=0)
    assert len([w for w in caught if w.category is NonFiniteWarning]) == 1
    model = keras.Sequential([layers.Dense(4, input_shape=(6,)), layers.Dense(3)])
    model.compile(keras.optimizers.SGD(1e6), "mse")
    with pytest.raises(NonFiniteError, match=r"layer"), keras.config.strict(), np.errstate(all="ignore"):
        model.fit(x, y, epochs=30, verbose=0)


@pytest.mark.parametrize(
    "arguments",
    [
        {"optimizer": "adm"},
        {"loss": "categorical_crosentropy"},
        {"metrics": ["acuracy_score"]},
        {"metrics": ["mean_sqared_error"]},
    ],
)
def test_unknown_names_get_a_hint_and_keep_the_earlier_compile(arguments):
    model = small()
    kept = model.optimizer
    with pytest.raises(errors.UnknownNameError, match=r"did you mean|use one of"):
        model.compile(**{"optimizer": "sgd", "loss": "mse", **arguments})
    assert model.optimizer is kept and model.compiled


@pytest.mark.parametrize("arguments", [{"epochs": -1}, {"batch_size": 0}, {"verbose": 7}, {"validation_split": 1.5}])
def test_bad_fit_arguments(data, arguments):
    with pytest.raises(errors.ArgumentError):
        small().fit(*data, **{"verbose": 0, **arguments})


def test_class_without_a_weight_is_named(data):
    with pytest.warns(MissingClassWarning, match=r"class 2"):  # Keras goes on with 1
        small().fit(*data, class_weight={0: 1.0, 1: 2.0}, verbose=0)
    with pytest.raises(DataError, match=r"class 2"), keras.config.strict():
        small().fit(*data, class_weight={0: 1.0, 1: 2.0}, verbose=0)


def test_custom_train_step(data):
    x, y = data

    class Custom(keras.Model):
        def __init__(self):
            super().__init__()
            self.out = layers.Dense(3)

        def call(self, x, training=False):
            return self.out(x)

        def train_step(self, data):
            x, y = data[0], data[1]
            with keras.GradientTape() as tape:
                loss = keras.ops.mean(keras.ops.square(self(x, training=True) - y))
            gradients = tape.gradient(loss, self.trainable_variables)
            self.optimizer.apply_gradients(zip(gradients, self.trainable_variables, strict=True))
            return {"my_loss": float(loss)}

    model = Custom()
    model.compile("adam", "mse")
    history = model.fit(x, y, epochs=10, shuffle=False, verbose=0).history["my_loss"]
    assert history[-1] < history[0]


def test_a_watcher_that_is_also_a_callback_is_told_once(data):
    model, told = small(), []
    watcher = callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: told.append(batch))
    model.watchers.append(watcher)
    model.fit(*data, batch_size=60, callbacks=[watcher], verbose=0)
    assert told == [0, 1]
    model.fit(*data, batch_size=60, verbose=0)
    assert told == [0, 1, 0, 1] and not model.control.awaiting
