"""Step-through without a browser: it shows the engine's own step, and the model is as before."""

import json
import shutil
import subprocess

import numpy as np
import pytest

import teachkeras as tk
from teachkeras.errors import ArgumentError, DataError, NotBuiltError, NotCompiledError
from teachkeras_widgets import StepThrough
from teachkeras_widgets.view import asset


@pytest.fixture
def model():
    tk.utils.set_random_seed(0)
    hidden = tk.layers.Dense(6, activation="tanh", name="hidden")
    last = tk.layers.Dense(3, activation="softmax", name="last")
    model = tk.Sequential([tk.Input((4,)), hidden, tk.layers.Dropout(0.5), last], name="tiny")
    model.compile("adam", "sparse_categorical_crossentropy")
    return model


X = np.random.default_rng(0).normal(size=(5, 4)).astype("float32")
Y = (X[:, 0] > 0).astype(int)


def at(view, **wanted):
    for step, pieces in zip(view.setup["steps"], view.blocks, strict=True):
        if all(step[key] == value for key, value in wanted.items()):
            return step, pieces
    raise LookupError(wanted)


def numbers(piece):
    return np.frombuffer(piece["data"], "float32").reshape(piece["rows"], piece["columns"])


def test_the_numbers_are_the_engines(model):
    kernel, bias = model.layers[0].get_weights()
    view = StepThrough(model, X, Y)
    step, pieces = at(view, phase="forward", op="affine", layer="tiny/hidden")
    np.testing.assert_allclose(numbers(pieces["y"]), X @ kernel + bias, rtol=1e-5, atol=1e-6)
    row, column = step["worked"]["at"]
    terms = sum(x * w for x, w in step["worked"]["terms"]) + step["worked"]["rest"] + step["worked"]["bias"]
    assert terms == pytest.approx(step["worked"]["result"], rel=1e-5) == pytest.approx((X @ kernel + bias)[row, column])
    assert {step["phase"] for step in view.setup["steps"]} >= {"forward", "loss", "backward", "update"}
    update, pieces = at(view, phase="update")
    assert update["worked"]["result"] == pytest.approx(update["worked"]["before"], abs=2e-3)
    assert pieces["w"]["shape"] == list(model.weights[0].shape)


def test_the_step_is_taken_back(model):
    def state():
        generators = [g.counter for g in model.roster.generators]
        return [*model.get_weights(), *[v.numpy() for v in model.optimizer.variables], np.array(generators)]

    model.train_on_batch(X, Y)
    before = state()
    StepThrough(model, X, Y)
    assert all(np.array_equal(a, b) for a, b in zip(before, state(), strict=True))
    StepThrough(model, X, Y, keep=True)
    assert not all(np.array_equal(a, b) for a, b in zip(before, state(), strict=True))


def test_a_recording_will_do(model):
    with tk.record(model) as recording:
        model.train_on_batch(X, Y)
    view = StepThrough(recording, language="zh")
    assert len(view.setup["steps"]) == len(recording) and view.label("steps.forward") == "前向"
    assert view.png().startswith(b"\x89PNG")


def test_large_arrays_are_cut_to_a_screen(model):
    wide = tk.Sequential([tk.Input((500,)), tk.layers.Dense(300)])
    wide.compile("sgd", "mse")
    view = StepThrough(wide, np.ones((64, 500), "float32"), np.ones((64, 300), "float32"))
    size = sum(len(piece["data"]) for pieces in view.blocks for piece in pieces.values())
    assert size < 100_000
    assert at(view, op="affine")[1]["w"]["cut"] == "[:24, :32]"


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_every_formula_of_the_engine_can_be_set(tmp_path):
    import importlib
    import pkgutil

    from teachkeras import ops
    from teachkeras.ops.op import OPS

    for module in pkgutil.iter_modules(ops.__path__):
        importlib.import_module(f"{ops.__name__}.{module.name}")
    formulas = [op.tex for op in OPS.values()] + [op.gradient.tex for op in OPS.values() if op.gradient]
    script = tmp_path / "check.mjs"
    fake = """
    globalThis.document = { createElementNS: (_, tag) => ({ tag, children: [], get childNodes() { return this.children; }, append(...c) { this.children.push(...c); }, setAttribute() {} }) };
    const text = (node) => (typeof node === "string" ? node : node.children.map(text).join(" "));
    """
    run = f"console.log(JSON.stringify({json.dumps(formulas)}.map((f) => text(math(f)))));"
    script.write_text(asset("tex.js") + fake + run, encoding="utf-8")
    for source, text in zip(
        formulas,
        json.loads(subprocess.run(["node", script], capture_output=True, check=True, text=True).stdout),
        strict=True,
    ):
        assert "\\" not in text and (text.strip() or not source), source


@pytest.mark.parametrize(
    "make, error, says",
    [
        (lambda m: StepThrough(m), ArgumentError, r"x\[:8\]"),
        (lambda m: StepThrough(m, X * np.inf, Y), DataError, "inf"),
        (lambda m: StepThrough(m, X[:0], Y[:0]), ValueError, "at least one"),
        (lambda m: StepThrough(tk.Sequential([tk.layers.Dense(2)]), X, Y), NotBuiltError, "Input"),
        (lambda m: StepThrough(tk.Sequential([tk.Input((4,)), tk.layers.Dense(2)]), X, Y), NotCompiledError, "compile"),
        (lambda m: StepThrough(tk.record(m)), ArgumentError, "empty"),
        (lambda m: StepThrough(7), ArgumentError, "int"),
    ],
)
def test_says_what_is_wrong(model, make, error, says):
    with pytest.raises(error, match=says):
        make(model)
