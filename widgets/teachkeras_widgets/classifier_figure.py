"""The picture of the classifier: what was drawn, what moved the answer, the answer, the matrix."""

import numpy as np
from matplotlib.figure import Figure

from .style import INK, TRAIN, axes_style, drawing, writable


def classifier_figure(view):
    """Two images, bars, and the confusion matrix where there is one."""
    say, setup, frame = writable(view.label), view.setup, view.frame
    with drawing():
        figure = Figure(figsize=(8.4, 2.6), layout="constrained", facecolor="white")
        panels = figure.subplots(1, 4 if view.matrix is not None else 3)
        for axes, key in zip(panels, ("drawing", "saliency"), strict=False):
            axes.imshow(np.frombuffer(frame[key], "float32").reshape(setup["rows"], setup["columns"]), cmap="Greys")
            axes.set_title(say(f"classifier.{key}"), fontsize=9.5, color=INK)
            axes.set_xticks([])
            axes.set_yticks([])
        panels[2].barh(setup["classes"], frame["probabilities"], color=TRAIN)
        panels[2].invert_yaxis()
        panels[2].set_xlim(0, 1)
        panels[2].set_title(say("classifier.answer"), fontsize=9.5, color=INK)
        axes_style(panels[2])
        if view.matrix is not None:
            panels[3].imshow(np.log1p(view.matrix), cmap="Blues")
            panels[3].set_title(say("classifier.matrix"), fontsize=9.5, color=INK)
    return figure
