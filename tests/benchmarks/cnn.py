"""The image chapter's CNN beside Keras on JAX: milliseconds a step, interleaved in one run, each side's best round.

    python tests/benchmarks/cnn.py [--rounds 5] [--vgg] [--json FILE]

With ``--vgg`` also VGG16 on four images of 224×224: seconds to build the graph, and milliseconds for the four (teachkeras
alone; two gigabytes).
"""

import argparse
import json
import os
import time

os.environ.setdefault("KERAS_BACKEND", "jax")

import numpy as np

BATCH, STEPS = 32, 20
VGG16 = [64, 64, None, 128, 128, None, 256, 256, 256, None, 512, 512, 512, None, 512, 512, 512, None]  # None: pooling


def cnn(keras):
    """Return the documents' CNN on 32×32×3, compiled, in whichever engine `keras` is."""
    layers = keras.layers
    stack = [keras.Input((32, 32, 3)), layers.Conv2D(32, (3, 3), activation="relu"), layers.MaxPooling2D((2, 2))]
    stack += [layers.Conv2D(64, (3, 3), activation="relu"), layers.MaxPooling2D((2, 2))]
    stack += [layers.Conv2D(64, (3, 3), activation="relu"), layers.Flatten(), layers.Dense(64, activation="relu")]
    model = keras.Sequential([*stack, layers.Dense(10, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def measure(engines, rounds):
    """Return each engine's best milliseconds a training step over interleaved rounds."""
    rng = np.random.default_rng(0)
    x, y = rng.random((STEPS * BATCH, 32, 32, 3), dtype="float32"), rng.integers(0, 10, STEPS * BATCH)
    models = {name: cnn(keras) for name, keras in engines.items()}
    for model in models.values():
        model.fit(x, y, batch_size=BATCH, verbose=0)
    best = dict.fromkeys(engines, float("inf"))
    for _ in range(rounds):
        for name, model in models.items():
            start = time.perf_counter()
            model.fit(x, y, batch_size=BATCH, verbose=0)
            best[name] = min(best[name], (time.perf_counter() - start) / STEPS * 1e3)
    return best


def vgg16(keras):
    """Return VGG16 as a functional graph (Simonyan & Zisserman 2015, configuration D)."""
    x = inputs = keras.Input((224, 224, 3))
    for filters in VGG16:
        pooling = keras.layers.MaxPooling2D((2, 2)) if filters is None else None
        x = (pooling or keras.layers.Conv2D(filters, 3, padding="same", activation="relu"))(x)
    x = keras.layers.Flatten()(x)
    for units in (4096, 4096):
        x = keras.layers.Dense(units, activation="relu")(x)
    return keras.Model(inputs, keras.layers.Dense(1000, activation="softmax")(x))


def measure_vgg16(keras, rounds):
    """Return (seconds to build the graph, best milliseconds for four images)."""
    start = time.perf_counter()
    model = vgg16(keras)
    built, best = time.perf_counter() - start, float("inf")
    x = np.random.default_rng(0).random((4, 224, 224, 3), dtype="float32")
    for _ in range(rounds + 1):
        start = time.perf_counter()
        model.predict(x, verbose=0)
        best = min(best, (time.perf_counter() - start) * 1e3)
    return built, best


def main():
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--vgg", action="store_true")
    parser.add_argument("--json")
    arguments = parser.parse_args()
    import keras

    import teachkeras

    engines = {"teachkeras": teachkeras, f"keras {keras.__version__} on {keras.backend.backend()}": keras}
    table = {"CNN 32×32×3, batch 32, Adam": measure(engines, arguments.rounds)}
    ours, theirs = table["CNN 32×32×3, batch 32, Adam"].values()
    print(f"CNN 32×32×3 batch 32 Adam   {ours:7.2f} ms  {theirs:7.2f} ms  ratio {ours / theirs:.2f}")
    if arguments.vgg:
        built, best = table["VGG16"] = measure_vgg16(teachkeras, arguments.rounds)
        print(f"VGG16: graph in {built:.2f} s, 4 images in {best:.0f} ms")
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump(table, file, indent=1)


if __name__ == "__main__":
    main()
