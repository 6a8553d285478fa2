"""Hooks, recordings, addresses: they see everything, change what they say they change, and nothing else."""

import sys

import numpy as np
import pytest

import teachkeras as keras
from teachkeras import errors, events, layers


def model_and_data(dropout=False):
    keras.utils.set_random_seed(2)
    inner = [layers.Dropout(0.3, name="drop")] if dropout else []
    model = keras.Sequential(
        [layers.Dense(6, "relu", input_shape=(4,), name="hidden"), *inner, layers.Dense(3, "softmax", name="out")],
        name="m",
    )
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    rng = np.random.default_rng(0)
    return model, rng.normal(size=(32, 4)).astype("float32"), np.eye(3, dtype="float32")[rng.integers(0, 3, 32)]


def test_one_training_step_in_order():
    model, x, y = model_and_data()
    with keras.record(model) as recording:
        model.train_on_batch(x, y)
    ops = [(s.phase, s.op) for s in recording]
    forward = [op for phase, op in ops if phase == "forward"]
    assert forward == ["affine", "relu", "affine", "softmax"]
    assert [op for phase, op in ops if phase == "loss"] == ["categorical_crossentropy", "mean"]
    assert [op for phase, op in ops if phase == "backward"] == [
        "mean",
        "categorical_crossentropy",
        "softmax",
        "affine",
        "relu",
        "affine",
    ]
    assert [op for phase, op in ops if phase == "update"] == ["Adam"] * 4
    assert [s.index for s in recording] == list(range(len(recording)))


def test_recorded_numbers_are_the_engines_own():
    model, x, y = model_and_data()
    kernel = model.layers[0].kernel.numpy()
    with keras.record(model) as recording:
        model.train_on_batch(x, y)
    z = recording.find("hidden/affine", "forward")[0]
    np.testing.assert_allclose(z.output, x @ kernel + z.inputs["b"], rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(z.inputs["w"], kernel)
    assert z.origins["w"] == "m/hidden/kernel" and z.layer == "m/hidden" and z.address == "m/hidden/affine@0"
    a = recording.find("relu", "forward")[0]
    assert a.origins["x"] == z.index
    back = recording.find("hidden/affine", "backward")[0]
    np.testing.assert_allclose(back.output["w_bar"], x.T @ back.inputs["y_bar"], rtol=1e-4, atol=1e-6)
    assert "x_bar" not in back.output  # nobody asked for the gradient to the data
    update = recording.find("hidden", "update")[0]
    np.testing.assert_array_equal(update.output["w"], model.layers[0].kernel.numpy())
    assert update.params["t"] == 1 and set(update.inputs) == {"w", "g", "m", "v"}
    assert all(d in ("float32", "int32", "bool") for s in recording for d in s.dtypes.values())


def test_recording_as_plain_json():
    import json

    model, x, y = model_and_data()
    with keras.record(model) as recording:
        model.train_on_batch(x[:2], y[:2])
    view = json.loads(json.dumps(recording.to_json()))
    assert view["schema"] == 1 and view["steps"][0]["shapes"]["x"] == [2, 4]


def test_watching_changes_no_number():
    def run(watch):
        model, x, y = model_and_data(dropout=True)
        handles = []
        if watch:
            handles.append(keras.record(model).__enter__())
            passing = {"forward": lambda layer, x, y: None, "backward": lambda layer, g: None}
            handles.append(keras.hook(model, "*", **passing, gradient=lambda v, g: None, update=lambda v, g, b: None))
        np.random.seed(0)  # noqa: NPY002
        model.fit(x, y, epochs=5, batch_size=8, verbose=0)
        for handle in handles:
            handle.__exit__(None, None, None)
        return model.get_weights()

    for a, b in zip(run(False), run(True), strict=True):
        np.testing.assert_array_equal(a, b)


def test_hooks_leave_nothing_behind():
    model, x, _ = model_and_data()
    channels = [c for c in vars(events).values() if isinstance(c, events.Channel)]
    before = [list(c.listeners) for c in channels]  # a view of another test may still be alive
    with keras.record(model), keras.hook(model, "hidden", forward=lambda *a: None, gradient=lambda *a: None):
        model(x)
    assert channels and [list(c.listeners) for c in channels] == before
    assert not any(layer._hooks for layer in model.layers)


def test_zeroed_unit_has_no_gradient():
    model, x, y = model_and_data()
    mask = np.ones(6, "float32")
    mask[2] = 0
    seen = {}
    with keras.hook(model, "hidden", forward=lambda layer, x, out: out * mask):
        with keras.hook(model, "*", gradient=lambda v, g: seen.__setitem__(v.path, np.array(g))):
            model.train_on_batch(x, y)
    assert not seen["m/hidden/kernel"][:, 2].any() and seen["m/hidden/kernel"].any()
    assert not seen["m/out/kernel"][2].any()


def test_backward_hook_scales_the_gradient():
    def gradient(factor):
        model, x, y = model_and_data()
        seen = []
        with keras.hook(model, "hidden", backward=lambda layer, g: g * factor, gradient=lambda v, g: seen.append(g)):
            model.train_on_batch(x, y)
        return seen[0]

    np.testing.assert_allclose(gradient(np.float32(2)), 2 * gradient(np.float32(1)), rtol=1e-5)


def test_gradient_hook_replaces():
    model, x, y = model_and_data()
    before = model.get_weights()
    with keras.hook(model, "*", gradient=lambda v, g: np.zeros_like(g)):
        model.train_on_batch(x, y)
    for a, b in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_error_in_a_hook_names_it():
    model, x, _ = model_and_data()

    def broken(layer, inputs, output):
        raise KeyError("oops")

    with (
        keras.hook(model, "hidden", forward=broken),
        pytest.raises(RuntimeError, match=r"(?s)broken.*KeyError.*remove"),
    ):
        model(x)
    model(x)


def test_unknown_places_get_a_hint():
    model, x, _ = model_and_data()
    with pytest.raises(errors.UnknownNameError, match="did you mean 'hidden'"):
        keras.hook(model, "hiden", forward=lambda *a: None)
    with keras.record(model) as recording:
        model(x)
    with pytest.raises(errors.UnknownNameError, match="did you mean"):
        recording.find("hidden/afine")


def test_unused_hooks_cost_guards_only():
    """Count what a step does beyond its ops while nobody looks: no listener runs, no event is emitted."""
    model, x, y = model_and_data()
    model.train_on_batch(x, y)
    calls = []

    def profile(frame, event, argument):
        if event == "call" and frame.f_code.co_name in ("emit", "after", "probe", "guarded"):
            calls.append(frame.f_code.co_name)

    sys.setprofile(profile)
    try:
        model.train_on_batch(x, y)
    finally:
        sys.setprofile(None)
    assert calls == []
