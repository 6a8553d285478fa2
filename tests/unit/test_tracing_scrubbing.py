"""Scrubbing: back to any recorded training step, and the same bits again from there, also from a file."""

import numpy as np

import teachkeras as keras
from teachkeras import layers, tracing


def built():
    keras.utils.set_random_seed(4)
    model = keras.Sequential([
        layers.Dense(6, "relu", input_shape=(4,)), layers.BatchNormalization(), layers.Dropout(0.4), layers.Dense(1),
    ], name="m")  # fmt: skip
    model.compile(keras.optimizers.Adam(0.05, weight_decay=0.01), "mse", metrics=["mae"])
    rng = np.random.default_rng(0)
    return model, rng.normal(size=(5, 8, 4)).astype("float32"), rng.normal(size=(5, 8, 1)).astype("float32")


def numbers(steps):
    return [a.tobytes() for s in steps if s.phase != "metrics" for a in s.arrays.values()]


def test_back_to_a_step_and_on_with_the_same_bits(tmp_path):
    model, x, y = built()
    with keras.record(model) as recording:
        for xb, yb in zip(x, y, strict=True):
            model.train_on_batch(xb, yb)
    end = [v.numpy() for v in model.variables]
    recording.save(tmp_path / "r.npz")
    loaded = tracing.load_recording(tmp_path / "r.npz")
    for source in (recording, loaded):
        source.rewind(2, model)
        with keras.record(model) as again:
            for xb, yb in zip(x[2:], y[2:], strict=True):
                model.train_on_batch(xb, yb)
        for k in range(3):
            assert numbers(again.of(k)) == numbers(recording.of(2 + k))
        assert all(np.array_equal(a, v.numpy()) for a, v in zip(end, model.variables, strict=True))
    assert int(model.optimizer.iterations) == 5


def test_the_state_of_each_step_joins_the_next():
    model, x, y = built()
    with keras.record(model) as recording:
        for xb, yb in zip(x, y, strict=True):
            model.train_on_batch(xb, yb)
    for k in range(4):
        after, before = recording.state(k, after=True), recording.state(k + 1)
        weights = [path for path in before if path.startswith("m/") or ":" in path]
        assert len(weights) > 12 and all(np.array_equal(after[p], before[p]) for p in weights)
    kernel = model.layers[0].kernel
    assert np.array_equal(recording.state(after=True)[kernel.path], kernel.numpy())
