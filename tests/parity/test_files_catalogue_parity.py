"""Every layer of the catalogue in a file: saved in one engine, read in the other, every format, both ways."""

import collections

import h5py
import numpy as np
import pytest
from model_zoo import ELSEWHERE, all_cases, catalogue, layer_model, sample

import teachkeras as tk

pytestmark = [pytest.mark.parity, pytest.mark.filterwarnings("ignore")]
FORMATS = ["m.keras", "m.h5", "m.weights.h5", "old.h5", "pair.h5"]
CASES = all_cases(tk)
# What Keras 3.15 can't do with its own files: it copies such a layer for the old format, or takes "dot" for a function.
NOT_THERE = {("RandomBrightness", "m.h5", "keras"), ("Attention", "m.h5", "teachkeras")}
agreed = collections.Counter()


def outputs(model, x):
    y = model(x, training=False)
    return [
        np.asarray(t.numpy() if isinstance(t, tk.tensor.Tensor) else t)
        for t in (y if isinstance(y, (list, tuple)) else [y])
    ]


def with_numbers(model, seed=5):
    """Return the model with weights that no initializer makes."""
    rng = np.random.default_rng(seed)
    for v in model.weights:
        value = np.asarray(v.numpy())
        if value.dtype.kind == "f":
            v.assign(np.abs(rng.normal(size=value.shape, scale=0.4)).astype(value.dtype))
    for layer in model.layers:
        if hasattr(layer, "finalize_state"):
            layer.finalize_state()
    return model


def write_old(model, path):
    """Write the weights as Keras 2 did: for its engine, by the function that is left of it in Keras 3."""
    if isinstance(model, tk.Model):
        model.save_weights(path)
        return
    from keras.src.legacy.saving import legacy_h5_format

    with h5py.File(path, "w") as file:
        legacy_h5_format.save_weights_to_hdf5_group(file, model)


def passed_on(model, target, name, path, build):
    """Return the model as the other engine reads it from a file."""
    if name in ("m.keras", "m.h5"):
        model.save(path)
        return target.models.load_model(path)
    if name == "m.weights.h5":
        model.save_weights(path)
    else:
        write_old(model, path)
    other = target.models.model_from_json(model.to_json()) if name == "pair.h5" else build(target)
    other.load_weights(path)
    return other


@pytest.mark.parametrize(("name", "given", "shapes"), CASES, ids=[f"{i}-{case[0]}" for i, case in enumerate(CASES)])
def test_layer(keras, tmp_path, name, given, shapes):
    if not hasattr(keras.layers, name):
        pytest.skip(f"Keras has no {name}")
    x = sample(name, shapes)
    for source, target in ((keras, tk), (tk, keras)):
        model = with_numbers(layer_model(source, name, given, shapes))
        expected = outputs(model, x)
        for form in FORMATS:
            if (name, form, source.__name__) in NOT_THERE:
                continue
            path = str(tmp_path / f"{source.__name__}.{form}")
            other = passed_on(model, target, form, path, lambda e: layer_model(e, name, given, shapes))
            for a, b in zip(expected, outputs(other, x), strict=True):
                np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-5, err_msg=f"{form} from {source.__name__}")
            agreed[name, form, source.__name__] += 1


def test_every_layer_has_a_case():
    assert {name for name, _, _ in CASES} | ELSEWHERE >= set(catalogue(tk))


@pytest.mark.full
def test_count(keras):
    """Say what agreed: runs last of this file."""
    layers = {name for name, _, _ in agreed}
    print(f"\n{len(layers)} layers, {len(CASES)} models, {sum(agreed.values())} files agree")
    for form in FORMATS:
        counts = [sum(n for (_, f, s), n in agreed.items() if f == form and s == e) for e in ("keras", "teachkeras")]
        print(f"{form}: from Keras {counts[0]}, from here {counts[1]}")
