"""Optimizers beside Keras's: twenty steps of each, with every option of the base; slots, configs, signatures, errors."""

import importlib

import numpy as np
import pytest
from beside import signature
from twins import assert_alike

from teachkeras import Variable, optimizers

pytestmark = [pytest.mark.parity, pytest.mark.filterwarnings("ignore")]

OWN = {
    "AdamW": [{}, {"weight_decay": 0.1, "amsgrad": True}], "Adamax": [{}, {"beta_1": 0.5, "beta_2": 0.9}],
    "Nadam": [{}, {"beta_1": 0.5, "beta_2": 0.9}], "Adadelta": [{}, {"rho": 0.5, "epsilon": 1e-3}],
    "Ftrl": [{}, {"l1_regularization_strength": 0.3, "beta": 0.2, "l2_regularization_strength": 0.1},
             {"l2_shrinkage_regularization_strength": 0.1, "learning_rate_power": -0.3},
             {"initial_accumulator_value": 0.0, "learning_rate_power": 0.0}],
    "Lion": [{}, {"beta_1": 0.5, "beta_2": 0.9}], "Lamb": [{}, {"beta_1": 0.5, "epsilon": 1e-3}],
    "Adafactor": [{}, {"relative_step": False, "clip_threshold": 0.1}, {"beta_2_decay": -0.3, "epsilon_2": 0.5}],
    "Muon": [{}, {"nesterov": False, "rms_rate": None}, {"exclude_layers": ["w0"], "adam_weight_decay": 0.1}],
    "ScheduleFreeAdamW": [{}, {"warmup_steps": 7, "beta_1": 0.7, "weight_decay": 0.1}],
    "Adam": [{}], "SGD": [{"momentum": 0.9}], "RMSprop": [{}], "Adagrad": [{}],
}  # fmt: skip
BASE = [
    {"weight_decay": 0.1}, {"clipnorm": 0.5}, {"clipvalue": 0.3}, {"global_clipnorm": 0.7},
    {"use_ema": True, "ema_momentum": 0.8, "ema_overwrite_frequency": 3}, {"gradient_accumulation_steps": 3},
    {"loss_scale_factor": 8.0}, {"use_ema": True, "gradient_accumulation_steps": 2, "weight_decay": 0.01},
]  # fmt: skip
EVERY = [(name, own, {}) for name, cases in OWN.items() for own in cases]
EVERY += [
    pytest.param(name, cases[0], base, marks=[] if (k + i) % 9 == 0 else pytest.mark.full)
    for k, (name, cases) in enumerate(OWN.items())
    for i, base in enumerate(BASE)
]
SHAPES = [(3, 4), (4,)]


def steps(engine, make, settings, convert, count=20):
    """Return the weights, the optimizer's state and its averages after some steps."""
    rng = np.random.default_rng(5)
    optimizer = make(learning_rate=0.05, **settings)
    weights = [engine(rng.normal(size=shape).astype("float32"), name=f"w{i}") for i, shape in enumerate(SHAPES)]
    optimizer.build(weights)
    for _ in range(count):
        gradients = [convert(rng.normal(size=shape).astype("float32")) for shape in SHAPES]
        optimizer.apply(gradients, weights)
    state = [np.asarray(v).astype("float32") for v in optimizer.variables]
    optimizer.finalize_variable_values(weights)
    return [np.asarray(w) for w in weights], state


@pytest.mark.parametrize(("name", "own", "base"), EVERY, ids=str)
def test_twenty_steps(keras, name, own, base):
    settings = {**own, **base}
    theirs = steps(keras.Variable, getattr(keras.optimizers, name), settings, keras.ops.convert_to_tensor)
    ours = steps(Variable, getattr(optimizers, name), settings, lambda g: g)
    assert_alike(theirs, ours, rtol=2e-4, atol=2e-5)
    for weight in ours[0]:
        assert weight.dtype == np.float32


@pytest.mark.parametrize("name", sorted(OWN))
def test_signature_and_config(keras, name):
    theirs, ours = getattr(keras.optimizers, name), getattr(optimizers, name)
    assert signature(theirs) == signature(ours)
    for settings in OWN[name] + BASE:
        described = [make(**settings).get_config() for make in (theirs, ours)]
        described[0] |= {"exclude_layers": list(described[0]["exclude_layers"])} if name == "Muon" else {}
        assert_alike(*[dict(sorted(d.items()), name="") for d in described])
    assert type(optimizers.get(name)) is ours


def test_multi_optimizer(keras):
    found = []
    for engine, variable in ((keras, keras.Variable), (importlib.import_module("teachkeras"), Variable)):
        o, rng = engine.optimizers, np.random.default_rng(5)
        weights = [variable(rng.normal(size=shape).astype("float32"), name=f"w{i}") for i, shape in enumerate(SHAPES)]
        both = o.MultiOptimizer(o.OptimizerMap(o.SGD(0.1, momentum=0.9), {weights[1].path: o.Adam(0.01)}), name="both")
        both.build(weights)
        for _ in range(5):
            both.apply([engine.ops.convert_to_tensor(rng.normal(size=s).astype("float32")) for s in SHAPES], weights)
        again = o.deserialize(o.serialize(both))
        with pytest.raises(AttributeError, match="Learning rate cannot be accessed"):
            assert both.learning_rate
        state = [np.asarray(v).astype("float32") for v in both.variables]
        found.append(([np.asarray(w) for w in weights], state, [type(o).__name__ for o in again.optimizers]))
    assert_alike(*found, rtol=1e-5, atol=1e-6)


BAD = [
    ("AdamW", {"weight_decay": None}), ("Ftrl", {"initial_accumulator_value": -1.0}), ("Lion", {"beta_1": 0.0}),
    ("Ftrl", {"learning_rate_power": 0.5}), ("Ftrl", {"l1_regularization_strength": -1.0}), ("Lion", {"beta_1": 1.5}),
    ("Ftrl", {"l2_regularization_strength": -1.0}), ("Ftrl", {"l2_shrinkage_regularization_strength": -1.0}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "settings"), BAD, ids=str)
def test_errors(keras, name, settings):
    messages = []
    for engine in (keras.optimizers, optimizers):
        with pytest.raises(ValueError) as caught:
            getattr(engine, name)(**settings)
        messages.append(str(caught.value))
    assert messages[0] == messages[1]


def test_loss_scale(keras):
    theirs = keras.optimizers.LossScaleOptimizer(
        keras.optimizers.Adam(0.05), initial_scale=16.0, dynamic_growth_steps=3
    )
    ours = optimizers.LossScaleOptimizer(optimizers.Adam(0.05), initial_scale=16.0, dynamic_growth_steps=3)
    w, v = keras.Variable(np.ones(3, "float32")), Variable(np.ones(3, "float32"))
    for optimizer, variable in ((theirs, w), (ours, v)):
        optimizer.build([variable])
    assert float(ours.scale_loss(Variable(1.0))) == float(theirs.scale_loss(keras.ops.ones(()))) == 16.0
    state, weights = [np.asarray(s) for s in theirs.variables], [np.asarray(w)]
    assert len(state) == len(ours.variables)
    for step in range(12):  # Keras on JAX can only step without state
        g = np.full(3, np.inf if step in (4, 5) else step, "float32")
        weights, state = theirs.stateless_apply(state, [g], weights)
        ours.apply([g], [v])
        np.testing.assert_allclose(v.numpy(), np.asarray(weights[0]), rtol=1e-5)
        for mine, other in zip(ours.variables, state, strict=True):
            np.testing.assert_allclose(np.asarray(mine), np.asarray(other), rtol=1e-5)
    assert signature(keras.optimizers.LossScaleOptimizer) == signature(optimizers.LossScaleOptimizer)
    first = keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam(0.05)).get_config()
    ours = optimizers.LossScaleOptimizer(optimizers.Adam(0.05)).get_config()
    assert sorted(first) == sorted(ours)
    again = optimizers.deserialize(keras.optimizers.serialize(keras.optimizers.LossScaleOptimizer(
        keras.optimizers.Adam(0.05))))  # fmt: skip
    assert type(again.inner_optimizer) is optimizers.Adam
