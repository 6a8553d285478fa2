"""Gradients without a browser: the engine's own norms and updates, bounded, harmless."""

import numpy as np
import pytest

import teachkeras as tk
from teachkeras.errors import ArgumentError, NotBuiltError
from teachkeras_widgets import Gradients, gradients


def a_model():
    tk.utils.set_random_seed(3)
    hidden = tk.layers.Dense(5, activation="relu", name="hidden")
    model = tk.Sequential([tk.Input((4,)), hidden, tk.layers.Dense(1, name="last")], name="m")
    model.compile(tk.optimizers.SGD(0.1), "mse")
    return model


X = np.random.default_rng(0).normal(size=(40, 4)).astype("float32")
Y = X[:, :1]


def test_norm_ratio_and_dead_units_are_the_engines():
    model = a_model()
    model.layers[0].bias.assign([0, 0, 0, 0, -1e3])
    view, before = Gradients(model), model.get_weights()
    model.fit(X, Y, batch_size=40, epochs=1, verbose=0)
    step = model.layers[0].get_weights()[0] - before[0]
    assert view.setup["names"] == ["hidden/kernel", "last/kernel"]
    assert view.norms[0, 0] == pytest.approx(np.linalg.norm(step) / 0.1, rel=1e-4)
    assert view.ratios[0, 0] == pytest.approx(np.linalg.norm(step) / np.linalg.norm(before[0]), rel=1e-4)
    assert view.frame["dead"] == [1, 0] and view.frame["units"] == [5, 1]
    spread = np.frombuffer(view.frame["spread"], "uint8").reshape(2, gradients.BINS)
    assert spread.max(axis=1).tolist() == [255, 255]


def test_changes_no_number_and_shows_once(notebook):
    free, watched = a_model(), a_model()
    view = Gradients(watched)
    for model in (free, watched):
        tk.utils.set_random_seed(1)
        model.fit(X, Y, epochs=3, batch_size=8, verbose=0)
    assert all(np.array_equal(a, b) for a, b in zip(free.get_weights(), watched.get_weights(), strict=True))
    assert [update for _, update in notebook.outputs] == [False]
    assert view.frame["state"] == "finished" and view.frame["batch"] == 15
    assert not tk.events.update.listeners


def test_film_is_bounded():
    view = Gradients(a_model())
    row = {"batch": 0, "norms": b"", "ratios": b"", "dead": [], "units": [], "spread": b""}
    for batch in range(5000):
        view._remember({**row, "batch": batch})
    view._receive(view, {"type": "hello"}, [])
    kept = [row["batch"] for row in view.film["rows"]]
    assert len(kept) <= gradients.FILM and kept[0] == 0 and len(set(np.diff(kept[:-1]))) == 1 and kept[-1] == 4999


def test_a_second_fit_is_a_new_film():
    model = a_model()
    view = Gradients(model)
    for _ in range(2):
        model.fit(X, Y, batch_size=20, epochs=1, verbose=0)
    assert len(view.norms) <= 2


@pytest.mark.parametrize("language", ["en", "zh"])
def test_figure(language):
    model = a_model()
    view = Gradients(model, language=language)
    assert view.png().startswith(b"\x89PNG")
    model.fit(X, Y, epochs=1, verbose=0)
    assert len(view.figure().axes) == 2


def test_says_what_is_wrong():
    with pytest.raises(NotBuiltError, match="Input"):
        Gradients(tk.Sequential([tk.layers.Dense(2)]))
    with pytest.raises(ArgumentError, match="weights to train"):
        Gradients(tk.Sequential([tk.Input((3,)), tk.layers.Flatten()]))


def test_an_address_chooses_the_weights():
    assert tk.live(a_model(), "last").setup["names"] == ["last/kernel", "last/bias"]
    assert Gradients(a_model(), "hidden/bias").setup["names"] == ["hidden/bias"]
