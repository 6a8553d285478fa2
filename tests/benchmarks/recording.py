"""What watching costs: a training step unwatched, with statistics only, and with everything kept.

    python tests/benchmarks/recording.py [--rounds 5] [--steps 300]

An unwatched short step is run as a list of its ops (``training/shortcut.py``); "walked" is the same step through the layers, as
whoever watches sees it. With statistics only, the recorder leaves out steps so that the total stays within 15 %; "every step" is
what one such step costs.

Rounds are interleaved and each way's best is taken, so that a busy machine disturbs all alike; CPU time is what is counted. The guards that an
unwatched step pays are counted, not timed: they are too cheap to measure.
"""

import argparse
import contextlib
import sys
import time

import numpy as np

import teachkeras as keras
from teachkeras import events, layers


def mlp():
    """Return the documents' MLP and a batch."""
    model = keras.Sequential([layers.Dense(128, "relu", input_shape=(784,)), layers.Dense(10, "softmax")])
    model.compile("adam", "categorical_crossentropy")
    rng = np.random.default_rng(0)
    return model, rng.random((32, 784), dtype="float32"), np.eye(10, dtype="float32")[rng.integers(0, 10, 32)]


def cnn():
    """Return a CNN for 32×32 images and a batch."""
    model = keras.Sequential([
        layers.Conv2D(32, 3, activation="relu", input_shape=(32, 32, 3)), layers.MaxPooling2D(2),
        layers.Conv2D(64, 3, activation="relu"), layers.MaxPooling2D(2), layers.Flatten(),
        layers.Dense(64, "relu"), layers.Dense(10, "softmax"),
    ])  # fmt: skip
    model.compile("adam", "categorical_crossentropy")
    rng = np.random.default_rng(0)
    return model, rng.random((32, 32, 32, 3), dtype="float32"), np.eye(10, dtype="float32")[rng.integers(0, 10, 32)]


WAYS = {
    "unwatched": None,
    "unwatched, walked": "walked",
    "statistics": {"keep": "statistics"},
    "statistics, every step": {"keep": "statistics", "every": 1},
    "everything, every step": {"budget": "2GB"},
}


def one(model, x, y, steps, options):
    """Return milliseconds of CPU time a step."""
    watching = keras.record(model, **options) if isinstance(options, dict) else contextlib.nullcontext()
    model.run_eagerly = options == "walked"
    with watching:
        start = time.process_time()
        model.fit(np.concatenate([x] * steps), np.concatenate([y] * steps), batch_size=len(x), verbose=0)
        return (time.process_time() - start) / steps * 1e3


def guards(model, x, y):
    """Return how many times an unwatched step reads a channel's listeners."""
    count = 0

    class Counting(events.Channel):
        @property
        def listeners(self):
            nonlocal count
            count += 1
            return []

    channels = [c for c in vars(events).values() if type(c) is events.Channel]
    counting = {c.name: Counting.__new__(Counting) for c in channels}
    for name, channel in counting.items():
        setattr(events, name, channel)
    try:
        model.train_on_batch(x, y)
    finally:
        for channel in channels:
            setattr(events, channel.name, channel)
    return count


def main():
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=300)
    arguments = parser.parse_args()
    for build, steps in ((mlp, arguments.steps), (cnn, max(arguments.steps // 30, 2))):
        model, x, y = build()
        model.train_on_batch(x, y)
        best = dict.fromkeys(WAYS, float("inf"))
        for _ in range(arguments.rounds):
            for name, options in WAYS.items():
                best[name] = min(best[name], one(model, x, y, steps, options))
        print(f"{build.__name__}: {guards(model, x, y)} guards in an unwatched step")
        for name, ms in best.items():
            print(f"  {name:30} {ms:8.3f} ms a step  × {ms / best['unwatched']:.2f}")


if __name__ == "__main__":
    sys.exit(main())
