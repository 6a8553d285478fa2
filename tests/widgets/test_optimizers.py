"""The race without a browser: the page's paths are the engine's, slopes are the surfaces', the landscape is the model's."""

import base64
import json
import shutil
import subprocess

import numpy as np
import pytest

import teachkeras as tk
from teachkeras.errors import ArgumentError, NotBuiltError, UnknownNameError
from teachkeras_widgets import Optimizers, surfaces
from teachkeras_widgets.optimizers import RACERS, _slope
from teachkeras_widgets.view import asset


@pytest.fixture(scope="module")
def model():
    tk.utils.set_random_seed(3)
    model = tk.Sequential(
        [tk.Input((4,)), tk.layers.Dense(5, activation="tanh"), tk.layers.Dense(2, activation="softmax")]
    )
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


X = np.random.default_rng(0).normal(size=(40, 4)).astype("float32")
Y = (X[:, 0] > 0).astype(int)


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
@pytest.mark.parametrize("surface", [*surfaces.SURFACES, "model"])
def test_the_pages_paths_are_the_engines(tmp_path, model, surface):
    view = Optimizers(model, X, Y, surface=surface) if surface == "model" else Optimizers(surface=surface)
    field = dict(view.setup["surfaces"][surface])
    if "grid" in field:
        field["grid"] = base64.b64encode(field["grid"]).decode()
    script = tmp_path / "check.mjs"
    run = f"""
    const field = {json.dumps(field)}, rules = {json.dumps(view.setup["rules"])};
    if (field.grid) field.grid = Uint8Array.from(Buffer.from(field.grid, "base64"));
    const paths = Object.values(rules).map((rule) => pathOf(rule, surfaceOf(field), field.start, 0.02, 40));
    console.log(JSON.stringify(paths));"""
    script.write_text(asset("common.js", "formula.js", "optimizer_paths.js") + run, encoding="utf-8")
    answer = json.loads(subprocess.run(["node", script], capture_output=True, check=True, text=True).stdout)
    view.edits = {"rate": 0.02}
    for racer, path in zip(RACERS, answer, strict=True):
        np.testing.assert_allclose(path[:21], view.path(racer, steps=20), rtol=2e-3, atol=2e-3, err_msg=racer)


@pytest.mark.parametrize("surface", surfaces.SURFACES)
def test_slopes_are_those_of_the_heights(surface):
    value, *_ = surfaces.SURFACES[surface]
    height = lambda x, y: eval(value, {"x": x, "y": y, "cos": np.cos, "sin": np.sin})  # noqa: E731
    for x, y in np.random.default_rng(0).uniform(-2, 2, (5, 2)):
        e = 1e-6
        expected = [(height(x + e, y) - height(x - e, y)) / 2 / e, (height(x, y + e) - height(x, y - e)) / 2 / e]
        np.testing.assert_allclose(_slope(surface, None, x, y), expected, rtol=1e-5, atol=1e-6)


def test_landscape_of_a_model_has_its_loss_in_the_middle_and_changes_nothing(model):
    before, loss = model.get_weights(), model.evaluate(X, Y, verbose=0)[0]
    view = Optimizers(model, X, Y)
    middle = surfaces.EDGE // 2
    assert view.landscape[middle, middle] == pytest.approx(loss, rel=1e-5)
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_figure(language, model):
    assert Optimizers(language=language, racers="Adam").png().startswith(b"\x89PNG")
    assert len(Optimizers(model, X, Y, racers=["SGD"]).figure().axes) == 2


@pytest.mark.parametrize(
    "make, error, says",
    [
        (lambda m: Optimizers(surface="ravin"), UnknownNameError, "did you mean 'ravine'"),
        (lambda m: Optimizers(racers=["adam"]), UnknownNameError, "did you mean 'Adam'"),
        (lambda m: Optimizers(rate=0), ArgumentError, "above 0"),
        (lambda m: Optimizers(m, X, Y[:3]), ArgumentError, "40 samples, 3 targets"),
        (lambda m: Optimizers(tk.Sequential([tk.layers.Dense(2)]), X, Y), NotBuiltError, "Input"),
    ],
)
def test_says_what_is_wrong(model, make, error, says):
    with pytest.raises(error, match=says):
        make(model)
