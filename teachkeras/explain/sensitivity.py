"""Derivatives of one recorded step: a row of its Jacobian, or what a small change of its inputs does to its outputs.

With ``y = f(x)`` and J = ∂y/∂x, an op's vjp gives ``Jᵀȳ``; with ȳ = 1 at one entry k, that is row k of J. The other
direction, ``Jẋ``, follows from the same vjp: it is linear in ȳ, and the gradient of ``⟨Jᵀu, ẋ⟩`` to u is ``Jẋ``.

Source: Griewank & Walther, *Evaluating Derivatives*, 2008, section 3; the double-vjp identity is Townsend's (2017).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from teachkeras import dtypes
from teachkeras.errors import NoGradientError, TeachKerasError
from teachkeras.tape import GradientTape, unbroadcast, vjp_of
from teachkeras.tensor import Tensor
from teachkeras.tracing import replay
from teachkeras.tracing.step import Step


def widened(step: Step) -> Step:
    """Return a forward step with its floats in float64, so that derivatives are not rounded to the step's own type."""
    wide = {part: _wide(getattr(step, part)) for part in ("inputs", "output", "kept")}
    params = {n: "float64" if n == "dtype" and v and dtypes.is_float(v) else v for n, v in step.params.items()}
    return replace(step, params=params, **wide)


def _wide(value: object) -> object:
    if isinstance(value, dict):
        return {name: _wide(part) for name, part in value.items()}
    return value.astype("float64") if isinstance(value, np.ndarray) and value.dtype.kind == "f" else value


def row(step: Step, entry: tuple, output: str = "y", wanted: set | None = None) -> dict[str, np.ndarray]:
    """Return ∂y[entry]/∂x for each float input x of a (widened) forward step, by name."""
    outputs = step.outputs
    seeds = [np.zeros_like(y) if name == output else None for name, y in outputs.items()]
    seeds[list(outputs).index(output)][entry] = 1.0
    record = replay.record_of(step, wanted)
    bars = vjp_of(record, tuple(seeds) if len(seeds) > 1 else seeds[0])
    return {
        name: unbroadcast(np.asarray(bar), x.shape, x.dtype)
        for (name, x), uid, bar in zip(step.inputs.items(), record.inputs, bars, strict=False)
        if uid and bar is not None
    }


def push(step: Step, tangents: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return ẏ = Jẋ by output name, for tangents ẋ by input name, of a (widened) forward step.

    Where the op's vjp can't be differentiated again, a difference of high order stands in (error about 1e-11).
    """
    try:
        return _pushed(step, tangents)
    except (NoGradientError, TypeError, AttributeError, ValueError, TeachKerasError):
        return _differenced(step, tangents)


def _pushed(step: Step, tangents: Mapping) -> dict:
    record = replay.record_of(step, set(tangents))
    outputs = step.outputs
    seeds = [Tensor(np.zeros_like(y)) for y in outputs.values()]
    with GradientTape(persistent=True) as tape:
        tape.watch(seeds)
        bars = vjp_of(record, tuple(seeds) if len(seeds) > 1 else seeds[0], higher=True)
        total = None
        for (name, x), bar in zip(step.inputs.items(), bars, strict=False):
            if name in tangents and bar is not None:
                part = (unbroadcast(bar, x.shape, x.dtype) * tangents[name]).sum()
                total = part if total is None else total + part
    if total is None:
        return {name: np.zeros_like(y) for name, y in outputs.items()}
    pushed = tape.gradients(total, seeds)
    return {
        name: np.zeros_like(y) if dot is None else np.asarray(getattr(dot, "data", dot))
        for (name, y), dot in zip(outputs.items(), pushed, strict=True)
    }


def _differenced(step: Step, tangents: Mapping, h: float = 1e-3) -> dict:
    """Return Jẋ by the central difference of order 6, in float64."""

    def moved(by: float) -> dict:
        inputs = {n: v + by * tangents[n] if n in tangents else v for n, v in step.inputs.items()}
        made = replay.forward(step, inputs)
        return made if isinstance(made, dict) else {"y": made}

    size = max(float(np.max(np.abs(t))) for t in tangents.values()) or 1.0
    h = h / size
    total = {name: np.zeros_like(y) for name, y in step.outputs.items()}
    for k, weight in ((1, 3 / 4), (2, -3 / 20), (3, 1 / 60)):
        ahead, behind = moved(k * h), moved(-k * h)
        for name in total:
            total[name] += weight * (ahead[name] - behind[name]) / h
    return total
