"""Models handed over: as ONNX, run by onnxruntime, and as Keras code, run by ourselves."""

import sys

import numpy as np
import pytest
from model_zoo import ZOO, all_cases, layer_model, numbers, sample

import teachkeras as tk
from teachkeras import tree
from teachkeras.errors import ArgumentError, MissingPackageError, UnknownNameError
from teachkeras.export import model_source
from teachkeras.export.onnx import onnx_bytes

L = tk.layers


def chain(shape, *stack):
    return tk.Sequential([L.Input(shape), *stack])


MODELS = {
    "dense": lambda: chain((4,), L.Dense(5, "relu"), L.Dropout(0.5), L.Dense(3, "softmax")),
    "activations": lambda: chain((4,), *[L.Activation(n) for n in ("elu", "selu", "softplus", "silu", "gelu", "tanh")]),
    "image": lambda: chain((9, 9, 2), L.Conv2D(3, 3, strides=2, padding="same"), L.ZeroPadding2D(1), L.MaxPooling2D(2), L.Flatten()),
    "series": lambda: chain((7, 3), L.Conv1D(4, 3), L.AveragePooling1D(2, padding="same"), L.GlobalMaxPooling1D()),
    "lstm": lambda: chain((6, 4), L.LSTM(3, return_sequences=True), L.LSTM(2)),
    "gru": lambda: chain((6, 4), L.GRU(3, return_sequences=True), L.GRU(3, reset_after=False), L.Dense(2)),
    "rnn": lambda: chain((6, 4), L.SimpleRNN(3)),
    "nested": lambda: chain((4,), chain((4,), L.Dense(3)), L.BatchNormalization(), L.LayerNormalization()),
}  # fmt: skip


ZOO_DAILY = ("encoder decoder", "transformer", "twins", "u-shaped", "cells", "ops")
CASES = [*MODELS, *[name if name in ZOO_DAILY else pytest.param(name, marks=pytest.mark.full) for name in ZOO]]
LAYERS = [pytest.param(*case, id=f"{i}-{case[0]}", marks=pytest.mark.full) for i, case in enumerate(all_cases(tk))]
# Layers that prepare data and compute without ops, with hashes or on known batches only:
NO_FORM = {"Equalization", "AutoContrast", "ContrastLimitedAdaptiveHistogramEqualization", "Discretization", "Hashing",
           "HashedCrossing", "MelSpectrogram", "STFTSpectrogram", "RandomCrop"}  # fmt: skip


def given_numbers(model):
    rng = np.random.default_rng(2)
    for v in model.weights:
        if v.numpy().dtype.kind == "f":
            v.assign(np.abs(rng.normal(size=v.shape, scale=0.4)).astype(v.dtype))
    return model


def filled(name):
    """Return a model, what it is fed, and what it gives."""
    if name in ZOO:
        model, x = given_numbers(ZOO[name][0](tk)), ZOO[name][1]
    else:
        model = given_numbers(MODELS[name]())
        x = numbers(model.inputs[0].shape[1:])
    return model, x, outputs(model, x)


def outputs(model, x):
    y = model(x, training=False)
    return [t.data for t in (tree.flatten(y) if tree.is_nested(y) else [y])]


def compare_onnx(model, x, expected):
    """Hold what onnxruntime computes equal to 1e-4; numbers of half precision to their own precision."""
    runtime = pytest.importorskip("onnxruntime")
    session = runtime.InferenceSession(onnx_bytes(model), providers=["CPUExecutionProvider"])
    given = [x[t.name] for t in model.inputs] if isinstance(x, dict) else x if isinstance(x, list) else [x]
    feed = {
        i.name: v.astype("int32" if "int32" in i.type else "float32")
        for i, v in zip(session.get_inputs(), given, strict=True)
    }
    for a, b in zip(expected, session.run(None, feed), strict=True):
        assert a.dtype == b.dtype and a.shape == b.shape
        rough = a.dtype == np.float16
        np.testing.assert_allclose(
            a.astype(float), b.astype(float), atol=1e-3 if rough else 1e-4, rtol=1e-3 if rough else 1e-4
        )


@pytest.mark.parametrize("name", CASES)
def test_onnx(name):
    pytest.importorskip("onnx")
    compare_onnx(*filled(name))


@pytest.mark.parametrize(("name", "given", "shapes"), LAYERS)
def test_onnx_of_a_layer(name, given, shapes):
    pytest.importorskip("onnx")
    model = given_numbers(layer_model(tk, name, given, shapes))
    x = sample(name, shapes)
    if name in NO_FORM:
        with pytest.raises(ArgumentError, match="export to ONNX"):
            onnx_bytes(model)
        return
    compare_onnx(model, x, outputs(model, x))


def test_onnx_leaves_the_model_as_it_was():
    pytest.importorskip("onnx")
    model = ZOO["stacked both ways"][0](tk)
    calls = [len(layer._nodes) for layer in model.layers]
    onnx_bytes(model)
    assert calls == [len(layer._nodes) for layer in model.layers]


def test_onnx_of_a_class_of_ones_own(tmp_path):
    pytest.importorskip("onnx")

    class Own(tk.Model):
        def __init__(self):
            super().__init__()
            self.hidden, self.last = L.Dense(5), L.Dense(2)

        def call(self, x):
            return self.last(tk.ops.tanh(self.hidden(x)) * 2.0)

    model, x = Own(), numbers((4,))
    with pytest.raises(ValueError, match="built"):
        onnx_bytes(model)
    compare_onnx(model, x, outputs(model, x))


@pytest.mark.parametrize("name", CASES)
def test_source(tmp_path, monkeypatch, name):
    model, x, expected = filled(name)
    model.export(tmp_path / "m.py", format="source")
    monkeypatch.setitem(sys.modules, "keras", tk)
    scope: dict = {}
    exec((tmp_path / "m.py").read_text(encoding="utf-8"), scope)
    scope["model"].set_weights(model.get_weights())
    for a, b in zip(expected, outputs(scope["model"], x), strict=True):
        np.testing.assert_array_equal(a, b)


def test_source_of_a_class_of_ones_own():
    class Own(tk.Model):
        def call(self, x):
            return x

    with pytest.raises(ArgumentError, match="its code is the class itself"):
        model_source(Own())


def test_compiled_source():
    model = MODELS["dense"]()
    model.compile(tk.optimizers.SGD(0.1, momentum=0.9), "mse", metrics=["mae"])
    assert "model.compile(optimizer=keras.optimizers.SGD(" in model_source(model)


def test_errors(tmp_path, monkeypatch):
    with pytest.raises(UnknownNameError, match="did you mean 'onnx'"):
        MODELS["dense"]().export(tmp_path / "x", format="onx")
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(MissingPackageError, match="pip install"):
        MODELS["dense"]().export(tmp_path / "x")


def test_what_onnx_has_no_form_for(tmp_path):
    pytest.importorskip("onnx")
    own = L.Lambda(lambda x: x[x > 0], output_shape=(4,))
    stateful = tk.Sequential([L.Input(batch_shape=(2, 3, 4)), L.GRU(2, stateful=True)])
    for model in (chain((4,), own), stateful):
        with pytest.raises(ArgumentError, match="export to ONNX"):
            model.export(tmp_path / "x")
    assert not (tmp_path / "x").exists()
