"""The picture of an activation: its curve, its slope, the point, and the sums below."""

import numpy as np
from matplotlib.figure import Figure

from .style import BEST, INK, MUTED, SLOPE, TRAIN, VALIDATION, axes_style, drawing, writable


def curves_figure(view):
    """F and f′ with the tangent; below them the histogram where there is one."""
    say = writable(view.label)
    frame = view.frame if view.frame.get("counts") else None
    with drawing():
        figure = Figure(figsize=(6.4, 4.6 if frame else 3.4), layout="constrained", facecolor="white")
        rows = figure.subplots(2 if frame else 1, 1, squeeze=False, sharex=True, height_ratios=[3, 1] if frame else [1])
        _curve(rows[0][0], view, say, max(6.0, frame["reach"] if frame else 6.0))
        if frame:
            _histogram(rows[1][0], frame, say)
    return figure


def _curve(axes, view, say, reach):
    z = np.linspace(-reach, reach, 301)
    at, y, slope = view.z, float(view.f(view.z)), float(view.f(view.z, slope=True))
    axes.plot(z, view.f(z), color=TRAIN, lw=2.2, label=say("curves.value"))
    axes.plot(z, view.f(z, slope=True), color=SLOPE, ls="--", lw=1.4, label=say("curves.slope"))
    half = reach / 5 / np.hypot(1, slope)
    axes.plot([at - half, at + half], [y - half * slope, y + half * slope], color=BEST, lw=2)
    axes.plot(at, y, "o", ms=8, mfc="white", mec=INK, mew=1.8, zorder=5)
    title = f"{view.activation}:  f({at:.3g}) = {y:.3g},  f′({at:.3g}) = {slope:.3g}"
    axes.set_title(title, fontsize=9.5, color=INK)
    axes.legend(frameon=False, fontsize=8.5, labelcolor=INK)
    axes_style(axes)


def _histogram(axes, frame, say):
    counts = np.frombuffer(frame["counts"], "int32")
    edges = np.linspace(-frame["reach"], frame["reach"], len(counts) + 1)
    axes.bar(edges[:-1], counts, width=np.diff(edges), align="edge", color=VALIDATION, alpha=0.75)
    share = f"{100 * frame['saturated']:.1f} %"
    axes.set_title(
        say("curves.picture", share=share, dead=frame["dead"], units=frame["units"]), fontsize=9, color=MUTED
    )
    axes.set_xlabel("z", color=MUTED, fontsize=9)
    axes_style(axes)
