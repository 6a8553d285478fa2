"""Every kind of bad input has an error that says where, what was expected, what came, and what to do."""

import numpy as np
import pytest

from teachkeras import Model, Sequential, errors, layers, losses

X = np.zeros


def twice(layer, *shapes):
    for shape in shapes:
        layer(X(shape))


def compiled(*arguments, **keywords):
    model = Sequential([layers.Dense(1)])
    model.compile(*arguments, **keywords)
    return model


def cyclic():
    x = layers.Input((3,))
    y = layers.Dense(3)(x)
    z = layers.Add()([y, x])
    y.node.args = (z,)  # no call can do this; a broken config might
    Model(x, z)


def itself():
    model = Sequential([layers.Input((3,)), layers.Dense(3)])
    model.add(model)


def two_inputs():
    a, b = layers.Input((2,)), layers.Input((2,))
    return Model([a, b], layers.Add()([a, b]))


WORDS = np.array([["a", "b"]])
CASES = {
    "rank": lambda: layers.Conv2D(2, 3)(X((2, 8, 8))), "rank of a symbol": lambda: layers.Conv2D(2, 3)(layers.Input((8, 8))),
    "channels": lambda: twice(layers.Conv2D(2, 3), (1, 8, 8, 3), (1, 8, 8, 4)),
    "last axis": lambda: twice(layers.Dense(2), (1, 3), (1, 4)),
    "groups": lambda: layers.Conv2D(4, 3, groups=2)(X((1, 8, 8, 3))), "filters": lambda: layers.Conv2D(3, 3, groups=2),
    "words in a layer": lambda: layers.Dense(2)(WORDS), "words in fit": lambda: compiled("sgd", "mse").fit(WORDS, X((1, 1))),
    "number out of range": lambda: layers.Embedding(3, 2)(np.array([[5]])),
    "label out of range": lambda: losses.SparseCategoricalCrossentropy()(np.array([7]), np.full((1, 3), 1 / 3)),
    "negative units": lambda: layers.Dense(-3), "negative filters": lambda: layers.Conv1D(-1, 3),
    "negative cells": lambda: layers.LSTM(-2), "no heads": lambda: layers.MultiHeadAttention(0, 4),
    "rate": lambda: layers.Dropout(1.5), "pool": lambda: layers.MaxPooling2D(0),
    "mask's length": lambda: layers.LSTM(2)(X((2, 5, 3)), mask=np.ones((2, 4), bool)),
    "mask's rank": lambda: layers.GRU(2)(X((2, 5, 3)), mask=np.ones((2,), bool)),
    "attention's mask": lambda: layers.Attention()(
        [X((2, 5, 3)), X((2, 4, 3))], mask=[np.ones((2, 5), bool), np.ones((2, 9), bool)]
    ),
    "merged shapes": lambda: layers.Add()([X((2, 3)), X((2, 4))]),
    "joined shapes": lambda: layers.Concatenate()([X((2, 3)), X((3, 4))]),
    "number of inputs": lambda: two_inputs()([X((1, 2))]),
    "not connected": lambda: Model(layers.Input((3,)), layers.Dense(3)(layers.Input((3,)))),
    "cyclic graph": cyclic, "model in itself": itself,
    "activation": lambda: layers.Dense(2, "rellu"), "optimizer": lambda: compiled("addam", "mse"),
    "loss": lambda: compiled("adam", "msee"), "metric": lambda: compiled("adam", "mse", metrics=["acuracy"]),
    "initializer": lambda: layers.Dense(2, kernel_initializer="glorot_unifrom"),
    "keyword": lambda: layers.Dense(2, activaton="relu"), "padding": lambda: layers.Conv2D(2, 3, padding="smae"),
    "layer's name": lambda: Sequential([layers.Dense(1, name="out")]).get_layer("outt"),
    "lengths": lambda: compiled("sgd", "mse").fit(X((3, 2)), X((4, 1))),
    "reshape": lambda: layers.Reshape((5,))(X((2, 4))),
}  # fmt: skip
TYPOS = {"activation": "relu", "optimizer": "Adam", "loss": "mse", "metric": "accuracy", "initializer": "glorot_uniform",
         "keyword": "activation", "padding": "same", "layer's name": "out"}  # fmt: skip


@pytest.mark.parametrize("kind", list(CASES))
def test_where_expected_got_fix(kind):
    with pytest.raises(errors.TeachKerasError) as caught:
        CASES[kind]()
    error = caught.value
    for part in ("where", "expected", "got", "fix"):
        assert getattr(error, part), f"{part} is missing: {error}"
    if kind in TYPOS:
        assert repr(TYPOS[kind]) in error.fix
