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
    operations = getattr(model, "operations", model.layers)
    branches = not is_chain(model)
    rows = [row for layer in _chosen(operations, layer_range) for row in _rows(model, layer, expand_nested, 0)]
    heads = ["Layer (type)", "Output Shape", "Param #"]
    widths = [19, 17, 10] if branches else [31, 22, 13]
    shown = [0, 1, 2] + ([3] if branches else []) + ([4] if show_trainable else [])
    heads, widths = [*heads, "Connected to", "Trainable"], [*widths, 17, 9]
    rows, heads, widths = (
        [[row[i] for i in shown] for row in rows],
        [heads[i] for i in shown],
        [0 if line_length else widths[i] for i in shown],  # a given length is kept where the words allow it
    )
    for row in [heads, *rows]:
        widths = [max(width, max(map(len, cell.split("\n")))) for width, cell in zip(widths, row, strict=True)]
    if line_length:
        widths[0] = max(widths[0], line_length - sum(widths[1:]) - 3 * len(widths) - 1)
    lines = [f'Model: "{model.name}"', _rule("┏━┳┓", widths), _row("┃", heads, widths), _rule("┡━╇┩", widths)]
    for index, row in enumerate(rows):
        lines += [_rule("├─┼┤", widths)] if index else []
        lines.append(_row("│", row, widths))
    return "\n".join([*lines, _rule("└─┴┘", widths), *_totals(model)])


def is_chain(model) -> bool:
    """Tell whether each layer has one input and one output, so that the order of the rows says it all."""
    nodes = getattr(getattr(model, "_graph", None), "nodes", [])
    called = [id(node.operation) for node in nodes]
    return len(set(called)) == len(called) and all(len(node.inputs) <= 1 for node in nodes) and (
        len({t.uid for node in nodes for t in node.inputs}) == len(nodes)
    )  # fmt: skip


def _rows(model, layer, expand_nested: bool, depth: int) -> list[list[str]]:
    shape = getattr(model, "shapes", {}).get(layer.name) or (layer._nodes and layer._nodes[0].outputs[0].shape)
    weights = getattr(layer, "weights", [])
    params = f"{sum(v.size for v in weights):,}" if getattr(layer, "built", True) else "0 (unbuilt)"
    mark = f"{'   ' * depth}└ " if depth else ""
    rows = [
        [
            f"{mark}{layer.name} ({_kind(layer)})",
            f"({', '.join(map(str, shape))})" if shape else "?",
            params,
            _connections(model, layer) if not depth else "-",
            "Y" if weights and layer.trainable else "N" if weights else "-",
        ]
    ]
    for inner in getattr(layer, "operations", getattr(layer, "layers", [])) if expand_nested else []:
        rows += _rows(layer, inner, expand_nested, depth + 1)
    return rows


def _kind(layer) -> str:
    """Return the class, of an op in a graph its name."""
    op = getattr(layer, "op", None)
    return type(layer).__name__ if op is None else "".join(part.capitalize() for part in op.name.split("_"))


def _connections(model, layer) -> str:
    """Return where a layer's inputs come from: ``layer[call][output]``, a line each."""
    if not hasattr(model, "_graph"):
        return "-"
    calls = [node for node in model._graph.nodes if node.operation is layer]
    found = ["{}[{}][{}]".format(*model._history(t)) for node in calls for t in node.inputs]
    return ",\n".join(found) or "-"


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
    lines = max(cell.count("\n") for cell in cells) + 1
    columns = [cell.split("\n") + [""] * (lines - 1 - cell.count("\n")) for cell in cells]
    rows = []
    for parts in zip(*columns, strict=True):
        texts = [f" {p:>{w}} " if i == 2 else f" {p:<{w}} " for i, (p, w) in enumerate(zip(parts, widths, strict=True))]
        rows.append(edge + inner.join(texts) + edge)
    return "\n".join(rows)


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
