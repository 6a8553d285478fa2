"""One entry of a recorded step worked out: its formula with the step's own numbers put in.

What comes out is data for the page: a sum of products (``terms``), or trees of the formula with numbers in the place of
names (``lines``). What an op with windows, statistics or gates of its own says stands in ``worked_ops`` and
``worked_windows``. Nothing is shown whose value isn't the engine's (`agrees`): better no line than a wrong one.
"""

import numpy as np

from teachkeras import ops
from teachkeras.errors import TeachKerasError
from teachkeras.ops.spec import tree

from .formulas import folded, tree_of
from .worked_entry import agrees, entry, number, place, put, simplified, sum_of
from .worked_ops import BACKWARD, FORWARD
from .worked_windows import WINDOWS

BUILDERS = {**FORWARD, **WINDOWS}


def worked(step, forward=None):
    """``{"at": [row, column], …}`` for a step of a recording, or None where nothing short can be said.

    Args:
        step: a step of a recording.
        forward: for a backward step, the step whose gradient it is.
    """
    if step.phase == "update":
        return _update(step)
    if step.phase in ("forward", "loss"):
        found = _forward(step)
    elif step.phase == "backward" and forward is not None:
        found = _backward(step, forward)
    else:
        return None
    return found if found is not None and agrees(found) else None


def _forward(step):
    if step.op in ("affine", "matmul"):
        return _sum(step)
    if step.op in BUILDERS:
        return BUILDERS[step.op](step)
    op = getattr(ops, step.op, None)
    if getattr(op, "kind", None) != "elementwise" or not op.spec:
        return None
    known = {name: step.inputs.get(name) for name in op.inputs}
    return _elementwise(step.arrays.get("y"), tree(op.spec), known, {**op.params, **step.params}, "y")


def _backward(step, forward):
    if step.op in BACKWARD:
        return BACKWARD[step.op](step, forward)
    op = getattr(ops, step.op, None)
    if getattr(op, "kind", None) != "elementwise" or not (op.gradient and op.gradient.spec) or len(op.inputs) != 1:
        return None
    known = {**{name: forward.inputs.get(name) for name in op.inputs}, "y": forward.arrays.get("y")}
    known["y_bar"] = step.arrays.get("y_bar")
    out = f"{op.inputs[0]}_bar"
    formula, named = tree(op.gradient.spec), {**op.params, **step.params}
    return _elementwise(step.arrays.get(out), formula, known, named, out)


def _sum(step):
    """Σ x·w + b for a product of matrices; of sequences, for the first one."""
    first, second = ("x", "w") if step.op == "affine" else ("a", "b")
    x, w, z = (step.arrays.get(name) for name in (first, second, "y"))
    if x is None or w is None or w.ndim != 2 or not 2 <= z.ndim <= 3 or x.ndim != z.ndim:
        return None
    row, column = entry(z)
    at = place(z, row, column)
    bias = step.arrays.get("b") if step.op == "affine" else None
    bias = None if bias is None else float(bias.reshape(-1)[column])
    return {"at": [row, column], **sum_of(x[at[:-1]], w[:, column], bias), "result": float(z[at])}


def _elementwise(y, formula, known, params, name):
    if y is None or y.ndim > 4:
        return None
    row, column = entry(y)
    at, numbers = place(y, row, column), dict(params)
    for key, values in known.items():
        if values is None or isinstance(values, str):
            continue
        numbers[key] = number(np.broadcast_to(values, y.shape)[at])
    return {"at": [row, column], "name": name, "lines": [[name, put(formula, numbers)]], "result": number(y[at])}


def _update(step):
    """The optimizer's own lines for the entry with the largest gradient."""
    from teachkeras import optimizers

    g, before = step.inputs.get("g"), step.inputs.get("w")
    if not isinstance(g, np.ndarray) or g.ndim > 4:
        return None
    row, column = entry(g, kernel=True)
    here = place(g, row, column, kernel=True)
    at = lambda values: number(values[here])  # noqa: E731
    known = {**step.params, "lr": step.params["learning_rate"], "w": at(before), "g": at(g)}
    known |= {name: at(a) for name, a in step.inputs.items() if isinstance(a, np.ndarray) and name not in known}
    lines = []
    try:
        for spec in getattr(getattr(optimizers, step.op, None), "spec", ()):
            name, formula = spec.split(" = ", 1)
            known.setdefault(name, 0.0)  # a slot that this optimizer does without
            line = simplified(put(folded(tree_of(formula), known), known))
            if name in step.output:
                lines.append([name, line])
            known[name] = at(step.output[name]) if name in step.output else line
    except TeachKerasError:  # a spec that is more than one expression
        lines = []
    return {"at": [row, column], "lines": lines, "result": at(step.output["w"]), "before": at(before)}
