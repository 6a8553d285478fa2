"""Attribution, features, scores and experiments against answers that are known without them."""

import numpy as np
import pytest

import teachkeras as keras
from teachkeras import errors, explain, layers

RNG = np.random.default_rng(7)


def linear():
    model = keras.Sequential([layers.Dense(1, input_shape=(5,))])
    w = RNG.normal(size=(5, 1)).astype("float32")
    model.set_weights([w, np.array([0.3], "float32")])
    return model, w[:, 0]


def deep():
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [layers.Dense(16, "relu", input_shape=(5,)), layers.Dense(8, "tanh"), layers.Dense(3, "softmax")]
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    return model


def picture_model():
    keras.utils.set_random_seed(2)
    model = keras.Sequential([
        layers.Conv2D(4, 3, activation="relu", input_shape=(8, 8, 1), name="conv"), layers.Flatten(),
        layers.Dense(2, "softmax"),
    ])  # fmt: skip
    model.compile("adam", "sparse_categorical_crossentropy")
    return model


def test_a_linear_model_is_attributed_as_the_axioms_say():
    model, w = linear()
    x, x0 = RNG.normal(size=(6, 5)).astype("float32"), RNG.normal(size=5).astype("float32")
    np.testing.assert_allclose(explain.saliency(model, x), np.tile(np.abs(w), (6, 1)), rtol=1e-5)
    np.testing.assert_allclose(explain.integrated_gradients(model, x, x0), w * (x - x0), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(explain.occlusion(model, x), w * x, rtol=1e-3, atol=1e-4)


def test_integrated_gradients_are_complete():
    model = deep()
    x, x0 = RNG.normal(size=(10, 5)).astype("float32"), np.zeros(5, "float32")
    for target in (0, 2, None):
        parts = explain.integrated_gradients(model, x, x0, target)
        chosen = model(x).numpy().argmax(-1) if target is None else target
        rise = model(x).numpy()[np.arange(10), chosen] - model(x0[None]).numpy()[0, chosen]
        np.testing.assert_allclose(parts.sum(axis=1), rise, atol=1e-3)


def test_occlusion_and_grad_cam_find_where_the_class_is():
    x = np.zeros((40, 8, 8, 1), "float32")
    y = np.arange(40) % 2
    x[y == 1, 1:4, 1:4] = 1.0
    x += 0.05 * RNG.random(x.shape).astype("float32")
    model = picture_model()
    model.fit(x, y, epochs=15, batch_size=8, verbose=0)
    assert (model.predict(x, verbose=0).argmax(-1) == y).mean() > 0.95
    ones = x[y == 1][:4]
    falls = explain.occlusion(model, ones, window=2, target=1)
    assert falls.shape == (4, 4, 4) and falls[:, :2, :2].mean() > 5 * np.abs(falls[:, 2:, 2:]).mean()
    cam = explain.grad_cam(model, ones, "conv", target=1)
    assert cam.shape == (4, 6, 6) and (cam >= 0).all() and cam[:, :4, :4].mean() > cam[:, 4:, 4:].mean()
    assert explain.activations(model, ones, "conv").shape == (4, 6, 6, 4)
    assert explain.filters(model.layers[0]).shape == (4, 3, 3, 1)
    with pytest.raises(errors.ArgumentError, match="places"):
        explain.grad_cam(model, ones, model.layers[2])


def test_activation_maximisation_of_a_linear_unit_points_along_its_weights():
    model, w = linear()
    found, climb = explain.maximise_activation(model, model.layers[0], 0, (5,), steps=60)
    assert climb[-1] > climb[0] and found @ w / np.linalg.norm(found) / np.linalg.norm(w) > 0.99


def test_a_counterfactual_flips_the_class_and_is_near():
    model = keras.Sequential([layers.Dense(1, "sigmoid", input_shape=(2,))])
    model.set_weights([np.array([[3.0], [4.0]], "float32"), np.array([-5.0], "float32")])
    x = np.array([[0.0, 0.0], [0.5, 0.1]], "float32")
    found = explain.counterfactual(model, x, 1)
    assert (model(found).numpy() > 0.5).all()
    away = np.abs(x @ [3.0, 4.0] - 5) / 5  # the distance to the line 3a + 4b = 5
    np.testing.assert_allclose(np.linalg.norm(found - x, axis=1), away, rtol=0.02)
    many = deep()
    points = RNG.normal(size=(5, 5)).astype("float32")
    flipped = explain.counterfactual(many, points, 1, strength=0.0)
    good = np.isfinite(flipped).all(axis=1)
    assert good.any() and (many(flipped[good]).numpy().argmax(-1) == 1).all()


def test_neighbours_and_gates_and_attention():
    table = layers.Embedding(6, 3)
    table(np.array([[0]]))
    near = explain.neighbours(table, 2, count=3)
    rows = table.embeddings.numpy()
    cosines = rows @ rows[2] / np.linalg.norm(rows, axis=1) / np.linalg.norm(rows[2])
    assert [i for i, _ in near] == [i for i in np.argsort(-cosines) if i != 2][:3]
    model = keras.Sequential([layers.LSTM(4, input_shape=(6, 3), return_sequences=True, name="lstm")])
    x = RNG.normal(size=(2, 6, 3)).astype("float32")
    traces = explain.gate_traces(model, x, "lstm")
    np.testing.assert_allclose(traces["hidden"], model(x).numpy(), atol=1e-5)
    assert all(traces[g].min() >= 0 and traces[g].max() <= 1 for g in ("input", "forget", "output"))
    with pytest.raises(errors.ArgumentError, match="LSTM"):
        explain.gate_traces(linear()[0], x, "dense*")


def test_gates_are_the_engines_own_also_inside_a_functional_model_and_step_by_step():
    inputs = keras.Input((6, 3))
    whole = layers.LSTM(4, return_sequences=True, name="whole")
    parts = layers.RNN(layers.LSTMCell(4), return_sequences=True, name="parts")
    model = keras.Model(inputs, [whole(inputs), parts(inputs)])
    parts.set_weights(whole.get_weights())
    x = RNG.normal(size=(2, 6, 3)).astype("float32")
    own = explain.gate_traces(model, x, "whole")
    np.testing.assert_array_equal(own["hidden"], model(x)[0].numpy())
    for name, values in explain.gate_traces(model, x, "parts").items():
        np.testing.assert_allclose(values, own[name], atol=1e-5)


def test_windows_that_the_routine_never_forms_are_derived_and_say_so():
    model = picture_model()
    x = RNG.random((2, 8, 8, 1)).astype("float32")
    found = explain.intermediates(model, x, "conv")
    windows, conv = found["convolve.windows (derived)"], model.get_layer("conv")
    z = windows.reshape(-1, 9) @ conv.kernel.numpy().reshape(9, 4) + conv.bias.numpy()
    np.testing.assert_allclose(z, found["convolve.y"].reshape(-1, 4), atol=1e-5)


def test_attention_maps_inside_a_functional_model():
    x = RNG.normal(size=(3, 5, 8)).astype("float32")
    inputs = keras.Input((5, 8))
    attention, other = layers.MultiHeadAttention(2, 4, name="attention"), layers.MultiHeadAttention(1, 4, name="other")
    model = keras.Model(inputs, other(attention(inputs, inputs), inputs))
    wanted = attention(x, x, return_attention_scores=True)[1].numpy()
    for address in ("attention", attention):
        maps = explain.attention_maps(model, x, address)
        assert maps.shape == (3, 2, 5, 5)
        np.testing.assert_allclose(maps, wanted, atol=1e-6)
    assert explain.attention_maps(model, x, "other").shape == (3, 1, 5, 5)
    assert "attend.weights" in explain.intermediates(model, x, "attention")
    with pytest.raises(errors.UnknownNameError, match="attention layer"):
        explain.attention_maps(linear()[0], np.ones((2, 5), "float32"), "dense*")


def test_scores_of_classes_and_groups():
    true, pred = RNG.integers(0, 4, 200), RNG.integers(0, 4, 200)
    table = explain.confusion_matrix(true, np.eye(4)[pred])
    assert table.sum() == 200 and np.trace(table) == (true == pred).sum()
    p = RNG.random(20000)
    right = explain.calibration((RNG.random(20000) < p).astype(int), p)
    assert right["ece"] < 0.02 and right["count"].sum() == 20000
    wrong = explain.calibration((RNG.random(20000) < 0.5).astype(int), p)
    assert wrong["ece"] > 0.2
    rates = explain.error_rates([1, 1, 0, 0, 1, 0], [1, 0, 0, 1, 1, 0], list("aabbcc"))
    assert [rates[g]["error"] for g in "abc"] == [0.5, 0.5, 0.0] and rates["b"]["false_positives"] == 0.5
    with pytest.raises(errors.ShapeError, match="as many"):
        explain.confusion_matrix([1], [1, 2])


def test_experiments_leave_the_model_alone():
    model = deep()
    x = RNG.normal(size=(120, 5)).astype("float32")
    y = (x[:, 0] > 0).astype("int64")
    model.fit(x, y, epochs=1, verbose=0)
    before = [v.numpy() for v in (*model.variables, *model.optimizer.variables)]
    patch = explain.loss_landscape(model, x, y, points=5)
    assert patch["loss"][2, 2] == pytest.approx(model.evaluate(x, y, verbose=0, batch_size=120), rel=1e-5)
    test = explain.learning_rate_test(model, x, y, low=1e-5, high=10.0, steps=40)
    assert 1e-4 < test["suggested"] < 2.0 and len(test["rate"]) == len(test["loss"])
    race = explain.optimizer_race(
        model, x, y, {"slow": keras.optimizers.SGD(1e-5), "fast": keras.optimizers.Adam(0.02)}, steps=30
    )
    assert race["slow"][0] == race["fast"][0] and np.mean(race["fast"][-5:]) < np.mean(race["slow"][-5:])
    after = (*model.variables, *model.optimizer.variables)
    assert all(a.tobytes() == v.numpy().tobytes() for a, v in zip(before, after, strict=True))


def test_a_bowl_has_a_bowls_landscape():
    model, _w = linear()
    model.compile("sgd", "mse")
    x = RNG.normal(size=(50, 5)).astype("float32")
    y = model(x).numpy()
    one = [np.eye(5)[:, :1], np.zeros(1)]
    found = explain.loss_landscape(model, x, y, points=7, directions=[one, [np.zeros((5, 1)), np.ones(1)]])
    expected = [[np.mean((a * x[:, 0] + b) ** 2) for b in found["b"]] for a in found["a"]]
    np.testing.assert_allclose(found["loss"], expected, rtol=1e-3, atol=1e-6)
