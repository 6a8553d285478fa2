"""Schedules beside Keras's: rates, configs, errors, signatures; an optimizer's steps under each."""

import numpy as np
import pytest
from beside import signature
from twins import assert_alike, kind

from teachkeras import Variable, optimizers
from teachkeras.optimizers import schedules

pytestmark = [pytest.mark.parity, pytest.mark.filterwarnings("ignore")]

CASES = [
    ("ExponentialDecay", (0.1, 10, 0.9)), ("ExponentialDecay", (0.1, 7, 0.5, True)), ("InverseTimeDecay", (0.1, 10, 0.5)),
    ("InverseTimeDecay", (0.1, 3.0, 0.5, True)), ("PiecewiseConstantDecay", ([3, 10], [1.0, 0.5, 0.1])),
    ("PiecewiseConstantDecay", ([3], [1, 0.5])), ("PolynomialDecay", (0.1, 10)),
    ("PolynomialDecay", (0.1, 10, 0.01, 0.5)), ("PolynomialDecay", (0.1, 10, 0.01, 2.0, True)), ("CosineDecay", (0.1, 10)),
    ("CosineDecay", (0.1, 10, 0.2)), ("CosineDecay", (0.01, 10, 0.0, "c", 0.1, 5)), ("CosineDecay", (0.1, 10, 0.1, "c", 0.05)),
    ("CosineDecayRestarts", (0.1, 10)), ("CosineDecayRestarts", (0.1, 5, 1.0, 0.5)),
    ("CosineDecayRestarts", (0.1, 4, 1.5, 0.9, 0.1)),
]  # fmt: skip
BAD = [
    ("ExponentialDecay", (0.1, 0, 0.9)), ("InverseTimeDecay", (0.1, -1, 0.9)), ("PolynomialDecay", (0.1, 0)),
    ("CosineDecay", (0.1, 0)), ("CosineDecayRestarts", (0.1, 0)), ("PiecewiseConstantDecay", ([1, 2], [1.0])),
]  # fmt: skip
STEPS = [0, 1, 2, 3, 4, 5, 7, 9, 10, 11, 14, 19, 21, 29, 31, 50, 71, 100]  # not where a float32 wave ends or begins


@pytest.mark.parametrize(("name", "arguments"), CASES, ids=str)
def test_rates(keras, name, arguments):
    theirs, ours = (getattr(s, name)(*arguments) for s in (keras.optimizers.schedules, schedules))
    expected = [float(theirs(step)) for step in STEPS]
    np.testing.assert_allclose([float(ours(step)) for step in STEPS], expected, rtol=2e-6, atol=3e-8)
    np.testing.assert_allclose(ours(np.array(STEPS)), expected, rtol=2e-6, atol=3e-8)
    assert ours(3).dtype == "float32" and ours(Variable(3, dtype="int32")).shape == ()
    assert schedules.serialize(ours) == keras.optimizers.schedules.serialize(theirs)
    again = schedules.deserialize(keras.optimizers.schedules.serialize(theirs))
    assert type(again) is type(ours) and again.get_config() == ours.get_config()


@pytest.mark.parametrize(("name", "arguments"), BAD, ids=str)
def test_errors(keras, name, arguments):
    errors = []
    for module in (keras.optimizers.schedules, schedules):
        with pytest.raises(ValueError) as caught:
            getattr(module, name)(*arguments)
        errors.append(caught.value)
    assert str(errors[0]) == str(errors[1]) and set(kind(errors[0])) <= set(kind(errors[1]))


@pytest.mark.parametrize("name", sorted({name for name, _ in CASES} | {"LearningRateSchedule"}))
def test_signature(keras, name):
    assert signature(getattr(keras.optimizers.schedules, name)) == signature(getattr(schedules, name))


@pytest.mark.parametrize("settings", [{}, {"gradient_accumulation_steps": 2}, {"weight_decay": 0.1}], ids=str)
@pytest.mark.parametrize(("name", "arguments"), CASES[:3] + CASES[-1:], ids=str)
def test_steps_under_a_schedule(keras, name, arguments, settings):
    found = []
    for engine, module, make in ((keras.optimizers, keras.optimizers.schedules, keras.Variable),
                                 (optimizers, schedules, Variable)):  # fmt: skip
        optimizer, w = engine.SGD(getattr(module, name)(*arguments), **settings), make(np.ones(3, "float32"))
        optimizer.build([w])
        way = []
        for step in range(8):
            optimizer.apply([keras.ops.convert_to_tensor(np.full(3, step, "float32"))] if engine is keras.optimizers
                            else [np.full(3, step, "float32")], [w])  # fmt: skip
            way.append([float(optimizer.learning_rate), *np.asarray(w).tolist()])
        found.append((way, int(optimizer.iterations), len(optimizer.variables), dict(optimizer.get_config(), name="")))
    assert_alike(found[0][:3], found[1][:3])
    assert found[0][3] == found[1][3]


def test_a_scheduled_rate_is_not_settable(keras):
    for engine, module in ((keras.optimizers, keras.optimizers.schedules), (optimizers, schedules)):
        optimizer = engine.SGD(module.ExponentialDecay(0.1, 1, 0.5))
        with pytest.raises(TypeError, match="not settable"):
            optimizer.learning_rate = 0.5
        plain = engine.SGD(0.1)
        plain.learning_rate = module.ExponentialDecay(0.1, 1, 0.5)
        assert float(plain.learning_rate) == pytest.approx(0.1)


@pytest.mark.parametrize("name", ["SGD", "Adam"])
def test_arguments_of_keras_2(keras, name):
    for engine in (keras.optimizers, optimizers):
        with pytest.warns(UserWarning, match="Argument `decay` is no longer supported and will be ignored"):
            assert float(getattr(engine, name)(0.5, decay=0.1).learning_rate) == 0.5
    assert float(getattr(optimizers, name)(lr=0.25).learning_rate) == 0.25  # Keras 3 refuses it; tutorials write it
    for value in (1, "a", {"a": 1}):
        for engine in (keras.optimizers, optimizers):
            with pytest.raises(ValueError, match="learning_rate"):
                getattr(engine, name)(value)
    assert float(getattr(optimizers, name)(lambda: 0.3).learning_rate) == 0.3
