"""The table that ``model.summary()`` prints."""

from __future__ import annotations

import re

from teachkeras.errors import ArgumentError


def readable_size(weights: list) -> str:
    """Return the memory of weights: ``60.00 B``, ``397.54 KB``."""
    size = float(sum(v.size * v.data.itemsize for v in weights))
    for unit in ("B", "KB", "MB", "GB"):
        if size < 1024 or unit == "GB":
            return f"{size:.2f} {unit}"
        size /= 1024
    return ""


def summary_text(model, line_length=None, show_trainable=False, expand_nested=False, layer_range=None) -> str:
    """Return the table as text: a line per layer, then the totals."""
    rows = [row for layer in _chosen(model.layers, layer_range) for row in _rows(model, layer, expand_nested, 0)]
    heads = ["Layer (type)", "Output Shape", "Param #"] + (["Trainable"] if show_trainable else [])
    rows = [row if show_trainable else row[:3] for row in rows]
    widths = [31, 22, 13] + ([9] if show_trainable else [])
    for row in [heads, *rows]:
        widths = [max(width, len(cell)) for width, cell in zip(widths, row, strict=True)]
    if line_length:
        widths[0] = max(widths[0], line_length - sum(widths[1:]) - 3 * len(widths) - 1)
    lines = [f'Model: "{model.name}"', _rule("┏━┳┓", widths), _row("┃", heads, widths), _rule("┡━╇┩", widths)]
    for index, row in enumerate(rows):
        lines += [_rule("├─┼┤", widths)] if index else []
        lines.append(_row("│", row, widths))
    return "\n".join([*lines, _rule("└─┴┘", widths), *_totals(model)])


def _rows(model, layer, expand_nested: bool, depth: int) -> list[list[str]]:
    shape = getattr(model, "shapes", {}).get(layer.name) or (layer._nodes and layer._nodes[0].outputs[0].shape)
    params = f"{layer.count_params():,}" if layer.built else "0 (unbuilt)"
    name = f"{'    ' * depth}{layer.name} ({type(layer).__name__})"
    rows = [
        [
            name,
            str(shape) if shape else "?",
            params,
            "Y" if layer.trainable and layer.weights else "N" if layer.weights else "-",
        ]
    ]
    for inner in getattr(layer, "layers", []) if expand_nested else []:
        rows += _rows(layer, inner, expand_nested, depth + 1)
    return rows


def _totals(model) -> list[str]:
    trainable, frozen = model.trainable_weights, model.non_trainable_weights
    kinds = [("Total params", model.weights), ("Trainable params", trainable), ("Non-trainable params", frozen)]
    if model.compiled and model.optimizer is not None and model.optimizer.built:
        extra = model.optimizer.variables
        kinds[0] = ("Total params", [*model.weights, *extra])
        kinds.append(("Optimizer params", extra))
    return [f" {label}: {sum(v.size for v in weights):,} ({readable_size(weights)})" for label, weights in kinds]


def _rule(marks: str, widths: list[int]) -> str:
    left, line, middle, right = marks
    return left + middle.join(line * (width + 2) for width in widths) + right


def _row(mark: str, cells: list[str], widths: list[int]) -> str:
    edge = mark
    inner = "┃" if mark == "┃" else "│"
    texts = [
        f" {cell:>{w}} " if i == 2 else f" {cell:<{w}} " for i, (cell, w) in enumerate(zip(cells, widths, strict=True))
    ]
    return edge + inner.join(texts) + edge


def _chosen(layers: list, layer_range: object) -> list:
    if layer_range is None:
        return layers
    if len(layer_range) != 2:
        raise ArgumentError("summary: layer_range", expected="two names or patterns", got=repr(layer_range))
    hits = [[i for i, layer in enumerate(layers) if re.match(pattern, layer.name)] for pattern in layer_range]
    if not hits[0] or not hits[1]:
        raise ArgumentError("summary: layer_range", expected="patterns that match layers", got=repr(layer_range))
    first, last = min(hits[0]), max(hits[1])
    return layers[min(first, last) : max(first, last) + 1]
