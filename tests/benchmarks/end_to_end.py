"""The documents' three models, trained on real data beside Keras on JAX: test accuracy and seconds, same data and split.

    python tests/benchmarks/end_to_end.py FOLDER [--only mnist] [--epochs N] [--json FILE]

FOLDER holds copies of mnist.npz, imdb.npz (or imdb_small.npz) and cifar10.npz (or cifar10_small.npz), each with arrays
x_train, y_train, x_test, y_test. They are read with ``teachkeras.datasets``; Keras gets the very same arrays.
"""

import argparse
import json
import os
import time

os.environ.setdefault("KERAS_BACKEND", "jax")


def mnist(path):
    """Return (x, t), (x_test, t_test) as the documents prepare them, the batch size and the epochs they train."""
    from teachkeras import datasets, utils

    train, test = datasets.mnist.load_data(path)
    pairs = [(x.astype("float32") / 255, utils.to_categorical(y, 10).astype("float32")) for x, y in (train, test)]
    return *pairs, 32, 5


def imdb(path):
    """Return the reviews' last 100 words, their signs one-hot, batch size and epochs."""
    from teachkeras import datasets, utils

    train, test = datasets.imdb.load_data(path, num_words=5000)
    pairs = [
        (utils.pad_sequences(x, maxlen=100), utils.to_categorical(y, 2).astype("float32")) for x, y in (train, test)
    ]
    return *pairs, 32, 3


def cifar10(path):
    """Return the pictures and their classes, batch size and epochs."""
    from teachkeras import datasets

    train, test = datasets.cifar10.load_data(path)
    return *((x.astype("float32") / 255, y) for x, y in (train, test)), 32, 10


def mnist_model(keras):
    """Return the documents' classifier of digits."""
    k = keras.layers
    model = keras.Sequential([
        keras.Input((28, 28)), k.Flatten(), k.Dense(128, activation="relu"), k.Dense(10, activation="softmax"),
    ])  # fmt: skip
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    return model


def imdb_model(keras):
    """Return the documents' classifier of reviews."""
    k = keras.layers
    model = keras.Sequential([
        keras.Input((100,)), k.Embedding(5000, 32), k.SpatialDropout1D(0.4),
        k.LSTM(100, dropout=0.2, recurrent_dropout=0.2), k.Dense(2, activation="sigmoid"),
    ])  # fmt: skip
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


def cifar10_model(keras):
    """Return the documents' classifier of pictures."""
    k = keras.layers
    model = keras.Sequential([
        keras.Input((32, 32, 3)), k.Conv2D(32, (3, 3), activation="relu"), k.MaxPooling2D((2, 2)),
        k.Conv2D(64, (3, 3), activation="relu"), k.MaxPooling2D((2, 2)), k.Conv2D(64, (3, 3), activation="relu"),
        k.Flatten(), k.Dense(64, activation="relu"), k.Dense(10, activation="softmax"),
    ])  # fmt: skip
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


CASES = {"mnist": (mnist, mnist_model), "imdb": (imdb, imdb_model), "cifar10": (cifar10, cifar10_model)}


def file_in(folder, name):
    """Return the path of a data set's file in a folder, whole or small."""
    for ending in ("", "_small"):
        if os.path.exists(path := os.path.abspath(os.path.join(folder, f"{name}{ending}.npz"))):
            return path
    raise SystemExit(f"no {name}.npz or {name}_small.npz in {folder}")


def train(keras, build, data, epochs):
    """Return the seconds of training and the test accuracy."""
    (x, t), (x_test, t_test), batch, usual = data
    keras.utils.set_random_seed(1)
    model = build(keras)
    start = time.perf_counter()
    model.fit(x, t, epochs=epochs or usual, batch_size=batch, verbose=0)
    seconds = time.perf_counter() - start
    return seconds, float(model.evaluate(x_test, t_test, verbose=0)[1])


def main():
    """Train and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("--only", choices=CASES)
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--json")
    arguments = parser.parse_args()
    import keras

    import teachkeras

    engines = {"teachkeras": teachkeras, f"keras {keras.__version__} on {keras.backend.backend()}": keras}
    table = {}
    for name, (load, build) in CASES.items():
        if arguments.only in (None, name):
            data = load(file_in(arguments.folder, name))
            for engine, module in engines.items():
                seconds, accuracy = table[f"{name}, {engine}"] = train(module, build, data, arguments.epochs)
                print(f"{name:8} {engine:24} {seconds:7.1f} s  test accuracy {accuracy:.4f}", flush=True)
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump(table, file, indent=1)


if __name__ == "__main__":
    main()
