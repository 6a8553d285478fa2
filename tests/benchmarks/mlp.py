"""The documents' MLPs beside Keras on JAX: milliseconds a step, interleaved in one run, each side's best round.

    python tests/benchmarks/mlp.py [--rounds 5] [--mnist FILE] [--json FILE]

With ``--mnist`` (a copy of mnist.npz) both also train 5 epochs on the real digits, and the test accuracies stand
beside the times.
"""

import argparse
import json
import os
import time

os.environ.setdefault("KERAS_BACKEND", "jax")

import numpy as np

MODELS = {  # name: (inputs, hidden, dropout, batch, optimizer)
    "784-128-10 batch 32 Adam": (784, 128, 0.0, 32, "adam"),
    "784-512-dropout-10 batch 128 Adam": (784, 512, 0.5, 128, "adam"),
    "100-64-10 batch 32 SGD": (100, 64, 0.0, 32, "sgd"),
}
STEPS = 300


def build(keras, inputs, hidden, dropout, optimizer):
    """Return one of the documents' MLPs, compiled, in whichever engine `keras` is."""
    stack = [keras.Input((inputs,)), keras.layers.Dense(hidden, activation="relu")]
    stack += [keras.layers.Dropout(dropout)] if dropout else []
    model = keras.Sequential([*stack, keras.layers.Dense(10, activation="softmax")])
    model.compile(optimizer, "categorical_crossentropy", metrics=["accuracy"])
    return model


def measure(engines, settings, rounds):
    """Return each engine's best milliseconds a step over interleaved rounds."""
    inputs, hidden, dropout, batch, optimizer = settings
    rng = np.random.default_rng(0)
    x = rng.random((STEPS * batch, inputs), dtype="float32")
    y = np.eye(10, dtype="float32")[rng.integers(0, 10, STEPS * batch)]
    models = {name: build(keras, inputs, hidden, dropout, optimizer) for name, keras in engines.items()}
    for model in models.values():
        model.fit(x[: 20 * batch], y[: 20 * batch], batch_size=batch, verbose=0)
    best = dict.fromkeys(engines, float("inf"))
    for _ in range(rounds):
        for name, model in models.items():
            start = time.perf_counter()
            model.fit(x, y, batch_size=batch, verbose=0)
            best[name] = min(best[name], (time.perf_counter() - start) / STEPS * 1e3)
    return best


def mnist(engines, path):
    """Return {engine: (seconds for 5 epochs, test accuracy)} on real MNIST."""
    with np.load(path) as data:
        x, t = data["x_train"].astype("float32") / 255, np.eye(10, dtype="float32")[data["y_train"]]
        x_test, t_test = data["x_test"].astype("float32") / 255, np.eye(10, dtype="float32")[data["y_test"]]
    found = {}
    for name, keras in engines.items():
        keras.utils.set_random_seed(1)
        model = build(keras, 784, 128, 0.0, "adam")
        start = time.perf_counter()
        model.fit(x.reshape(-1, 784), t, epochs=5, batch_size=32, verbose=0)
        seconds = time.perf_counter() - start
        found[name] = seconds, model.evaluate(x_test.reshape(-1, 784), t_test, verbose=0)[1]
    return found


def main():
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--mnist")
    parser.add_argument("--json")
    arguments = parser.parse_args()
    import keras

    import teachkeras

    engines = {"teachkeras": teachkeras, f"keras {keras.__version__} on {keras.backend.backend()}": keras}
    table = {}
    for name, settings in MODELS.items():
        best = table[name] = measure(engines, settings, arguments.rounds)
        ours, theirs = best.values()
        print(f"{name:36} {ours:7.3f} ms  {theirs:7.3f} ms  ratio {ours / theirs:.2f}")
    if arguments.mnist:
        table["mnist"] = mnist(engines, arguments.mnist)
        for name, (seconds, accuracy) in table["mnist"].items():
            print(f"MNIST, 5 epochs, {name:24} {seconds:6.1f} s  test accuracy {accuracy:.4f}")
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump(table, file, indent=1)


if __name__ == "__main__":
    main()
