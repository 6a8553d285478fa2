"""What an engine takes from nothing: seconds to import, to the end of the first training step, and its largest memory.

    python -m tests.benchmarks.start ENGINE

One process, one measurement: the suite calls it again and again, with an empty folder for compiled routines and with the
same folder once more. The model is the documents' MLP, its data 40 MB.
"""

import json
import os
import resource
import sys
import time

from tests.benchmarks.engines import load

STEPS = 100


def main():
    """Measure and print."""
    engine = sys.argv[1]
    start = time.perf_counter()
    keras = load(engine)
    imported = time.perf_counter() - start
    import numpy as np

    from tests.benchmarks.documents import CASES

    case, rows = CASES["mlp-128"], 40_000_000 // (4 * 784)
    x = np.random.default_rng(0).random((rows, 784), dtype="float32")
    y = np.eye(10, dtype="float32")[np.arange(rows) % 10]
    start = time.perf_counter()
    if engine == "torch":
        from tests.benchmarks.torch_twins import Loop

        loop = Loop(keras, "mlp-128", case.settings)
        loop.load(x[:32], y[:32])
        loop.run()
        first = time.perf_counter() - start
        loop.load(x[: 32 * STEPS], y[: 32 * STEPS])
        loop.run()
    else:
        model = case.build(keras, **case.settings)
        model.fit(x[:32], y[:32], batch_size=32, verbose=0)
        first = time.perf_counter() - start
        model.fit(x, y, batch_size=32, steps_per_epoch=STEPS, verbose=0)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    answer = {"import_s": imported, "first_step_s": imported + first, "peak_mb": peak}
    print(json.dumps(answer), file=os.fdopen(os.dup(1), "w"), flush=True)


if __name__ == "__main__":
    main()
