"""The picture of a layer's output: the input, the maps, the distribution."""

import numpy as np
from matplotlib.figure import Figure

from .step_figure import SIGNED
from .style import INK, MUTED, TRAIN, axes_style, drawing, writable

MOST = 16


def activations_figure(view):
    """Up to sixteen maps in a row or two, the input before them, the histogram after."""
    say, frame = writable(view.label), view.frame
    maps = unpacked(frame["output"])[:MOST]
    with drawing():
        figure = Figure(figsize=(8.4, 2.8), layout="constrained", facecolor="white")
        left, middle, right = figure.subfigures(1, 3, width_ratios=[1, 2, 1.5])
        _image(left.subplots(), unpacked(frame["input"])[0], say("activations.input"))
        columns = int(np.ceil(len(maps) ** 0.5))
        grid = middle.subplots(-(-len(maps) // columns), columns, squeeze=False).ravel()
        for axes in grid:
            axes.axis("off")
        for axes, values in zip(grid, maps, strict=False):
            _image(axes, values, "")
        _histogram(right.subplots(), frame, say)
        figure.suptitle(f"{frame['layer']}  {tuple(frame['output']['shape'])}", fontsize=10.5, color=INK)
    return figure


def unpacked(maps):
    """The maps as an array (count, rows, columns)."""
    return np.frombuffer(maps["data"], "float32").reshape(maps["count"], maps["rows"], maps["columns"])


def _image(axes, values, title):
    most = float(np.nanmax(np.abs(values), initial=1e-12))
    axes.imshow(values, cmap=SIGNED, vmin=-most, vmax=most)
    axes.set_title(title, fontsize=9, color=MUTED)
    axes.set_xticks([])
    axes.set_yticks([])


def _histogram(axes, frame, say):
    counts = np.frombuffer(frame["counts"], "int32")
    edges = np.linspace(frame["low"], max(frame["high"], frame["low"] + 1e-9), len(counts) + 1)
    axes.bar(edges[:-1], counts, width=np.diff(edges), align="edge", color=TRAIN)
    axes.set_title(say("activations.distribution"), fontsize=9, color=MUTED)
    axes_style(axes)
