"""Windows for the specs of convolutions and poolings, entry by entry from their definition, independent of the engine.

``windows(x)`` (n, places, entries, c), ``lay_back(u)`` the way back, ``flat(z)`` (n, places, o), ``taps(w)`` (entries, c, o),
``placed(z)`` and ``untap(w)`` from there to the shapes of the op; ``over_taps(x, fill)`` windows with `fill` on the border.
"""

import itertools
import math

import numpy as np


def _axis(length, k, s, d, padding):
    """Return (positions[i][a], length) along one axis; a position outside of 0 … length-1 is border."""
    extent = (k - 1) * d + 1
    if padding == "valid":
        count, before = (length - extent) // s + 1, 0
    else:
        count = math.ceil(length / s)
        before = extent - 1 if padding == "causal" else max((count - 1) * s + extent - length, 0) // 2
    return [[i * s + a * d - before for a in range(k)] for i in range(count)]


def _axes(op, sample):
    given = {**op.params, **sample.params}
    x = sample.inputs[0]
    if (g := given.get("geometry")) is not None:
        along = [[[i * s + a * d - p for a in range(k)] for i in range(w)]
                 for _, k, s, d, p, w in zip(*g, strict=True)]  # fmt: skip
        return list(g.lengths), list(g.size), along
    rank = x.ndim - 2
    per = lambda v: (v,) * rank if isinstance(v, int) else tuple(v)  # noqa: E731
    if op.name == "convolve_transposed":
        return _transposed(sample.inputs, given, per)
    size = sample.inputs[1].shape[:-2] if "pool_size" not in given else per(given["pool_size"])
    strides = size if given["strides"] is None else per(given["strides"])
    dilation = per(given.get("dilation_rate", 1))
    lengths = x.shape[1:-1]
    along = [_axis(n, k, s, d, given["padding"]) for n, k, s, d in zip(lengths, size, strides, dilation, strict=True)]
    return list(lengths), list(size), along


def _transposed(inputs, given, per):
    """Lengths and crops as TensorFlow's documentation of transposed convolutions gives them."""
    size, strides, dilation = inputs[1].shape[:-2], per(given["strides"]), per(given["dilation_rate"])
    extra = None if given["output_padding"] is None else per(given["output_padding"])
    lengths, along = [], []
    for axis, count in enumerate(inputs[0].shape[1:-1]):
        extent, s = (size[axis] - 1) * dilation[axis] + 1, strides[axis]
        if given["padding"] == "valid":
            length, crop = (count - 1) * s + (max(extent, s) if extra is None else extent + extra[axis]), 0
        else:
            reach = s + extent - 2 if extra is None else extent + extent % 2 - 2 + extra[axis]
            length = count * s if extra is None else (count - 1) * s + extent % 2 + extra[axis]
            crop = extent - 1 - min(math.ceil(reach / 2), extent - 1)
        lengths.append(length)
        along.append([[i * s + a * dilation[axis] - crop for a in range(size[axis])] for i in range(count)])
    return lengths, list(size), along


def functions(op, sample):
    """Return what the specs of ops with windows may call."""
    if not {"geometry", "strides"} & set(op.params):
        return {}
    lengths, size, along = _axes(op, sample)
    counts = [len(rows) for rows in along]
    where = [  # for each window and each of its entries the position in the image, or None
        [
            [rows[i][a] for rows, i, a in zip(along, place, tap, strict=True)]
            for tap in itertools.product(*map(range, size))
        ]
        for place in itertools.product(*map(range, counts))
    ]
    where = [[q if all(0 <= p < n for p, n in zip(q, lengths, strict=True)) else None for q in row] for row in where]

    def over_taps(x, fill=0.0):
        u = np.full((len(x), len(where), len(where[0]), x.shape[-1]), float(fill))
        for i, row in enumerate(where):
            for a, q in enumerate(row):
                if q is not None:
                    u[:, i, a] = x[(slice(None), *q)]
        return u

    def lay_back(u):
        x = np.zeros((len(u), *lengths, u.shape[-1]))
        for i, row in enumerate(where):
            for a, q in enumerate(row):
                if q is not None:
                    x[(slice(None), *q)] += u[:, i, a]
        return x

    def first_of_taps(u):
        return np.arange(u.shape[2])[:, None] == np.argmax(u, axis=2)[:, :, None]

    return {
        "windows": over_taps, "over_taps": over_taps, "lay_back": lay_back, "first_of_taps": first_of_taps,
        "flat": lambda z: z.reshape(len(z), -1, z.shape[-1]), "taps": lambda w: w.reshape(-1, *w.shape[-2:]),
        "placed": lambda z: z.reshape(len(z), *counts, z.shape[-1]),
        "untap": lambda w: w.reshape(*size, *w.shape[-2:]), "expand_dims": np.expand_dims, "amax": np.max,
        "tap_counts": lambda x: np.array([[sum(q is not None for q in row)] for row in where]),
        "tap_shape": lambda x: (len(x), len(where), len(where[0]), x.shape[-1]),
    }  # fmt: skip
