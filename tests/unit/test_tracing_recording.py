"""Recordings: complete, in order, replayed to the same bits, saved and loaded, within their memory."""

import json

import numpy as np
import pytest

import teachkeras as keras
from teachkeras import errors, layers, ops, tracing
from teachkeras.tracing.replay import rerun


def small(optimizer="adam", dtype="float32"):
    keras.utils.set_random_seed(3)
    model = keras.Sequential(
        [
            layers.Dense(8, "relu", input_shape=(5,), name="hidden", dtype=dtype, kernel_regularizer="l2"),
            layers.Dropout(0.3, name="drop"),
            layers.Dense(6, "tanh", name="second", dtype=dtype),
            layers.Dense(3, "softmax", name="out", dtype=dtype),
        ],
        name="m",
    )
    model.compile(optimizer, "categorical_crossentropy", metrics=["accuracy"])
    rng = np.random.default_rng(1)
    return model, rng.normal(size=(16, 5)).astype(dtype), np.eye(3, dtype=dtype)[rng.integers(0, 3, 16)]


@pytest.fixture
def float64():
    """Losses compute in floatx, so a float64 step needs it as a whole."""
    keras.config.set_floatx("float64")
    yield
    keras.config.set_floatx("float32")


def equal(a, b):
    if isinstance(a, dict):
        return set(a) == set(b) and all(equal(a[name], b[name]) for name in a)
    a, b = np.asarray(a), np.asarray(b)
    return a.dtype == b.dtype and a.tobytes() == b.tobytes()


def recorded(optimizer="adam", dtype="float32", steps=2, **options):
    model, x, y = small(optimizer, dtype)
    with keras.record(model, **options) as recording:
        for _ in range(steps):
            model.train_on_batch(x, y)
    return model, recording


def test_all_phases_in_order():
    _, recording = recorded(steps=1)
    phases = [s.phase for s in recording]
    assert [p for k, p in enumerate(phases) if k == 0 or phases[k - 1] != p] == [
        "forward", "loss", "backward", "update", "metrics",
    ]  # fmt: skip
    assert [s.op for s in recording if s.phase == "forward"] == [
        "affine", "relu", "assign", "dropout", "affine", "tanh", "affine", "softmax",
    ]  # fmt: skip
    assert any(s.op == "assign" and s.origins["v"].endswith("total") for s in recording if s.phase == "metrics")
    assert recording.find("drop/dropout", "forward")[0].kept["mask"].shape == (16, 8)
    assert all(s.tex and s.seconds >= 0 for s in recording)


@pytest.mark.parametrize("optimizer", ["adam", "sgd", "rmsprop", "adagrad"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_every_step_replays_to_the_same_bits(optimizer, dtype):
    _, recording = recorded(optimizer, dtype)
    replayed = [equal(recording.replay(step), step.output) for step in recording]
    assert all(replayed) and len(replayed) > 60


@pytest.mark.parametrize(
    "optimizer",
    [
        keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True),
        keras.optimizers.Adam(0.01, amsgrad=True),
        keras.optimizers.Adam(0.01, weight_decay=0.1, clipnorm=0.1),
        keras.optimizers.RMSprop(0.01, momentum=0.5, centered=True),
    ],
    ids=lambda o: type(o).__name__,
)
def test_optimizers_with_slots_replay_and_list_no_step_twice(optimizer):
    model, recording = recorded(optimizer, steps=2)
    updates = [s for s in recording if s.phase == "update"]
    assert sum(s.op != "assign" for s in updates) == 2 * len(model.trainable_weights)
    decays = 2 * len(model.trainable_weights) if optimizer.weight_decay else 0
    assert sum(s.op == "assign" for s in updates) == decays
    assert all(equal(recording.replay(s), s.output) for s in updates)


def test_saved_and_loaded_it_is_the_same_and_still_replays(tmp_path):
    _, recording = recorded()
    recording.save(tmp_path / "r.npz")
    loaded = tracing.load_recording(tmp_path / "r.npz")
    assert loaded.to_json() == recording.to_json()
    assert all(equal(loaded.replay(step), step.output) for step in loaded)
    assert loaded.find("hidden/affine@1", "forward")[0].params == {}
    with pytest.raises(errors.CorruptFileError, match=r"BadZipFile|ValueError"):
        (tmp_path / "bad.npz").write_bytes((tmp_path / "r.npz").read_bytes()[:1000])
        tracing.load_recording(tmp_path / "bad.npz")


def test_odd_parameters_survive_the_file(tmp_path):
    model = keras.Sequential([layers.Dense(4, input_shape=(3,))])
    model.compile("sgd", "mse")

    class Slicing(keras.Model):
        def __init__(self):
            super().__init__(name="slicing")
            self.dense = layers.Dense(4)

        def call(self, x):
            z = self.dense(x)
            return ops.concatenate([z[..., ::2], ops.transpose(z)[None].sum(axis=0).T[:, 1:2]], axis=-1)

    model = Slicing()
    model.compile("sgd", "mse")
    with keras.record(model) as recording:
        model.train_on_batch(np.ones((2, 3), "float32"), np.ones((2, 3), "float32"))
    recording.save(tmp_path / "r.npz")
    loaded = tracing.load_recording(tmp_path / "r.npz")
    assert all(equal(loaded.replay(step), step.output) for step in loaded)


def test_gradient_sums_what_came_back_and_rerun_feels_a_changed_weight(float64):
    _model, recording = recorded("sgd", "float64", steps=1)
    update = recording.find("second", "update")
    kernel = next(s for s in update if s.origins["w"].endswith("kernel"))
    np.testing.assert_array_equal(recording.gradient("m/second/kernel"), kernel.inputs["g"])
    regularized = next(s for s in recording.find("hidden", "update") if s.origins["w"].endswith("kernel"))
    np.testing.assert_allclose(recording.gradient("m/hidden/kernel"), regularized.inputs["g"], rtol=1e-13)
    loss = [s for s in recording if s.phase == "loss"][-1]
    assert equal(rerun(recording)[loss.index], loss.output)
    h, w = 1e-6, kernel.inputs["w"]
    moved = []
    for sign in (1, -1):
        other = w.copy()
        other[2, 3] += sign * h
        moved.append(float(rerun(recording, weights={"m/second/kernel": other})[loss.index]))
    assert (moved[0] - moved[1]) / (2 * h) == pytest.approx(kernel.inputs["g"][2, 3], rel=1e-7)


def test_statistics_shapes_every_and_phases():
    _, full = recorded(steps=4)
    _, summary = recorded(steps=4, keep="statistics", every=1)
    assert len(full) == len(summary) and all(s.thin for s in summary if s.shapes)
    for a, b in zip(full, summary, strict=True):
        assert a.statistics == b.statistics and a.shapes == b.shapes
    with pytest.raises(errors.ArgumentError, match="statistics only"):
        summary.replay(0)
    _, shapes = recorded(steps=1, keep="shapes")
    assert shapes[0].shapes == full[0].shapes and shapes[0].statistics == {}
    _, some = recorded(steps=4, every=2, phases="forward")
    assert {s.train_step for s in some} == {0, 2} and {s.phase for s in some} == {"forward"}
    _, one = recorded(steps=1, address=["hidden", "out"])
    assert {s.layer for s in one} == {"m/hidden", "m/out"}
    _, kinds = recorded(steps=1, address=["tanh", "out/affine", "second/kernel"])
    assert {s.path for s in kinds if s.phase != "update"} == {"m/second/tanh", "m/out/affine"}
    assert [s.origins["w"] for s in kinds if s.phase == "update"] == ["m/second/kernel"]


def test_a_budget_holds():
    _, free = recorded(steps=6, budget="1GB")
    assert free.thinned == 0
    budget = free.kept_bytes // 3
    _, tight = recorded(steps=6, budget=budget)
    assert tight.kept_bytes <= budget and tight.thinned > 0 and len(tight) == len(free)
    assert tight[0].thin and tight[0].statistics == free[0].statistics and not tight.steps[-1].thin
    assert equal(tight.replay(len(tight) - 1), free[-1].output)


def test_json_is_json_even_with_nan():
    model, x, _y = small()
    x[0, 0] = np.inf
    with keras.record(model) as recording:
        with np.errstate(invalid="ignore"):
            model(x)
    text = json.dumps(recording.to_json(limit=100), allow_nan=False)
    assert json.loads(text)["steps"][0]["arrays"]["x"][0][0] == "inf"


def test_recording_changes_no_bit_whatever_it_keeps():
    def weights(**options):
        model, x, y = small()
        np.random.seed(0)  # noqa: NPY002
        if options:
            with keras.record(model, **options):
                model.fit(x, y, epochs=3, batch_size=4, verbose=0)
        else:
            model.fit(x, y, epochs=3, batch_size=4, verbose=0)
        return [w.tobytes() for w in model.get_weights()]

    plain = weights()
    for options in ({"keep": "all"}, {"keep": "statistics", "every": 3}, {"budget": 5000}):
        assert weights(**options) == plain


@pytest.mark.parametrize("wrong", [{"keep": "some"}, {"every": 0}, {"phases": "sideways"}, {"budget": "much"}])
def test_wrong_choices_are_named(wrong):
    model, _, _ = small()
    with pytest.raises(errors.ArgumentError, match=next(iter(wrong))):
        keras.record(model, **wrong)
