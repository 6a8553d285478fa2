"""Planted faults and healthy runs for the diagnosis: each builds, on a seed, what `diagnose` is then asked about."""

import numpy as np

import teachkeras as keras
from teachkeras import layers

FAULTS, HEALTHY = [], []  # (name, what must be found, function of a seed), (name, function of a seed)


def fault(*expected):
    def register(function):
        FAULTS.append((function.__name__, expected, function))
        return function

    return register


def healthy(function):
    HEALTHY.append((function.__name__, function))
    return function


STYLE = {"width": 1.0, "more": (), "batch": 32}


def restyle(seed):
    """Seeds from 100 on build other architectures than those the rules were tuned on: wider, one layer more."""
    other = {"width": 1.75, "more": (20,), "batch": 20} if seed >= 100 else {"width": 1.0, "more": (), "batch": 32}
    STYLE.update(other)


# --- data -----------------------------------------------------------------------------------------------------------


def blobs(seed, n=400, features=8, classes=4, spread=1.0):
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(classes, features)) * 1.5
    labels = rng.integers(0, classes, n)
    return (centres[labels] + spread * rng.normal(size=(n, features))).astype("float32"), labels


def line(seed, n=300, features=6):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, features)).astype("float32")
    return x, (x @ rng.normal(size=(features, 1)) + 0.1 * rng.normal(size=(n, 1))).astype("float32")


def images(seed, n=200, classes=3, size=10):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, classes, n)
    x = 0.2 * rng.random((n, size, size, 1))
    for k, label in enumerate(labels):
        x[k, :, 2 + 3 * label] += 0.8
    return x.astype("float32"), labels


def waves(seed, n=200, length=12):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, n)
    t = np.arange(length)[None, :, None]
    x = np.sin(t * (0.5 + 0.7 * labels[:, None, None]) + rng.random((n, 1, 1)) * 6) + 0.1 * rng.normal(
        size=(n, length, 1)
    )
    return x.astype("float32"), labels


def one_hot(labels, classes=None):
    return np.eye(classes or labels.max() + 1, dtype="float32")[labels]


# --- models ---------------------------------------------------------------------------------------------------------


def mlp(features, outputs, hidden=(24, 16), activation="relu", last="softmax", loss="sparse_categorical_crossentropy",
        optimizer="adam", dropout=0.0, **dense):  # fmt: skip
    first = [layers.Dropout(dropout)] if dropout else []
    optimizer = optimizer if isinstance(optimizer, str) else type(optimizer).from_config(optimizer.get_config())
    hidden = [int(n * STYLE["width"]) for n in hidden] + (list(STYLE["more"]) if hidden else [])
    stack = [keras.Input((features,)), *first, *[layers.Dense(n, activation, **dense) for n in hidden]]
    model = keras.Sequential([*stack, layers.Dense(outputs, last)])
    model.compile(optimizer, loss, metrics=["accuracy"] if "crossentropy" in loss else None)
    return model


def cnn(classes, optimizer="adam", **options):
    model = keras.Sequential([
        keras.Input((10, 10, 1)), layers.Conv2D(int(6 * STYLE["width"]), 3, activation="relu", **options), layers.MaxPooling2D(2),
        layers.Flatten(), layers.Dense(16, "relu"), layers.Dense(classes, "softmax"),
    ])  # fmt: skip
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def ask(model, x, y, epochs=0, validation=None):
    """Train (or not), then return the arguments of `diagnose`."""
    if epochs:
        with np.errstate(all="ignore"):
            model.fit(x, y, epochs=epochs, batch_size=STYLE["batch"], verbose=0, validation_data=validation)
    return (model, x, y, validation)


def with_loss(model, loss):
    model.compile("adam", loss)
    return model
