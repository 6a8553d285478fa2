"""Losses beside Keras's: values, gradients, configs."""

import zlib

import numpy as np
import pytest
from beside import assert_same, outcome

from teachkeras import losses
from teachkeras.tape import GradientTape
from teachkeras.tensor import Tensor

pytestmark = [pytest.mark.parity, pytest.mark.filterwarnings("ignore")]  # both sides warn of odd shapes

NAMES = sorted(n for n, t in losses.names().items() if isinstance(t, type) and n != "Loss")
REDUCTIONS = ["sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none", None]
OPTIONS = {
    "Huber": [{"delta": 0.5}],
    "BinaryCrossentropy": [{"from_logits": True}, {"label_smoothing": 0.1}],
    "CategoricalCrossentropy": [{"from_logits": True}, {"label_smoothing": 0.1}],
    "SparseCategoricalCrossentropy": [{"from_logits": True}, {"ignore_class": 1}, {"ignore_class": -1}],
}
CASES = [(name, options) for name in NAMES for options in [{}, *OPTIONS.get(name, [])]]
full = pytest.mark.full
SHAPES = [(6, 4), (6, 1), (3, 5, 4), pytest.param((6,), marks=full), pytest.param((3, 2, 4), marks=full)]


def targets(name, shape, rng, options):
    """Return targets that suit a loss, in each form in which they may come."""
    if name == "Circle":  # class numbers beside embeddings
        return [rng.integers(0, 3, shape[:1])] if len(shape) == 2 else []
    if name == "CategoricalGeneralizedCrossEntropy":  # class numbers beside shares
        return [rng.integers(0, shape[-1], shape[:1])] if len(shape) == 2 and shape[-1] > 1 else []
    if name == "CTC":  # words shorter than the sound
        return [rng.integers(1, shape[-1], (shape[0], 2))] if len(shape) == 3 else []
    if name.startswith("Sparse"):
        low = min(0, options.get("ignore_class") or 0)
        if len(shape) < 2 or shape[-1] < 2:
            return []
        return [rng.integers(low, 4, shape[:-1]), rng.integers(low, 4, (*shape[:-1], 1)).astype("float32")]
    if name.startswith("Categorical") and shape[-1] > 1:
        return [np.eye(shape[-1], dtype="float32")[rng.integers(0, shape[-1], shape[:-1])]]
    if shape == (6, 1):
        return [rng.integers(0, 2, (6,)), rng.integers(0, 2, (6, 1))]
    return [rng.integers(0, 2, shape), rng.random(shape)]


def weights(shape, rng):
    yield None
    yield rng.random(shape[:-1] or shape).astype("float32")
    if len(shape) == 2:
        yield rng.random((shape[0], 1))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize(("name", "options"), CASES, ids=str)
def test_value(keras, name, options, shape):
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    y_pred = rng.random(shape).astype("float32")
    for y_true in targets(name, shape, rng, options):
        for weight in weights(shape, rng):
            for reduction in REDUCTIONS:
                theirs = getattr(keras.losses, name)(reduction=reduction, **options)
                ours = getattr(losses, name)(reduction=reduction, **options)
                assert_same(outcome(theirs, y_true, y_pred, weight), outcome(ours, y_true, y_pred, weight))


@pytest.mark.parametrize(("name", "options"), CASES, ids=str)
def test_gradient(keras, name, options):
    import jax

    rng = np.random.default_rng(zlib.crc32(name.encode()))
    y_pred, weight = rng.random((6, 5, 4) if name == "CTC" else (6, 4)).astype("float32"), rng.random(6).astype("float32")
    y_true = targets(name, y_pred.shape, rng, options)[-1]
    theirs, ours = getattr(keras.losses, name)(**options), getattr(losses, name)(**options)
    slope = np.asarray(jax.jit(jax.grad(lambda q: theirs(y_true, q, weight)))(y_pred))
    watched = Tensor(y_pred)
    with GradientTape() as tape:
        tape.watch(watched)
        loss = ours(y_true, watched, weight)
    got = tape.gradient(loss, watched).data
    if "ignore_class" in options:  # where nothing counts Keras divides 0 by 0
        slope = np.where(np.isnan(slope), 0, slope)
    assert_same(slope, got, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_mask(keras, name):
    rng = np.random.default_rng(0)
    y_pred = rng.random((3, 5, 4)).astype("float32")
    mask = rng.random((3, 5)) < 0.6
    for y_true in targets(name, y_pred.shape, rng, {})[:1]:
        for reduction in REDUCTIONS:
            for weight in (None, rng.random((3, 5)).astype("float32")):
                theirs = keras.ops.convert_to_tensor(y_pred)
                theirs._keras_mask = keras.ops.convert_to_tensor(mask)
                ours = Tensor(y_pred)
                ours.mask = mask
                assert_same(
                    outcome(getattr(keras.losses, name)(reduction=reduction), y_true, theirs, weight),
                    outcome(getattr(losses, name)(reduction=reduction), y_true, ours, weight),
                )


@pytest.mark.parametrize("name", NAMES)
def test_config(keras, name):
    theirs, ours = getattr(keras.losses, name)(), getattr(losses, name)()
    assert losses.serialize(ours) == keras.saving.serialize_keras_object(theirs)
    again = losses.deserialize(keras.saving.serialize_keras_object(theirs))
    assert type(again) is type(ours) and again.get_config() == ours.get_config()


def test_unusual_arguments_survive_a_config():
    """Keras's own configs of these three lose such arguments."""
    assert losses.deserialize(losses.serialize(losses.Huber(delta=2.0))).delta == 2.0
    assert losses.deserialize(losses.serialize(losses.CosineSimilarity(axis=0))).axis == 0
    assert losses.deserialize(losses.serialize(losses.SparseCategoricalCrossentropy(axis=1))).axis == 1
