"""``plot_model``: a model as a drawing (SVG), without Graphviz; ``model_to_dot``: as text for Graphviz."""

from __future__ import annotations

import warnings
from html import escape
from pathlib import Path

from teachkeras.errors import ArgumentError
from teachkeras.layers.layer import Layer

BOX, LINE, GAP, LETTER = 210, 17, 46, 6.6  # width of a box, height of a line, room between rows, width of a letter
DIRECTIONS = ("TB", "LR", "BT", "RL")


class Drawing:
    """An SVG picture; a notebook shows it.

    Attributes:
        svg: The picture as text.
        path: The file it was written to, or None.
    """

    def __init__(self, svg: str, path: Path | None):
        self.svg, self.path = svg, path

    def _repr_svg_(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return f"<Drawing of {len(self.svg)} characters{f', {self.path}' if self.path else ''}>"


def graph_of(model) -> tuple[list, list[tuple[int, int]]]:
    """Return the operations of a model (layers, ops on symbolic tensors) and the arrows (numbers of from and to)."""
    operations = list(getattr(model, "operations", model.layers))
    place = {id(operation): number for number, operation in enumerate(operations)}
    if not hasattr(model, "_graph"):
        return operations, [(i, i + 1) for i in range(len(operations) - 1)]
    arrows = []
    for node in model._graph.nodes:
        for t in node.inputs:
            source = model._graph.stand_ins.get(t.uid) or t.node.operation
            arrows.append((place[id(source)], place[id(node.operation)]))
    return operations, list(dict.fromkeys(arrows))


def _labels(model, operation, show_shapes, show_dtype, show_layer_names, show_layer_activations, show_trainable):
    """Return the lines of text in a box."""
    kind = type(operation).__name__ if isinstance(operation, Layer) else operation.op.name
    lines = [f"{operation.name} ({kind})" if show_layer_names else kind]
    node = operation._nodes[0] if operation._nodes else None
    if show_layer_activations and getattr(operation, "activation", None) is not None:
        lines.append(f"activation: {getattr(operation.activation, '__name__', operation.activation)}")
    if show_shapes and node is not None and node.outputs:
        lines.append("output: " + ", ".join(str(t.shape) for t in node.outputs))
    if show_dtype and node is not None and node.outputs:
        lines.append("dtype: " + ", ".join(dict.fromkeys(t.dtype for t in node.outputs)))
    if show_trainable and getattr(operation, "weights", None):
        lines.append("trainable" if operation.trainable else "frozen")
    return lines


def _rows(count: int, arrows: list[tuple[int, int]]) -> list[int]:
    """Return for each box its row: one below the lowest of those that lead to it."""
    row = [0] * count
    for _ in range(count):
        before = list(row)
        for a, b in arrows:
            row[b] = max(row[b], row[a] + 1)
        if row == before:
            break
    return row


def _with_lanes(count: int, arrows: list[tuple[int, int]]) -> tuple[list[int], list[list[int]]]:
    """Return the row of each box, and each arrow as the boxes it visits.

    An arrow that skips rows visits a lane, an empty box of its own, in each of them, so that it runs beside the others.
    """
    rows, routes = _rows(count, arrows), []
    for a, b in arrows:
        route = [a]
        for row in range(rows[a] + 1, rows[b]):
            route.append(len(rows))
            rows.append(row)
        routes.append([*route, b])
    return rows, routes


def _placed(texts: list[list[str]], rows: list[int], across: bool) -> tuple[list[tuple], float, float]:
    """Return (x, y, width, height) of each box, lanes included, and the length and breadth of the picture."""
    sizes = [(max(BOX, 20 + LETTER * max(map(len, t))), 12 + LINE * len(t)) for t in texts]
    sizes += [(16, 16)] * (len(rows) - len(texts))
    ahead, aside = (0, 1) if across else (1, 0)
    members = {r: [i for i in range(len(rows)) if rows[i] == r] for r in sorted(set(rows))}
    spans = {r: sum(sizes[i][aside] for i in m) + 24 * (len(m) - 1) for r, m in members.items()}
    boxes: list[tuple] = [()] * len(rows)
    along, widest = 16.0, max(spans.values(), default=0)
    for r, m in members.items():
        at, depth = 16 + (widest - spans[r]) / 2, max(sizes[i][ahead] for i in m)
        for i in m:
            size = list(sizes[i])
            if i >= len(texts):
                size[ahead] = depth  # a lane is as deep as its row
            boxes[i] = (along, at, *size) if across else (at, along, *size)
            at += size[aside] + 24
        along += depth + GAP
    return boxes, along - GAP + 16, widest + 32


def _turned(boxes: list[tuple], rankdir: str, length: float) -> list[tuple]:
    """Return the boxes laid out from the other end for ``RL`` and ``BT``."""
    if rankdir == "RL":
        return [(length - x - w, y, w, h) for x, y, w, h in boxes]
    return [(x, length - y - h, w, h) for x, y, w, h in boxes] if rankdir == "BT" else boxes


def _arrow(route: list[tuple], rankdir: str) -> str:
    """Return the path of an arrow through the boxes of its route."""
    across, back = rankdir in ("LR", "RL"), rankdir in ("BT", "RL")

    def gate(box: tuple, leaving: bool) -> tuple[float, float]:
        x, y, w, h = box
        far = leaving != back
        return (x + (w if far else 0), y + h / 2) if across else (x + w / 2, y + (h if far else 0))

    x, y = gate(route[0], True)
    path = f"M{x:.0f},{y:.0f}"
    for box in route[1:]:
        x2, y2 = gate(box, False)
        bend = ((x + x2) / 2, y, (x + x2) / 2, y2) if across else (x, (y + y2) / 2, x2, (y + y2) / 2)
        path += " C{:.0f},{:.0f} {:.0f},{:.0f} ".format(*bend) + f"{x2:.0f},{y2:.0f}"
        if box is not route[-1]:
            x, y = gate(box, True)
            path += f" L{x:.0f},{y:.0f}"
    return path


def laid_out(texts: list[list[str]], arrows: list, rankdir: str = "TB") -> tuple[list, list[str], tuple[float, float]]:
    """Return (x, y, width, height) of a box for each text, an SVG path for each arrow, and the size of the whole.

    >>> laid_out([["a"], ["b"]], [(0, 1)])[2]
    (242, 136.0)
    """
    across = rankdir in ("LR", "RL")
    rows, routes = _with_lanes(len(texts), arrows)
    boxes, length, breadth = _placed(texts, rows, across)
    boxes = _turned(boxes, rankdir, length)
    paths = [_arrow([boxes[i] for i in route], rankdir) for route in routes]
    return boxes[: len(texts)], paths, (length, breadth) if across else (breadth, length)


def _svg_of(texts: list[list[str]], arrows: list, rankdir: str, title: str) -> str:
    """Return the picture of boxes and arrows."""
    boxes, paths, (width, height) = laid_out(texts, arrows, rankdir)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}" role="img" font-family="sans-serif" font-size="12"><title>{escape(title)}</title>',
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0,0 L8,4 L0,8 z" fill="#5b6472"/></marker></defs>',
    ]
    for path in paths:
        parts.append(f'<path d="{path}" fill="none" stroke="#5b6472" stroke-width="1.2" marker-end="url(#tip)"/>')
    for (x, y, w, h), lines in zip(boxes, texts, strict=True):
        place = f'x="{x:.0f}" y="{y:.0f}" width="{w:.0f}" height="{h:.0f}"'
        parts.append(f'<rect {place} rx="6" fill="#eef3fb" stroke="#3f6ab0"/>')
        for number, line in enumerate(lines):
            weight = ' font-weight="600"' if number == 0 else ' fill="#46505e"'
            at = y + 18 + LINE * number
            parts.append(f'<text x="{x + w / 2:.0f}" y="{at:.0f}" text-anchor="middle"{weight}>{escape(line)}</text>')
    return "".join([*parts, "</svg>"])


def plot_model(model, to_file="model.png", show_shapes=False, show_dtype=False, show_layer_names=False, rankdir="TB",
               expand_nested=False, dpi=200, show_layer_activations=False, show_trainable=False, splines="ortho",
               **kwargs):  # fmt: skip
    """Draw a model: a box per layer, an arrow per tensor. The file is SVG; a name that ends otherwise gets ``.svg``.

    Args:
        model: A built model.
        to_file: Where to write; None for nowhere.
        show_shapes, show_dtype, show_layer_names, show_layer_activations, show_trainable: What stands in the boxes.
        rankdir: ``"TB"`` (downwards), ``"LR"`` (to the right), ``"BT"`` or ``"RL"``.
        expand_nested, dpi, splines: Taken for compatibility.

    Returns:
        A :class:`Drawing`, which a notebook shows.

    Raises:
        NotBuiltError: the model is not built.
        ArgumentError: another `rankdir`.

    >>> from teachkeras import Sequential, layers
    >>> drawing = plot_model(Sequential([layers.Dense(3, input_dim=2, name="d")]), to_file=None, show_layer_names=True)
    >>> "d (Dense)" in drawing.svg
    True
    """
    shown = (show_shapes, show_dtype, show_layer_names, show_layer_activations, show_trainable)
    texts, arrows = _drawn(model, rankdir, *shown)
    svg = _svg_of(texts, arrows, rankdir, f"Model {model.name}")
    if to_file is None:
        return Drawing(svg, None)
    path = Path(to_file)
    if path.suffix != ".svg":
        path = path.with_suffix(".svg")
        if str(to_file) != "model.png":
            warnings.warn(f"plot_model draws SVG: written to {path.name}, not {Path(to_file).name}", stacklevel=2)
    path.write_text(svg, encoding="utf-8")
    return Drawing(svg, path)


def _drawn(model, rankdir: str, *shown: bool) -> tuple[list[list[str]], list[tuple[int, int]]]:
    if rankdir not in DIRECTIONS:
        raise ArgumentError("plot_model: rankdir", expected=" or ".join(DIRECTIONS), got=repr(rankdir))
    model._require_built("plot_model")
    operations, arrows = graph_of(model)
    return [_labels(model, operation, *shown) for operation in operations], arrows


def model_to_dot(model, show_shapes=False, show_dtype=False, show_layer_names=True, rankdir="TB", expand_nested=False,
                 dpi=200, subgraph=False, show_layer_activations=False, show_trainable=False, splines="ortho",
                 **kwargs):  # fmt: skip
    """Return a model as a text in Graphviz's language; arguments are those of :func:`plot_model`.

    >>> from teachkeras import Sequential, layers
    >>> model_to_dot(Sequential([layers.Dense(3, input_dim=2, name="d")])).splitlines()[0]
    'digraph {'
    """
    shown = (show_shapes, show_dtype, show_layer_names, show_layer_activations, show_trainable)
    texts, arrows = _drawn(model, rankdir, *shown)
    lines = ["digraph {", f'  rankdir="{rankdir}"; node [shape=box];']
    for number, text in enumerate(texts):
        label = "\\n".join(text).replace('"', '\\"')
        lines.append(f'  n{number} [label="{label}"];')
    return "\n".join([*lines, *(f"  n{a} -> n{b};" for a, b in arrows), "}"])
