"""``teachkeras look script.py``: run a Keras script as it is and write one HTML page about what happened inside."""

from __future__ import annotations

import argparse
import importlib
import importlib.abc
import importlib.machinery
import runpy
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from teachkeras import events
from teachkeras.cli import lab
from teachkeras.errors import DataError
from teachkeras.explain.diagnosis import diagnose
from teachkeras.explain.page import page
from teachkeras.tracing.recorder import Recorder
from teachkeras.training.trainer import Trainer

_ALIASES = ("keras", "tensorflow.keras")


def add(commands: argparse._SubParsersAction) -> None:
    """Declare the command."""
    command = commands.add_parser(
        "look",
        help="run a Keras script and write a page about what happened inside",
        description="Run an unmodified Keras script on this engine and write one self-contained HTML file: the model, "
        "a training step op by op, curves, diagnosis. It needs no kernel and no network to be read.",
    )
    command.add_argument("script", help="the script; `import keras` and `tensorflow.keras` in it mean teachkeras")
    command.add_argument("-o", "--output", help="the page; by default the script's name with .html")
    command.add_argument("--step", type=int, default=0, help="which training step to record (default: the first, 0)")
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the script and write the page; returns the exit status.

    Raises:
        DataError: there is no such script, or it trained no model.
    """
    script = Path(args.script)
    if not script.is_file():
        raise DataError("teachkeras look", expected="a Python script", got=f"{args.script!r}, which is no file")
    watch = Watch(args.step)
    before = sys.argv
    try:
        sys.argv = [str(script)]
        with watch, keras_is_teachkeras():
            runpy.run_path(str(script), run_name="__main__")
    finally:
        sys.argv = before
    if watch.recording is None or not watch.recording.steps:
        raise DataError(
            "teachkeras look",
            expected="a script that trains a model",
            got="no training step" + (f" number {args.step}" if args.step else ""),
            fix="call model.fit(...) in it, or choose an earlier --step",
        )
    target = Path(args.output) if args.output else script.with_suffix(".html")
    text = page(
        script.name, watch.model, watch.recording, watch.curves(), watch.report(), script.read_text(encoding="utf-8"),
        lab.FOLDER,
    )  # fmt: skip
    target.write_text(text, encoding="utf-8")
    print(f"{target}: {len(watch.recording)} steps, {len(text) / 1e6:.1f} MB")
    return 0


class Watch:
    """Sees the first model that trains: one of its steps, every batch's loss, the data it was given.

    Args:
        step: Which training step to record.
    """

    def __init__(self, step: int = 0):
        self.step, self.model, self.recording = step, None, None
        self.losses: list[float] = []
        self.data: dict = {}
        self._seen = 0
        self._handles: list = []

    def __enter__(self) -> Watch:
        """Start watching."""
        self._handles = [events.phase.subscribe(self._on_phase), events.batch.subscribe(self._on_batch)]
        self._fit = Trainer.fit

        def fit(model, x=None, y=None, *args, **kwargs):
            self.data.setdefault(id(model), (x, y, kwargs.get("validation_data")))
            return self._fit(model, x, y, *args, **kwargs)

        Trainer.fit = fit
        return self

    def __exit__(self, *exc: object) -> None:
        """Stop watching."""
        Trainer.fit = self._fit
        for handle in self._handles:
            handle.remove()

    def _on_phase(self, model: object, phase: str) -> None:
        if self.model is None and phase == "forward":
            self.model = model
            if self.step == 0:
                self.recording = Recorder(model).__enter__()
                self.recording.move_on(model, phase)  # it came too late to hear this itself
        if model is not self.model or phase != "end":
            return
        if self._seen == self.step and self.recording is not None:
            self.recording.move_on(model, phase)
            self.recording.__exit__()
        self._seen += 1
        if self._seen == self.step:
            self.recording = Recorder(model).__enter__()

    def _on_batch(self, model: object, batch: int, logs: dict) -> None:
        if model is self.model:
            self.losses.append(logs.batch_loss)

    def curves(self) -> dict:
        """Return the loss of each batch, and what the history holds for each epoch."""
        history = getattr(getattr(self.model, "history", None), "history", {})
        return {"loss of each batch": self.losses[:: max(1, len(self.losses) // 2000)], **history}

    def report(self):
        """Return what the diagnosis says of the model as it is now."""
        x, y, validation = self.data.get(id(self.model), (None, None, None))
        if not hasattr(x, "shape"):
            x = y = None
        return diagnose(self.model, x, y, validation)


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds ``keras.…`` and ``tensorflow.keras.…`` in teachkeras."""

    def find_spec(self, name, path=None, target=None):
        """Claim the names that are Keras's."""
        if name == "tensorflow" or any(name == alias or name.startswith(f"{alias}.") for alias in _ALIASES):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec):
        """Let Python make an empty one; it is replaced below."""
        return None

    def exec_module(self, module):
        """Put teachkeras's module in its place."""
        name = module.__spec__.name
        if name == "tensorflow":
            module.keras = importlib.import_module("teachkeras")
            return
        alias = next(a for a in _ALIASES if name == a or name.startswith(f"{a}."))
        sys.modules[name] = importlib.import_module("teachkeras" + name[len(alias) :])


@contextmanager
def keras_is_teachkeras() -> Iterator[None]:
    """Let ``import keras`` and ``from tensorflow import keras`` mean teachkeras inside a ``with`` block."""
    finder = _Finder()
    hidden: dict[str, types.ModuleType] = {
        name: sys.modules.pop(name) for name in list(sys.modules) if name.split(".")[0] in ("keras", "tensorflow")
    }
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in list(sys.modules):
            if name.split(".")[0] in ("keras", "tensorflow"):
                del sys.modules[name]
        sys.modules.update(hidden)
