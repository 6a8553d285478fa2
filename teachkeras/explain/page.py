"""One self-contained HTML page of a run: the model, a real training step to walk through, curves, diagnosis.

The page holds its data as JSON and a small script; it asks for nothing from anywhere, so it opens from a disk, in a
mail, on a USB stick, without a kernel.
"""

from __future__ import annotations

import html
import json
from pathlib import Path

import numpy as np

from teachkeras.errors import TeachKerasError
from teachkeras.explain.explained import of_step
from teachkeras.explain.factors import chain
from teachkeras.explain.findings import Report
from teachkeras.explain.numbers import say_entry
from teachkeras.explain.typeset import formula_html
from teachkeras.layers.layer import Layer
from teachkeras.models.plot import graph_of, laid_out
from teachkeras.tracing.recording import Recording
from teachkeras.tracing.views import plain

PREVIEW = 24  # rows and columns of an array that the page shows


def page(
    title: str, model: object, recording: Recording, curves: dict, report: Report, source: str = "", lessons: str = "."
) -> str:
    """Return the page as text.

    Args:
        title: Its heading.
        model: The model.
        recording: A training step that kept everything.
        curves: Name → numbers, per batch or epoch.
        report: What the diagnosis found.
        source: The script, to be shown.
        lessons: The folder of the lessons, to which findings link.
    """
    data = {
        "title": title,
        "graph": _graph(model),
        "steps": [_step(recording, s) for s in recording.of(-1)],
        "curves": {name: plain([float(v) for v in values]) for name, values in curves.items()},
        "findings": report.to_json()["findings"],
        "chain": _chain(recording),
        "source": source,
        "lessons": lessons,
        "count": int(sum(v.size for v in model.weights)),
    }
    text = json.dumps(data, allow_nan=False).replace("<", "\\u003c")  # nothing in it may end the script element
    template = (Path(__file__).parent / "page.html").read_text(encoding="utf-8")
    return template.replace("{{title}}", html.escape(title)).replace("{{data}}", text)


def _graph(model: object) -> dict:
    """Return the model as boxes and arrows, laid out."""
    operations, arrows = graph_of(model)
    layers = [_layer(model, operation) for operation in operations]
    texts = [[layer["name"], *layer["lines"]] for layer in layers]
    boxes, paths, size = laid_out(texts, arrows)
    for layer, box in zip(layers, boxes, strict=True):
        layer["box"] = [round(v) for v in box]
    return {"layers": layers, "arrows": paths, "size": [round(v) for v in size]}


def _layer(model: object, operation: object) -> dict:
    """Return what a box says."""
    node = operation._nodes[0] if getattr(operation, "_nodes", None) else None
    shape = getattr(model, "shapes", {}).get(operation.name) or (node and node.outputs and node.outputs[0].shape)
    weights = getattr(operation, "weights", [])
    count = int(sum(v.size for v in weights))
    kind = type(operation).__name__ if isinstance(operation, Layer) else operation.op.name
    lines = [f"{kind} → ({', '.join('N' if n is None else str(n) for n in shape)})" if shape else kind]
    lines += [f"{count:,} weights"] if count else []
    return {"name": operation.name, "lines": lines, "params": count}


def _step(recording: Recording, step: object) -> dict:
    view = {
        "phase": step.phase,
        "op": step.op,
        "layer": step.layer,
        "formula": formula_html(step.tex),
        "index": step.index,
        "ms": step.seconds * 1e3,
        "origins": step.origins,
        "params": plain(step.params),
        "arrays": {name: _array(a) for name, a in step.arrays.items()},
        "numbers": [],
    }
    if step.op == "assign":
        return view
    try:
        told = of_step(recording, step)
        view["numbers"] = [f"{n.name}{say_entry(n.entry)} = {n.text} = {n.value:.6g}" for n in told.numbers]
        if told.update is not None:
            view["numbers"] = str(told.update).splitlines()[1:]
    except (TeachKerasError, KeyError, TypeError, ValueError, IndexError):  # the page can do without
        pass
    return view


def _array(array: np.ndarray) -> dict:
    """Return an array's shape, statistics, and a corner of it in two dimensions."""
    from teachkeras.tracing.step import statistics

    flat = array.reshape(-1, array.shape[-1]) if array.ndim > 1 else array.reshape(1, -1)
    corner = flat[:PREVIEW, :PREVIEW]
    if corner.dtype.kind == "f":
        corner = np.array([[float(f"{v:.4g}") for v in line] for line in corner.astype("float64")])
    return {
        "shape": list(array.shape),
        "dtype": array.dtype.name,
        "whole": list(flat.shape),
        "corner": plain(corner),
        "statistics": plain(statistics(array)),
    }


def _chain(recording: Recording) -> str:
    kernels = [o for s in recording.of(-1) for o in s.origins.values() if isinstance(o, str) and o.endswith("kernel")]
    if not kernels:
        return ""
    try:
        return str(chain(recording, kernels[0], paths=2))
    except (TeachKerasError, KeyError, ValueError):
        return ""
