"""The code that a model is exported as, run by real Keras: the same model."""

import numpy as np
import pytest
from model_zoo import ZOO, all_cases, layer_model, sample

import teachkeras as tk
from teachkeras import tree
from teachkeras.export import model_source

pytestmark = [pytest.mark.parity, pytest.mark.full, pytest.mark.filterwarnings("ignore")]
CASES = all_cases(tk)


def outputs(model, x):
    y = model(x, training=False)
    flat = tree.flatten(y) if isinstance(y, (dict, list, tuple)) else [y]
    return [np.asarray(t.numpy() if isinstance(t, tk.tensor.Tensor) else t).astype(float) for t in flat]


def compare(model, x):
    rng = np.random.default_rng(5)
    for v in model.weights:
        if v.numpy().dtype.kind == "f":
            v.assign(np.abs(rng.normal(size=v.shape, scale=0.4)).astype(v.dtype))
    scope: dict = {}
    exec(model_source(model), scope)
    theirs = scope["model"]
    theirs.set_weights(model.get_weights())
    for layer in [*model.layers, *theirs.layers]:
        if hasattr(layer, "finalize_state"):
            layer.finalize_state()
    for a, b in zip(outputs(model, x), outputs(theirs, x), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", ZOO)
def test_a_model(keras, name):
    build, x = ZOO[name]
    compare(build(tk), x)


@pytest.mark.parametrize(("name", "given", "shapes"), CASES, ids=[f"{i}-{case[0]}" for i, case in enumerate(CASES)])
def test_a_layer(keras, name, given, shapes):
    if not hasattr(keras.layers, name):
        pytest.skip(f"Keras has no {name}")
    compare(layer_model(tk, name, given, shapes), sample(name, shapes))
