"""One entry of a recorded step worked out: its formula with the step's own numbers put in.

What comes out is data for the page: a sum of products (``affine``, ``matmul``), or trees of the op's spec with numbers
in the place of names.
"""

import numpy as np

from teachkeras import ops
from teachkeras.errors import TeachKerasError
from teachkeras.ops.spec import tree

TERMS = 4  # products written out
CELLS = (24, 32)  # the entry is one of those that the page shows


def worked(step):
    """``{"at": [row, column], …}`` for a step of a recording, or None where nothing short can be said."""
    if step.phase == "update":
        return _update(step)
    if step.phase in ("forward", "loss"):
        if step.op in ("affine", "matmul"):
            return _sum(step)
        op = getattr(ops, step.op, None)
        return _elementwise(step, op) if getattr(op, "kind", None) == "elementwise" else None
    return None


def _sum(step):
    first, second = ("x", "w") if step.op == "affine" else ("a", "b")
    x, w, z = (step.arrays.get(name) for name in (first, second, "y"))
    if x is None or w is None or x.ndim != 2 or w.ndim != 2:
        return None
    row, column = _entry(z)
    products = x[row].astype("float64") * w[:, column]
    order = np.argsort(-np.abs(products), kind="stable")[:TERMS]
    bias = step.arrays.get("b") if step.op == "affine" else None
    bias = None if bias is None else float(bias.reshape(-1)[column])
    return {
        "at": [row, column],
        "terms": [[float(x[row, i]), float(w[i, column])] for i in order],
        "rest": float(products.sum() - products[order].sum()),
        "more": len(products) - len(order),
        "bias": bias,
        "result": float(z[row, column]),
    }


def _elementwise(step, op):
    y = step.arrays.get("y")
    if y is None or not op.spec or y.ndim > 2:
        return None
    row, column = _entry(y)
    known = {**op.params, **step.params}
    for name in op.inputs:
        values = step.inputs.get(name)
        if values is None:
            return None
        values = np.broadcast_to(values, y.shape)
        known[name] = _number(np.atleast_2d(values)[row, column])
    lines = [["y", _put(tree(op.spec), known)]]
    return {"at": [row, column], "lines": lines, "result": _number(np.atleast_2d(y)[row, column])}


def _update(step):
    """The optimizer's own lines for the entry with the largest gradient."""
    from teachkeras import optimizers

    g, before = step.inputs.get("g"), step.inputs.get("w")
    if not isinstance(g, np.ndarray) or g.ndim > 2:
        return None
    row, column = _entry(g)
    at = lambda values: _number(np.atleast_2d(values)[row, column])  # noqa: E731
    optimizer = getattr(optimizers, step.op, None)
    known = {**step.params, "lr": step.params["learning_rate"], "w": at(before), "g": at(g)}
    known |= {name: at(a) for name, a in step.inputs.items() if isinstance(a, np.ndarray) and name not in known}
    lines = []
    try:
        for spec in getattr(optimizer, "spec", ()):
            name, formula = spec.split(" = ", 1)
            if name in ("w", *step.output):
                lines.append([name, _put(tree(formula), known)])
            if name in step.output:
                known[name] = at(step.output[name])
    except TeachKerasError:  # a spec that is more than one expression
        lines = []
    return {"at": [row, column], "lines": lines, "result": at(step.output["w"]), "before": at(before)}


def _entry(values):
    """Row and column of the largest entry of those shown, the first row's where there are several rows of samples."""
    table = np.atleast_2d(values)[: CELLS[0], : CELLS[1]]
    row, column = np.unravel_index(int(np.nanargmax(np.abs(table))) if np.isfinite(table).any() else 0, table.shape)
    return int(row), int(column)


def _put(node, known):
    if isinstance(node, list):
        return [node[0], *(_put(operand, known) for operand in node[1:])]
    if isinstance(node, str) and isinstance(known.get(node), (int, float)):
        return float(known[node])
    return node


def _number(value):
    return float(value)
