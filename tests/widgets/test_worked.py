"""The entry that step-through works out: for each op its numbers come to what the engine computed."""

import numpy as np
import pytest

import teachkeras as tk
from teachkeras_widgets import StepThrough, worked_entry

layers = tk.layers
RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.normal(size=(4, 8, 8, 2)).astype("float32")
SEQUENCES = RANDOM.normal(size=(4, 6, 3)).astype("float32")
ROWS = RANDOM.normal(size=(4, 6)).astype("float32")
LABELS = np.array([0, 1, 2, 1])
END = {"activation": "softmax", "name": "last"}


def images():
    stack = [layers.Conv2D(3, 3, padding="same", strides=2), layers.BatchNormalization(), layers.MaxPooling2D(2),
             layers.AveragePooling2D(2, padding="same"), layers.LayerNormalization(), layers.Flatten(), layers.Dropout(0.3)]  # fmt: skip
    model = tk.Sequential([tk.Input((8, 8, 2)), *stack, layers.Dense(3)])
    return model, IMAGES, LABELS, tk.losses.SparseCategoricalCrossentropy(from_logits=True)


def dilated():
    stack = [layers.Conv2D(3, 3, dilation_rate=2, activation="relu"), layers.MaxPooling2D(3, padding="same", strides=2)]
    model = tk.Sequential([tk.Input((8, 8, 2)), *stack, layers.GlobalAveragePooling2D(), layers.Dense(3, **END)])
    return model, IMAGES, LABELS, "sparse_categorical_crossentropy"


def recurrent(cell):
    def make():
        inner = cell(4, return_sequences=True)
        model = tk.Sequential([tk.Input((6, 3)), inner, layers.GlobalMaxPooling1D(), layers.Dense(3, **END)])
        return model, SEQUENCES, LABELS, "sparse_categorical_crossentropy"

    return make


def attention():
    inputs = tk.Input((6, 3))
    y = layers.Add()([layers.MultiHeadAttention(2, 4)(inputs, inputs), inputs])
    y = layers.Conv1D(3, 2, padding="causal")(layers.LayerNormalization()(y))
    model = tk.Model(inputs, layers.Dense(3, **END)(layers.GlobalAveragePooling1D()(y)))
    return model, SEQUENCES, tk.utils.to_categorical(LABELS, 3), tk.losses.CategoricalCrossentropy(label_smoothing=0.1)


def yes_or_no():
    model = tk.Sequential([tk.Input((6,)), layers.Dense(5, activation="gelu"), layers.Dense(1, activation="sigmoid")])
    return model, ROWS, LABELS[:, None] > 0, "binary_crossentropy"


CASES = {
    images: "convolve standardize maxpool averagepool dropout affine sparse_categorical_crossentropy mean",
    dilated: "convolve relu maxpool mean softmax sparse_categorical_crossentropy",
    recurrent(layers.LSTM): "lstm max softmax",
    recurrent(layers.GRU): "gru",
    recurrent(layers.SimpleRNN): "simple_rnn",
    attention: "affine attend add standardize convolve categorical_crossentropy",
    yes_or_no: "affine gelu sigmoid binary_crossentropy",
}


def walk(case, optimizer="adam"):
    model, x, y, loss = case()
    model.compile(optimizer, loss)
    return StepThrough(model, x, y).setup["steps"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__qualname__.split(".")[0])
def test_every_number_shown_is_the_engines(case, monkeypatch):
    refused = []
    agrees = worked_entry.agrees
    monkeypatch.setattr("teachkeras_widgets.worked.agrees", lambda found: agrees(found) or refused.append(found))
    steps = walk(case)
    told = {step["op"] for step in steps if step["worked"] and step["phase"] in ("forward", "loss")}
    assert told >= set(CASES[case].split()) and not refused
    back = [step for step in steps if step["phase"] == "backward" and step["op"] == "affine"]
    assert back and all(step["worked"] for step in back)


@pytest.mark.parametrize("momentum, nesterov", [(0.0, False), (0.9, False), (0.9, True)])
def test_updates_end_at_the_new_weight(momentum, nesterov):
    steps = walk(yes_or_no, tk.optimizers.SGD(0.1, momentum=momentum, nesterov=nesterov))
    updates = [step["worked"] for step in steps if step["phase"] == "update"]
    assert len(updates) == 4
    for update in updates:
        name, tree = update["lines"][-1]
        assert name == "w" and worked_entry.value_of(tree) == pytest.approx(update["result"], rel=1e-5)


def test_a_wrong_line_is_not_shown():
    lines = {"lines": [["y", ["*", 2.0, 3.0]]], "result": 6.0}
    assert worked_entry.agrees(lines) and not worked_entry.agrees({**lines, "result": 6.1})
