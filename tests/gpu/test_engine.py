"""The engine on a GPU's back end, without a GPU: models train, arrays stay on the device, what is shown is copied then.

On the stand-in (``fakecupy.py``) a hidden copy raises and each wanted one is counted. The same tests run on a real GPU
where there is one.
"""

import contextlib

import numpy as np
import pytest

import teachkeras as keras
from teachkeras import config, layers, losses, models, optimizers
from teachkeras.kernels import device

RNG = np.random.default_rng(7)
SCALARS_A_STEP = 2  # the loss, and whether every label (or index) is in range


def mlp():
    model = models.Sequential([
        layers.Dense(8, activation="relu", input_shape=(4,)), layers.Dropout(0.3), layers.BatchNormalization(),
        layers.LayerNormalization(), layers.Dense(3, activation="softmax"),
    ])  # fmt: skip
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model, RNG.normal(size=(24, 4)).astype("float32"), RNG.integers(0, 3, 24)


def cnn():
    model = models.Sequential([
        layers.Conv2D(4, 3, activation="relu", input_shape=(8, 8, 3)), layers.MaxPooling2D(2),
        layers.Conv2D(4, 3, padding="same"), layers.DepthwiseConv2D(3), layers.AveragePooling2D(1), layers.Flatten(),
        layers.Dense(3),
    ])  # fmt: skip
    model.compile(optimizers.SGD(0.1, 0.9), losses.CategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    return model, RNG.normal(size=(24, 8, 8, 3)).astype("float32"), np.eye(3)[RNG.integers(0, 3, 24)]


def recurrent(kind, **settings):
    def make():
        model = models.Sequential([
            layers.Embedding(20, 6, mask_zero=True), layers.SpatialDropout1D(0.2),
            kind(5, dropout=0.2, recurrent_dropout=0.2, **settings), layers.Dense(1, activation="sigmoid"),
        ])  # fmt: skip
        model.compile("rmsprop", "binary_crossentropy", metrics=["accuracy"])
        return model, RNG.integers(0, 20, (24, 7)), RNG.integers(0, 2, (24, 1))

    return make


MODELS = {
    "mlp": mlp, "cnn": cnn, "lstm": recurrent(layers.LSTM), "gru": recurrent(layers.GRU),
    "gru_before": recurrent(layers.GRU, reset_after=False), "simple_rnn": recurrent(layers.SimpleRNN),
}  # fmt: skip


def seeded(make):
    global RNG
    RNG = np.random.default_rng(7)
    keras.utils.set_random_seed(3)
    return make()


def trained(make, backend, epochs=2):
    """Train on a back end; return the model's weights, its logs and its predictions."""
    config.set_backend(backend)
    model, x, y = seeded(make)
    history = model.fit(x, y, batch_size=8, epochs=epochs, verbose=0)
    return model.get_weights(), history.history, model.predict(x, verbose=0), model.evaluate(x, y, verbose=0)


def close(got, want):
    for g, w in zip(got, want, strict=True):
        np.testing.assert_allclose(g, w, rtol=2e-4, atol=2e-5)


def as_on_the_host(make):
    weights, history, predictions, scores = trained(make, "cupy")
    other, other_history, other_predictions, other_scores = trained(make, "numpy")
    close([*weights, predictions, *scores], [*other, other_predictions, *other_scores])
    close(history.values(), other_history.values())


@pytest.mark.parametrize("name", MODELS)
def test_trains_as_on_the_host(pretended, name):
    as_on_the_host(MODELS[name])


@pytest.mark.parametrize("name", MODELS)
def test_trains_as_on_the_host_on_a_gpu(gpu, name):
    as_on_the_host(MODELS[name])


@pytest.mark.parametrize("name", MODELS)
def test_runs_are_the_same_to_the_bit_on_a_gpu(gpu, name):
    first, second = (trained(MODELS[name], "cupy")[0] for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


@pytest.mark.parametrize("name", MODELS)
def test_nothing_is_copied_between_steps(pretended, name):
    model, x, y = seeded(MODELS[name])
    model.fit(x, y, batch_size=8, verbose=0)
    assert all(device.is_device_array(v.data) for v in model.weights if v.shape and "seed" not in v.path)
    pretended.log.clear(), device.detours.clear()
    model.fit(x, y, batch_size=8, epochs=4, verbose=0, callbacks=None)
    steps, epochs = 12, 4
    assert not device.detours, "an op ran on the host"
    assert pretended.log["get"] == 0, "an array was copied to the host"
    assert pretended.log["wait"] == 0
    figures = 2 * epochs  # the accuracy's total and count, once an epoch
    assert pretended.log["scalar"] <= SCALARS_A_STEP * steps + figures


def test_what_nobody_reads_of_a_recording_is_not_copied(pretended):
    model, x, y = seeded(mlp)
    model.fit(x, y, verbose=0)
    with keras.record(model) as recording:
        pretended.log.clear()
        model.train_on_batch(x, y)
        watched = pretended.log["get"]
    assert watched <= 2 * len(model.trainable_weights) * 3  # weights and slots before an update, no activation
    pretended.log.clear()
    arrays = [a for step in recording for a in step.arrays.values()]
    assert pretended.log["get"] > 20 and all(type(a) is np.ndarray for a in arrays)
    pretended.log.clear()
    assert [step.op for step in recording] and not pretended.log["get"], "copied twice"
    assert np.array_equal(recording.replay(0), recording[0].output)


@pytest.mark.parametrize("keep", ["all", "statistics", "shapes"])
def test_watching_changes_no_number(pretended, keep):
    model, x, y = seeded(mlp)
    model.fit(x, y, batch_size=8, verbose=0)
    plain = model.get_weights()
    model, x, y = seeded(mlp)
    seen = []
    with keras.record(model, keep=keep), keras.hook(model, forward=lambda layer, x, y: seen.append(y.shape)):
        model.fit(x, y, batch_size=8, verbose=0)
    assert seen and all(np.array_equal(a, b) for a, b in zip(plain, model.get_weights(), strict=True))


def test_hooks_see_and_replace_device_arrays(pretended):
    model, x, y = seeded(mlp)
    seen = []
    with (
        keras.hook(model, "dense*", forward=lambda layer, x, y: y * 0.5, backward=lambda layer, g: seen.append(g)),
        keras.hook(model, gradient=lambda variable, g: np.clip(g, -0.01, 0.01)),
    ):
        model.train_on_batch(x, y)
    assert all(device.is_device_array(g) for g in seen) and len(seen) == 2


def test_a_model_moves_with_the_back_end(pretended):
    model, x, y = seeded(mlp)
    model.fit(x, y, batch_size=8, verbose=0, epochs=3)
    there = model.predict(x, verbose=0)
    config.set_backend("numpy")
    state = [*model.weights, *model.optimizer.variables]
    assert all(type(v.data) is np.ndarray for v in state)
    close([model.predict(x, verbose=0)], [there])
    model.fit(x, y, batch_size=8, verbose=0, epochs=3)  # long enough for a traced step
    config.set_backend("cupy")
    assert all(device.is_device_array(v.data) for v in state if v.trainable)
    model.fit(x, y, batch_size=8, verbose=0, epochs=2)
    assert np.isfinite(model.evaluate(x, y, verbose=0)).all()


@pytest.mark.parametrize("suffix", [".keras", ".weights.h5", ".h5"])
def test_files_are_the_same_on_both_sides(pretended, tmp_path, suffix):
    model, x, y = seeded(mlp)
    model.fit(x, y, verbose=0)
    path, want = tmp_path / f"m{suffix}", model.get_weights()
    (model.save_weights if "weights" in suffix else model.save)(path)
    for backend in ("numpy", "cupy"):
        config.set_backend(backend)
        if "weights" in suffix:
            model.load_weights(path)
            loaded = model
        else:
            loaded = models.load_model(path)
            loaded.fit(x, y, verbose=0)
            loaded = models.load_model(path)
        assert all(np.array_equal(a, b) for a, b in zip(loaded.get_weights(), want, strict=True))


def test_first_weights_are_those_of_the_processor(pretended):
    kinds = ["glorot_uniform", "he_normal", "orthogonal", "truncated_normal", "random_uniform"]

    def first(kind):
        keras.utils.set_random_seed(5)
        return layers.Dense(6, kernel_initializer=kind, input_shape=(4,))

    def weights():
        made = [models.Sequential([first(kind)]).get_weights()[0] for kind in kinds]
        return made

    there = weights()
    config.set_backend("numpy")
    assert all(np.array_equal(a, b) for a, b in zip(there, weights(), strict=True))


def test_a_full_gpu_names_layer_and_sizes(pretended):
    model, x, y = seeded(mlp)
    model.fit(x, y, verbose=0)
    pretended.limit = 500
    with pytest.raises(MemoryError, match=r"(?s)sequential\w*/dense.*Out of memory allocating.*\(24, 4\) float32"):
        model(device.put(x))
    pretended.limit = None
    assert model(x).shape == (24, 3), "it goes on once there is room"


def test_a_gradient_of_integers_and_texts_stay_where_they_are(pretended):
    assert type(device.put(np.array(["a", "b"]))) is np.ndarray
    assert device.is_device_array(device.put(np.array([1, 2])))
    assert device.put(None) is None and device.put(3.0) == 3.0


def test_no_copy_is_hidden_in_the_stand_in(pretended):
    """The judge judged: what CuPy refuses, the stand-in refuses."""
    there = device.put(np.ones(3, "float32"))
    with pytest.raises(TypeError, match="Implicit conversion"):
        np.asarray(there)
    for mixed in (lambda: there + np.ones(3), lambda: np.ones(3) * there, lambda: np.concatenate([there, np.ones(3)]),
                  lambda: np.add.reduce(there), lambda: np.ones(3, like=there), lambda: np.divide(there, 2, where=True)):  # fmt: skip
        with pytest.raises(TypeError):
            mixed()
    with contextlib.suppress(AttributeError):
        assert not hasattr(device.xp, "frompyfunc")
    assert float(there.sum()) == 3.0 and pretended.log["scalar"] == 1


@pytest.mark.parametrize("name", ["SGD", "RMSprop", "Adagrad", "Adadelta", "Adam", "AdamW", "Adamax", "Nadam", "Ftrl",
                                  "Lion", "Lamb", "Adafactor", "Muon"])  # fmt: skip
def test_every_optimizer_steps_on_the_device(pretended, name):
    def weights(backend):
        config.set_backend(backend)
        model, x, y = seeded(mlp)
        model.compile(getattr(optimizers, name)(0.01, clipnorm=1.0, use_ema=True), "sparse_categorical_crossentropy")
        model.fit(x, y, batch_size=8, verbose=0)
        return model.get_weights()

    there = weights("cupy")
    close(there, weights("numpy"))
