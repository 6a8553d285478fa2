"""The diagnosis on planted faults and healthy runs, on seeds and architectures that it was not tuned on."""

import warnings

import diagnosis_faults  # noqa: F401  (fills FAULTS)
import diagnosis_healthy  # noqa: F401  (fills HEALTHY)
import numpy as np
import pytest
from diagnosis_cases import FAULTS, HEALTHY, blobs, mlp, restyle

import teachkeras as keras
from teachkeras import errors, explain

TUNED_ON, TRIED_ON = (0, 1, 2), (101, 102)


def diagnosed(make, seed):
    restyle(seed)
    keras.utils.set_random_seed(seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return keras.diagnose(*make(seed))


@pytest.mark.parametrize("fault", [*FAULTS[::4], *[f for f in FAULTS if f[0] == "labels_from_one"]], ids=lambda f: f[0])
def test_planted_faults_are_found(fault):
    _name, expected, make = fault
    report = diagnosed(make, 0)
    assert set(expected) & set(report.names), report
    assert all(f.says and f.tries for f in report)


@pytest.mark.parametrize("case", HEALTHY[::6], ids=lambda c: c[0])
def test_healthy_runs_are_left_in_peace(case):
    assert not diagnosed(case[1], 0).findings


@pytest.mark.full
def test_hits_misses_and_false_alarms():
    assert len(FAULTS) >= 30 and len(HEALTHY) >= 30
    missed = [(s, name) for s in TRIED_ON for name, expected, make in FAULTS
              if not set(expected) & set(diagnosed(make, s).names)]  # fmt: skip
    alarms = [(s, name, str(r)) for s in TRIED_ON for name, make in HEALTHY if (r := diagnosed(make, s))]
    print(f"faults {2 * len(FAULTS)}, missed {missed}; healthy {2 * len(HEALTHY)}, false alarms {alarms}")
    assert len(missed) <= 0.1 * 2 * len(FAULTS) and len(alarms) <= 0.1 * 2 * len(HEALTHY), (missed, alarms)


def test_looking_changes_no_weight_and_no_optimizer():
    x, y = blobs(5)
    model = mlp(8, 4)
    model.fit(x, y, epochs=1, verbose=0)
    before = [v.numpy() for v in (*model.variables, *model.optimizer.variables)]
    keras.diagnose(model, x, y)
    after = (*model.variables, *model.optimizer.variables)
    assert all(a.tobytes() == v.numpy().tobytes() for a, v in zip(before, after, strict=True))


def test_the_callback_warns_once_of_each_thing():
    x, y = blobs(1)
    doctor = explain.Doctor(300 * x, y)
    with pytest.warns(explain.DiagnosisWarning) as caught:
        mlp(8, 4).fit(300 * x, y, epochs=3, verbose=0, callbacks=[doctor])
    told = [str(w.message).split(":")[0].split(" in ")[0] for w in caught if w.category is explain.DiagnosisWarning]
    assert "unscaled_input" in told and len(told) == len(set(told))
    assert "unscaled_input" in doctor.report


def test_recordings_histories_and_curves():
    x, y = blobs(2)
    model = mlp(8, 4, optimizer=keras.optimizers.SGD(30.0))
    with keras.record(model) as recording:
        model.train_on_batch(x, y)
    assert "update_ratio" in keras.diagnose(recording)
    assert "over_fitting" in keras.diagnose({"loss": [1, 0.5, 0.3, 0.2, 0.1], "val_loss": [1, 0.6, 0.7, 0.9, 1.2]})
    assert "learning_rate_too_high" in keras.diagnose({"loss": [1.0, 0.5, float("nan")]})
    report = keras.diagnose({"loss": [1, 0.5, 0.3, 0.2, 0.15], "val_loss": [1, 0.6, 0.5, 0.4, 0.4]})
    assert not report and str(report) == "nothing looks wrong"
    with pytest.raises(errors.ArgumentError, match="diagnose"):
        keras.diagnose(3)
    assert np.isfinite(len(report.to_json()["findings"]))


def test_an_address_picks_what_is_found_there():
    x, y = blobs(3)
    model = keras.Sequential(
        [keras.layers.Dense(9, "relu", input_shape=(8,), name="dead"), keras.layers.Dense(4, name="out")]
    )
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    kernel, bias = model.layers[0].get_weights()
    model.layers[0].set_weights([kernel, bias - 50])
    whole = keras.diagnose(model, x, y)
    assert "dead_relu" in whole
    there, elsewhere = (keras.diagnose(model, x, y, address=a) for a in ("dead", "out"))
    assert "dead_relu" in there and "dead_relu" not in elsewhere
    assert all(f.where for f in [*there, *elsewhere])
    with pytest.raises(errors.UnknownNameError, match="deed"):
        keras.diagnose(model, x, y, address="deed")
