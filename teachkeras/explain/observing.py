"""Looking at one training step that is not taken: forward, loss and backward on a batch, then all is as it was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from teachkeras import events
from teachkeras.layers.layer import Layer
from teachkeras.tape import Tape
from teachkeras.tensor import Tensor, as_array
from teachkeras.tracing.recorder import record
from teachkeras.tracing.recording import Recording


@contextmanager
def untouched(model: Layer) -> Iterator[None]:
    """Give every variable of a model (weights, moving statistics, states, seeds) its value back on leaving."""
    variables = model.variables
    before = [v.numpy() for v in variables]
    try:
        yield
    finally:
        for variable, value in zip(variables, before, strict=True):
            if variable.data.tobytes() != value.tobytes():
                variable.assign(value)


def tensors(data: object) -> object:
    """Return arrays, or lists or dicts of them, as tensors."""
    if isinstance(data, dict):
        return {name: tensors(part) for name, part in data.items()}
    if isinstance(data, (list, tuple)) and data and hasattr(data[0], "shape"):
        return [tensors(part) for part in data]
    return data if data is None or isinstance(data, Tensor) else Tensor(as_array(data))


def observe(model: object, x: object, y: object = None, training: bool = True, **options: object) -> Recording:
    """Record a step on a batch without taking it: forward, and where `y` is given, loss and backward.

    No weight, slot, state or seed is changed. Options are those of :func:`~teachkeras.tracing.recorder.record`.

    Example:
        >>> import numpy as np
        >>> from teachkeras import layers, models
        >>> model = models.Sequential([layers.Dense(1, input_shape=(2,))])
        >>> model.compile("sgd", "mse")
        >>> recording = observe(model, np.ones((4, 2)), np.ones((4, 1)))
        >>> sorted({step.phase for step in recording})
        ['backward', 'forward', 'loss']
    """
    x, y = tensors(x), tensors(y)
    with untouched(model), record(model, **options) as recording:
        try:
            events.phase.emit(model, "forward")
            with Tape() as tape:
                y_pred = model(x, training=training)
                if y is not None:
                    events.phase.emit(model, "loss")
                    loss = model.compute_loss(x, y, y_pred, None)
            if y is not None:
                events.phase.emit(model, "backward")
                tape.gradients(loss, model.trainable_weights)
        finally:
            events.phase.emit(model, "end")
    return recording
