"""The models that are measured, each built alike in teachkeras and in Keras; ``torch_twins.py`` has them in raw PyTorch.

Those of the documents first, then what a course adds. `build(keras, **settings)` takes whichever engine is to be
measured; `data(rng, batches, **settings)` returns inputs and targets for that many batches.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np

VGG16 = [64, 64, None, 128, 128, None, 256, 256, 256, None, 512, 512, 512, None, 512, 512, 512, None]  # None: pooling
WORDS = 5000


@dataclasses.dataclass(frozen=True)
class Case:
    """A model to measure.

    Attributes:
        title: What the table calls it.
        build: From an engine and the settings to a model, compiled if it is to be trained.
        data: From a generator, a number of batches and the settings to inputs and targets.
        settings: What `build` and `data` take by name; growth is measured by changing one.
        steps: Steps a round.
        trains: Whether a step trains; else it predicts one batch.
    """

    title: str
    build: Callable
    data: Callable
    settings: dict
    steps: int
    trains: bool = True


def one_hot(rng, rows, classes):
    return np.eye(classes, dtype="float32")[rng.integers(0, classes, rows)]


# --- dense ------------------------------------------------------------------------------------------------------------


def mlp(keras, inputs, width, dropout=0.0, optimizer="adam", depth=1, batch=None):
    stack = [keras.Input((inputs,))]
    for _ in range(depth):
        stack += [keras.layers.Dense(width, activation="relu")]
        stack += [keras.layers.Dropout(dropout)] if dropout else []
    model = keras.Sequential([*stack, keras.layers.Dense(10, activation="softmax")])
    model.compile(optimizer, "categorical_crossentropy", metrics=["accuracy"])
    return model


def rows_and_classes(rng, batches, inputs, batch, **_):
    return rng.random((batches * batch, inputs), dtype="float32"), one_hot(rng, batches * batch, 10)


# --- images -----------------------------------------------------------------------------------------------------------


def cnn(keras, batch=None):
    layers = keras.layers
    stack = [keras.Input((32, 32, 3)), layers.Conv2D(32, (3, 3), activation="relu"), layers.MaxPooling2D((2, 2))]
    stack += [layers.Conv2D(64, (3, 3), activation="relu"), layers.MaxPooling2D((2, 2))]
    stack += [layers.Conv2D(64, (3, 3), activation="relu"), layers.Flatten(), layers.Dense(64, activation="relu")]
    model = keras.Sequential([*stack, layers.Dense(10, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def resnet(keras, batch=None):
    """Two residual blocks with batch normalisation (He et al. 2016, figure 2), the second at half the size."""
    layers = keras.layers

    def convolved(x, filters, strides=1, active=True):
        x = layers.BatchNormalization()(layers.Conv2D(filters, 3, strides, "same", use_bias=False)(x))
        return layers.Activation("relu")(x) if active else x

    x = inputs = keras.Input((32, 32, 3))
    x = convolved(x, 16)
    for filters, strides in ((16, 1), (32, 2)):
        past = x if strides == 1 else layers.Conv2D(filters, 1, strides, "same")(x)
        x = convolved(convolved(x, filters, strides), filters, active=False)
        x = layers.Activation("relu")(layers.Add()([x, past]))
    x = layers.GlobalAveragePooling2D()(x)
    model = keras.Model(inputs, layers.Dense(10, activation="softmax")(x))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def pictures(rng, batches, batch):
    return rng.random((batches * batch, 32, 32, 3), dtype="float32"), rng.integers(0, 10, batches * batch)


def vgg16(keras, batch=None):
    """VGG16 as a functional graph (Simonyan & Zisserman 2015, configuration D)."""
    x = inputs = keras.Input((224, 224, 3))
    for filters in VGG16:
        pooling = keras.layers.MaxPooling2D((2, 2)) if filters is None else None
        x = (pooling or keras.layers.Conv2D(filters, 3, padding="same", activation="relu"))(x)
    x = keras.layers.Flatten()(x)
    for units in (4096, 4096):
        x = keras.layers.Dense(units, activation="relu")(x)
    return keras.Model(inputs, keras.layers.Dense(1000, activation="softmax")(x))


def photographs(rng, batches, batch):
    return rng.random((batches * batch, 224, 224, 3), dtype="float32"), None


# --- sequences --------------------------------------------------------------------------------------------------------


def reviews(keras, kind, length, dropout, recurrent_dropout, batch=None):
    stack = [
        keras.Input((length,)),
        keras.layers.Embedding(WORDS, 32),
        keras.layers.SpatialDropout1D(0.4),
        getattr(keras.layers, kind)(100, dropout=dropout, recurrent_dropout=recurrent_dropout),
        keras.layers.Dense(2, activation="sigmoid"),
    ]
    model = keras.Sequential(stack)
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


def transformer(keras, length, batch=None):
    """One encoder block over 64 features (Vaswani et al. 2017, figure 1), mean over the words, two classes."""
    layers = keras.layers
    inputs = keras.Input((length,))
    x = layers.Embedding(WORDS, 64)(inputs)
    x = layers.LayerNormalization()(layers.Add()([x, layers.MultiHeadAttention(4, 16)(x, x)]))
    inner = layers.Dense(64)(layers.Dense(256, activation="relu")(x))
    x = layers.GlobalAveragePooling1D()(layers.LayerNormalization()(layers.Add()([x, inner])))
    model = keras.Model(inputs, layers.Dense(2, activation="softmax")(x))
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    return model


def words_and_classes(rng, batches, length, batch, **_):
    return rng.integers(0, WORDS, (batches * batch, length)).astype("int32"), one_hot(rng, batches * batch, 2)


LSTM = {"kind": "LSTM", "length": 100, "dropout": 0.2, "recurrent_dropout": 0.2, "batch": 32}
CASES = {
    "mlp-128": Case("MLP 784-128-10, batch 32, Adam", mlp, rows_and_classes,
                    {"inputs": 784, "width": 128, "batch": 32}, 300),
    "mlp-512": Case("MLP 784-512-dropout-10, batch 128, Adam", mlp, rows_and_classes,
                    {"inputs": 784, "width": 512, "dropout": 0.5, "batch": 128}, 80),
    "mlp-64": Case("MLP 100-64-10, batch 32, SGD", mlp, rows_and_classes,
                   {"inputs": 100, "width": 64, "optimizer": "sgd", "batch": 32}, 400),
    "cnn": Case("CNN 32×32×3, batch 32, Adam", cnn, pictures, {"batch": 32}, 20),
    "lstm": Case("LSTM(100), dropout, recurrent dropout, length 100, batch 32", reviews, words_and_classes, LSTM, 15),
    "gru": Case("GRU(100), dropout, recurrent dropout, length 100, batch 32", reviews, words_and_classes,
                LSTM | {"kind": "GRU"}, 15),
    "rnn": Case("SimpleRNN(100), length 100, batch 32", reviews, words_and_classes,
                LSTM | {"kind": "SimpleRNN", "dropout": 0.0, "recurrent_dropout": 0.0}, 20),
    "transformer": Case("Transformer block, 64 features, length 64, batch 32", transformer, words_and_classes,
                        {"length": 64, "batch": 32}, 15),
    "resnet": Case("Residual blocks with batch normalisation, 32×32×3, batch 32", resnet, pictures, {"batch": 32}, 10),
    "vgg16": Case("VGG16 inference, 4 images", vgg16, photographs, {"batch": 4}, 1, trains=False),
}  # fmt: skip

# how a step grows: (case, setting, values)
GROWTH = [
    ("mlp-128", "batch", [8, 32, 128, 512]),
    ("mlp-128", "width", [32, 128, 512, 2048]),
    ("mlp-128", "depth", [1, 2, 4, 8]),
    ("lstm", "length", [25, 50, 100, 200]),
]
