"""What watching costs, and that holding arrays in place of copies shows in no number."""

import zlib

import numpy as np
import pytest

import teachkeras as keras
from teachkeras import errors, events, layers
from teachkeras.tracing import notes, pace
from teachkeras.tracing.recorder import Recorder
from teachkeras.tracing.step import Summary


def mlp():
    keras.utils.set_random_seed(0)
    model = keras.Sequential([layers.Dense(6, "relu", input_shape=(4,)), layers.Dense(3, "softmax")])
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    rng = np.random.default_rng(0)
    return model, rng.normal(size=(64, 4)).astype("float32"), np.eye(3, dtype="float32")[rng.integers(0, 3, 64)]


def residual():
    keras.utils.set_random_seed(0)
    x = keras.Input((8, 8, 3))
    h = layers.Conv2D(4, 3, padding="same", activation="relu", kernel_regularizer="l2")(x)
    h = layers.BatchNormalization()(h)
    h = layers.Add()([h, layers.Conv2D(4, 1)(x)])
    h = layers.Flatten()(layers.MaxPooling2D(2)(h))
    model = keras.Model(x, layers.Dense(2, "softmax")(layers.Dropout(0.2)(h)))
    model.compile(keras.optimizers.SGD(0.1, momentum=0.9), "sparse_categorical_crossentropy")
    rng = np.random.default_rng(0)
    return model, rng.normal(size=(16, 8, 8, 3)).astype("float32"), rng.integers(0, 2, 16)


def lstm():
    keras.utils.set_random_seed(0)
    model = keras.Sequential([layers.Embedding(20, 5), layers.LSTM(4, recurrent_dropout=0.2), layers.Dense(1)])
    model.compile("rmsprop", "mse")
    rng = np.random.default_rng(0)
    return model, rng.integers(0, 20, (16, 7)), rng.normal(size=(16, 1)).astype("float32")


class Sealed(Recorder):
    """Notes what every array looked like when it was held."""

    def __init__(self, *args):
        super().__init__(*args)
        self.seals = []

    def _note(self, *note):
        super()._note(*note)
        self.seals += [(a, zlib.crc32(a.tobytes())) for a in notes.arrays_in(note)]


@pytest.mark.parametrize("build", [mlp, residual, lstm])
def test_what_is_held_does_not_change_any_more(build):
    model, x, y = build()
    with Sealed(model) as recording:
        model.fit(x, y, epochs=2, batch_size=8, verbose=0)
        x[...] = 0  # the batch was copied
    assert len(recording.seals) > 200
    assert all(zlib.crc32(a.tobytes()) == seal for a, seal in recording.seals)


def test_what_a_recording_holds_is_its_own():
    model, x, y = mlp()
    with keras.record(model) as recording:
        model.train_on_batch(x, y)
        model(x)
        x[...] = 1.0
        model(x)
    plain = [s for s in recording if s.op == "affine" and s.train_step == 1 and s.inputs["x"].shape == x.shape]
    assert not np.array_equal(plain[0].inputs["x"], plain[1].inputs["x"])
    before = model.get_weights()
    for step in recording:
        for array in step.arrays.values():
            array[...] = 7
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))


def test_a_step_run_as_a_list_of_ops_is_walked_when_it_is_looked_at():
    model, x, y = mlp()
    model.fit(x, y, epochs=3, batch_size=8, verbose=0)  # from here on, steps are run from a trace
    with keras.record(model, every=5) as recording:
        model.fit(x, y, epochs=2, batch_size=8, verbose=0)
    assert recording.train_steps == 16 and recording.observed == [0, 5, 10, 15]
    ops = [[(s.phase, s.op) for s in recording.of(n)] for n in recording.observed]
    assert all(o == ops[0] for o in ops) and len(ops[0]) > 15
    assert not events.watched()


def test_the_pace_keeps_the_cost_within_its_share(monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(pace.time, "thread_time", lambda: clock[0])
    for cost in (0.2, 3.0, 40.0):
        kept, looked, looks = pace.Pace(None, 0.15), True, 0
        for number in range(4000):
            clock[0] += 1.0 + (cost if looked else 0.0)
            looks += looked
            looked = kept.ended(number, looked)
        assert kept.share <= 0.15 and looks * cost / 4000 == pytest.approx(0.15 * pace.MEASURED, rel=0.3)
        assert kept.dearness == pytest.approx(1 + cost)


def test_statistics_only_are_paced_unless_told_otherwise():
    model, x, y = mlp()
    with keras.record(model, keep="statistics") as recording:
        model.fit(x, y, epochs=20, batch_size=8, verbose=0)
    assert recording.train_steps == 160 and recording.observed[0] == 0 and len(recording.observed) < 160
    assert sorted({s.train_step for s in recording}) == recording.observed
    told = recording.to_json(numbers=False)
    assert told["observed"] == recording.observed and told["every"] is None
    with pytest.raises(errors.ArgumentError, match="overhead"):
        keras.record(model, overhead=0.1, every=2)


def test_a_summary_says_what_is_not_finite():
    x = np.arange(1000, dtype="float32")
    x[[3, 500]] = np.nan, -np.inf
    told = Summary(x).statistics
    finite = x[np.isfinite(x)]
    assert told["bad"] == 2 and told["max"] == 999 and told["min"] == 0
    assert told["mean"] == pytest.approx(finite.mean()) and told["std"] == pytest.approx(finite.std())
    assert told["norm"] == pytest.approx(float(np.linalg.norm(finite.astype("float64"))), rel=1e-6)
    assert Summary(np.full(3, np.nan, "float32")).statistics["bad"] == 3
