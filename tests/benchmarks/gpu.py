"""Time a training step on a GPU: teachkeras on CuPy beside PyTorch, eager and compiled, on the same card.

    TEACHKERAS_BACKEND=cupy python -m tests.benchmarks.gpu [--cases mlp-128 cnn lstm] [--batches 32 1024] [--rounds 7] [--json FILE]

The documents' models (``documents.py``) and their twins in raw PyTorch (``torch_twins.py``). Engines take turns, the best
round counts, and a round ends when the card has finished. "hooked" has a pass-through hook on every layer, "recorded" keeps
statistics of every step. To reach: CNN and LSTM at most 1.2 times PyTorch eager, the MLP at most 1.0 times.
"""

import argparse
import contextlib
import json
import statistics
import sys
import time

import numpy as np

from tests.benchmarks.documents import CASES

DEFAULT = ["mlp-128", "mlp-512", "cnn", "lstm"]
BUDGETS = {"mlp-128": 1.0, "mlp-512": 1.0, "cnn": 1.2, "lstm": 1.2}
WATCHED = ("hooked", "recorded")


class Ours:
    """A model of teachkeras, on whichever back end is chosen."""

    def __init__(self, name, settings, x, y, watched=None):
        import teachkeras as keras

        self.keras, self.watched, self.batch = keras, watched, settings["batch"]
        self.model, self.x, self.y = CASES[name].build(keras, **settings), x, y

    def __call__(self):
        """Train one epoch; reading its logs waits for the device."""
        with contextlib.ExitStack() as watching:
            if self.watched == "hooked":
                watching.enter_context(self.keras.hook(self.model, forward=lambda layer, x, y: None))
            elif self.watched == "recorded":
                watching.enter_context(self.keras.record(self.model, keep="statistics"))
            self.model.fit(self.x, self.y, batch_size=self.batch, verbose=0)


class Torch:
    """The twin in PyTorch, on the card."""

    def __init__(self, name, settings, x, y, compiled=False):
        import torch

        from tests.benchmarks.torch_twins import Loop

        torch.set_default_device("cuda")
        self.torch, self.loop = torch, Loop(torch, name, settings)
        if compiled:
            module, *rest = self.loop.parts
            self.loop.parts = (torch.compile(module), *rest)
        self.loop.load(x, y)
        self.loop.x, self.loop.y = self.loop.x.cuda(), self.loop.y.cuda()

    def __call__(self):
        """Train one epoch, and wait for the card."""
        self.loop.run()
        self.torch.cuda.synchronize()


ENGINES = {
    "teachkeras": Ours,
    "torch": Torch,
    "torch.compile": lambda *given: Torch(*given, compiled=True),
    **{how: lambda *given, how=how: Ours(*given, watched=how) for how in WATCHED},
}


def measure(name, batch, engines, rounds, steps=None):
    """Return, by engine, milliseconds a step of each round; an engine that can't run the case says why."""
    case = CASES[name]
    settings, steps = case.settings | {"batch": batch}, steps or case.steps
    x, y = case.data(np.random.default_rng(0), steps, **settings)
    runs, found = {}, {}
    for engine in engines:
        try:
            runs[engine] = ENGINES[engine](name, settings, x, y)
            runs[engine](), runs[engine]()  # compiles, and fills the memory pool
        except (ImportError, RuntimeError, MemoryError) as error:
            runs.pop(engine, None)
            found[engine] = f"{type(error).__name__}: {str(error).splitlines()[0]}"
    for _ in range(rounds):
        for engine, run in runs.items():
            start = time.perf_counter()
            run()
            found.setdefault(engine, []).append((time.perf_counter() - start) / steps * 1e3)
    return found


def lines(name, batch, found):
    """Yield the table of one case: best and median round, and the ratio of the best to PyTorch's eager best."""
    yield f"{CASES[name].title.split(', batch')[0]}, batch {batch}"
    eager = found.get("torch")
    for engine, times in found.items():
        if isinstance(times, str):
            yield f"  {engine:14} {times}"
            continue
        ratio = f"{min(times) / min(eager):6.2f} × torch" if isinstance(eager, list) else ""
        limit = f", to reach {BUDGETS[name]:.1f}" if engine == "teachkeras" and name in BUDGETS else ""
        yield f"  {engine:14} {min(times):8.3f} ms (median {statistics.median(times):8.3f}) {ratio}{limit}"


def main():
    """Measure and print; 1 without a GPU."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.gpu", description=__doc__.splitlines()[0])
    parser.add_argument("--cases", nargs="+", choices=CASES, default=DEFAULT)
    parser.add_argument("--batches", nargs="+", type=int, default=[32, 1024])
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", help="write what was measured to this file")
    options = parser.parse_args()
    from teachkeras import config
    from teachkeras.errors import TeachKerasError

    try:
        config.set_backend("cupy")
    except TeachKerasError as error:
        print(error, file=sys.stderr)
        return 1
    everything = []
    for name in options.cases:
        for batch in options.batches:
            found = measure(name, batch, options.engines, options.rounds)
            everything.append({"case": name, "batch": batch, "ms": found})
            print("\n".join(lines(name, batch, found)), flush=True)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(everything, file, indent=1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
