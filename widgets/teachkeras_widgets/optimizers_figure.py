"""The picture of the race: the surface in levels, the paths on it, the loss over the steps."""

import numpy as np
from matplotlib.figure import Figure

from . import surfaces
from .style import INK, LINES, axes_style, drawing, writable


def optimizers_figure(view):
    """Levels of the surface with each racer's path; beside it the values it passed."""
    say, now = writable(view.label), {**view.setup, **view.edits}
    field = view.setup["surfaces"][now["surface"]]
    reach = field["reach"]
    with drawing():
        figure = Figure(figsize=(8.4, 3.6), layout="constrained", facecolor="white")
        left, right = figure.subplots(1, 2)
        edge = np.linspace(-reach, reach, surfaces.EDGE if "grid" in field else 121)
        x, y = np.meshgrid(edge, edge)
        values = _values(view, now["surface"], x, y)
        left.contourf(x, y, np.log(values - values.min() + 0.05), 24, cmap="Greys", alpha=0.55)
        for racer in now["racers"]:
            path = view.path(racer)
            color = LINES[list(view.setup["rules"]).index(racer) % len(LINES)]
            left.plot(*path.T, color=color, lw=1.8, label=racer)
            left.plot(*path[-1], "o", color=color, ms=5, mec="white")
            if "grid" not in field:
                right.plot(
                    _values(view, now["surface"], *path.T) - values.min() + 1e-6, color=color, lw=1.6, label=racer
                )
        left.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
        left.set_title(
            f"{say('optimizers.' + now['surface'])}, {say('optimizers.rate')} {now['rate']:g}", fontsize=9.5, color=INK
        )
        left.legend(frameon=False, fontsize=8, labelcolor=INK)
        right.set_yscale("log", nonpositive="mask")
        right.set_title(say("optimizers.loss"), fontsize=9.5, color=INK)
        axes_style(right)
    return figure


def _values(view, surface, x, y):
    if surface == "model":
        return view.landscape[::-1]
    return eval(surfaces.SURFACES[surface][0], {"__builtins__": {}}, {"x": x, "y": y, "cos": np.cos, "sin": np.sin})
