"""The picture of a neuron: what each input contributes, and where the neuron stands on its activation."""

import numpy as np
from matplotlib.figure import Figure

from .style import BEST, INK, MUTED, SLOPE, TRAIN, VALIDATION, axes_style, drawing, writable

MOST_BARS = 12


def neuron_figure(neuron):
    """Bars of w·x beside the curve of f with its tangent."""
    say = writable(neuron.label)
    with drawing():
        figure = Figure(figsize=(8.4, 3.2), layout="constrained", facecolor="white")
        bars, curve = figure.subplots(1, 2)
        _contributions(bars, neuron, say)
        _activation(curve, neuron, say)
        setup = neuron.setup
        if setup["layer"] is not None:
            title = say("neuron.title.bound", unit=setup["unit"], layer=setup["layer"])
            figure.suptitle(title, fontsize=10.5, color=INK)
    return figure


def _contributions(axes, neuron, say):
    products = neuron.w * neuron.x
    order = (
        np.argsort(-np.abs(products), kind="stable")[:MOST_BARS]
        if len(products) > MOST_BARS
        else np.arange(len(products))
    )
    names = [f"$w_{{{i + 1}}}x_{{{i + 1}}}$" for i in order]
    values = [*products[order]]
    if len(products) > MOST_BARS:
        names.append(say("neuron.rest.row", n=len(products) - MOST_BARS))
        values.append(products.sum() - products[order].sum())
    names, values = [*names, "$b$", "$z$"], [*values, neuron.b, neuron.z]
    colors = [VALIDATION if value < 0 else TRAIN for value in values[:-1]] + [INK]
    axes.barh(range(len(values)), values, color=colors, height=0.62)
    axes.set_yticks(range(len(values)), names)
    axes.invert_yaxis()
    axes.axvline(0, color=MUTED, lw=0.8)
    axes.margins(x=0.18)
    for row, value in enumerate(values):
        side = {"ha": "left" if value >= 0 else "right", "va": "center", "fontsize": 8.5, "color": MUTED}
        axes.annotate(
            f"{value:.3g}", (value, row), xytext=(4 if value >= 0 else -4, 0), textcoords="offset points", **side
        )
    axes_style(axes)


def _activation(axes, neuron, say):
    reach = max(6.0, abs(neuron.z) * 1.25)
    z = np.linspace(-reach, reach, 241)
    at, y, slope = neuron.z, float(neuron.f(neuron.z)), float(neuron.f(neuron.z, slope=True))
    axes.plot(z, neuron.f(z), color=TRAIN, lw=2.2, label=say("neuron.curve"))
    axes.plot(z, neuron.f(z, slope=True), color=SLOPE, ls="--", lw=1.4, label=say("neuron.derivative"))
    half = reach / 5 / np.hypot(1, slope)
    axes.plot(
        [at - half, at + half], [y - half * slope, y + half * slope], color=BEST, lw=2, label=say("neuron.tangent")
    )
    axes.plot(at, y, "o", ms=8, mfc="white", mec=INK, mew=1.8, zorder=5)
    axes.set_title(f"z = {at:.3g}   y = {y:.3g}   f′(z) = {slope:.3g}", fontsize=9.5, color=INK)
    axes.set_xlabel("z", color=MUTED, fontsize=9)
    axes.legend(frameon=False, fontsize=8.5, labelcolor=INK)
    axes_style(axes)
