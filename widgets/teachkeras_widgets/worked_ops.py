"""Entries of ops that are more than one number in, one out: softmax, losses, normalisation, recurrence, attention.

Each function takes a step and gives what the page shows of it, or None. `worked.worked` drops what isn't the engine's.
"""

import numpy as np

from .worked_entry import CELLS, entry, number, place, sum_of, total

CLASSES = 6  # exponentials written out


# --- forward ----------------------------------------------------------------------------------------------------------


def softmax(step):
    """Shares: e^x / Σ e^x over the last axis."""
    x, y = step.arrays.get("x"), step.arrays.get("y")
    if x is None or step.params.get("axis", -1) not in (-1, y.ndim - 1) or y.ndim > 3:
        return None
    row, column = entry(y)
    at = place(y, row, column)
    tree = ["/", ["exp", number(x[at])], _exponentials(x[at[:-1]])]
    mark = [row, 0, 1, min(y.shape[-1], CELLS[1])]
    return {"at": [row, column], "lines": [["y", tree]], "marks": {"x": mark}, "result": number(y[at])}


def _exponentials(x):
    """Σ e^x as a tree: the largest, and one number for the rest."""
    order = np.argsort(-x, kind="stable")
    trees = [["exp", number(x[i])] for i in order[:CLASSES]]
    rest = np.exp(x[order[CLASSES:]].astype("float64")).sum()
    return total([*trees, *([number(rest)] if len(x) > CLASSES else [])])


def sparse_categorical_crossentropy(step):
    """−ln of the probability of the right class."""
    target, output, y = (step.arrays.get(name) for name in ("target", "output", "y"))
    if output is None or output.ndim != 2 or y.ndim != 1:
        return None
    _, sample = entry(y)
    label = int(np.reshape(target, -1)[sample])
    x = number(output[sample, label])
    tree = ["-", ["log", _exponentials(output[sample])], x] if step.params.get("from_logits") else ["neg", ["log", x]]
    return _loss_of(y, sample, tree, {"output": [sample, label, 1, 1], "target": [0, sample, 1, 1]})


def categorical_crossentropy(step):
    """−Σ t ln p over the classes."""
    target, output, y = (step.arrays.get(name) for name in ("target", "output", "y"))
    if output is None or output.ndim != 2 or y.ndim != 1:
        return None
    _, sample = entry(y)
    some = np.flatnonzero(target[sample])[:CLASSES]
    logits = step.params.get("from_logits")
    inner = [["log", number(output[sample, k])] for k in some]
    if logits:
        inner = [["-", number(output[sample, k]), ["log", _exponentials(output[sample])]] for k in some]
    parts = [part if target[sample, k] == 1 else ["*", number(target[sample, k]), part]
             for k, part in zip(some, inner, strict=True)]  # fmt: skip
    wide = [sample, 0, 1, output.shape[-1]]
    return _loss_of(y, sample, ["neg", total(parts)], {"output": wide, "target": wide}) if parts else None


def _loss_of(y, sample, tree, marks):
    """A loss that has one number for each sample."""
    return {"at": [0, sample], "lines": [["y", tree]], "marks": marks, "result": number(y[sample])}


def binary_crossentropy(step):
    """−t ln p − (1 − t) ln(1 − p)."""
    target, output, y = (step.arrays.get(name) for name in ("target", "output", "y"))
    if output is None or y.ndim > 2 or output.shape != y.shape:
        return None
    row, column = entry(y)
    at = place(y, row, column)
    t, p = number(np.broadcast_to(target, y.shape)[at]), number(output[at])
    p = ["/", 1, ["+", 1, ["exp", ["neg", p]]]] if step.params.get("from_logits") else p
    yes, no = ["log", p], ["log", ["-", 1, p]]
    tree = ["neg", yes if t == 1 else no if t == 0 else ["+", ["*", t, yes], ["*", ["-", 1, t], no]]]
    return {"at": [row, column], "lines": [["y", tree]], "result": number(y[at])}


def standardize(step):
    """γ (x − μ) / √(σ² + ε) + β, with the mean and variance that the op found (or was given)."""
    x = step.arrays.get("x")
    y = step.arrays.get("y0", step.arrays.get("y"))
    if x is None or y is None or y.ndim > 4:
        return None
    row, column = entry(y)
    at = place(y, row, column)
    mean, variance = (_statistic(step, step.arrays.get(name), x.ndim, at) for name in ("mean", "variance"))
    gamma, beta = (_scale(step.arrays.get(name), x, at) for name in ("gamma", "beta"))
    if mean is None or variance is None:
        return None
    tree = ["/", ["-", number(x[at]), mean], ["sqrt", ["+", variance, step.params["epsilon"]]]]
    tree = tree if gamma is None else ["*", gamma, tree]
    tree = tree if beta is None else ["+", tree, beta]
    name = "y0" if "y0" in step.arrays else "y"
    return {"at": [row, column], "name": name, "lines": [["y", tree]], "marks": _same(at, row, column, "x", name),
            "result": number(y[at])}  # fmt: skip


def _same(at, row, column, *names):
    return {name: [row, column, 1, 1] for name in names}


def _statistic(step, values, rank, at):
    """The mean or variance that belongs to entry ``at``: its axes are those of x that were not folded away."""
    if values is None:
        return None
    axes = step.params.get("axis", ())
    axes = {axis % rank for axis in (axes if isinstance(axes, tuple | list) else (axes,))}
    left = tuple(n for axis, n in enumerate(at) if axis not in axes)
    if values.ndim == len(left) and step.op == "standardize":
        return number(values[left])
    return number(np.broadcast_to(values, step.arrays["x"].shape)[at]) if step.op != "standardize" else None


def _scale(values, x, at):
    """γ or β of entry ``at``."""
    return None if values is None else number(np.broadcast_to(values, x.shape)[at])


def dropout(step):
    """What is kept is scaled up, so that the sum stays on average."""
    x, mask, y = (step.arrays.get(name) for name in ("x", "mask", "y"))
    if mask is None or y.ndim > 4:
        return None
    row, column = entry(y)
    at = place(y, row, column)
    kept, rate = bool(np.broadcast_to(mask, y.shape)[at]), float(step.params["rate"])
    tree = ["/", number(x[at]), ["-", 1, rate]] if kept else ["*", number(x[at]), 0]
    return {"at": [row, column], "lines": [["y", tree]], "result": number(y[at])}


def mean(step):
    """Σ x / n over the axes folded away."""
    found = _folded(step)
    return found and {**found[0], **sum_of(found[1], divide=found[1].size)}


def sum_over(step):
    """Σ x over the axes folded away."""
    found = _folded(step)
    return found and {**found[0], **sum_of(found[1])}


def largest(step):
    """The largest x over the axes folded away."""
    found = _folded(step)
    if not found:
        return None
    some = np.sort(found[1].reshape(-1))[::-1][:CLASSES]
    return {**found[0], "lines": [["y", ["max", *map(number, some)]]]}


def _folded(step):
    """``({at, result}, the numbers of x that make it)``."""
    x, y, axes = step.arrays.get("x"), step.arrays.get("y"), step.params.get("axis")
    if x is None or y is None or y.ndim > 3 or x.ndim > 4:
        return None
    axes = range(x.ndim) if axes is None else axes if isinstance(axes, tuple | list) else (axes,)
    axes = {axis % x.ndim for axis in axes}
    row, column = entry(y)
    at = place(y, row, column)
    left = iter(at if not step.params.get("keepdims") else [n for axis, n in enumerate(at) if axis not in axes])
    picked = tuple(slice(None) if axis in axes else next(left) for axis in range(x.ndim))
    return {"at": [row, column], "result": number(y[at])}, x[picked]


def lstm(step):
    """The long memory: c = f·c₋₁ + i·g and h = o·tanh c, of the first sequence."""
    hidden, cell = step.arrays.get("y0"), step.arrays.get("cell")
    if hidden is None or cell is None:
        return None
    t, unit = entry(hidden)
    gates = {name: number(step.arrays[f"{name}_gate"][0, t, unit]) for name in ("forget", "input", "output")}
    before = number(cell[0, t - 1, unit]) if t else number(step.arrays["c0"][0, unit])
    kept, new = ["*", gates["forget"], before], ["*", gates["input"], number(step.arrays["candidate"][0, t, unit])]
    lines = [["c", ["+", kept, new]], ["y", ["*", gates["output"], ["tanh", number(cell[0, t, unit])]]]]
    names = ("y0", "cell", "forget_gate", "input_gate", "output_gate", "candidate")
    return {"at": [t, unit], "name": "y0", "lines": lines, "marks": _same(None, t, unit, *names),
            "result": number(hidden[0, t, unit])}  # fmt: skip


def gru(step):
    """The gated unit: h = z·h₋₁ + (1 − z)·g, of the first sequence."""
    hidden = step.arrays.get("y0")
    if hidden is None or "update_gate" not in step.arrays:
        return None
    t, unit = entry(hidden)
    z, g = (number(step.arrays[name][0, t, unit]) for name in ("update_gate", "candidate"))
    before = number(hidden[0, t - 1, unit]) if t else number(step.arrays["h0"][0, unit])
    line = ["+", ["*", z, before], ["*", ["-", 1, z], g]]
    return {"at": [t, unit], "name": "y0", "lines": [["y", line]], "result": number(hidden[0, t, unit]),
            "marks": _same(None, t, unit, "y0", "update_gate", "reset_gate", "candidate")}  # fmt: skip


def simple_rnn(step):
    """The simple cell: h = tanh(x·W + h₋₁·U + b), of the first sequence."""
    hidden, bias = step.arrays.get("y0"), step.arrays.get("bias")
    if hidden is None:
        return None
    t, unit = entry(hidden)
    before = hidden[0, t - 1] if t else step.arrays["h0"][0]
    inputs = np.concatenate([step.arrays["x"][0, t], before])
    weights = np.concatenate([step.arrays["kernel"][:, unit], step.arrays["recurrent_kernel"][:, unit]])
    sums = sum_of(inputs, weights, None if bias is None else number(bias[unit]))
    marks = {"y0": [t, unit, 1, 1], "x": [t, 0, 1, step.arrays["x"].shape[-1]]}
    return {"at": [t, unit], "name": "y0", **sums, "outer": "tanh", "marks": marks,
            "result": number(hidden[0, t, unit])}  # fmt: skip


def attend(step):
    """Σ over the keys of share · value, of the first head."""
    y, shares, value = (step.arrays.get(name) for name in ("y", "weights", "value"))
    if y is None or shares is None or y.ndim != 4 or shares.shape[1] != value.shape[2]:
        return None
    query, head = entry(y)
    return {"at": [query, head], **sum_of(shares[0, head, query], value[0, :, head, 0]), "marks": {},
            "result": number(y[0, query, head, 0])}  # fmt: skip


# --- backward ---------------------------------------------------------------------------------------------------------


def affine_back(step, forward):
    """The slope: w̄ = Σ over the samples of x·ȳ."""
    x, y_bar, w_bar = forward.arrays.get("x"), step.arrays.get("y_bar"), step.arrays.get("w_bar")
    if x is None or y_bar is None or w_bar is None or w_bar.ndim != 2:
        return None
    row, column = entry(w_bar)
    x, y_bar = x.reshape(-1, x.shape[-1]), y_bar.reshape(-1, y_bar.shape[-1])
    marks = {"w_bar": [row, column, 1, 1], "y_bar": [0, column, min(len(y_bar), CELLS[0]), 1]}
    return {"at": [row, column], "name": "w_bar", **sum_of(x[:, row], y_bar[:, column]), "marks": marks,
            "result": number(w_bar[row, column])}  # fmt: skip


def mean_back(step, forward):
    """Each of n equal shares."""
    x_bar, y_bar, x, y = step.arrays.get("x_bar"), step.arrays.get("y_bar"), forward.arrays["x"], forward.arrays["y"]
    if x_bar is None or y.ndim or x_bar.ndim > 2:
        return None
    row, column = entry(x_bar)
    tree = ["/", number(y_bar), x.size]
    return {"at": [row, column], "name": "x_bar", "lines": [["x_bar", tree]], "marks": {"x_bar": [row, column, 1, 1]},
            "result": number(x_bar[place(x_bar, row, column)])}  # fmt: skip


def softmax_back(step, forward):
    """The slope: x̄ = y (ȳ − Σ ȳ y)."""
    y, y_bar, x_bar = forward.arrays.get("y"), step.arrays.get("y_bar"), step.arrays.get("x_bar")
    if y is None or y_bar is None or x_bar is None or y.ndim != 2:
        return None
    row, column = entry(x_bar)
    inner = number((y_bar[row].astype("float64") * y[row]).sum())
    tree = ["*", number(y[row, column]), ["-", number(y_bar[row, column]), inner]]
    return {"at": [row, column], "name": "x_bar", "lines": [["x_bar", tree]], "result": number(x_bar[row, column]),
            "marks": {"x_bar": [row, column, 1, 1], "y_bar": [row, 0, 1, min(y.shape[1], CELLS[1])]}}  # fmt: skip


FORWARD = {
    "softmax": softmax,
    "sparse_categorical_crossentropy": sparse_categorical_crossentropy,
    "categorical_crossentropy": categorical_crossentropy,
    "binary_crossentropy": binary_crossentropy,
    "standardize": standardize,
    "standardize_by": standardize,
    "dropout": dropout,
    "mean": mean,
    "sum": sum_over,
    "max": largest,
    "lstm": lstm,
    "gru": gru,
    "simple_rnn": simple_rnn,
    "attend": attend,
}
BACKWARD = {"affine": affine_back, "mean": mean_back, "softmax": softmax_back}
