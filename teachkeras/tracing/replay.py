"""Running recorded steps again: one alone, to the same bits, or a whole forward pass with something changed.

A record holds an op's name, inputs and parameters (for random ops the seed and counter), so it can run again at any
time, from a file too. :func:`replay` runs one step; :func:`rerun` runs a training step's forward pass and loss, fed
from step to step along the recorded origins, so that a changed weight or activation shows in the loss.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

import numpy as np

from teachkeras import dtypes, ops
from teachkeras.errors import ArgumentError, UnknownNameError
from teachkeras.kernels import blas, device
from teachkeras.ops.op import OPS
from teachkeras.serial import deserialize
from teachkeras.tape import Record, vjp_of
from teachkeras.tensor import Tensor, as_array
from teachkeras.variable import Variable


def op_of(step: object) -> object:
    """Return the op of a step.

    Raises:
        UnknownNameError: this process has no op of that name.
    """
    if step.op not in OPS:
        ops.names()  # every family registers when it is imported
    if step.op not in OPS:
        raise UnknownNameError(
            "replay", expected="an op of this process", got=repr(step.op), fix="import its module first"
        )
    return OPS[step.op]


def replay(recording: object, step: object) -> object:
    """Run one step again; returns what came out: an array, or for several outputs a dict.

    Raises:
        ArgumentError: its arrays were not kept, or it is a step that nothing but its own past explains.
    """
    if step.thin:
        raise ArgumentError(
            f"replay of {step.address}", expected="a step whose arrays are kept", got="statistics only",
            fix='record with keep="all" and a larger budget',
        )  # fmt: skip
    if step.op == "assign":
        return {name: np.array(a) for name, a in step.output.items()}
    with blas.managed() if step.managed else contextlib.nullcontext():
        if step.phase == "update":
            return _update(recording, step)
        if step.phase == "backward":
            return vjp(recording, step)
        return forward(step, step.inputs)


def forward(step: object, inputs: Mapping, dtype: str | None = None) -> object:
    """Run the op of a forward step on these inputs (by argument name); casts go to `dtype` where one is given."""
    params = step.params
    if dtype is not None and params.get("dtype") and dtypes.is_float(params["dtype"]):
        params = {**params, "dtype": dtype}
    made = op_of(step)(*inputs.values(), **params)
    if isinstance(made, (list, tuple)):
        return {f"y{i}": device.host(y.data) for i, y in enumerate(made)}
    return device.host(made.data)


def record_of(step: object, wanted: set[str] | None = None) -> Record:
    """Return a forward step as the tape's record: what its gradient needs.

    Args:
        step: A step of the forward pass or the loss.
        wanted: Names of the inputs whose gradients are wanted; all floats by default.
    """
    op, inputs = op_of(step), step.inputs
    if wanted is None:
        wanted = {n for n, a in inputs.items() if isinstance(a, np.ndarray) and a.dtype.kind == "f"}
    metas = tuple([(a.shape, a.dtype) if isinstance(a, np.ndarray) else None for a in inputs.values()])
    uids = tuple([position + 1 if name in wanted else 0 for position, name in enumerate(inputs)])
    outputs = step.outputs
    record = Record(op, dict(step.params), uids, metas, tuple(range(-1, -1 - len(outputs), -1)), {}, step.layer)
    for name, index in op.gradient.saves if op.gradient else ():
        if index is None:
            record.saved[name] = step.kept[name]
        elif index < 0:
            made = tuple([Tensor(y) for y in outputs.values()])
            record.saved[name] = made if len(made) > 1 else made[0]
        else:
            record.saved[name] = _saved(list(inputs.values())[index])
    return record


def _saved(value: object) -> object:
    return Tensor(value) if isinstance(value, np.ndarray) and value.dtype.kind == "f" else value


def vjp(recording: object, step: object) -> dict:
    """Run the gradient of a backward step again, from the forward step's record and the gradient that arrived."""
    if "y" not in step.origins:
        raise ArgumentError(
            f"replay of {step.address}", expected="its forward step in the recording", got="none",
            fix="record the phases forward and loss too",
        )  # fmt: skip
    source = recording.steps[step.origins["y"]]
    record = record_of(source, {name.removesuffix("_bar") for name in step.output})
    if "y_bar" in step.inputs:
        y_bar = step.inputs["y_bar"]
    else:
        y_bar = tuple([step.inputs.get(f"{name}_bar") for name in source.outputs])
    bars = vjp_of(record, y_bar)
    named = zip(source.inputs, bars, strict=False)
    return {f"{name}_bar": np.asarray(device.host(bar)) for name, bar in named if f"{name}_bar" in step.output}


def _update(recording: object, step: object) -> dict:
    """Run an optimizer's step on one weight again."""
    optimizer = deserialize(recording.optimizer)
    variable = Variable(step.inputs["w"], name=step.origins["w"].rsplit("/", 1)[-1])
    optimizer.build([variable])
    optimizer.iterations.assign(step.params["t"] - 1)
    slots = optimizer.state_of(variable)
    for name, slot in slots.items():
        slot.assign(step.inputs[name])
    optimizer.update_step(as_array(step.inputs["g"]), variable, step.params["learning_rate"])
    return {"w": variable.numpy(), **{name: slot.numpy() for name, slot in slots.items()}}


def rerun(recording: object, train_step: int = -1, weights: Mapping | None = None, outputs: Mapping | None = None,
          dtype: str | None = None) -> dict[int, object]:  # fmt: skip
    """Run a recorded forward pass and loss again, with other weights or activations; nothing of the model is touched.

    Args:
        recording: One that kept everything.
        train_step: Which training step; the last by default.
        weights: Path → the array to use in place of the recorded one.
        outputs: Index of a step → the array to put in place of its output.
        dtype: Compute in this number type, such as ``"float64"``.

    Returns:
        The output of every step of the forward pass and loss, by the step's index; the last one is the loss.
    """
    weights, outputs = dict(weights or {}), dict(outputs or {})
    made: dict[int, object] = {}
    for step in recording.of(train_step):
        if step.phase not in ("forward", "loss") or step.op == "assign":
            continue
        inputs = {}
        for name, value in step.inputs.items():
            origin = step.origins.get(name)
            if isinstance(origin, int) and origin in made:
                value = _output_like(made[origin], recording.steps[origin], value)
            elif isinstance(origin, str) and origin in weights:
                value = weights[origin]
            if dtype is not None and isinstance(value, np.ndarray) and value.dtype.kind == "f":
                value = value.astype(dtype)
            inputs[name] = value
        made[step.index] = outputs[step.index] if step.index in outputs else forward(step, inputs, dtype)
    return made


def _output_like(output: object, source: object, recorded: object) -> object:
    """Return which of a step's outputs it was that flowed on: the only one, or the one that equals the recorded."""
    if not isinstance(output, dict):
        return output
    for name, value in source.output.items():
        if value is recorded or np.array_equal(value, recorded):
            return output[name]
    return recorded
