"""The neuron without a browser: its numbers are the engine's, and what can't be shown is refused with a way out."""

import json
import re
import shutil
import subprocess

import numpy as np
import pytest

import teachkeras as tk
from teachkeras import ops
from teachkeras.errors import (
    ArgumentError,
    ConcurrentFitError,
    DataError,
    NotBuiltError,
    ShapeError,
    UnknownNameError,
)
from teachkeras_widgets import Neuron, formulas
from teachkeras_widgets.view import asset

GRID = [-7.5, -2.0, -0.3, 0.2, 1.0, 4.0]
CURVES = ["sigmoid", "relu", "tanh", "elu", "silu", "softplus", "leaky_relu", "selu"]


@pytest.fixture
def model():
    tk.utils.set_random_seed(3)
    hidden = tk.layers.Dense(5, activation="relu", name="hidden")
    last = tk.layers.Dense(3, activation="softmax")
    return tk.Sequential([tk.Input((16,)), hidden, tk.layers.Dropout(0.5, name="dropout"), last])


SAMPLE = np.linspace(-1, 1, 16, dtype="float32")


@pytest.mark.skipif(
    shutil.which("node") is None, reason="node is not installed: the browser tests hold the same numbers"
)
def test_the_page_computes_what_the_engine_computes(tmp_path):
    table = formulas.functions(*CURVES)
    assert table.keys() >= set(CURVES)
    script = tmp_path / "check.mjs"
    each = f"Object.values({json.dumps(table)}).map((f) => {GRID}.map((z) => activationAt(f, z)))"
    run = f"console.log(JSON.stringify({each}));"
    script.write_text(asset("common.js", "formula.js") + run, encoding="utf-8")
    answer = json.loads(subprocess.run(["node", script], capture_output=True, check=True, text=True).stdout)
    for name, values in zip(table, answer, strict=True):
        neuron = Neuron(activation=name)
        np.testing.assert_allclose([v["y"] for v in values], neuron.f(GRID), atol=1e-12, err_msg=name)
        np.testing.assert_allclose([v["slope"] for v in values], neuron.f(GRID, slope=True), atol=1e-12, err_msg=name)


def test_python_and_page_know_the_same_operators():
    text = asset("formula.js")
    table = text[text.index("const OPERATORS") : text.index("};")]
    assert set(re.findall(r'(?:^|[\s{,])"?([^\s",:{}()]+)"?: (?:\(|Math)', table)) == formulas.PAGE_KNOWS


def test_free_neuron():
    neuron = Neuron(x=[1.0, 2.0], w=[0.5, 0.25], b=-1.0, activation="tanh")
    assert neuron.z == 0.0 and neuron.f(neuron.z) == 0.0 and neuron.f(neuron.z, slope=True) == 1.0
    neuron.edits = {"w": {"1": 1.25}, "b": -2.0, "activation": "relu"}
    assert neuron.w.tolist() == [0.5, 1.25] and neuron.z == 1.0 and neuron.activation == "relu"


def test_bound_to_a_real_unit(model):
    neuron = Neuron(model, layer="hidden", unit=3, x=SAMPLE)
    hidden = model.layers[0](SAMPLE[None]).numpy()[0, 3]
    np.testing.assert_allclose(neuron.f(neuron.z), hidden, rtol=1e-5, atol=1e-6)
    assert neuron.setup["output"] == hidden and neuron.setup["many"]
    strongest = np.argsort(-np.abs(neuron.w * neuron.x))[:6]
    assert neuron.setup["picked"] == strongest.tolist()


def test_softmax_shows_z_and_the_models_probability(model):
    neuron = Neuron(model, unit=1, x=SAMPLE)
    assert (neuron.activation, neuron.setup["opaque"]) == ("linear", "softmax")
    assert neuron.setup["output"] == pytest.approx(float(model(SAMPLE[None]).numpy()[0, 1]))
    logits = ops.softmax(np.array([neuron.z]))
    assert logits.shape == (1,)


def test_dragged_weights_go_into_the_model_and_back(model):
    neuron = Neuron(model, layer=model.layers[0], unit=2, x=SAMPLE)
    before = model.layers[0].kernel.numpy()
    sent = []
    neuron.send = sent.append
    neuron._receive(neuron, {"type": "write", "w": {"4": 9.0}, "b": 0.5}, [])
    after = model.layers[0].kernel.numpy()
    assert after[4, 2] == 9.0 and np.array_equal(np.delete(after, 2, axis=1), np.delete(before, 2, axis=1))
    assert model.layers[0].bias.numpy()[2] == 0.5
    assert sent == [{"type": "written", "output": float(model.layers[0](SAMPLE[None]).numpy()[0, 2])}]
    assert neuron.refresh().w[4] == 9.0
    model.control.begin()
    try:
        neuron._receive(neuron, {"type": "write", "w": {}, "b": 0.0}, [])
        assert sent[-1] == {"type": "busy"}
        with pytest.raises(ConcurrentFitError, match="stop it"):
            neuron.write()
    finally:
        model.control.end()


def test_looking_changes_nothing(model):
    before = [weights.copy() for weights in model.get_weights()]
    Neuron(model, unit=0, x=SAMPLE).png()
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))
    assert all(not layer._hooks or not layer._hooks.forward for layer in model.layers)


@pytest.mark.parametrize(
    "options, error, says",
    [
        ({"layer": "hiden"}, UnknownNameError, "did you mean 'hidden'"),
        ({"layer": "dropout"}, ArgumentError, "choose one of hidden"),
        ({"unit": 3}, ArgumentError, "unit from 0 to 2"),
        ({"unit": 1.0}, ArgumentError, "unit from 0 to 2"),
        ({"unit": 0, "x": np.ones(7)}, ValueError, "16"),
        ({"unit": 0, "x": np.full(16, np.nan)}, DataError, "entry 0"),
        ({"w": [1.0]}, ArgumentError, "Write to model"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_way_out(model, options, error, says):
    with pytest.raises(error, match=says):
        Neuron(model, **options)


def test_more_refusals(model):
    with pytest.raises(NotBuiltError, match="Input"):
        Neuron(tk.Sequential([tk.layers.Dense(3)]))
    with pytest.raises(ShapeError, match="as many weights"):
        Neuron(x=[1.0], w=[1.0, 2.0])
    with pytest.raises(ArgumentError, match="finite"):
        Neuron(x=[np.inf], w=[1.0])
    with pytest.raises(UnknownNameError, match="did you mean 'sigmoid'"):
        Neuron(activation="sigmod")
    model.layers[0].kernel.assign(np.full((16, 5), np.nan, "float32"))
    with pytest.raises(DataError, match="weights of unit 1"):
        Neuron(model, layer="hidden", unit=1)


def test_a_layer_too_wide_to_show_is_refused():
    wide = tk.Sequential([tk.Input((100_000,)), tk.layers.Dense(1)])
    with pytest.raises(ArgumentError, match="65536"):
        Neuron(wide)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_figure_and_mimebundle(model, language):
    neuron = Neuron(model, layer="hidden", x=SAMPLE, language=language)
    bars, curve = neuron.figure().axes
    assert len(bars.patches) == 12 + 3  # the strongest, the rest, b, z
    assert sum(p.get_width() for p in bars.patches[:-1]) == pytest.approx(neuron.z)
    assert len(curve.get_lines()) == 4
    bundle, _ = neuron._repr_mimebundle_()
    assert bundle["text/plain"] == "Neuron"
