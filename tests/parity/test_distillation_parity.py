"""Distillation beside Keras's: losses, and three steps of a student that learns from a teacher."""

import numpy as np
import pytest
from twins import assert_alike

import teachkeras

pytestmark = [pytest.mark.parity, pytest.mark.filterwarnings("ignore")]

LOSSES = [
    ("LogitsDistillation", {}), ("LogitsDistillation", {"temperature": 2.0, "loss": "mse"}),
    ("LogitsDistillation", {"loss": "KLDivergence"}), ("FeatureDistillation", {"loss": "mae"}),
    ("FeatureDistillation", {"teacher_layer_name": "inside", "student_layer_name": "inside"}),
]  # fmt: skip


def pair(engine):
    """Return a teacher and a student with known weights."""
    models = []
    for name, units, seed in (("teacher", 6, 1), ("student", 6, 2)):
        x = engine.Input((4,))
        h = engine.layers.Dense(units, "tanh", name="inside")(x)
        model = engine.Model(x, engine.layers.Dense(3, name="end")(h), name=name)
        rng = np.random.default_rng(seed)
        model.set_weights([rng.normal(size=w.shape).astype("float32") for w in model.get_weights()])
        models.append(model)
    return models


def loss_of(engine, name, settings):
    settings = {k: engine.losses.KLDivergence() if v == "KLDivergence" else v for k, v in settings.items()}
    return getattr(engine.distillation, name)(**settings)


@pytest.mark.parametrize(("name", "settings"), LOSSES, ids=str)
def test_three_steps(keras, name, settings):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(12, 4)).astype("float32"), rng.normal(size=(12, 3)).astype("float32")
    found = []
    for engine in (keras, teachkeras):
        teacher, student = pair(engine)
        distiller = engine.distillation.Distiller(
            teacher, student, [loss_of(engine, name, settings)], [2.0], student_loss_weight=0.3
        )
        distiller.compile(engine.optimizers.SGD(0.05), loss="mse", metrics=["mae"])
        history = distiller.fit(x, y, batch_size=4, epochs=1, shuffle=False, verbose=0).history
        evaluated = distiller.evaluate(x, y, verbose=0, return_dict=True)
        found.append([dict(sorted(history.items())), dict(sorted(evaluated.items())), student.get_weights(),
                      teacher.get_weights(), loss_of(engine, name, settings).get_config().keys()])  # fmt: skip
        assert not teacher.trainable
    assert_alike(found[0][:-1], found[1][:-1], 2e-4, 2e-5)
    assert sorted(found[0][-1]) == sorted(found[1][-1])


def test_config_round_trip():
    d = teachkeras.distillation
    distiller = d.Distiller(*pair(teachkeras), [d.LogitsDistillation(2.0, loss=["mse"][0])], student_loss_weight=0.25)
    again = teachkeras.saving.deserialize_keras_object(teachkeras.saving.serialize_keras_object(distiller))
    assert again.student_loss_weight == 0.25 and again.distillation_losses[0].temperature == 2.0
    assert again.student.count_params() == distiller.student.count_params()


@pytest.mark.parametrize("case", [
    lambda e: e.distillation.LogitsDistillation(temperature=0), lambda e: e.distillation.LogitsDistillation(loss=None),
    lambda e: e.distillation.FeatureDistillation(loss=[None]),
    lambda e: e.distillation.Distiller(*pair(e), None),
    lambda e: e.distillation.Distiller(*pair(e), e.distillation.LogitsDistillation(), student_loss_weight=2),
    lambda e: e.distillation.Distiller(*pair(e), e.distillation.FeatureDistillation(teacher_layer_name="typo")),
    lambda e: e.distillation.Distiller(3, 4, e.distillation.LogitsDistillation()),
])  # fmt: skip
def test_errors(keras, case):
    for engine in (keras, teachkeras):
        with pytest.raises(ValueError):
            case(engine)
