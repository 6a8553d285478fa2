"""Training goes on from a file to the bit where it stopped: weights, optimizer, schedule, seeds, compile settings."""

import numpy as np
import pytest

import teachkeras as tk

L = tk.layers
X = np.random.default_rng(0).normal(size=(24, 6, 4)).astype("float32")
Y = np.random.default_rng(1).integers(0, 3, 24)


def inner():
    return tk.Sequential([L.Input((5,)), L.Dense(6, "relu"), L.Dropout(0.3), L.BatchNormalization()], name="inner")


def model(optimizer):
    i = L.Input((6, 4))
    x = L.GaussianNoise(0.1)(L.Conv1D(5, 2, kernel_regularizer="l2")(i))
    x = L.Bidirectional(L.LSTM(4, dropout=0.2, recurrent_dropout=0.2, return_sequences=True))(x)
    x = L.SpatialDropout1D(0.2)(L.Add()([x, L.MultiHeadAttention(2, 3, dropout=0.2)(x, x)]))
    x = inner()(L.Dense(5)(L.GlobalAveragePooling1D()(x)))
    built = tk.Model(i, [L.Dense(3, name="kind")(x), L.Dense(1, name="size")(x)])
    losses = {"kind": tk.losses.SparseCategoricalCrossentropy(from_logits=True), "size": "mse"}
    built.compile(optimizer, losses, loss_weights={"kind": 1.0, "size": 0.5}, metrics={"kind": ["accuracy"], "size": ["mae"]})
    return built


OPTIMIZERS = {
    "sgd": lambda: tk.optimizers.SGD(0.05, momentum=0.9, clipnorm=1.0),
    "adam": lambda: tk.optimizers.Adam(tk.optimizers.schedules.ExponentialDecay(0.01, 3, 0.9), use_ema=True, ema_overwrite_frequency=5),
    "steps": lambda: tk.optimizers.AdamW(0.01, gradient_accumulation_steps=2, amsgrad=True),
    "lamb": lambda: tk.optimizers.Lamb(0.01), "ftrl": lambda: tk.optimizers.Ftrl(0.01), "nadam": lambda: tk.optimizers.Nadam(0.01),
    "rmsprop": lambda: tk.optimizers.RMSprop(0.01, centered=True, momentum=0.5), "adafactor": lambda: tk.optimizers.Adafactor(0.01),
}  # fmt: skip


def fit(model, epochs):
    np.random.seed(epochs)  # noqa: NPY002 (what Keras shuffles with)
    return model.fit(X, {"kind": Y, "size": Y * 1.0}, epochs=epochs, batch_size=5, verbose=0).history


def through(form, first, folder, optimizer):
    """Return the model as a file of that format gives it back."""
    path = folder / form
    if "weights" not in form:
        first.save(path)
        return tk.models.load_model(path)
    first.save_weights(path)
    again = model(optimizer)
    again.optimizer.build(again.trainable_variables)
    again.load_weights(path)
    return again


@pytest.mark.parametrize("form", ["m.keras", "m.h5", "m.weights.h5"])
@pytest.mark.parametrize("name", [n if n == "adam" else pytest.param(n, marks=pytest.mark.full) for n in OPTIMIZERS])
def test_training_goes_on(tmp_path, name, form):
    tk.utils.set_random_seed(3)
    first = model(OPTIMIZERS[name]())
    fit(first, 2)
    second = through(form, first, tmp_path, OPTIMIZERS[name]())
    logs = fit(first, 3), fit(second, 3)
    assert logs[0] == logs[1]
    for a, b in zip(first.weights + first.optimizer.variables, second.weights + second.optimizer.variables, strict=True):
        np.testing.assert_array_equal(a.numpy(), b.numpy(), err_msg=a.path)
