"""Notes: what the recorder writes down while a model computes, and how a step is made of a note when somebody reads.

A note is a tuple: the function that makes the step, then what it needs. Writing one costs a microsecond or two; names,
formulas and shapes are looked up later, or never.
"""

from __future__ import annotations

import numpy as np

from teachkeras.kernels import device
from teachkeras.tracing.step import Step


def forward_step(index, record, held, outputs, kept, phase, seconds, train_step) -> Step:
    """Make the step of an op that ran; `held` has (what is kept of an input, its origin) for each."""
    op = record.op
    names = [f"x{i}" for i in range(len(held))] if op.variadic else op.inputs
    pairs = list(zip(names, held, strict=False))
    return Step(
        index, phase, op.name, record.scope, op.tex, {name: value for name, (value, _) in pairs},
        outputs[0] if len(outputs) == 1 else {f"y{i}": y for i, y in enumerate(outputs)}, dict(record.params),
        {name: origin for name, (_, origin) in pairs if origin is not None}, kept, seconds, train_step,
    )  # fmt: skip


def backward_step(index, record, arriving, bars, made, seconds, train_step) -> Step:
    """Make the step of an op's gradient; `made` is the index of its forward step."""
    op = record.op
    names = [f"x{i}" for i in range(len(bars))] if op.variadic else op.inputs
    given = {"y_bar": arriving}
    if isinstance(arriving, tuple):
        given = {f"y{i}_bar": bar for i, bar in enumerate(arriving) if bar is not None}
    output = {f"{name}_bar": bar for name, bar in zip(names, bars, strict=False) if bar is not None}
    return Step(
        index, "backward", op.name, record.scope, op.gradient.tex, given, output, dict(record.params),
        {} if made is None else {"y": made}, {}, seconds, train_step,
    )  # fmt: skip


def update_step(index, optimizer, variable, inputs, output, settings, seconds, train_step) -> Step:
    """Make the step of an optimizer on one weight."""
    return Step(
        index, "update", type(optimizer).__name__, layer_of(variable), optimizer.tex, inputs, output, settings,
        {"w": variable.path}, {}, seconds, train_step,
    )  # fmt: skip


def assign_step(index, variable, before, after, scope, phase, train_step) -> Step:
    """Make the step of any other change of a variable: decay, averages, metrics, seeds, states."""
    return Step(
        index, phase, "assign", scope, r"v \leftarrow v'", {"v": before}, {"v": after}, {}, {"v": variable.path},
        train_step=train_step,
    )  # fmt: skip


def layer_of(variable) -> str:
    """Return the address of the layer that a variable belongs to."""
    return variable.path.rsplit("/", 1)[0]


def on_host(thing: object, fetched: dict) -> object:
    """Return a note's parts with the arrays on a GPU copied here: once each, and only now that somebody reads them."""
    if type(thing) in (tuple, list):
        return type(thing)(on_host(part, fetched) for part in thing)
    if type(thing) is dict:
        return {name: on_host(part, fetched) for name, part in thing.items()}
    if not device.is_device_array(thing):
        return thing
    if id(thing) not in fetched:
        fetched[id(thing)] = (thing, device.host(thing))
    return fetched[id(thing)][1]


def arrays_in(note: tuple) -> list[np.ndarray]:
    """Return the arrays that a note holds."""
    found: list = []
    _collect(note[1:], found)
    return found


def _collect(thing: object, found: list) -> None:
    if device.is_array(thing):
        found.append(thing)
    elif type(thing) in (tuple, list):
        for part in thing:
            _collect(part, found)
    elif type(thing) is dict:
        for part in thing.values():
            _collect(part, found)
