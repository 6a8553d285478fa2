"""Where the first NaN or infinity of a training step is: the step runs again under the recorder, and is searched.

``events.trouble`` asks :func:`find`, and imports this file only then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from teachkeras.tape import Tape
from teachkeras.tracing.recorder import Recorder, alone
from teachkeras.tracing.recording import Recording
from teachkeras.tracing.step import Step
from teachkeras.training.finite import first_bad_entry


@dataclass(frozen=True)
class Place:
    """Where a number first was not finite.

    Attributes:
        step: The recorded step.
        name: Which of its outputs: ``y``, or ``x_bar``, ``w_bar`` … for a gradient.
        index: Which entry.
        value: NaN or an infinity.
        came_by: (path, index, value) of a weight that was bad before this step, if one went in.
        recording: The step, run again.
    """

    step: Step
    name: str
    index: tuple[int, ...]
    value: float
    came_by: tuple | None
    recording: Recording

    def __str__(self) -> str:
        way = "gradient of " if self.step.phase == "backward" else ""
        which = f" of {self.name}" if self.name != "y" else ""
        text = f"layer {self.step.layer or 'the loss'}, op {way}{self.step.op}, entry {self.index}{which}"
        if self.came_by is None:
            return text
        path, index, value = self.came_by
        return f"{text}; weight {path}[{', '.join(map(str, index))}] is {value} since an earlier update"


def first_place(recording: Recording) -> Place | None:
    """Return where the NaN or infinity of a recorded step comes from, or None if nothing that counts is bad.

    From a bad loss it is followed back, from output to input, as far as it goes: an infinity that a mask put somewhere
    on purpose, and that never reaches the loss, is nobody's fault. On the way back the first bad gradient counts.
    """
    forward = [s for s in recording if s.phase in ("forward", "loss") and s.op != "assign"]
    if forward and (found := _bad_output(forward[-1])) is not None:
        step = forward[-1]
        while (origin := _bad_origin(step)) is not None:
            step = recording[origin]
            found = _bad_output(step) or found
        return Place(step, *found, _bad_weight(step), recording)
    for step in recording:
        if step.phase == "backward" and (found := _bad_output(step)) is not None:
            return Place(step, *found, _bad_weight(recording[step.origins["y"]]), recording)
    return None


def _bad_output(step: Step) -> tuple | None:
    """Return (name, index, value) of the first bad entry of what came out of a step."""
    for name, array in step.outputs.items():
        if isinstance(array, np.ndarray) and (bad := first_bad_entry(array)) is not None:
            return name, *bad
    return None


def _bad_origin(step: Step) -> int | None:
    """Return the index of the step that a bad input came from; one that is NaN, if there is one."""
    bad = {
        origin: np.isnan(step.inputs[name]).any()
        for name, origin in step.origins.items()
        if isinstance(origin, int)
        and isinstance(step.inputs.get(name), np.ndarray)
        and first_bad_entry(step.inputs[name]) is not None
    }
    return max(bad, key=bad.get) if bad else None


def _bad_weight(step: Step) -> tuple | None:
    """Return (path, index, value) of a weight that was not finite when it went into a step."""
    for name, origin in step.origins.items():
        array = step.inputs.get(name)
        if isinstance(origin, str) and isinstance(array, np.ndarray) and (bad := first_bad_entry(array)) is not None:
            return origin, *bad
    return None


def find(model: object, run: Callable) -> Place | None:
    """Run a step again, forward and back, under a recorder; return where its first bad number is.

    Nothing of the model is changed, and no other recorder hears of it; hooks do, for they may be the reason.

    Args:
        model: The model.
        run: Runs the step forward and returns its loss.
    """
    before = [(v, v.numpy()) for v in model.non_trainable_variables]
    recorder = Recorder(model)
    with alone(recorder), np.errstate(all="ignore"):
        try:
            with recorder:
                recorder.move_on(model, "forward")
                with Tape() as tape:
                    loss = run()
                place = first_place(recorder)
                if place is None:
                    recorder.move_on(model, "backward")
                    tape.gradients(loss, model.trainable_variables)
                    place = first_place(recorder)
        finally:
            for variable, value in before:
                if variable.numpy().tobytes() != value.tobytes():
                    variable.assign(value)
    return place
