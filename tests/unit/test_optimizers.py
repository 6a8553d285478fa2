"""Optimizers: each against its own spec, clipping and decay, slots, configs, bad input."""

import math

import numpy as np
import pytest

from teachkeras import config, errors, optimizers
from teachkeras.variable import Variable

CASES = [
    ("SGD", {}), ("SGD", {"momentum": 0.9}), ("SGD", {"momentum": 0.9, "nesterov": True}), ("RMSprop", {}),
    ("RMSprop", {"rho": 0.8}), ("Adagrad", {}), ("Adam", {}), ("Adam", {"beta_1": 0.5}),
    ("AdamW", {}), ("AdamW", {"weight_decay": 0.2}), ("Adamax", {}), ("Nadam", {}), ("Adadelta", {}), ("Lion", {}),
    ("Lamb", {}), ("Ftrl", {}), ("Ftrl", {"l1_regularization_strength": 0.3, "beta": 0.2}),
    ("Adafactor", {"relative_step": False}), ("ScheduleFreeAdamW", {}), ("ScheduleFreeAdamW", {"beta_1": 0.5}),
]  # fmt: skip


FUNCTIONS = {
    "sqrt": np.sqrt, "maximum": np.maximum, "minimum": np.minimum, "abs": np.abs, "sign": np.sign, "mean": np.mean,
    "norm": np.linalg.norm, "row_means": lambda a: a.mean(-1, keepdims=True),
    "column_means": lambda a: a.mean(-2, keepdims=True),
}  # fmt: skip


def by_spec(optimizer, w, gradients):
    """Run the optimizer's spec, assignment by assignment, in float64."""
    start = getattr(optimizer, "initial_accumulator_value", 0.0)
    state = dict.fromkeys("mvudzrc", 0.0) | {"a": start, "n": start, "product": 1.0, "w": w.astype("float64")}
    state |= {"velocity": 0.0, "momentum": state["w"]} if optimizer.slots == ("momentum", "velocity") else {}
    settings = {k: v for k, v in optimizer.get_config().items() if isinstance(v, (int, float))}
    for t, g in enumerate(gradients, start=1):
        names = {"g": g.astype("float64"), "lr": float(optimizer.learning_rate), "t": t, **FUNCTIONS, **settings}
        for line in optimizer.spec:
            name, formula = line.split("=", 1)
            state[name.strip()] = eval(formula, {"__builtins__": {}}, {**names, **state})
    return state["w"]


@pytest.mark.parametrize("backend", ["numpy", "numba"])
@pytest.mark.parametrize(("name", "settings"), CASES)
def test_update_is_the_spec(name, settings, backend):
    before = config.backend()
    config.set_backend(backend)
    try:
        optimizer = getattr(optimizers, name)(learning_rate=0.05, **settings)
        rng = np.random.default_rng(1)
        start = rng.normal(size=(5, 7)).astype("float32")
        gradients = [rng.normal(size=(5, 7)).astype("float32") for _ in range(6)]
        variable = Variable(start.copy())
        for g in gradients:
            optimizer.apply([g], [variable])
    finally:
        config.set_backend(before)
    np.testing.assert_allclose(variable.numpy(), by_spec(optimizer, start, gradients), rtol=2e-5, atol=2e-6)
    assert optimizer.tex and int(optimizer.iterations) == 6


def test_planted_fault_in_a_spec_is_caught():
    optimizer = optimizers.Adam()
    optimizer.spec = tuple(line.replace("1 - beta_2 **", "1 + beta_2 **") for line in optimizer.spec)
    variable = Variable(np.ones(3, "float32"))
    optimizer.apply([np.ones(3, "float32")], [variable])
    assert not np.allclose(variable.numpy(), by_spec(optimizer, np.ones(3), [np.ones(3)]), rtol=1e-4)


def test_clipping_and_decay():
    g = np.array([3.0, 4.0], "float32")

    def after(**settings):
        variable = Variable(np.zeros(2, "float32"))
        optimizers.SGD(1.0, **settings).apply([g], [variable])
        return -variable.numpy()

    np.testing.assert_allclose(after(clipnorm=1.0), [0.6, 0.8], rtol=1e-6)
    np.testing.assert_allclose(after(global_clipnorm=10.0), g)
    np.testing.assert_allclose(after(clipvalue=3.5), [3.0, 3.5])
    variable = Variable(np.full(2, 2.0, "float32"))
    optimizers.SGD(0.1, weight_decay=0.5).apply([np.zeros(2, "float32")], [variable])
    np.testing.assert_allclose(variable.numpy(), 2 * (1 - 0.05))


def test_gradient_accumulation_makes_one_update_of_the_mean():
    variable = Variable(np.zeros(1, "float32"))
    optimizer = optimizers.SGD(1.0, gradient_accumulation_steps=2)
    optimizer.apply([np.array([1.0], "float32")], [variable])
    assert variable.numpy() == 0
    optimizer.apply([np.array([3.0], "float32")], [variable])
    assert variable.numpy() == -2


def test_learning_rate_changes_and_schedules():
    optimizer = optimizers.SGD(0.1)
    optimizer.learning_rate = 0.5
    assert float(optimizer.learning_rate) == 0.5 and optimizer.get_config()["learning_rate"] == 0.5
    falling = optimizers.SGD(learning_rate=lambda step: 1.0 / (1 + int(step)))
    variable = Variable(np.zeros(1, "float32"))
    for _ in range(3):
        falling.apply([np.ones(1, "float32")], [variable])
    assert math.isclose(-float(variable.numpy()[0]), 1 + 1 / 2 + 1 / 3, rel_tol=1e-6)


@pytest.mark.parametrize(("name", "settings"), CASES)
def test_config_round_trip(name, settings):
    first = getattr(optimizers, name)(**settings)
    again = type(first).from_config(first.get_config())
    assert again.get_config() == first.get_config()
    assert optimizers.deserialize(optimizers.serialize(first)).get_config() == first.get_config()


def test_names_and_bad_arguments():
    assert type(optimizers.get("rmsprop")).__name__ == type(optimizers.get("RMSprop")).__name__ == "RMSprop"
    with pytest.raises(errors.UnknownNameError, match="did you mean 'Adam'"):
        optimizers.get("adem")
    with pytest.raises(ValueError, match="momentum"):
        optimizers.SGD(momentum=2)
    with pytest.raises(ValueError, match="not recognized"):
        optimizers.Adam(beta=1)
    with pytest.raises(ValueError, match="one of"):
        optimizers.Adam(clipnorm=1.0, clipvalue=1.0)
    optimizer, mine = optimizers.Adam(), Variable(np.zeros(2, "float32"))
    optimizer.build([mine])
    with pytest.raises(ValueError, match="the weights it was built with"):
        optimizer.apply([np.zeros(2)], [Variable(np.zeros(2, "float32"))])
    with pytest.raises(ValueError, match="gradient for at least one"):
        optimizer.apply([None], [mine])
