"""Activations without a browser: the layer's own output, live, harmless."""

import numpy as np
import pytest

import teachkeras as tk
from teachkeras.errors import ArgumentError, DataError, NotBuiltError, UnknownNameError
from teachkeras_widgets import Activations
from teachkeras_widgets.activations import EDGE, MAPS, maps_of
from teachkeras_widgets.activations_figure import unpacked


@pytest.fixture
def model():
    tk.utils.set_random_seed(3)
    hidden = tk.layers.Dense(16, activation="relu", name="hidden")
    last = tk.layers.Dense(3, activation="softmax", name="last")
    model = tk.Sequential([tk.Input((8,)), hidden, tk.layers.Dropout(0.5, name="dropout"), last])
    model.compile("sgd", "sparse_categorical_crossentropy")
    return model


X = np.random.default_rng(0).normal(size=(40, 8)).astype("float32")
Y = np.zeros(40, int)


def test_shows_the_layers_output(model):
    view = Activations(model, X, "hidden", sample=7)
    kernel, bias = model.layers[0].get_weights()
    output = np.maximum(X @ kernel + bias, 0)
    np.testing.assert_allclose(unpacked(view.frame["output"])[0].ravel(), output[7], rtol=1e-5, atol=1e-6)
    counts = np.frombuffer(view.frame["counts"], "int32")
    assert counts.sum() == 640 and view.frame["zeros"] == pytest.approx(np.mean(output == 0))
    view._receive(view, {"type": "choose", "layer": "last", "sample": 3}, [])
    assert (view.frame["layer"], view.frame["sample"], view.frame["output"]["shape"]) == ("last", 3, [3])
    assert unpacked(view.frame["output"]).sum(where=~np.isnan(unpacked(view.frame["output"]))) == pytest.approx(1)


def test_follows_fit_and_changes_no_number(model, notebook):
    def trained(watch):
        tk.utils.set_random_seed(5)
        again = tk.Sequential([tk.Input((8,)), tk.layers.Dense(16, "relu"), tk.layers.Dropout(0.5), tk.layers.Dense(3)])
        again.compile("adam", "mse")
        view = Activations(again, X) if watch else None
        again.fit(X, X[:, :3], epochs=2, batch_size=10, verbose=0)
        return again.get_weights(), view

    (free, _), (watched, view) = trained(False), trained(True)
    assert all(np.array_equal(a, b) for a, b in zip(free, watched, strict=True))
    assert (view.frame["state"], view.frame["batch"]) == ("finished", 8)
    assert [update for _, update in notebook.outputs] == [False]


def test_chosen_while_fit_runs_the_next_batch_shows_it(model):
    view = Activations(model, X, "hidden")
    model.control.begin()
    view._due = 1e12
    view._receive(view, {"type": "choose", "layer": "last"}, [])
    assert view.frame["layer"] == "hidden" and view._due == 0.0
    view.on_train_batch_begin(0)
    view.on_train_batch_end(0)
    model.control.end()
    assert view.frame["layer"] == "last"


def test_maps_are_bounded():
    wide = maps_of(np.zeros((200, 300, 500), "float32"))
    assert wide["count"] == MAPS and wide["left_out"] == 500 - MAPS and max(wide["rows"], wide["columns"]) <= EDGE
    assert len(maps_of(np.zeros(10**6, "float32"))["data"]) <= 4 * (4 * EDGE) ** 2


@pytest.mark.parametrize("language", ["en", "zh"])
def test_figure(model, language):
    assert Activations(model, X, language=language).png().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "make, error, says",
    [
        (lambda m: Activations(m, X, "hiden"), UnknownNameError, "did you mean 'hidden'"),
        (lambda m: Activations(m, X, sample=40), ArgumentError, "0 to 39"),
        (lambda m: Activations(m, X * np.nan), DataError, "320 such in all"),
        (lambda m: Activations(m, X[:0]), ValueError, "at least one"),
        (lambda m: Activations(tk.Sequential([tk.layers.Dense(2)]), X), NotBuiltError, "Input"),
    ],
)
def test_says_what_is_wrong(model, make, error, says):
    with pytest.raises(error, match=says):
        make(model)
