"""Explanations say the engine's own numbers: formulas, chains from the loss to a weight, updates."""

import numpy as np
import pytest

import teachkeras as keras
from teachkeras import errors, explain, layers, ops
from teachkeras.explain.formula import with_numbers
from teachkeras.explain.sensitivity import push, row, widened
from teachkeras.explain.updates import update


@pytest.fixture
def float64():
    keras.config.set_floatx("float64")
    yield
    keras.config.set_floatx("float32")


def mlp(optimizer="adam", activation="relu", loss="categorical_crossentropy"):
    keras.utils.set_random_seed(4)
    return compiled(
        [
            layers.Dense(12, activation, input_shape=(5,), name="hidden", kernel_regularizer="l2"),
            layers.Dropout(0.2),
            layers.Dense(7, "tanh", name="second"),
            layers.Dense(3, "softmax", name="out"),
        ],
        optimizer, loss,
    )  # fmt: skip


def compiled(stack, optimizer="adam", loss="categorical_crossentropy"):
    model = keras.Sequential(stack, name="m")
    model.compile(optimizer, loss)
    return model


def data(shape=(16, 5), classes=3):
    rng = np.random.default_rng(1)
    return rng.normal(size=shape), np.eye(classes)[rng.integers(0, classes, shape[0])]


def recorded(model, x, y, steps=1):
    with keras.record(model) as recording:
        for _ in range(steps):
            model.train_on_batch(x, y)
    return recording


class Branching(keras.Model):
    """A residual branch and a weight used twice: the gradient flows several ways."""

    def __init__(self):
        super().__init__(name="b")
        self.first, self.twice = layers.Dense(5, name="first"), layers.Dense(5, "sigmoid", name="twice")
        self.out = layers.Dense(3, "softmax", name="out")

    def call(self, x):
        h = self.first(x)
        return self.out(h + self.twice(self.twice(h)))


def convolutional():
    if not hasattr(layers, "Conv2D"):
        pytest.skip("no Conv2D yet")
    return compiled([
        layers.Conv2D(3, 3, activation="relu", input_shape=(8, 8, 2), name="conv"), layers.MaxPooling2D(2),
        layers.Flatten(), layers.Dense(3, "softmax", name="out"),
    ])  # fmt: skip


def recurrent():
    if not hasattr(layers, "LSTM"):
        pytest.skip("no LSTM yet")
    return compiled([layers.LSTM(4, input_shape=(6, 3), name="lstm"), layers.Dense(3, "softmax", name="out")])


CASES = {
    "mlp": (mlp, (16, 5)), "branching": (Branching, (16, 5)), "cnn": (convolutional, (4, 8, 8, 2)),
    "lstm": (recurrent, (5, 6, 3)),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_chains_agree_with_the_gradient_and_the_step_replays(name, float64):
    make, shape = CASES[name]
    model = make()
    if not model.compiled:
        model.compile("sgd", "categorical_crossentropy")
    recording = recorded(model, *data(shape))
    for weight in model.trainable_weights:
        found = explain.chain(recording, weight.path)
        assert found.error < 1e-9, str(found)
        assert found.stages[-1].share == pytest.approx(found.gradient, rel=1e-9)
        if found.gradient:
            assert found.finite_difference() == pytest.approx(found.gradient, rel=1e-4, abs=1e-9)
            assert found.paths and all(path.factors[-1].input_entry == found.entry for path in found.paths)
    for step in recording:
        replayed, seen = recording.replay(step), step.output
        pairs = [(replayed[k], seen[k]) for k in seen] if isinstance(seen, dict) else [(replayed, seen)]
        assert all(np.asarray(a).tobytes() == np.asarray(b).tobytes() for a, b in pairs), step


def test_all_paths_of_a_small_net_add_up(float64):
    model = compiled([layers.Dense(2, "tanh", input_shape=(2,), name="a"), layers.Dense(1, name="b")], "sgd", "mse")
    recording = recorded(model, np.array([[0.3, -1.0], [2.0, 0.5]]), np.array([[1.0], [0.0]]))
    found = explain.chain(recording, "a/kernel", (1, 0), paths=100)
    assert len(found.paths) == 2  # one per sample: this weight reaches the loss through one unit
    assert sum(path.product for path in found.paths) == pytest.approx(found.gradient, rel=1e-12)
    assert "100.0%" not in str(found) and "m/a/kernel[1, 0]" in str(found)


def test_a_branch_gets_its_share(float64):
    model = Branching()
    model.compile("sgd", "categorical_crossentropy")
    found = explain.chain(recorded(model, *data()), "first/kernel")
    ways = [s.share for s in found.stages if s.op == "sigmoid"]
    assert len(ways) == 2 and ways[0] == pytest.approx(ways[1], rel=1e-9)  # one behind the other on the same branch
    assert 0 < abs(ways[0]) < abs(found.gradient) * 10 and ways[0] != pytest.approx(found.gradient)


def test_rows_and_pushes_are_transposed_of_each_other(float64):
    recording = recorded(mlp(), *data())
    rng = np.random.default_rng(0)
    for step in recording:
        if step.phase not in ("forward", "loss") or step.op == "assign":
            continue
        step = widened(step)
        tangents = {
            n: rng.normal(size=a.shape) for n, a in step.inputs.items() if getattr(a, "dtype", None) == "float64"
        }
        pushed = push(step, tangents)["y"]
        entry = tuple(int(rng.integers(n)) for n in pushed.shape)
        rows = row(step, entry)
        expected = sum(np.sum(rows[n] * t) for n, t in tangents.items() if n in rows)
        assert pushed[entry] == pytest.approx(expected, rel=1e-9, abs=1e-12), step


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "elu", "softplus", "gelu"])
@pytest.mark.parametrize("loss", ["categorical_crossentropy", "binary_crossentropy", "mse"])
def test_what_is_written_has_the_recorded_value(activation, loss, float64):
    recording = recorded(mlp(activation=activation, loss=loss), *data())
    count = 0
    for step in recording:
        if step.phase in ("forward", "loss", "backward") and step.op != "assign":
            for name in step.outputs:
                found = with_numbers(recording, step, name=name)
                assert found.computed == pytest.approx(found.value, rel=1e-6, abs=1e-9), (step, found)
                assert found.text and found.tex
                count += 1
    assert count > 20


@pytest.mark.parametrize(
    "optimizer", ["sgd", "adam", "rmsprop", "adagrad", keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True)], ids=lambda o: o if isinstance(o, str) else type(o).__name__
)
def test_updates_are_explained_to_the_digit(optimizer, float64):
    recording = recorded(mlp(optimizer), *data(), steps=3)
    for step in recording:
        if step.phase == "update" and step.op != "assign":
            found = update(step)
            assert found.lines and found.error < 1e-9, str(found)
    assert "effective learning rate" in str(found)


def test_adams_bias_corrections():
    found = update(next(s for s in recorded(mlp(), *data(), steps=2).of(1) if s.phase == "update"))
    assert found.facts["t"] == 2
    assert found.facts["correction_1"] == pytest.approx(1 - 0.9**2)
    assert found.facts["correction_2"] == pytest.approx(1 - 0.999**2)


def test_asking_by_address():
    model = mlp()
    x, y = data()
    recording = recorded(model, x, y)
    assert "softmax" in str(keras.explain(recording, "out/softmax"))
    assert "w_bar" in str(keras.explain(recording, "hidden/affine", phase="backward"))
    assert "path 1" in str(keras.explain(recording, "hidden/kernel"))
    assert "effective" in str(keras.explain(recording, "hidden/kernel"))
    before = model.get_weights()
    told = keras.explain(model, "second/affine", x=x, y=y, entry=(0, 1))
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))
    assert told.numbers[0].entry == (0, 1) and "$$" in told._repr_markdown_()
    assert (
        keras.explain(ops.sigmoid).tex
        and keras.explain(keras.optimizers.Adam).tex
        and keras.explain(layers.Dense).notes
    )
    import json

    json.dumps(keras.explain(recording, "hidden/kernel").to_json(), allow_nan=False)
    with pytest.raises(errors.UnknownNameError, match="did you mean"):
        keras.explain(recording, "hiddn/kernel")
    with pytest.raises(errors.ArgumentError, match="explain"):
        keras.explain(3)


def test_observing_changes_nothing():
    model = mlp()
    x, y = data()
    before = [v.numpy() for v in model.variables]
    explain.observe(model, x, y)
    assert all(a.tobytes() == v.numpy().tobytes() for a, v in zip(before, model.variables, strict=True))
    assert not model.optimizer.built
