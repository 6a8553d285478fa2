"""Healthy runs, some of them odd: what the diagnosis must leave in peace."""

import numpy as np
from diagnosis_cases import ask, blobs, cnn, healthy, images, line, mlp, waves, with_loss

import teachkeras as keras
from teachkeras import layers, optimizers


def _grid(name, make):
    def case(seed):
        return make(seed)

    case.__name__ = name
    healthy(case)


def _classifier(epochs=0, **options):
    def make(seed):
        x, y = blobs(seed)
        return ask(mlp(8, 4, **options), x[:300], y[:300], epochs, (x[300:], y[300:]))

    return make


def _regressor(epochs=0, **options):
    def make(seed):
        x, y = line(seed)
        return ask(mlp(6, 1, last=None, loss="mse", **options), x[:240], y[:240], epochs, (x[240:], y[240:]))

    return make


for _act in ("relu", "tanh", "sigmoid", "elu", "selu", "gelu"):
    _grid(f"classifier_{_act}_new", _classifier(activation=_act))
    _grid(f"classifier_{_act}_trained", _classifier(8, activation=_act))
for _opt in ("sgd", "adam", "rmsprop", optimizers.Adagrad(0.05)):
    _name = _opt if isinstance(_opt, str) else "adagrad"
    _grid(f"classifier_{_name}", _classifier(6, optimizer=_opt))
    _grid(f"regressor_{_name}", _regressor(6, optimizer=_opt))
_grid("deep_relu", _classifier(4, hidden=(24,) * 6, kernel_initializer="he_normal"))
_grid("deep_tanh", _classifier(4, hidden=(24,) * 5, activation="tanh"))
_grid("sgd_with_momentum", _classifier(6, optimizer=optimizers.SGD(0.05, momentum=0.9)))
_grid("linear_model_converged", _regressor(60, hidden=(), optimizer=optimizers.Adam(0.05)))
_grid("dropout", _classifier(8, dropout=0.5))


@healthy
def converged_to_nearly_nothing(seed):
    x, y = blobs(seed, spread=0.3)
    return ask(mlp(8, 4, optimizer=optimizers.Adam(0.01)), x[:300], y[:300], 25, (x[300:], y[300:]))


@healthy
def convolution_new(seed):
    x, y = images(seed)
    return ask(cnn(3), x, y)


@healthy
def convolution_trained(seed):
    x, y = images(seed)
    return ask(cnn(3), x[:150], y[:150], 6, (x[150:], y[150:]))


@healthy
def lstm_trained(seed):
    x, y = waves(seed)
    model = keras.Sequential([keras.Input((12, 1)), layers.LSTM(8), layers.Dense(1, "sigmoid")])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return ask(model, x[:160], y[:160, None].astype("float32"), 5, (x[160:], y[160:, None].astype("float32")))


@healthy
def autoencoder(seed):
    x, _ = images(seed)
    flat = np.clip(x.reshape(len(x), -1), 0, 1)
    return ask(mlp(100, 100, hidden=(16,), last="sigmoid", loss="mse"), flat, flat, 4)


@healthy
def autoencoder_with_crossentropy(seed):
    x, _ = images(seed)
    flat = np.clip(x.reshape(len(x), -1), 0, 1)
    return ask(mlp(100, 100, hidden=(16,), last="sigmoid", loss="binary_crossentropy"), flat, flat, 4)


@healthy
def three_to_one(seed):
    x, y = blobs(seed, classes=2)
    keep = (y == 0) | (np.random.default_rng(seed).random(len(y)) < 0.4)
    return ask(mlp(8, 2), x[keep], y[keep], 4)


@healthy
def zero_last_layer(seed):
    x, y = blobs(seed)
    model = keras.Sequential(
        [keras.Input((8,)), layers.Dense(16, "relu"), layers.Dense(4, "softmax", kernel_initializer="zeros")]
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    return ask(model, x, y, 1)


@healthy
def frozen_base(seed):
    x, y = blobs(seed)
    model = mlp(8, 4)
    model.layers[0].trainable = False
    model.compile("adam", "sparse_categorical_crossentropy")
    return ask(model, x, y, 3)


@healthy
def few_distinct_rows(seed):
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 2, (400, 4)).astype("float32")
    y = x[:, 0].astype("int64")
    return ask(mlp(4, 2), x[:300], y[:300], 3, (x[300:], y[300:]))


@healthy
def sparse_words(seed):
    rng = np.random.default_rng(seed)
    x = (rng.random((300, 60)) < 0.08).astype("float32")
    y = (x[:, :20].sum(axis=1) > x[:, 20:40].sum(axis=1)).astype("float32")[:, None]
    return ask(mlp(60, 1, last="sigmoid", loss="binary_crossentropy"), x, y, 5)


@healthy
def twenty_samples(seed):
    x, y = blobs(seed, n=24, classes=2, spread=0.5)
    return ask(mlp(8, 2), x[:16], y[:16], 10, (x[16:], y[16:]))


@healthy
def embedding(seed):
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 200, (200, 6))
    y = (x.mean(axis=1) > 100).astype("float32")[:, None]
    model = keras.Sequential(
        [keras.Input((6,), dtype="int32"), layers.Embedding(200, 8), layers.Flatten(), layers.Dense(1, "sigmoid")]
    )
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return ask(model, x, y, 5)


@healthy
def logits_withwith_loss(seed):
    x, y = blobs(seed)
    model = mlp(8, 4, last=None)
    return ask(with_loss(model, keras.losses.SparseCategoricalCrossentropy(from_logits=True)), x, y, 4)
