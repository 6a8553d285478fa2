"""One engine in a process of its own; it does what the suite tells it, a line of JSON each way.

    python -m tests.benchmarks.worker ENGINE

ENGINE: teachkeras, keras-jax, keras-tensorflow, keras-torch or torch.
"""

import json
import os
import resource
import sys
import time

import numpy as np

from tests.benchmarks.documents import CASES
from tests.benchmarks.engines import load


class Worker:
    """An engine with one model at a time."""

    def __init__(self, engine):
        self.engine, self.keras = engine, load(engine)
        self.go = None

    def prepare(self, name, settings=None, steps=None):
        """Build a case and run it twice, so that everything is compiled; return whether there is such a model."""
        case = CASES[name]
        settings, steps = case.settings | (settings or {}), steps or case.steps
        x, y = case.data(np.random.default_rng(0), steps, **settings)
        self.steps = steps
        if self.engine == "torch":
            from tests.benchmarks.torch_twins import Loop

            loop = Loop(self.keras, name, settings)
            if loop.parts is None:
                return {"there": False}
            loop.load(x, y)
            self.go = loop.run
        else:
            self.go = self._keras(case, settings, x, y)
        self.go(), self.go()
        return {"there": True}

    def _keras(self, case, settings, x, y):
        model, batch = case.build(self.keras, **settings), settings["batch"]
        if case.trains:
            return lambda: model.fit(x, y, batch_size=batch, verbose=0)
        return lambda: model.predict(x, batch_size=batch, verbose=0)

    def measure(self):
        """Return milliseconds a step of one round."""
        start = time.perf_counter()
        self.go()
        return {"ms": (time.perf_counter() - start) / self.steps * 1e3}

    def forget(self):
        """Let the model go."""
        self.go = None
        return {"peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def main():
    """Answer line by line; what libraries print goes to the other stream."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    try:
        worker = Worker(sys.argv[1])
    except ImportError as error:
        print(json.dumps({"missing": str(error)}), file=answers, flush=True)
        return
    version = getattr(worker.keras, "__version__", "")
    print(json.dumps({"engine": sys.argv[1], "version": version}), file=answers, flush=True)
    for line in sys.stdin:
        task = json.loads(line)
        print(json.dumps(getattr(worker, task.pop("do"))(**task)), file=answers, flush=True)


if __name__ == "__main__":
    main()
