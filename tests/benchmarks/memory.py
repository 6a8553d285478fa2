"""Memory over a long fit: the process's size, sampled while the documents' models train on and on.

    nice -n 19 python -m tests.benchmarks.memory [--minutes 10] [--case mlp-128] [--json FILE]

Flat means: in the second half the size grows by less than a hundredth. (Early on it may take a step: an array found no room.)
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

import numpy as np

from tests.benchmarks.documents import CASES
from tests.benchmarks.engines import load


def resident():
    """Return the megabytes of this process that are in memory now (Linux)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def sample(case, minutes, samples=60):
    """Train for that long; return (seconds, megabytes) pairs. One `fit`, its epochs ended by a callback."""
    keras = load("teachkeras")
    x, y = case.data(np.random.default_rng(0), case.steps, **case.settings)
    model, found, began = case.build(keras, **case.settings), [], time.monotonic()

    class Watch(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            passed = time.monotonic() - began
            if passed >= len(found) * minutes * 60 / samples:
                found.append((passed, resident()))
            self.model.stop_training = passed > minutes * 60

    history = model.fit(x, y, batch_size=case.settings["batch"], epochs=1_000_000, verbose=0, callbacks=[Watch()])
    return found, len(history.history["loss"]) * case.steps


def main():
    """Measure and print; return 1 if the memory grows."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--case", choices=CASES, default="mlp-128")
    parser.add_argument("--json")
    asked = parser.parse_args()
    found, steps = sample(CASES[asked.case], asked.minutes)
    settled, last, most = found[len(found) // 2][1], found[-1][1], max(size for _, size in found)
    if asked.json:
        Path(asked.json).write_text(json.dumps({"case": asked.case, "steps": steps, "samples": found}))
    growth = last / settled - 1
    print(f"{asked.case}: {steps} steps in {found[-1][0]:.0f} s, {len(found)} samples: {settled:.1f} MB at half time, "
          f"{last:.1f} MB at the end, {most:.1f} MB at most: {growth:+.2%}")  # fmt: skip
    return int(growth > 0.01)


if __name__ == "__main__":
    sys.exit(main())
