"""The documents' review classifier beside Keras on JAX: milliseconds a step, interleaved, each side's best round.

    python tests/benchmarks/lstm.py [--rounds 5] [--imdb FILE] [--json FILE]

Embedding(5000, 32) – SpatialDropout1D(0.4) – LSTM(100, dropout 0.2, recurrent dropout 0.2) – Dense(2), sequences of 100
words, batches of 32; the same without recurrent dropout, with a GRU, and with a SimpleRNN. With ``--imdb`` (a copy of
imdb.npz with arrays x_train, y_train, x_test, y_test) both also train 3 epochs on real reviews, and the accuracies
stand beside the times.
"""

import argparse
import json
import os
import time

os.environ.setdefault("KERAS_BACKEND", "jax")

import numpy as np

WORDS, LENGTH, BATCH, STEPS = 5000, 100, 32, 20
LAYERS = {  # name: (layer, its arguments)
    "LSTM, dropout, recurrent dropout": ("LSTM", {"dropout": 0.2, "recurrent_dropout": 0.2}),
    "LSTM, dropout": ("LSTM", {"dropout": 0.2}),
    "GRU, dropout, recurrent dropout": ("GRU", {"dropout": 0.2, "recurrent_dropout": 0.2}),
    "SimpleRNN": ("SimpleRNN", {}),
}


def build(keras, kind, arguments):
    """Return the documents' model, compiled, in whichever engine `keras` is."""
    stack = [
        keras.Input((LENGTH,)),
        keras.layers.Embedding(WORDS, 32),
        keras.layers.SpatialDropout1D(0.4),
        getattr(keras.layers, kind)(100, **arguments),
        keras.layers.Dense(2, activation="sigmoid"),
    ]
    model = keras.Sequential(stack)
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


def measure(engines, kind, arguments, rounds):
    """Return each engine's best milliseconds a step over interleaved rounds."""
    rng = np.random.default_rng(0)
    x = rng.integers(0, WORDS, (STEPS * BATCH, LENGTH)).astype("int32")
    y = np.eye(2, dtype="float32")[rng.integers(0, 2, STEPS * BATCH)]
    models = {name: build(keras, kind, arguments) for name, keras in engines.items()}
    for model in models.values():
        model.fit(x[: 3 * BATCH], y[: 3 * BATCH], batch_size=BATCH, verbose=0)
    best = dict.fromkeys(engines, float("inf"))
    for _ in range(rounds):
        for name, model in models.items():
            start = time.perf_counter()
            model.fit(x, y, batch_size=BATCH, verbose=0)
            best[name] = min(best[name], (time.perf_counter() - start) / STEPS * 1e3)
    return best


def padded(reviews):
    """Return the last words of each review as rows of one length, zeros in front; rare words become 2."""
    rows = np.zeros((len(reviews), LENGTH), "int32")
    for row, review in zip(rows, reviews, strict=True):
        words = np.asarray(review)[-LENGTH:]
        row[LENGTH - len(words) :] = np.where(words < WORDS, words, 2)
    return rows


def imdb(engines, path):
    """Return {engine: (seconds for 3 epochs, test accuracy)} on real reviews."""
    with np.load(path, allow_pickle=True) as data:  # a file the user vouches for
        x, x_test = padded(data["x_train"]), padded(data["x_test"])
        t, t_test = np.eye(2, dtype="float32")[data["y_train"]], np.eye(2, dtype="float32")[data["y_test"]]
    found = {}
    for name, keras in engines.items():
        keras.utils.set_random_seed(1)
        model = build(keras, *LAYERS["LSTM, dropout, recurrent dropout"])
        start = time.perf_counter()
        model.fit(x, t, epochs=3, batch_size=BATCH, verbose=0)
        seconds = time.perf_counter() - start
        found[name] = seconds, model.evaluate(x_test, t_test, verbose=0)[1]
    return found


def main():
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", help="a part of the name of the models to measure")
    parser.add_argument("--imdb")
    parser.add_argument("--json")
    arguments = parser.parse_args()
    import keras

    import teachkeras

    engines = {"teachkeras": teachkeras, f"keras {keras.__version__} on {keras.backend.backend()}": keras}
    table = {}
    for name, (kind, more) in LAYERS.items():
        if arguments.only and arguments.only not in name:
            continue
        best = table[name] = measure(engines, kind, more, arguments.rounds)
        ours, theirs = best.values()
        print(f"{name:36} {ours:7.2f} ms  {theirs:7.2f} ms  ratio {ours / theirs:.2f}", flush=True)
    if arguments.imdb:
        table["imdb"] = imdb(engines, arguments.imdb)
        for name, (seconds, accuracy) in table["imdb"].items():
            print(f"IMDB, 3 epochs, {name:24} {seconds:6.1f} s  test accuracy {accuracy:.4f}")
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump(table, file, indent=1)


if __name__ == "__main__":
    main()
