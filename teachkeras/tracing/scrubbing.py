"""Scrubbing: what every weight, slot and state was at a recorded training step, and going back there.

Every change of state is a recorded step, so the values before the first and after the last change are in the record.
"""

from __future__ import annotations

import numpy as np

from teachkeras.errors import ArgumentError, UnknownNameError


def state_at(recording: object, train_step: int = -1, after: bool = False) -> dict[str, np.ndarray]:
    """Return what changed in a training step, by path, as it was before it (or `after`); slots as ``"path:m"``.

    Raises:
        ArgumentError: the arrays of that step were not kept.
    """
    found: dict[str, np.ndarray] = {}
    for step in recording.of(train_step):
        if step.phase != "update" and step.op != "assign":
            continue
        if step.thin:
            raise ArgumentError(
                f"state at training step {step.train_step}", expected="a step whose arrays are kept",
                got="statistics only", fix='record with keep="all" and a larger budget',
            )  # fmt: skip
        path = step.origins["v" if step.op == "assign" else "w"]
        for name, value in step.outputs.items() if after else step.inputs.items():
            key = path if name in ("v", "w") and name in step.origins else f"{path}:{name}"
            if name != "g" and (after or key not in found):
                found[key] = value
    return found


def rewind(recording: object, model: object, train_step: int = -1) -> None:
    """Bring a model and its optimizer to where they were when a recorded training step began.

    From there the step's batch gives the same bits again, random numbers included.

    Raises:
        UnknownNameError: the model lacks a variable that the step changed.
    """
    steps = [s for s in recording.of(train_step) if s.phase == "update" and s.op != "assign"]
    optimizer, weights = model.optimizer, {v.path: v for v in model.trainable_variables}
    if steps and not optimizer.built:
        optimizer.build(model.trainable_variables)
    places = {v.path: v for v in _variables(model)}
    for path, v in weights.items():
        if steps and path in {s.origins["w"] for s in steps}:
            places |= {f"{path}:{name}": slot for name, slot in optimizer.state_of(v).items()}
    state = state_at(recording, train_step)
    if missing := [path for path in state if path not in places]:
        raise UnknownNameError("rewind", expected=f"a model with the variable {missing[0]!r}", got=repr(model.name))
    for path, value in state.items():
        places[path].assign(value)
    if steps:
        optimizer.iterations.assign(steps[0].params["t"] - 1)


def _variables(model: object) -> list:
    """Return every variable that a training step may change: weights, states, seeds, metrics, the optimizer's own."""
    counted = [v for metric in model.metrics for v in metric.variables]
    seeds = [generator.state for generator in model.roster.generators]
    return [*counted, *model.optimizer.variables, *seeds, *model.variables]
