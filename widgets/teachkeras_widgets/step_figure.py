"""The picture of a step-through: the steps by phase, and the arrays of the one that is shown."""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from .style import INK, MUTED, TRAIN, VALIDATION, drawing, writable

SIGNED = LinearSegmentedColormap.from_list("signed", [VALIDATION, "white", TRAIN])


def step_figure(view):
    """A line of text for the step, its arrays as squares of colour."""
    say = writable(view.label)
    step, blocks = view.setup["steps"][view.position], view.blocks[view.position]
    with drawing():
        figure = Figure(figsize=(8.4, 2.9), layout="constrained", facecolor="white")
        place = say("steps.place", n=view.position + 1, all=len(view.setup["steps"]))
        where = f"{step['layer']} · {step['op']}" if step["layer"] else step["op"]
        figure.suptitle(f"{place}   {say('steps.' + step['phase'])}   {where}", fontsize=10.5, color=INK)
        for axes, (name, piece) in zip(
            figure.subplots(1, max(len(blocks), 1), squeeze=False)[0], blocks.items(), strict=False
        ):
            show_block(axes, piece, name)
    return figure


def show_block(axes, piece, name):
    """A block (see ``blocks``) as squares of colour, blue above zero and orange below."""
    values = np.frombuffer(piece["data"], "float32").reshape(piece["rows"], piece["columns"])
    most = float(np.nanmax(np.abs(np.where(np.isfinite(values), values, 0)), initial=1e-12))
    axes.imshow(values, cmap=SIGNED, vmin=-most, vmax=most, aspect="auto" if values.shape[0] > 24 else "equal")
    axes.set_title(f"{name}  {tuple(piece['shape'])}", fontsize=9, color=INK)
    axes.set_xlabel(f"{piece['min']:.3g} … {piece['max']:.3g}", fontsize=8, color=MUTED)
    axes.set_xticks([])
    axes.set_yticks([])
