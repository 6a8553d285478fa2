"""A recorded step of the documents' own networks: every gradient from the record to the bit, chains to 1e-9."""

import numpy as np
import pytest

import teachkeras as keras
from teachkeras import explain, layers, tracing


def mlp():
    return [layers.Dense(128, "relu", input_shape=(784,)), layers.Dense(10, "softmax")], (784,), 10


def cnn():
    stack = [layers.Conv2D(32, 3, padding="same", activation="relu", input_shape=(32, 32, 3)), layers.MaxPooling2D(2)]
    stack += [layers.Conv2D(64, 3, padding="same", activation="relu"), layers.MaxPooling2D(2), layers.Dropout(0.25)]
    stack += [layers.Conv2D(64, 3, activation="relu"), layers.Flatten(), layers.Dense(64, "relu"), layers.Dropout(0.5)]
    return [*stack, layers.Dense(10, "softmax")], (32, 32, 3), 10


def lstm():
    stack = [layers.Embedding(500, 32), layers.SpatialDropout1D(0.2)]
    return [*stack, layers.LSTM(100, dropout=0.2, recurrent_dropout=0.2), layers.Dense(2, "softmax")], None, 2


def recorded(build, batch, steps):
    keras.utils.set_random_seed(0)
    stack, shape, classes = build()
    model = keras.Sequential(stack, name="m")
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    rng = np.random.default_rng(0)
    x = rng.integers(0, 500, (batch, 100)) if shape is None else rng.random((batch, *shape))
    y = np.eye(classes)[rng.integers(0, classes, batch)]
    with keras.record(model) as recording:
        model.fit(np.concatenate([x] * steps), np.concatenate([y] * steps), batch_size=batch, verbose=0)
    return model, recording


def same(a, b):
    if isinstance(b, dict):
        return all(same(a[name], b[name]) for name in b)
    return np.asarray(a).tobytes() == np.asarray(b).tobytes()


@pytest.mark.full
@pytest.mark.parametrize("build", [mlp, cnn, lstm])
def test_every_step_from_the_record_and_from_a_file_to_the_bit(build, tmp_path):
    _, recording = recorded(build, 32, 2)
    recording.save(tmp_path / "r.npz")
    loaded = tracing.load_recording(tmp_path / "r.npz")
    wrong = [s for s in recording if not same(recording.replay(s), s.output)]
    wrong += [s for s in loaded if not same(loaded.replay(s), recording[s.index].output)]
    assert not wrong and {"backward", "update"} <= {s.phase for s in recording}
    print(build.__name__, len(recording), "steps,", sum(s.phase == "backward" for s in recording), "vjps: all equal")


@pytest.mark.full
@pytest.mark.parametrize("build", [mlp, cnn, lstm])
def test_chains_of_factors(build):
    keras.config.set_floatx("float64")
    try:
        model, recording = recorded(build, 2, 1)
        found = [explain.chain(recording, v.path, paths=1) for v in model.trainable_weights]
    finally:
        keras.config.set_floatx("float32")
    print(build.__name__, "largest error of a chain:", max(f.error for f in found))
    assert all(f.error < 1e-9 for f in found)
