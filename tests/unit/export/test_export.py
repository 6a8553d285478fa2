"""Models handed over: as ONNX, run by onnxruntime, and as Keras code, run by ourselves."""

import sys

import numpy as np
import pytest

import teachkeras as tk
from teachkeras.errors import ArgumentError, MissingPackageError, UnknownNameError
from teachkeras.export import model_source

L = tk.layers


def chain(shape, *stack):
    return tk.Sequential([L.Input(shape), *stack])


def two():
    a, b = L.Input((4,), name="a"), L.Input((4,), name="b")
    shared = L.Dense(3, activation="relu", name="shared")
    return tk.Model([a, b], [L.Concatenate()([shared(a), shared(b)]), L.Add()([shared(a), shared(b)])], name="two")


def residual():
    i = L.Input((8, 8, 3))
    x = L.Conv2D(4, 3, padding="same")(i)
    y = L.Conv2D(4, 3, padding="same", activation="relu")(L.BatchNormalization()(x))
    return tk.Model(i, L.Dense(2)(L.GlobalAveragePooling2D()(L.Add()([x, y]))))


MODELS = {
    "dense": lambda: chain((4,), L.Dense(5, "relu"), L.Dropout(0.5), L.Dense(3, "softmax")),
    "activations": lambda: chain((4,), *[L.Activation(n) for n in ("elu", "selu", "softplus", "silu", "gelu", "tanh")]),
    "image": lambda: chain((9, 9, 2), L.Conv2D(3, 3, strides=2, padding="same"), L.ZeroPadding2D(1), L.MaxPooling2D(2), L.Flatten()),
    "series": lambda: chain((7, 3), L.Conv1D(4, 3), L.AveragePooling1D(2, padding="same"), L.GlobalMaxPooling1D()),
    "lstm": lambda: chain((6, 4), L.LSTM(3, return_sequences=True), L.LSTM(2)),
    "gru": lambda: chain((6, 4), L.GRU(3, return_sequences=True), L.GRU(3, reset_after=False), L.Dense(2)),
    "rnn": lambda: chain((6, 4), L.SimpleRNN(3)),
    "nested": lambda: chain((4,), chain((4,), L.Dense(3)), L.BatchNormalization(), L.LayerNormalization()),
    "two": two, "residual": residual,
}  # fmt: skip


def filled(name):
    model = MODELS[name]()
    rng = np.random.default_rng(2)
    model.set_weights([np.abs(rng.normal(size=w.shape, scale=0.5)).astype("float32") for w in model.get_weights()])
    x = [rng.normal(size=(3, *t.shape[1:])).astype("float32") for t in model.inputs]
    y = model.predict(x if len(x) > 1 else x[0], verbose=0)
    return model, x, y if isinstance(y, list) else [y]


@pytest.mark.parametrize("name", MODELS)
def test_onnx(tmp_path, name):
    pytest.importorskip("onnx")
    runtime = pytest.importorskip("onnxruntime")
    model, x, expected = filled(name)
    model.export(tmp_path / "m.onnx")
    session = runtime.InferenceSession(tmp_path / "m.onnx")
    found = session.run(None, {i.name: value for i, value in zip(session.get_inputs(), x, strict=True)})
    for a, b in zip(expected, found, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-4)


@pytest.mark.parametrize("name", MODELS)
def test_source(tmp_path, monkeypatch, name):
    model, x, expected = filled(name)
    model.export(tmp_path / "m.py", format="source")
    monkeypatch.setitem(sys.modules, "keras", tk)
    scope: dict = {}
    exec((tmp_path / "m.py").read_text(encoding="utf-8"), scope)
    scope["model"].set_weights(model.get_weights())
    found = scope["model"].predict(x if len(x) > 1 else x[0], verbose=0)
    for a, b in zip(expected, found if isinstance(found, list) else [found], strict=True):
        np.testing.assert_array_equal(a, b)


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
    for layer, shape in ((L.Embedding(5, 2, mask_zero=True), (4,)), (L.Dense(2, dtype="float16"), (4,))):
        with pytest.raises(ArgumentError, match="export to ONNX"):
            chain(shape, layer).export(tmp_path / "x")
    assert not (tmp_path / "x").exists()
