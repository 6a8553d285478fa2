"""Recurrence and attention without a browser: gates and shares are the engine's."""

import numpy as np
import pytest

import teachkeras as tk
from teachkeras import layers
from teachkeras.errors import ArgumentError, DataError, NotBuiltError, UnknownNameError
from teachkeras_widgets import Attention, Recurrence, recurrence
from teachkeras_widgets.attention import shares

X = np.random.default_rng(0).normal(size=(7, 3)).astype("float32")


def a_model(layer):
    tk.utils.set_random_seed(3)
    return tk.Sequential([tk.Input((7, 3)), layer, layers.Dense(2, name="head")])


def table(view, name):
    return np.frombuffer(view.setup["values"][name], "float32").reshape(view.setup["units"], view.setup["steps"])


def test_lstm_gates_give_its_states():
    layer = layers.LSTM(5, return_sequences=True, name="memory")
    model = a_model(layer)
    view = Recurrence(model, X)
    f, i, g, c, o, h = (table(view, name) for name in recurrence.ROWS["lstm"])
    before = np.concatenate([np.zeros((5, 1)), c[:, :-1]], axis=1)
    np.testing.assert_allclose(f * before + i * g, c, atol=1e-5)
    np.testing.assert_allclose(o * np.tanh(c), h, atol=1e-5)
    np.testing.assert_allclose(h.T, layer(X[None]).numpy()[0], atol=1e-5)


def test_gru_and_simple_rnn():
    layer = layers.GRU(4, name="gru", return_sequences=True)
    view = Recurrence(a_model(layer), X[None], "gru", tokens=list("abcdefg"))
    z, _, g, h = (table(view, name) for name in recurrence.ROWS["gru"])
    before = np.concatenate([np.zeros((4, 1)), h[:, :-1]], axis=1)
    np.testing.assert_allclose(z * before + (1 - z) * g, h, atol=1e-5)
    assert Recurrence(a_model(layers.SimpleRNN(4)), X).setup["names"] == ["hidden"]


def test_state_is_bounded_and_figures_drawn():
    view = Recurrence(a_model(layers.LSTM(100)), X, language="zh")
    assert view.setup["units"] == recurrence.UNITS and view.setup["left_out"] == 100 - recurrence.UNITS
    assert view.png().startswith(b"\x89PNG")
    assert Attention(np.full((2, 3, 3, 3), 1 / 3)).png().startswith(b"\x89PNG")


def test_attention_shares():
    query = np.random.default_rng(0).normal(size=(4, 8))
    weights = shares(query, query)
    scores = np.exp(query @ query.T / np.sqrt(8))
    np.testing.assert_allclose(weights, scores / scores.sum(1, keepdims=True), rtol=1e-6)
    view = Attention(np.stack([weights, weights[::-1]]), queries="abcd")
    assert (view.setup["heads"], view.setup["queries"], view.setup["keys"]) == (2, list("abcd"), list("0123"))
    wide = Attention(np.full((20, 100, 100), 0.01)).setup
    assert (wide["heads"], wide["rows"], wide["cut"]) == (16, 64, [100, 100])


@pytest.mark.parametrize(
    "make, error, says",
    [
        (lambda: Recurrence(a_model(layers.LSTM(2)), X * np.nan), DataError, "nan"),
        (lambda: Recurrence(a_model(layers.LSTM(2, name="m")), X, "n"), UnknownNameError, "m"),
        (lambda: Recurrence(a_model(layers.Flatten()), X), ArgumentError, "LSTM"),
        (lambda: Recurrence(tk.Sequential([layers.LSTM(2)]), X), NotBuiltError, "Input"),
        (lambda: Recurrence(a_model(layers.LSTM(2)), X, tokens="ab"), ArgumentError, "one for each step"),
        (lambda: Attention(np.eye(3) * 2), ArgumentError, "sum to 1"),
        (lambda: Attention(), ArgumentError, "query and key"),
        (lambda: Attention(np.eye(3), keys="ab"), ArgumentError, "one for each"),
    ],
)
def test_says_what_is_wrong(make, error, says):
    with pytest.raises(error, match=says):
        make()
