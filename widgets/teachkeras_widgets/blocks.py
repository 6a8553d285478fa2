"""A piece of an array that fits on a page: two axes of it, so many rows and columns, and what it stands for."""

import numpy as np


def block(values, rows=24, columns=32, kernel=False):
    """The first rows and columns of an array of any rank, as float32 bytes, with shape, place and summary.

    More than two axes: the first entry of the leading ones (and for images, (…, h, w, c), the first channel; for a
    convolution's ``kernel``, (h, w, c, filters), the first channel and filter).

    >>> small = block(np.arange(6.0).reshape(2, 3))
    >>> small["shape"], small["rows"], small["columns"], small["cut"], small["mean"]
    ([2, 3], 2, 3, '', 2.5)
    >>> block(np.zeros((8, 28, 28, 3)))["cut"]
    '[0, :24, :28, 0]'
    """
    values = np.asarray(values)
    table, places = values, []
    if values.ndim == 4:
        table, places = values[0, :, :, 0], ["0", ":", ":", "0"]
        if kernel:
            table, places = values[:, :, 0, 0], [":", ":", "0", "0"]
    while table.ndim > 2:
        table = table[0]
        places = ["0", *(places or [":", ":"])]
    table = np.atleast_2d(table)[:rows, :columns]
    good = values[np.isfinite(values)] if values.dtype.kind == "f" else values
    return {
        "data": np.ascontiguousarray(table, "float32").tobytes(),
        "rows": table.shape[0],
        "columns": table.shape[1],
        "shape": list(values.shape),
        "cut": _cut(values, places, table),
        "dtype": values.dtype.name,
        **{name: float(getattr(good, name)()) if good.size else 0.0 for name in ("min", "max", "mean", "std")},
    }


def _cut(values, places, table):
    """How the piece would be written in NumPy; nothing where it is all."""
    places = places or [":"] * values.ndim
    axes = [i for i, place in enumerate(places) if place == ":"]
    for axis, have in zip(axes, table.shape[-len(axes) :] if axes else (), strict=False):
        if have < values.shape[axis]:
            places[axis] = f":{have}"
        elif places.count(":") < len(places):
            places[axis] = f":{have}"
    return "" if all(place == ":" for place in places) else f"[{', '.join(places)}]"
