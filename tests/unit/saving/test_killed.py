"""Training that is killed at random moments: what is on disk is whole, and going on leads to the same weights."""

import contextlib
import random
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

import teachkeras as tk

TRAIN = """
import sys
import numpy as np
import teachkeras as tk

folder = sys.argv[1]
tk.utils.set_random_seed(3)
model = tk.Sequential([tk.layers.Input((6,)), tk.layers.Dense(64, "tanh"), tk.layers.Dropout(0.3, seed=4), tk.layers.Dense(2)])
model.compile(tk.optimizers.Adam(0.01), "mse")
x = np.random.default_rng(0).normal(size=(256, 6)).astype("float32")
print("ready", flush=True)
model.fit(x, x[:, :2], epochs=60, batch_size=16, verbose=0, callbacks=[
    tk.callbacks.ModelCheckpoint(folder + "/model.keras"),
    tk.callbacks.ModelCheckpoint(folder + "/w.weights.h5", save_weights_only=True, save_freq=5),
    tk.callbacks.BackupAndRestore(folder + "/backup", delete_checkpoint=False),
])
np.savez(folder + "/final.npz", *model.get_weights())
"""


@contextlib.contextmanager
def process(folder):
    """Start the training, wait until `fit` is about to begin; at the end wait for the process."""
    with subprocess.Popen([sys.executable, "-c", TRAIN, str(folder)], stdout=subprocess.PIPE, text=True) as running:
        running.stdout.readline()
        yield running
        running.wait(300)


def finished(folder):
    with process(folder) as running:
        pass
    assert running.returncode == 0
    with np.load(folder / "final.npz") as file:
        return [file[name] for name in file.files]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("undisturbed")
    with process(folder) as running:
        started = time.perf_counter()
    seconds = time.perf_counter() - started
    assert running.returncode == 0
    with np.load(folder / "final.npz") as file:
        return [file[name] for name in file.files], seconds


def is_whole(folder):
    """Load every checkpoint that is there."""
    if (folder / "model.keras").exists():
        tk.models.load_model(folder / "model.keras")
    if (folder / "w.weights.h5").exists():
        layers = [
            tk.layers.Input((6,)),
            tk.layers.Dense(64, "tanh"),
            tk.layers.Dropout(0.3, seed=4),
            tk.layers.Dense(2),
        ]
        tk.Sequential(layers).load_weights(folder / "w.weights.h5")


def killed_and_resumed(folder, seconds, rng, times=1):
    for _ in range(times):
        with process(folder) as running:
            time.sleep(rng.uniform(0, seconds))
            running.kill()
        is_whole(folder)
    return finished(folder)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no kill -9 here")
@pytest.mark.parametrize("case", [0, *[pytest.param(n, marks=pytest.mark.full) for n in range(1, 26)]])
def test_killed_twice(undisturbed, tmp_path, case):
    expected, seconds = undisturbed
    weights = killed_and_resumed(tmp_path, seconds, random.Random(case), times=2)
    for a, b in zip(expected, weights, strict=True):
        np.testing.assert_array_equal(a, b)
