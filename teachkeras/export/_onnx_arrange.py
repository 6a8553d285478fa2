"""Ops that fold and rearrange tensors, in ONNX.

Source: ONNX operator schemas, opset 20.
"""

from __future__ import annotations

import numpy as np

from teachkeras.export._onnx_ops import Call, writes

END = 2**31 - 1

FOLDS = {"sum": "ReduceSum", "mean": "ReduceMean", "max": "ReduceMax", "min": "ReduceMin", "prod": "ReduceProd",
         "logsumexp": "ReduceLogSumExp"}  # fmt: skip


@writes(*FOLDS)
def fold(c: Call) -> str:
    """Write a reduction."""
    if c.params.get("initial") is not None:
        raise c.refuse("initial=None", c.params["initial"])
    return c.add(FOLDS[c.op], c.x(), c.g.integers(*c.axes()), keepdims=int(c.params["keepdims"]))


@writes("any", "all")
def truth(c: Call) -> str:
    """Write the largest or smallest of zeros and ones."""
    kind = "ReduceMax" if c.op == "any" else "ReduceMin"
    numbers = c.g.cast(c.x(dtype="bool"), "int32")
    return c.g.cast(c.add(kind, numbers, c.g.integers(*c.axes()), keepdims=int(c.params["keepdims"])), "bool")


@writes("var")
def variance(c: Call) -> str:
    """Write the mean of the squared distances from the mean."""
    axes = c.g.integers(*c.axes())
    away = c.add("Sub", x := c.x(), c.add("ReduceMean", x, axes, keepdims=1))
    return c.add("ReduceMean", c.add("Mul", away, away), axes, keepdims=int(c.params["keepdims"]))


@writes("argmax", "argmin")
def place_of_extreme(c: Call) -> str:
    """Write ArgMax or ArgMin."""
    x, axis = c.x(dtype=c.inputs[0].dtype), c.params["axis"]
    if axis is None:
        raise c.refuse("an axis", None)
    kind = "ArgMax" if c.op == "argmax" else "ArgMin"
    return c.g.cast(c.add(kind, x, axis=int(axis), keepdims=int(c.params["keepdims"])), c.dtype)


@writes("cumsum")
def running_sum(c: Call) -> str:
    """Write CumSum."""
    return c.add("CumSum", c.x(), c.g.constant(c.axes()[0], "int64"))


# --- shapes ----------------------------------------------------------------------------------------------------------


@writes("reshape")
def reshape(c: Call) -> str:
    """Write Reshape; the batch, or the one unknown length, is what is left over."""
    shape = [-1 if n is None else int(n) for n in c.outputs[0].shape]
    for axis, (n, m) in enumerate(zip(c.shape(), c.outputs[0].shape, strict=False)):
        if shape.count(-1) < 2 or n is not None or m is not None:
            break
        shape[axis] = 0  # as long as it was
    if shape.count(-1) > 1:
        raise c.refuse("at most one unknown length", c.outputs[0].shape)
    return c.add("Reshape", c.x(), c.g.integers(*shape))


@writes("transpose")
def transpose(c: Call) -> str:
    """Write Transpose."""
    rank = len(c.shape())
    axes = range(rank)[::-1] if c.params["axes"] is None else [a % rank for a in c.params["axes"]]
    return c.add("Transpose", c.x(), perm=list(axes))


@writes("swapaxes")
def swap(c: Call) -> str:
    """Write Transpose."""
    order = list(range(len(c.shape())))
    a, b = c.params["axis1"], c.params["axis2"]
    order[a], order[b] = order[b], order[a]
    return c.add("Transpose", c.x(), perm=order)


@writes("expand_dims")
def expand(c: Call) -> str:
    """Write Unsqueeze."""
    axis = c.params["axis"]
    return c.add("Unsqueeze", c.x(), c.g.integers(*([axis] if isinstance(axis, int) else axis)))


@writes("squeeze")
def squeeze(c: Call) -> str:
    """Write Squeeze."""
    if c.params["axis"] is None:
        return c.add("Squeeze", c.x(), c.g.integers(*[i for i, n in enumerate(c.shape()) if n == 1]))
    return c.add("Squeeze", c.x(), c.g.integers(*c.axes()))


@writes("broadcast_to")
def broadcast(c: Call) -> str:
    """Write Expand, or nothing where only the open batch would grow."""
    shape = [1 if n is None else int(n) for n in c.outputs[0].shape]
    return c.add("Expand", c.x(), c.g.integers(*shape))


@writes("tile")
def tile(c: Call) -> str:
    """Write Tile."""
    repeats = c.params["repeats"]
    repeats = [repeats] if isinstance(repeats, int) else list(repeats)
    return c.add("Tile", c.x(), c.g.integers(*[1] * (len(c.shape()) - len(repeats)), *repeats))


@writes("_border")
def border(c: Call) -> str:
    """Write Pad."""
    widths = np.broadcast_to(np.asarray(c.params["pad_width"]), (len(c.shape()), 2))
    return c.add("Pad", c.x(), c.g.integers(*widths[:, 0], *widths[:, 1]), c.number(c.params["value"]))


# --- parts -----------------------------------------------------------------------------------------------------------


@writes("get_item")
def get_item(c: Call) -> str:
    """Write Slice, Squeeze and Unsqueeze for a key of slices, numbers and new axes."""
    key = c.params["key"] if isinstance(c.params["key"], tuple) else (c.params["key"],)
    if not all(k is None or k is Ellipsis or isinstance(k, (slice, int, np.integer)) for k in key):
        raise c.refuse("slices, numbers, None, ...", key)
    rank, used = len(c.shape()), sum(k is not None and k is not Ellipsis for k in key)
    at = key.index(Ellipsis) if Ellipsis in key else len(key)
    key = (*key[:at], *[slice(None)] * (rank - used), *key[at + 1 :])
    cuts, gone, fresh, axis, place = [], [], [], 0, 0
    for k in key:
        if k is None:
            fresh.append(place)
            place += 1
            continue
        if isinstance(k, slice):
            step = k.step or 1
            start = k.start if k.start is not None else (0 if step > 0 else END)
            stop = k.stop if k.stop is not None else (END if step > 0 else -END - 1)
            cuts += [] if k == slice(None) else [(start, stop, axis, step)]
            place += 1
        else:
            cuts.append((int(k), int(k) + 1 if k != -1 else END, axis, 1))
            gone.append(axis)
        axis += 1
    x = c.x()
    if cuts:
        x = c.add("Slice", x, *[c.g.integers(*column) for column in zip(*cuts, strict=True)])
    x = c.add("Squeeze", x, c.g.integers(*gone)) if gone else x
    return c.add("Unsqueeze", x, c.g.integers(*fresh)) if fresh else x


@writes("flip")
def flip(c: Call) -> str:
    """Write Slice, backwards."""
    axes = c.axes()
    whole = [[-1] * len(axes), [-END - 1] * len(axes), axes, [-1] * len(axes)]
    return c.add("Slice", c.x(), *[c.g.integers(*column) for column in whole])


@writes("split")
def split(c: Call) -> list[str]:
    """Write Split."""
    (axis,) = c.axes()
    lengths = [t.shape[axis] for t in c.outputs]
    if None in lengths:
        raise c.refuse("known lengths", lengths)
    return c.g.add_many("Split", [c.x(), c.g.integers(*lengths)], len(lengths), "split", axis=axis)


@writes("join")
def join(c: Call) -> str:
    """Write Concat."""
    return c.add("Concat", *[c.x(i) for i in range(len(c.inputs))], axis=int(c.params["axis"]))


@writes("take")
def take(c: Call) -> str:
    """Write Gather."""
    x, axis = c.x(), c.params["axis"]
    if axis is None:
        x, axis = c.add("Reshape", x, c.g.integers(-1)), 0
    return c.add("Gather", x, c.x(1, "int64"), axis=int(axis))


@writes("take_along_axis")
def take_along(c: Call) -> str:
    """Write GatherElements."""
    return c.add("GatherElements", c.x(), c.x(1, "int64"), axis=int(c.params["axis"]))


@writes("embed")
def embed(c: Call) -> str:
    """Write Gather of a table's rows."""
    return c.add("Gather", c.x(1), c.x(0, "int64"), axis=0)


@writes("one_hot")
def one_hot(c: Call) -> str:
    """Write OneHot."""
    depth, values = c.g.constant(c.params["num_classes"], "int64"), c.g.constant([0, 1], c.dtype)
    return c.add("OneHot", c.x(0, "int64"), depth, values, axis=int(c.params["axis"]))


@writes("tril", "triu")
def triangle(c: Call) -> str:
    """Write Trilu."""
    return c.add("Trilu", c.x(), c.g.constant(c.params["k"], "int64"), upper=int(c.op == "triu"))
