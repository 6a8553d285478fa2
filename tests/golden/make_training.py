"""Make ``training.json``: the losses of 200 steps of real Keras on JAX, for each optimizer of the documents.

Run it where Keras is installed: ``python tests/golden/make_training.py``. The file names the versions it was made with.
"""

import json
import os
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "jax")

import numpy as np

OPTIMIZERS = {
    "sgd": ("SGD", {"learning_rate": 0.05}),
    "sgd_momentum": ("SGD", {"learning_rate": 0.02, "momentum": 0.9}),
    "sgd_nesterov": ("SGD", {"learning_rate": 0.02, "momentum": 0.9, "nesterov": True}),
    "rmsprop": ("RMSprop", {"learning_rate": 0.001}),
    "rmsprop_centered": ("RMSprop", {"learning_rate": 0.001, "momentum": 0.5, "centered": True}),
    "adagrad": ("Adagrad", {"learning_rate": 0.02}),
    "adam": ("Adam", {"learning_rate": 0.001}),
    "adam_amsgrad": ("Adam", {"learning_rate": 0.001, "amsgrad": True}),
}
STEPS, BATCH = 200, 16


def task():
    """Return (x, y, initial weights) of a small classification task, the same wherever it is made."""
    rng = np.random.default_rng(7)
    x = rng.normal(size=(STEPS * BATCH, 12)).astype("float32")
    y = np.eye(3, dtype="float32")[np.argmax(x[:, :3] + 0.5 * x[:, 3:6] ** 2, axis=-1)]
    shapes = [(12, 16), (16,), (16, 3), (3,)]
    return x, y, [rng.normal(scale=0.3, size=shape).astype("float32") for shape in shapes]


def losses_of(keras, name):
    """Return the loss of each of 200 steps under one optimizer, in whichever engine `keras` is."""
    x, y, weights = task()
    model = keras.Sequential([keras.Input((12,)), keras.layers.Dense(16, "relu"), keras.layers.Dense(3, "softmax")])
    class_name, settings = OPTIMIZERS[name]
    model.compile(getattr(keras.optimizers, class_name)(**settings), "categorical_crossentropy")
    model.set_weights(weights)
    found = []
    for start in range(0, len(x), BATCH):
        model.reset_metrics()
        found.append(float(model.train_on_batch(x[start : start + BATCH], y[start : start + BATCH])))
    return found


def main():
    """Write the file."""
    import jax
    import keras

    made = {name: losses_of(keras, name) for name in OPTIMIZERS}
    content = {"made_with": {"keras": keras.__version__, "jax": jax.__version__}, "losses": made}
    Path(__file__).with_name("training.json").write_text(json.dumps(content, indent=1) + "\n")


if __name__ == "__main__":
    main()
