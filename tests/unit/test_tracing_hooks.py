"""Hooks: every place, every kind, replaced values, errors that name the hook, nothing left behind."""

import numpy as np
import pytest

import teachkeras as keras
from teachkeras import errors, events, layers, ops


def model_and_data():
    keras.utils.set_random_seed(2)
    model = keras.Sequential(
        [layers.Dense(6, "relu", input_shape=(4,), name="hidden"), layers.Dense(3, "softmax", name="out")], name="m"
    )
    model.compile("sgd", "categorical_crossentropy")
    rng = np.random.default_rng(0)
    return model, rng.normal(size=(32, 4)).astype("float32"), np.eye(3, dtype="float32")[rng.integers(0, 3, 32)]


def silent():
    channels = [c for c in vars(events).values() if isinstance(c, events.Channel)]
    return not any(c.listeners for c in channels)


def gradients(model, x, y):
    seen = {}
    with keras.hook(model, gradient=lambda v, g: seen.__setitem__(v.path, np.array(g))):
        model.train_on_batch(x, y)
    return seen


@pytest.mark.parametrize(
    ("place", "count"),
    [
        ("hidden", 1), ("*", 2), ("m/out", 1), (lambda layer: isinstance(layer, layers.Dense), 2),
        (["hidden", "out"], 2), ("relu", 1), (ops.affine, 2), ("hidden/affine", 1), ("aff*", 2), ("out/softmax", 1),
    ],
)  # fmt: skip
def test_places_by_object_name_pattern_and_predicate(place, count):
    model, x, y = model_and_data()
    forward, backward = [], []
    with keras.hook(model, place, forward=lambda *a: forward.append(a), backward=lambda *a: backward.append(a)):
        model.train_on_batch(x, y)
    assert len(forward) == len(backward) == count
    assert all(g.shape == out.shape for (_, g), (*_, out) in zip(reversed(backward), forward, strict=True))
    assert silent() and not any(layer._hooks for layer in model.layers)


def test_layer_objects_and_weight_places():
    model, x, y = model_and_data()
    for place, paths in [
        (model.layers[0], {"m/hidden/kernel", "m/hidden/bias"}),
        (model.layers[1].kernel, {"m/out/kernel"}),
        ("kernel", {"m/hidden/kernel", "m/out/kernel"}),
        ("out/b*", {"m/out/bias"}),
        (lambda v: v.ndim == 1, {"m/hidden/bias", "m/out/bias"}),
    ]:
        seen, updated = [], []
        with keras.hook(
            model,
            place,
            gradient=lambda v, g, s=seen: s.append(v.path),
            update=lambda v, g, b, s=updated: s.append(v.path),
        ):
            model.train_on_batch(x, y)
        assert set(seen) == set(updated) == paths and len(seen) == len(paths)


def test_before_replaces_the_inputs():
    model, x, _ = model_and_data()
    with keras.hook(model, "hidden", before=lambda layer, inputs: inputs * 0):
        blind = model(x).numpy()
    with keras.hook(model, model, before=lambda layer, inputs: np.zeros(inputs.shape)):
        assert np.array_equal(model(x).numpy(), blind)
    np.testing.assert_array_equal(blind, model(np.zeros_like(x)).numpy())
    assert "call" not in vars(model.layers[0]) and not np.array_equal(blind, model(x).numpy())


def test_an_op_hook_replaces_and_its_gradient_follows():
    model, x, y = model_and_data()
    mask = np.array([1, 1, 0, 1, 1, 1], "float32")
    with keras.hook(model, ops.relu, forward=lambda op, x, y: y * mask):
        seen = gradients(model, x, y)
    assert not seen["m/hidden/kernel"][:, 2].any() and seen["m/hidden/kernel"][:, 3].any()
    model, x, y = model_and_data()
    with keras.hook(model, "hidden", forward=lambda layer, x, y: y * mask):
        for path, gradient in gradients(model, x, y).items():
            np.testing.assert_array_equal(gradient, seen[path])


def test_a_patched_activation_cuts_the_gradient():
    model, x, y = model_and_data()
    with keras.hook(model, "hidden", forward=lambda layer, x, y: np.ones(y.shape)):
        seen = gradients(model, x, y)
    assert "m/hidden/kernel" not in seen and seen["m/out/kernel"].any()


def test_backward_hooks_on_layer_and_op_agree():
    def run(place, factor):
        model, x, y = model_and_data()
        with keras.hook(model, place, backward=lambda where, g: g * factor):
            return gradients(model, x, y)

    plain, by_layer, by_op = run("hidden", 1), run("hidden", 3), run("relu", 3)
    for path in plain:
        np.testing.assert_array_equal(by_layer[path], by_op[path])
        factor = 3 if "hidden" in path else 1
        np.testing.assert_allclose(by_op[path], factor * plain[path], rtol=1e-6)


def test_several_hooks_chain_in_order():
    model, x, y = model_and_data()
    before = model.get_weights()
    with (
        keras.hook(model, "hidden", gradient=lambda v, g: g * 0),
        keras.hook(model, "out", gradient=lambda v, g: g * 0),
        keras.hook(model, "*", gradient=lambda v, g: None),
    ):
        model.train_on_batch(x, y)
    for a, b in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    with (
        keras.hook(model, "relu", forward=lambda op, x, y: y + 1),
        keras.hook(model, "relu", forward=lambda op, x, y: y * 0),
    ):
        out = model(x).numpy()
    assert np.ptp(out, axis=0).max() == 0


@pytest.mark.parametrize("kind", ["before", "forward", "backward", "gradient", "update"])
def test_an_error_names_the_hook_and_training_stops_cleanly(kind):
    model, x, y = model_and_data()
    before = model.get_weights()

    def broken_hook(*seen):
        raise KeyError("oops")

    with (
        keras.hook(model, "hidden", **{kind: broken_hook}),
        pytest.raises(RuntimeError, match=r"(?s)broken_hook.*KeyError.*remove its handle"),
    ):
        model.fit(x, y, verbose=0)
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))
    assert silent() and events.scope.get() == "" and not model.control.running
    model.fit(x, y, verbose=0)


def test_a_mistake_inside_the_engine_is_still_the_hooks():
    model, x, _ = model_and_data()
    with (
        keras.hook(model, "hidden", forward=lambda layer, x, y: ops.matmul(y, y)),
        pytest.raises(RuntimeError, match=r"(?s)lambda.*ShapeError"),
    ):
        model(x)


@pytest.mark.parametrize(
    ("kind", "answer"),
    [("forward", lambda *a: np.ones((1, 2))), ("backward", lambda *a: np.ones(3)), ("gradient", lambda *a: 1.0)],
)
def test_a_replacement_that_does_not_fit_is_refused(kind, answer):
    model, x, y = model_and_data()
    with keras.hook(model, "hidden", **{kind: answer}), pytest.raises(RuntimeError, match="replacement of shape"):
        model.train_on_batch(x, y)


def test_unknown_places_leave_nothing_hooked():
    model, _, _ = model_and_data()
    with pytest.raises(errors.UnknownNameError, match="did you mean 'hidden'"):
        keras.hook(model, ["out", "hiden"], forward=lambda *a: None, gradient=lambda *a: None)
    assert silent() and not any(layer._hooks for layer in model.layers)
    with pytest.raises(errors.ArgumentError, match="no function"):
        keras.hook(model)


def test_removing_twice_is_fine():
    model, x, _ = model_and_data()
    handle = keras.hook(model, "*", forward=lambda *a: None, before=lambda *a: None, gradient=lambda *a: None)
    handle.remove(), handle.remove()
    assert silent() and model(x).shape == (32, 3)


def test_before_hooks_leave_the_layers_own_call_alone():
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.layers.Dense(2, input_shape=(3,), name="first")])
    layer, x = model.layers[0], np.ones((1, 3), "float32")
    own = layer.call
    plain = model(x).numpy()
    layer.call = lambda inputs, **rest: own(inputs, **rest) * 2  # a user's own patch
    with keras.hook(model, "first", before=lambda layer, inputs: inputs * 0 + 2):
        assert layer.call is not own
        np.testing.assert_allclose(model(x).numpy(), plain * 4, rtol=1e-6)
    np.testing.assert_allclose(model(x).numpy(), plain * 2, rtol=1e-6)


@pytest.mark.parametrize(
    "optimizer", [keras.optimizers.Adam(0.1, weight_decay=0.1), keras.optimizers.SGD(0.1, momentum=0.9)]
)
def test_an_error_in_an_update_hook_takes_the_whole_update_back(optimizer):
    model, x, y = model_and_data()
    model.compile(optimizer, "categorical_crossentropy")
    model.train_on_batch(x, y)
    before = [v.numpy() for v in [*model.trainable_variables, *model.optimizer.variables]]

    def late(variable, gradient, old):
        if variable.path.endswith("out/bias"):
            raise ValueError("late")

    with keras.hook(model, update=late), pytest.raises(errors.TeachKerasError, match="late"):
        model.train_on_batch(x, y)
    after = [v.numpy() for v in [*model.trainable_variables, *model.optimizer.variables]]
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))


def test_what_goes_into_an_op_is_replaced_before_its_own_forward_hooks():
    model, x, y = model_and_data()
    seen = []
    with (
        keras.hook(model, "hidden/relu", before=lambda op, z: z * 0 + 2),
        keras.hook(model, "hidden/relu", forward=lambda op, z, y: seen.append((z.numpy(), y.numpy()))),
        keras.record(model) as recording,
    ):
        model.train_on_batch(x, y)
    assert np.all(seen[0][0] == 2) and np.all(seen[0][1] == 2)
    assert np.all(recording.gradient("m/hidden/kernel") == 0)
    twice = lambda op, inputs: [inputs[0] * 2, *inputs[1:]]  # noqa: E731
    plain = model(x).numpy()
    with keras.hook(model, ops.affine, before=twice):
        assert not np.allclose(model(x).numpy(), plain)
    np.testing.assert_array_equal(model(x).numpy(), plain)
