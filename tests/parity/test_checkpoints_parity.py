"""ModelCheckpoint and BackupAndRestore beside Keras's: which files, when, under which names, with which messages."""

import re
import warnings

import numpy as np
import pytest

import teachkeras as tk

pytestmark = [pytest.mark.parity, pytest.mark.filterwarnings("ignore")]
X = np.random.default_rng(0).normal(size=(20, 4)).astype("float32")
START = [np.random.default_rng(1).normal(size=(4, 2)).astype("float32"), np.zeros(2, "float32")]
CASES = [
    {}, {"save_freq": 3, "filepath": "{epoch}-{batch}.keras"}, {"save_freq": 7, "filepath": "{epoch}-{batch}-{loss:.2f}.keras"},
    {"save_best_only": True, "monitor": "loss", "verbose": 1}, {"save_best_only": True, "monitor": "val_loss", "mode": "min", "verbose": 1},
    {"save_best_only": True, "monitor": "val_mae", "mode": "max"}, {"save_best_only": True, "monitor": "loss", "initial_value_threshold": 1e-3, "verbose": 1},
    {"save_best_only": True, "monitor": "loss", "initial_value_threshold": 1e3, "mode": "max"}, {"save_best_only": True, "monitor": "nothing", "mode": "min", "verbose": 1},
    {"save_weights_only": True, "filepath": "{epoch:03d}-{val_loss:.2f}.weights.h5", "verbose": 1}, {"filepath": "{epoch}.h5"},
    {"filepath": "sub/{epoch}.keras", "verbose": 1}, {"save_weights_only": True, "filepath": "w.weights.h5", "save_freq": 4, "verbose": 1},
]  # fmt: skip


@pytest.fixture(scope="module")
def models(keras):
    made = {}
    for engine in (keras, tk):
        made[engine] = engine.Sequential([engine.layers.Input((4,)), engine.layers.Dense(2)])
        made[engine].compile(engine.optimizers.SGD(0.01), "mse", metrics=["mae"])
    return made


def files_of(folder):
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


@pytest.mark.parametrize("case", CASES, ids=[str(i) for i in range(len(CASES))])
def test_checkpoints(models, tmp_path, capsys, monkeypatch, case):
    found = []
    for engine, model in models.items():
        folder = tmp_path / engine.__name__
        folder.mkdir()
        monkeypatch.chdir(folder)
        model.set_weights(START)
        keep = engine.callbacks.ModelCheckpoint(**{"filepath": "{epoch}.keras", **case})
        told = {
            "x": X,
            "y": X[:, :2],
            "validation_data": (X, X[:, :2]),
            "batch_size": 5,
            "shuffle": False,
            "verbose": 0,
        }
        capsys.readouterr()
        for first, last in ((0, 2), (2, 4)):  # counts go on from one fit to the next
            model.fit(**told, initial_epoch=first, epochs=last, callbacks=[keep])
        said = re.sub(r"(\d+\.\d{3})\d*", r"\1", capsys.readouterr().out)
        found.append((files_of(folder), [line for line in said.splitlines() if line]))
        weights = []
        for name in files_of(folder):
            if name.endswith("weights.h5"):
                model.load_weights(name)
                weights.append(model.get_weights())
            else:
                weights.append(engine.models.load_model(name, compile=not name.endswith("h5")).get_weights())
        found[-1] += (weights,)
    assert found[0][:2] == found[1][:2]
    for a, b in zip(found[0][2], found[1][2], strict=True):
        np.testing.assert_allclose(a[0], b[0], atol=1e-5)


@pytest.mark.parametrize("settings", [{}, {"save_freq": 3}, {"double_checkpoint": True}], ids=str)
def test_a_backup_is_gone_on_with(keras, tmp_path, settings):
    """Interrupted after two and a half epochs; the epochs that follow, and the weights at the end, are Keras's."""
    found = []
    for engine in (keras, tk):
        folder = str(tmp_path / engine.__name__)

        class Cut(engine.callbacks.Callback):
            def on_train_batch_begin(self, batch, logs=None):
                if int(self.model.optimizer.iterations) == 10:
                    raise KeyboardInterrupt

        def fit(*more, engine=engine, folder=folder):
            model = engine.Sequential([engine.layers.Input((4,)), engine.layers.Dense(2)])
            model.compile(engine.optimizers.Adam(0.05), "mse")
            model.set_weights(START)
            backup = engine.callbacks.BackupAndRestore(folder, **settings)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                history = model.fit(
                    X, X[:, :2], batch_size=5, epochs=5, shuffle=False, verbose=0, callbacks=[backup, *more]
                )
            return model.get_weights(), history.epoch, int(model.optimizer.iterations)

        with pytest.raises(KeyboardInterrupt):
            fit(Cut())
        found.append(fit())
    assert found[0][1:] == found[1][1:]
    np.testing.assert_allclose(found[0][0][0], found[1][0][0], atol=1e-5)
