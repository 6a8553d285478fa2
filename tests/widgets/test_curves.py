"""Activation curves without a browser: the engine's own values, a layer's sums, live during fit."""

import json
import shutil
import subprocess

import numpy as np
import pytest

import teachkeras as tk
from teachkeras.errors import ArgumentError, DataError, NotBuiltError, UnknownNameError
from teachkeras_widgets import ActivationCurves, curves
from teachkeras_widgets.view import asset

GRID = [-7.5, -2.0, -0.3, 0.2, 1.0, 4.0]


@pytest.fixture
def model():
    tk.utils.set_random_seed(3)
    model = tk.Sequential([
        tk.Input((16,)),
        tk.layers.Dense(5, activation="relu", name="hidden"),
        tk.layers.Dense(3, activation="softmax", name="last"),
    ])  # fmt: skip
    model.compile("sgd", "sparse_categorical_crossentropy")
    return model


X = np.random.default_rng(0).normal(size=(40, 16)).astype("float32")


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_every_curve_of_the_page_is_the_engines(tmp_path):
    view = ActivationCurves()
    table = view.setup["functions"]
    assert set(curves.SHOWN) <= table.keys()
    script = tmp_path / "check.mjs"
    each = f"Object.values({json.dumps(table)}).map((f) => {GRID}.map((z) => activationAt(f, z)))"
    script.write_text(asset("common.js", "formula.js") + f"console.log(JSON.stringify({each}));", encoding="utf-8")
    answer = json.loads(subprocess.run(["node", script], capture_output=True, check=True, text=True).stdout)
    for name, values in zip(table, answer, strict=True):
        np.testing.assert_allclose([v["y"] for v in values], view.f(GRID, name=name), atol=1e-11, err_msg=name)
        slopes = [v["slope"] for v in values]
        np.testing.assert_allclose(slopes, view.f(GRID, True, name), atol=1e-11, err_msg=name)


def test_histogram_is_the_layers_sums(model):
    model.layers[0].bias.assign([0, 0, 0, 0, -1e3])  # one dead unit
    frame = ActivationCurves(model, x=X).frame
    kernel, bias = model.layers[0].get_weights()
    z = X @ kernel + bias
    counts = np.frombuffer(frame["counts"], "int32")
    assert (counts.sum(), frame["units"], frame["dead"], frame["activation"]) == (200, 5, 1, "relu")
    assert frame["saturated"] == pytest.approx(np.mean(z <= 0)) and frame["mean"] == pytest.approx(z.mean(), rel=1e-5)
    assert frame["reach"] >= np.abs(z).max()


def test_softmax_layer_shows_its_sums(model):
    frame = ActivationCurves(model, "last", x=X).frame
    assert frame["activation"] == "linear" and frame["units"] == 3


def test_follows_fit_shows_once_and_changes_no_number(model, notebook):
    start = model.get_weights()
    model.fit(X, np.zeros(40, int), epochs=2, batch_size=10, shuffle=False, verbose=0)
    free = model.get_weights()
    model.set_weights(start)
    view = ActivationCurves(model)
    model.fit(X, np.zeros(40, int), epochs=2, batch_size=10, shuffle=False, verbose=0)
    assert all(np.array_equal(a, b) for a, b in zip(free, model.get_weights(), strict=True))
    assert (view.frame["state"], view.frame["batch"]) == ("finished", 8)
    assert [update for _, update in notebook.outputs] == [False]
    assert len(view.frame["counts"]) == 4 * curves.BINS


def test_ten_looks_a_second_at_most(model, notebook, monkeypatch):
    clock = notebook.clock
    monkeypatch.setattr("teachkeras_widgets.watching.perf_counter", lambda: clock.now)
    view, frames = ActivationCurves(model), []
    view.observe(lambda _: frames.append(clock.now), "frame")
    view.set_params({"epochs": 5, "steps": 1000})
    view.on_train_begin()
    for batch in range(1000):
        view.on_train_batch_begin(batch)
        model(X[:2])
        clock.now += 0.004
        view.on_train_batch_end(batch)
    assert 30 <= len(frames) <= 41 and min(np.diff(frames)) >= 0.1 - 1e-9


@pytest.mark.parametrize("language", ["en", "zh"])
def test_figure(model, language):
    assert len(ActivationCurves(model, x=X, language=language).figure().axes) == 2
    alone = ActivationCurves(activation="gelu")
    assert len(alone.figure().axes) == 1 and alone.f(1.0) == pytest.approx(0.841344746)


@pytest.mark.parametrize(
    "make, error, says",
    [
        (lambda m: ActivationCurves(activation="sigmoyd"), UnknownNameError, "did you mean 'sigmoid'"),
        (lambda m: ActivationCurves(m, "hiden"), UnknownNameError, "did you mean 'hidden'"),
        (lambda m: ActivationCurves(m, x=X * np.nan), DataError, "640 such in all"),
        (lambda m: ActivationCurves(layer="hidden"), ArgumentError, "model"),
        (lambda m: ActivationCurves("model"), ArgumentError, "a str"),
        (lambda m: ActivationCurves(tk.Sequential([tk.layers.Dense(2)])), NotBuiltError, r"Input\(shape\)"),
    ],
)
def test_says_what_is_wrong(model, make, error, says):
    with pytest.raises(error, match=says):
        make(model)
