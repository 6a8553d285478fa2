"""The picture of the playground: the plane with its border and points, and the loss."""

import numpy as np
from matplotlib.figure import Figure

from .step_figure import SIGNED
from .style import INK, TRAIN, VALIDATION, axes_style, drawing, writable


def playground_figure(view):
    """The output over the plane with the points on it; the loss over the steps."""
    say = writable(view.label)
    with drawing():
        figure = Figure(figsize=(7.6, 3.4), layout="constrained", facecolor="white")
        plane, curve = figure.subplots(1, 2)
        reach = view.setup["reach"]
        plane.imshow(
            2 * view.maps()[-1][..., 0] - 1, extent=[-reach, reach, -reach, reach], cmap=SIGNED, vmin=-1.4, vmax=1.4
        )
        for label, color, mark in ((1, TRAIN, "o"), (0, VALIDATION, "s")):
            chosen = view.y[:, 0] == label
            plane.plot(*view.x[chosen].T, mark, ms=4, color=color, mec="white", mew=0.6)
        accuracy = f"{100 * view.frame['accuracy']:.1f} %"
        plane.set_title(f"{say('playground.accuracy')} {accuracy}", fontsize=9.5, color=INK)
        steps, losses = np.array(view._losses).T
        curve.plot(steps, losses, color=TRAIN, lw=1.8)
        curve.set_title(f"{say('playground.loss')} {view.frame['loss']:.4g}", fontsize=9.5, color=INK)
        curve.set_xlabel(say("playground.steps"), fontsize=9)
        axes_style(curve)
    return figure
