"""Embedding and Masking beside Keras's: numbers, masks, gradients, configs, errors."""

import json

import numpy as np
import pytest
from beside import signature
from twins import assert_alike, outcome

import teachkeras
from teachkeras.errors import DataError
from teachkeras.tape import GradientTape

pytestmark = [pytest.mark.parity, pytest.mark.filterwarnings("ignore")]

TABLE = np.random.default_rng(0).normal(size=(7, 3)).astype("float32")
NUMBERS = np.random.default_rng(1).integers(0, 7, (4, 5))
CASES = [
    {}, {"mask_zero": True}, {"embeddings_regularizer": "l2"}, {"embeddings_constraint": "non_neg"},
    {"weights": TABLE}, {"weights": [TABLE]}, {"trainable": False}, {"embeddings_initializer": "ones"},
    {"dtype": "mixed_float16"}, {"input_length": 5},
]  # fmt: skip


def in_order(layer):
    """Return a layer's config with its keys sorted, inside too."""
    return json.loads(json.dumps(layer.get_config(), sort_keys=True))


@pytest.mark.parametrize("more", CASES, ids=lambda more: ", ".join(more) or "plain")
@pytest.mark.parametrize("dtype", ["int32", "int64", "float32", "uint8"])
def test_embedding(keras, more, dtype):
    import jax

    theirs, ours = (engine.layers.Embedding(7, 3, name="mine", **more) for engine in (keras, teachkeras))
    x = NUMBERS.astype(dtype)
    theirs(x), ours(x)
    theirs.set_weights([TABLE]), ours.set_weights([TABLE])
    a, b = theirs(x), ours(x)
    assert_alike(np.asarray(a), b.numpy(), 1e-6, 1e-6)
    assert str(a.dtype) == b.dtype.name
    assert_alike([float(v) for v in theirs.losses], [float(v) for v in ours.losses], 1e-5)
    assert theirs.compute_output_shape((None, 5)) == ours.compute_output_shape((None, 5))
    masks = theirs.compute_mask(x), ours.compute_mask(x)
    assert (masks[0] is None) == (masks[1] is None)
    if more.get("mask_zero"):
        assert_alike(np.asarray(masks[0]), masks[1].numpy())
    assert_alike(in_order(theirs), in_order(ours))
    if more.get("trainable") is False or "dtype" in more:
        return
    y_bar = np.random.default_rng(2).normal(size=a.shape).astype("float32")
    slope = jax.grad(lambda w: keras.ops.sum(theirs.stateless_call([w], [], x)[0] * y_bar))(theirs.weights[0].value)
    with GradientTape() as tape:
        loss = teachkeras.ops.sum(ours(x) * y_bar)
    assert_alike(np.asarray(slope), tape.gradient(loss, ours.embeddings).numpy(), 1e-5)


@pytest.mark.parametrize("wrong", [7, -1, 1000])
def test_a_number_out_of_range_is_named(wrong):
    x = NUMBERS.copy()
    x[2, 3] = wrong
    with pytest.raises(DataError, match=rf"index {wrong} at entry \(2, 3\)"):
        teachkeras.layers.Embedding(7, 3)(x)


BAD = {
    "0": lambda e: e.layers.Embedding(0, 3), "negative": lambda e: e.layers.Embedding(3, -1),
    "float": lambda e: e.layers.Embedding(3.0, 2), "text": lambda e: e.layers.Embedding("3", 2),
    "truth": lambda e: e.layers.Embedding(True, 2), "nothing": lambda e: e.layers.Embedding(None, 2),
    "not built": lambda e: e.layers.Embedding(3, 2).embeddings, "keyword": lambda e: e.layers.Embedding(3, 2, nonsense=1),
    "weights": lambda e: e.layers.Embedding(3, 2, weights=np.zeros((2, 2))),
    "initializer": lambda e: e.layers.Embedding(3, 2, embeddings_initializer="nonsense"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_arguments(keras, case):
    theirs, ours = outcome(BAD[case], keras), outcome(BAD[case], teachkeras)
    assert isinstance(theirs, Exception), "this case is not one"
    assert_alike(theirs, ours)


@pytest.mark.parametrize("name", ["Embedding", "Masking"])
def test_signature(keras, name):
    assert signature(getattr(keras.layers, name)) == signature(getattr(teachkeras.layers, name))


@pytest.mark.parametrize("value", [0.0, 0, 2.5, -1])
def test_masking(keras, value):
    x = np.random.default_rng(3).normal(size=(2, 5, 3)).astype("float32")
    x[0, 1] = x[1, 3:] = value
    x[1, 0, :2] = value
    theirs, ours = (engine.layers.Masking(value, name="mine") for engine in (keras, teachkeras))
    a, b = theirs(x), ours(x)
    assert_alike(np.asarray(a), b.numpy())
    assert_alike(np.asarray(a._keras_mask), b.mask.numpy())
    assert_alike(np.asarray(theirs.compute_mask(x)), ours.compute_mask(x).numpy())
    assert ours(teachkeras.Input((5, 3))).shape == (None, 5, 3)
    assert_alike(in_order(theirs), in_order(ours))
