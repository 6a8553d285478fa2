"""8-bit weights beside Keras's: the same bytes and scales, outputs, gradients to the inputs, files both ways."""

import numpy as np
import pytest
from twins import assert_alike

import teachkeras
from teachkeras import errors

pytestmark = [pytest.mark.parity, pytest.mark.filterwarnings("ignore")]

EQUATIONS = {
    "ab,bc->ac": ((7,), (6,)), "abc,cde->abde": ((None, 3, 4), (5, 6)), "abcd,cde->abe": ((None, 7), (5, 3, 4)),
    "abc,cd->adb": ((8, 5), (5, 6)), "abc,bcd->ad": ((4,), (5, 6)),
}  # fmt: skip
KINDS = ["dense", "deep", *EQUATIONS, "embedding", "attention"]


def model_of(k, kind):
    """Return a model in an engine, and inputs for it."""
    rng, layers = np.random.default_rng(1), k.layers
    if kind in EQUATIONS:
        shape, ins = EQUATIONS[kind]
        made = [layers.Input(ins), layers.EinsumDense(kind, shape, bias_axes=kind[-1])]
    elif kind == "attention":
        x = layers.Input((5, 8))
        y = layers.MultiHeadAttention(2, 4)(x, x)
        return k.Model(x, layers.Dense(2)(y)), rng.normal(size=(3, 5, 8)).astype("float32")
    elif kind == "embedding":
        made = [
            layers.Input((6,), dtype="int32"),
            layers.Embedding(9, 5),
            layers.GlobalAveragePooling1D(),
            layers.Dense(3),
        ]
        return k.Sequential(made), rng.integers(0, 9, (5, 6)).astype("int32")
    else:
        ins = (6,) if kind == "dense" else (4, 6)
        made = [layers.Input(ins), layers.Dense(8, "tanh"), layers.Dense(3, use_bias=False)]
    return k.Sequential(made), rng.normal(size=(5, *ins)).astype("float32")


@pytest.mark.parametrize("kind", KINDS)
def test_quantized_models(keras, kind, tmp_path):
    (theirs, x), (ours, _) = model_of(keras, kind), model_of(teachkeras, kind)
    rng = np.random.default_rng(0)
    values = [rng.normal(size=v.shape).astype("float32") for v in theirs.get_weights()]
    for model in (theirs, ours):
        model.set_weights(values)
        model.quantize("int8")
    assert [(w.name, w.shape, w.trainable) for w in theirs.weights] == [
        (w.name, w.shape, w.trainable) for w in ours.weights
    ]
    assert_alike([np.asarray(w) for w in theirs.weights], ours.get_weights(), 1e-6, 0)
    wanted = theirs.predict(x, verbose=0)
    np.testing.assert_allclose(ours.predict(x, verbose=0), wanted, rtol=1e-5, atol=1e-5)
    if kind != "attention":  # Keras can't read its own file of one back
        theirs.save(tmp_path / "a.keras"), ours.save(tmp_path / "b.keras")
        for engine in (keras, teachkeras):
            for name in ("a.keras", "b.keras"):
                again = engine.saving.load_model(tmp_path / name)
                np.testing.assert_allclose(again.predict(x, verbose=0), wanted, rtol=1e-5, atol=1e-5)
    if kind in ("dense", "abc,cd->adb"):
        import jax

        gradient = jax.grad(lambda z: (theirs(z) ** 2).sum())(x)
        with teachkeras.GradientTape() as tape:
            tape.watch(z := teachkeras.ops.array(x))
            loss = teachkeras.ops.sum(ours(z) ** 2)
        np.testing.assert_allclose(tape.gradient(loss, z).numpy(), gradient, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("settings", [{"activation_quantizer": None}, {}])
def test_settings(keras, settings):
    found = []
    for engine in (keras, teachkeras):
        model, x = model_of(engine, "dense")
        rng = np.random.default_rng(0)
        model.set_weights([rng.normal(size=v.shape).astype("float32") for v in model.get_weights()])
        chosen = engine.quantizers.AbsMaxQuantizer(axis=0, value_range=(-7, 7))
        model.quantize("int8", engine.quantizers.Int8QuantizationConfig(chosen, **settings), filters="dense.*")
        found.append([model.predict(x, verbose=0), [type(layer.dtype_policy).__name__ for layer in model.layers]])
    assert_alike(*found, 1e-5, 1e-5)


def test_errors_and_what_stays():
    model = teachkeras.Sequential([teachkeras.layers.Input((4, 2)), teachkeras.layers.Conv1D(2, 3)])
    with pytest.warns(UserWarning, match="Conv1D .* can't be quantized"):
        model.quantize("int8")
    for mode in ("int4", "float8", "gptq", None):
        with pytest.raises(errors.ArgumentError, match='quantize\\("int8"\\)'):
            model.quantize(mode)
    with pytest.raises(errors.NotBuiltError):
        teachkeras.layers.Dense(2).quantize("int8")
