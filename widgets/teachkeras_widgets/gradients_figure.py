"""The picture of the gradients: norms and update-to-weight ratios over the batches, one line a weight."""

from matplotlib.figure import Figure

from .style import INK, LINES, MUTED, SLOPE, axes_style, drawing, writable


def gradients_figure(view):
    """Two panels with logarithmic axes; a card of text before there is anything to draw."""
    say = writable(view.label)
    with drawing():
        figure = Figure(figsize=(8.4, 3.2), layout="constrained", facecolor="white")
        if not len(view.norms):
            figure.text(0.5, 0.5, say("gradients.empty"), ha="center", va="center", color=MUTED, fontsize=11)
            return figure
        batches = [row["batch"] + 1 for row in view._rows]
        left, right = figure.subplots(1, 2)
        for i, name in enumerate(view.setup["names"]):
            style = {"color": LINES[i % len(LINES)], "lw": 1.6, "ls": ("-", "--", ":")[i // len(LINES) % 3]}
            left.plot(batches, view.norms[:, i], label=name, **style)
            right.plot(batches, view.ratios[:, i], **style)
        right.axhspan(1e-4, 1e-2, color=SLOPE, alpha=0.12, lw=0)
        for axes, title in ((left, say("gradients.norm")), (right, say("gradients.ratio"))):
            axes.set_yscale("log", nonpositive="mask")
            axes.set_title(title, fontsize=10, color=INK)
            axes.set_xlabel(say("figure.batch"), fontsize=9, color=MUTED)
            axes_style(axes)
        left.legend(frameon=False, fontsize=8, labelcolor=INK)
    return figure
