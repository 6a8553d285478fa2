"""The shortcut: when a training step is run by its trace instead of the walk.

The walk (:meth:`Trainer.forward_backward`) stays the truth. A trace (``trace.py``) is trusted after two batches were
computed both ways and agreed to the bit. The walk is taken whenever anybody listens, after any change to a layer, for
steps that are long enough for the walk not to matter, and wherever a trace could not know better: layers, losses or
models of the user's own, a state that changes on the way forward, a number whose origin is unknown, and under
``compile(run_eagerly=True)``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from teachkeras import events
from teachkeras.batches import flatten
from teachkeras.kernels import device
from teachkeras.layers import _tracking
from teachkeras.tensor import tapes
from teachkeras.training.trace import Listener, Trace, raw_of

WALKS_FIRST = 2  # walks of a batch shape before one is listened to
PROOFS = 2  # batches computed both ways before a trace is trusted
MOST_SHAPES, MOST_CHANGES = 4, 8  # batch shapes worth a trace; changes of layers after which the walk is kept
PACKAGE = "teachkeras."


class Shortcut:
    """The traces of one compiled model; stands where the walk stands.

    Args:
        model: The model.
        walk: ``walk(x, y, sample_weight) -> (outputs, loss, gradients)``.
    """

    def __init__(self, model: object, walk: Callable):
        self.model, self.walk = model, walk
        self.traces: dict[tuple, Trace | None] = {}  # None: this shape is walked
        self.walks: dict[tuple, int] = {}
        self.changes, self.times_changed = _tracking.changes(), 0

    def __call__(self, x: object, y: object, sample_weight: object) -> tuple:
        """Return (outputs, loss, gradients) of a batch: by its trace where there is one, else by the walk."""
        data = (x, y, sample_weight)
        if self._closed():
            return self.walk(*data)
        arrays = [a for a in data if a is not None]
        if not all([type(a) is np.ndarray for a in arrays]):
            arrays = flatten(data)
        shape = (y is None, sample_weight is None, *[(a.shape, a.dtype) for a in arrays])
        if shape in self.traces:
            trace = self.traces[shape]
            if trace is None:
                return self.walk(*data)
            if trace.proofs < PROOFS:
                return self._prove(shape, trace, arrays, data)
            self.model._now("forward")
            return trace.run(arrays)
        walks = self.walks[shape] = self.walks.get(shape, -1) + 1
        if walks < WALKS_FIRST or len(self.traces) == MOST_SHAPES or not all(type(a) is np.ndarray for a in arrays):
            return self.walk(*data)
        found, self.traces[shape] = None, None
        if why_not(self.model) is None:
            found, self.traces[shape] = Listener(self.model, arrays).listen(lambda: self.walk(*data))
        return found or self.walk(*data)

    def retry(self) -> None:
        """Look again at what could not be traced: hooks may be gone."""
        self.traces = {shape: trace for shape, trace in self.traces.items() if trace is not None}

    def _closed(self) -> bool:
        """Tell whether the walk is to be taken: somebody watches, or layers keep changing."""
        if events.watched():
            return True
        if device.xp is not None or self.model.run_eagerly or tapes.get():
            return True
        if self.changes != _tracking.changes():
            self.changes, self.times_changed = _tracking.changes(), self.times_changed + 1
            self.traces.clear()
            self.walks.clear()
        return self.times_changed > MOST_CHANGES

    def _prove(self, shape: tuple, trace: Trace, arrays: list, data: tuple) -> tuple:
        """Compute a batch both ways; a trace that differs in one bit is dropped."""
        generators = [(g, g.counter) for g in self.model.roster.generators]
        traced = trace.run(arrays)
        for generator, counter in generators:
            generator.counter = counter
        walked = self.walk(*data)
        if _bits(traced) == _bits(walked):
            trace.proofs += 1
        else:
            self.traces[shape] = None
        return walked


def _bits(result: tuple) -> list:
    outputs, loss, gradients = result
    arrays = [*flatten(outputs), loss, *gradients]
    return [None if a is None else (a.shape, np.asarray(raw_of(a)).tobytes()) for a in arrays]


def why_not(model: object) -> str | None:
    """Return why a model's steps can't be traced, None if they may be.

    Only what this package itself has written is traced: what a user's class does between two ops, nobody can know.
    """
    if model._compile_loss is None:
        return "no loss of compile"
    layers = model.roster.layers
    for part in (*layers, *_functions_of(layers), *_functions_of(model._compile_loss.functions)):
        module = getattr(part, "__module__", None) or type(part).__module__
        if not module.startswith(PACKAGE):
            return f"{part!r} is not of this package"
    if "compute_loss" in vars(model) or model._compile_loss.metrics:
        return "the loss is counted on the way"
    for layer in layers:
        if layer._hooks or layer._losses or "call" in vars(layer) or layer.activity_regularizer is not None:
            return f"{layer.name} is hooked or adds to the loss"
        if type(layer).__name__ == "Lambda":
            return f"{layer.name} holds a function of the user's"
    return None


def _functions_of(parts: Sequence) -> list:
    """Return the functions that a user may have handed in: activations, regularizers, losses."""
    held = [f for part in parts for f in vars(part).values() if callable(f)]
    return held + [v.regularizer for part in parts for v in getattr(part, "_weights", ()) if v.regularizer]
