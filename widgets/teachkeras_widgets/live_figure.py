"""The picture of a live view: the same curves, colours and line styles, drawn by matplotlib."""

import numpy as np
from matplotlib.figure import Figure

from .style import BEST, INK, MUTED, TRAIN, VALIDATION, axes_style, drawing, writable

EARLIER = 0.3  # opacity of the runs before the last


def live_figure(runs, label):
    """Loss and metrics side by side.

    Args:
        runs: `Run` objects, the last one on top; none gives a card that says what will stand here.
        label: text of a catalogue key in the reader's language.
    """
    names = metric_names(runs)
    say = writable(label)
    with drawing():
        figure = Figure(figsize=(8.4, 3.1), layout="constrained", facecolor="white")
        if not names:
            return _card(figure, say("card.live"))
        for axes, name in zip(figure.subplots(1, len(names), squeeze=False)[0], names, strict=True):
            _panel(axes, runs, name, say)
    return figure


def metric_names(runs, most=3):
    """The metrics that have a curve, the loss first."""
    keys = {key.split("/")[1].removeprefix("val_"): None for run in runs for key in run.curves}
    return sorted(keys, key=lambda name: name != "loss")[:most]


def higher_is_better(name):
    """Is this a metric to maximise? Losses and errors are not."""
    return any(part in name for part in ("acc", "precision", "recall", "auc", "f1", "iou", "r2"))


def best_epoch(run, name):
    """``(epoch, value, key)`` where the validation curve (the training curve without one) was best, or None."""
    for key in (f"epoch/val_{name}", f"epoch/{name}"):
        curve = run.curves.get(key)
        if curve is not None and np.isfinite(curve.points[:, 2]).any():
            epochs, low, _, high = curve.points.T
            values = high if higher_is_better(name) else -low
            at = int(np.nanargmax(values))
            return round(float(epochs[at])), abs(float(values[at])), key
    return None


def _panel(axes, runs, name, say):
    for run in runs:
        last = run is runs[-1]
        _curves(axes, run, name, say if last else None, 1.0 if last else EARLIER)
    best = best_epoch(runs[-1], name)
    if best:
        epoch, value, _ = best
        axes.plot(epoch, value, "o", ms=10, mfc="none", mec=BEST, mew=1.8, zorder=5)
        axes.set_title(say("live.best", value=f"{value:.4g}", epoch=epoch), fontsize=8.5, color=MUTED, loc="right")
    axes.set_title(name, fontsize=10.5, color=INK, loc="left", fontweight="bold")
    axes.set_xlabel(say("figure.epoch"), color=MUTED, fontsize=9)
    axes_style(axes)
    axes.legend(frameon=False, fontsize=8.5, labelcolor=INK)


def _curves(axes, run, name, say, opacity):
    batches, steps = run.curves.get(f"batch/{name}"), run.steps or max(run.batches, 1)
    if batches is not None:
        x, _, mean, _ = batches.points.T
        axes.plot(x / steps, mean, color=TRAIN, lw=0.8, alpha=0.35 * opacity)
    for key, color, style, mark, word in (
        (f"epoch/{name}", TRAIN, "-", "o", "live.train"),
        (f"epoch/val_{name}", VALIDATION, "--", "s", "live.val"),
    ):
        if key in run.curves:
            x, _, mean, _ = run.curves[key].points.T
            marker = mark if len(x) <= 40 else None
            line = {"color": color, "ls": style, "marker": marker, "ms": 3.5, "lw": 1.8, "alpha": opacity}
            axes.plot(x, mean, label=say(word) if say else None, **line)


def _card(figure, text):
    figure.text(0.5, 0.5, text, ha="center", va="center", color=MUTED, fontsize=12)
    return figure
