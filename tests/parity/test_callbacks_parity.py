"""Callbacks beside Keras's: history, printed lines, warnings, files, weights after the run."""

import warnings

import numpy as np
import pytest
from beside import signature
from twins import assert_alike, kind

import teachkeras

pytestmark = [pytest.mark.parity, pytest.mark.filterwarnings("ignore")]

X = np.random.default_rng(0).normal(size=(20, 4)).astype("float32")
Y = X.sum(axis=1, keepdims=True)
SPLIT = {"validation_split": 0.2}


def model(engine, optimizer=("SGD", {"learning_rate": 0.01})):
    name, settings = optimizer
    made = engine.Sequential([engine.layers.Input((4,)), engine.layers.Dense(1)])
    made.compile(getattr(engine.optimizers, name)(**settings), "mse", metrics=["mae"], run_eagerly=True)
    made.set_weights([np.array([[0.5], [-0.3], [0.1], [0.2]], "float32"), np.zeros(1, "float32")])
    return made


def trained(engine, capsys, make, optimizer=("SGD", {"learning_rate": 0.01}), **fit):
    """Return (history, weights, lines printed, warnings), or the error."""
    made = model(engine, optimizer)
    capsys.readouterr()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            callbacks = make(engine.callbacks)
            callbacks = callbacks if isinstance(callbacks, list) else [callbacks]
            history = made.fit(X, Y, **{"epochs": 4, "verbose": 0, "callbacks": callbacks, "shuffle": False, **fit})
        except Exception as error:  # an error is an outcome
            return error
    told = [str(w.message) for w in caught if w.category is UserWarning]
    lines = [line for line in capsys.readouterr().out.splitlines() if line]
    return {"history": history.history, "epoch": history.epoch, "weights": made.get_weights(), "lines": lines,
            "warnings": told}  # fmt: skip


def alike(keras, capsys, make, **fit):
    theirs, ours = trained(keras, capsys, make, **fit), trained(teachkeras, capsys, make, **fit)
    assert_alike(theirs, ours)
    return ours


CASES = {
    "stop, nothing there": (lambda c: c.EarlyStopping(), {}),
    "stop": (lambda c: c.EarlyStopping("loss", min_delta=100, patience=1, verbose=1), {}),
    "stop, restore": (
        lambda c: c.EarlyStopping("loss", min_delta=9, patience=2, verbose=1, restore_best_weights=True), {}),
    "restore without stop": (lambda c: c.EarlyStopping("loss", patience=9, verbose=1, restore_best_weights=True), {}),
    "stop, val": (lambda c: c.EarlyStopping(mode="max", patience=1, verbose=1), SPLIT),
    "stop, start": (lambda c: c.EarlyStopping(mode="max", start_from_epoch=2, verbose=1), {**SPLIT, "epochs": 6}),
    "stop, baseline": (lambda c: c.EarlyStopping("loss", baseline=0.001, patience=2, restore_best_weights=True), {}),
    "stop, unknown name": (lambda c: c.EarlyStopping("acc"), {}),
    "stop, direction of a metric": (lambda c: c.EarlyStopping("val_mae"), SPLIT),
    "stop, unknown mode": (lambda c: c.EarlyStopping("mae", mode="foo"), {}),
    "plateau": (lambda c: c.ReduceLROnPlateau("loss", min_delta=100, patience=1, verbose=1, cooldown=1), {}),
    "plateau, cooldown": (lambda c: c.ReduceLROnPlateau("loss", 0.5, 2, 1, "max", 0.1, 2), {"epochs": 9}),
    "plateau, nothing there": (lambda c: c.ReduceLROnPlateau(patience=1), {}),
    "plateau, factor": (lambda c: c.ReduceLROnPlateau(factor=1.0), {}),
    "plateau, epsilon": (lambda c: c.ReduceLROnPlateau("loss", epsilon=1e-3), {}),
    "plateau, floor": (
        lambda c: c.ReduceLROnPlateau("loss", min_delta=100, patience=1, verbose=1, min_lr=0.005), {"epochs": 5}),
    "rates": (lambda c: c.LearningRateScheduler(lambda epoch, rate: rate * 0.5, verbose=1), {}),
    "rates, epoch alone": (lambda c: c.LearningRateScheduler(lambda epoch: 0.1 / (epoch + 1), verbose=1), {}),
    "rates, text": (lambda c: c.LearningRateScheduler(lambda epoch: "a"), {}),
    "rates, whole": (lambda c: c.LearningRateScheduler(lambda epoch: 1), {}),
    "rates, numpy": (lambda c: c.LearningRateScheduler(lambda epoch: np.float32(0.1), verbose=1), {}),
    "swap": (lambda c: c.SwapEMAWeights(), {**SPLIT, "optimizer": ("SGD", {"use_ema": True, "ema_momentum": 0.5})}),
    "swap each epoch": (lambda c: c.SwapEMAWeights(swap_on_epoch=True),
                        {**SPLIT, "optimizer": ("SGD", {"use_ema": True, "ema_momentum": 0.5})}),
    "swap nothing": (lambda c: c.SwapEMAWeights(), SPLIT),
    "checkpoint, frequency": (lambda c: c.ModelCheckpoint("a.keras", save_freq="x"), {}),
    "checkpoint, ending": (lambda c: c.ModelCheckpoint("a.h6"), {}),
    "checkpoint, ending of weights": (lambda c: c.ModelCheckpoint("a.h5", save_weights_only=True), {}),
    "checkpoint, placeholder": (lambda c: c.ModelCheckpoint("{foo}.keras"), {}),
    "backup, folder": (lambda c: c.BackupAndRestore(""), {}),
    "backup, frequency": (lambda c: c.BackupAndRestore("b", save_freq="x"), {}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_callback(keras, capsys, case):
    make, fit = CASES[case]
    alike(keras, capsys, make, **fit)


def test_messages_of_errors_hold_what_keras_says(keras, capsys):
    for case in ("plateau, factor", "rates, text", "checkpoint, ending", "backup, folder", "swap nothing"):
        theirs, ours = (trained(engine, capsys, CASES[case][0], **CASES[case][1]) for engine in (keras, teachkeras))
        assert str(theirs)[:60] in str(ours), case


@pytest.mark.parametrize("raise_error", [False, True])
def test_terminate_on_nan(keras, capsys, raise_error):
    found = []
    for engine in (keras, teachkeras):
        made = model(engine, ("SGD", {"learning_rate": 1e25}))
        capsys.readouterr()
        try:
            made.fit(X, Y, epochs=5, verbose=0, shuffle=False, batch_size=5, callbacks=[
                engine.callbacks.TerminateOnNaN(raise_error=raise_error)])  # fmt: skip
        except Exception as error:
            found.append((kind(error), str(error).split(". ")[0]))
            continue
        found.append((len(made.history.epoch), capsys.readouterr().out))
    assert found[0] == found[1] or (set(found[0][0]) <= set(found[1][0]) and found[0][1] == found[1][1])


@pytest.mark.parametrize("settings", [{}, {"separator": ";"}, {"append": True}])
@pytest.mark.parametrize("fit", [{}, SPLIT, {**SPLIT, "validation_freq": 2}], ids=["", "val", "val2"])
def test_csv(keras, tmp_path, settings, fit):
    texts = []
    for engine in (keras, teachkeras):
        file = tmp_path / f"{engine.__name__}.csv"
        for _ in range(2):
            made = model(engine)
            callbacks = [engine.callbacks.LearningRateScheduler(lambda epoch, rate: rate),
                         engine.callbacks.CSVLogger(file, **settings)]  # fmt: skip
            made.fit(X, Y, epochs=3, verbose=0, shuffle=False, callbacks=callbacks, **fit)
        rows = [line.split(settings.get("separator", ",")) for line in file.read_text().splitlines()]
        texts.append([[c if c == "NA" or c[0].isalpha() else f"{float(c):.4f}" for c in row] for row in rows])
    assert texts[0] == texts[1]


NAMES = ["BackupAndRestore", "CSVLogger", "EarlyStopping", "LearningRateScheduler", "ModelCheckpoint", "ProgbarLogger",
         "ReduceLROnPlateau", "RemoteMonitor", "SwapEMAWeights", "TensorBoard", "TerminateOnNaN"]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_signature(keras, name):
    theirs, ours = getattr(keras.callbacks, name), getattr(teachkeras.callbacks, name)
    assert signature(theirs) == signature(ours)
    for moment in (m for m in dir(keras.callbacks.Callback) if m.startswith("on_")):
        assert signature(getattr(theirs, moment)) == signature(getattr(ours, moment)), moment
