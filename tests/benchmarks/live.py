"""What the live view costs: a fit with it beside a fit without, in a real kernel; what it sends, and what a notebook keeps.

    python tests/benchmarks/live.py [--rounds 7] [--epochs 1] [--data mnist.npz]

The MLP 784-128-10 of the documents on MNIST (on numbers of the same shape without ``--data``), batch 32, Adam. Both ways take
turns, the order changes from round to round; the ratio is the median over the rounds of CPU time and of wall-clock time.
"""

import argparse
import json
import tempfile
from pathlib import Path
from time import monotonic

import nbformat

SET_UP = """
import json, time, statistics, numpy as np, teachkeras as tk
from teachkeras_widgets import LiveTraining
data = {data!r}
if data:
    with np.load(data) as file:
        x, y = file["x_train"].reshape(-1, 784).astype("float32") / 255, file["y_train"].astype("int32")
else:
    random = np.random.default_rng(0)
    x, y = random.random((60_000, 784), dtype="float32"), random.integers(0, 10, 60_000).astype("int32")
def mlp():
    tk.utils.set_random_seed(0)
    model = tk.Sequential([tk.Input((784,)), tk.layers.Dense(128, activation="relu"), tk.layers.Dense(10, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
def one(model):
    wall, cpu = time.perf_counter(), time.process_time()
    model.fit(x, y, batch_size=32, epochs={epochs}, verbose=0)
    return time.perf_counter() - wall, time.process_time() - cpu
plain, watched = mlp(), mlp()
view = LiveTraining(watched)
one(plain); one(watched);
"""
ROUNDS = """
ratios = []
for turn in range({rounds}):
    pair = [one(model) for model in ((plain, watched) if turn % 2 else (watched, plain))]
    a, b = pair if turn % 2 else pair[::-1]
    ratios.append((b[0] / a[0], b[1] / a[1]))
print(json.dumps([statistics.median(r) for r in zip(*ratios)] + [a[0], len(x) // 32 * {epochs}]))
"""
SHORT = """
import numpy as np, teachkeras as tk
from teachkeras_widgets import LiveTraining
model = tk.Sequential([tk.Input((8,)), tk.layers.Dense(1)])
model.compile("sgd", "mse", metrics=["mae"])
LiveTraining(model)
model.fit(np.ones((10, 8)), np.ones((10, 1)), batch_size=1, epochs={epochs}, verbose=0);
"""


def run(code, client, told=None):
    """Run code in the kernel; ``told`` gathers ``(seconds, bytes)`` of each message to the page."""
    began, printed = monotonic(), []

    def hook(message):
        kind = message["header"]["msg_type"]
        if kind == "stream":
            printed.append(message["content"]["text"])
        elif kind == "error":
            raise RuntimeError("\n".join(message["content"]["traceback"]))
        elif told is not None and kind in ("comm_msg", "comm_open", "display_data"):
            size = len(json.dumps(message["content"])) + sum(len(bytes(part)) for part in message["buffers"])
            told.append((monotonic() - began, size))

    client.execute_interactive(code, output_hook=hook, timeout=3600)
    return "".join(printed), monotonic() - began


def overhead(rounds, epochs, data):
    """Print the ratio of both ways, and the bytes a second that the view sends."""
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel()
    try:
        run(SET_UP.format(data=data, epochs=epochs), client)
        wall, cpu, seconds, batches = json.loads(run(ROUNDS.format(rounds=rounds, epochs=epochs), client)[0])
        print(
            f"fit of {batches} batches in {seconds:.2f} s: with the view {cpu:.4f} × CPU time, {wall:.4f} × wall-clock time"
        )
        told = []
        lasted = run("one(watched);", client, told)[1]
        size = sum(size for _, size in told)
        print(f"{len(told)} messages, {size / 1e3:.0f} kB in {lasted:.1f} s: {size / lasted / 1e3:.1f} kB/s, "
              f"{len(told) / lasted:.1f} messages/s, the largest {max(size for _, size in told) / 1e3:.1f} kB")  # fmt: skip
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def notebooks():
    """Print the size of a saved notebook after 10 and after 10,000 batches, with and without the views' state in it."""
    from nbclient import NotebookClient

    for epochs in (1, 1000):
        for state in (False, True):
            book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(SHORT.format(epochs=epochs))])
            NotebookClient(book, store_widget_state=state, timeout=600).execute()
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "saved.ipynb"
                nbformat.write(book, path)
                size = path.stat().st_size
            print(f"saved after {10 * epochs} batches, {'with' if state else 'without'} state: {size / 1e3:.0f} kB")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--data", default="")
    chosen = parser.parse_args()
    overhead(chosen.rounds, chosen.epochs, chosen.data)
    notebooks()
