"""Plots beside the functions of ``teachkeras.explain``: each draws what the function of its name returns.

>>> from teachkeras import explain
>>> from teachkeras_widgets import plots
>>> figure = plots.confusion_matrix(explain.confusion_matrix([0, 0, 1, 2], [0, 1, 1, 2]), names="abc")
>>> [axes.get_xlabel() for axes in figure.axes]
['predicted class']

They return matplotlib figures, made without ``pyplot``: a notebook shows them, ``figure.savefig(path)`` keeps them.
"""

import math

import numpy as np
from matplotlib.figure import Figure

from teachkeras.errors import ShapeError

from .catalogue import known, labels
from .style import INK, LINE, LINES, MUTED, SLOPE, TRAIN, VALIDATION, axes_style, drawing, writable

MOST = 32  # pictures in one figure
SIGNED, AMOUNT = "PuOr", "Blues"  # colours for numbers of both signs, and for amounts; told apart by the colour-blind


def _say():
    return writable(lambda key, **places: labels(known(None), "plots")[key].format(**places))


def _figure(width, height):
    return Figure(figsize=(width, height), layout="constrained", facecolor="white")


def _single(width=5.2, height=3.6):
    figure = _figure(width, height)
    axes = figure.add_subplot()
    axes_style(axes)
    return figure, axes


def _named(axes, x="", y="", title=""):
    axes.set_xlabel(x, fontsize=9, color=MUTED)
    axes.set_ylabel(y, fontsize=9, color=MUTED)
    axes.set_title(title, fontsize=10, color=INK)


def _picture(axes, array, title="", signed=None, limits=None):
    """Draw one array as a picture: grey or coloured if it is an image, else in colours for its signs."""
    array = np.asarray(array, "float64")
    if array.ndim == 1:
        array = array[None, :]
    if array.ndim == 3 and array.shape[-1] not in (1, 3):
        array = array.mean(axis=-1)  # the mean over channels that are no colours
    array = array[..., 0] if array.ndim == 3 and array.shape[-1] == 1 else array
    low, high = limits or (np.nanmin(array), np.nanmax(array))
    if array.ndim == 3:
        axes.imshow(np.clip((array - low) / max(high - low, 1e-12), 0, 1))
    elif limits:
        axes.imshow(array, cmap="gray", vmin=low, vmax=high)
    elif signed or (signed is None and low < 0):
        top = max(abs(low), abs(high)) or 1.0
        axes.imshow(array, cmap=SIGNED, vmin=-top, vmax=top)
    else:
        axes.imshow(array, cmap="gray" if signed is None else AMOUNT, vmin=min(low, 0.0))
    axes.set_title(title, fontsize=8.5, color=MUTED)
    axes.set_axis_off()


def _gallery(pictures, titles, signed=None):
    """Draw pictures in rows of eight at most."""
    pictures = list(pictures)[:MOST]
    columns = min(len(pictures), 8 if len(pictures) > 4 else 4)
    rows = math.ceil(len(pictures) / columns)
    figure = _figure(1.25 * columns + 0.3, 1.45 * rows + 0.2)
    for axes in (grid := figure.subplots(rows, columns, squeeze=False)).flat:
        axes.set_axis_off()
    for axes, picture, title in zip(grid.flat, pictures, titles, strict=False):
        _picture(axes, picture, title, signed)
    return figure


# --- seeing through layers ---


def activations(maps, sample=0):
    """Draw the feature maps of one sample, ``(N, height, width, maps)``; of a Dense layer, its outputs as bars."""
    say, maps = _say(), np.asarray(maps)
    with drawing():
        if maps.ndim == 2:
            figure, axes = _single()
            axes.bar(range(maps.shape[1]), maps[sample], color=TRAIN)
            _named(axes, say("unit"), "", say("sample", number=sample))
            return figure
        maps = maps[sample] if maps.ndim == 4 else maps[sample][None]  # a sequence: one row over time for each map
        return _gallery(np.moveaxis(maps, -1, 0), [say("map", number=i) for i in range(maps.shape[-1])])


def filters(kernels):
    """Draw filters, one picture each: ``(filters, height, width, channels)``."""
    say = _say()
    with drawing():
        return _gallery(kernels, [say("filter", number=i) for i in range(len(kernels))], signed=np.min(kernels) < 0)


def maximise_activation(found):
    """Draw the input that a unit answers to most strongly, and how its answer rose on the way there."""
    say, (image, climb) = _say(), found
    with drawing():
        figure = _figure(6.0, 2.8)
        picture, axes = figure.subplots(1, 2)
        _picture(picture, image, say("input"))
        axes_style(axes)
        axes.plot(range(1, len(climb) + 1), climb, color=TRAIN, lw=1.8)
        _named(axes, say("step"), say("activation"))
        return figure


def attribution(x, parts, names=None):
    """Draw inputs, and under each what its entries did for the output (saliency, integrated gradients, occlusion, …).

    Args:
        x: A batch of images ``(N, height, width, channels)``, or of rows of a table ``(N, features)``.
        parts: What the explain function returned for it.
        names: Of a table's features.
    """
    say, x, parts = _say(), np.asarray(x, "float64"), np.asarray(parts, "float64")
    if len(x) != len(parts):
        raise ShapeError(
            "plots.attribution", expected=f"an attribution for each of {len(x)} inputs", got=str(len(parts))
        )
    with drawing():
        if x.ndim == 2:
            return _bars(parts, names, say)
        count = min(len(x), 8)
        figure = _figure(1.5 * count + 0.4, 3.2)
        grid = figure.subplots(2, count, squeeze=False)
        for i in range(count):
            _picture(grid[0, i], x[i], say("sample", number=i))
            _picture(grid[1, i], parts[i], say("attribution"), signed=bool(np.nanmin(parts[i]) < 0))
        return figure


saliency = integrated_gradients = occlusion = grad_cam = attribution


def _bars(rows, names, say):
    """Draw a bar for each feature, one panel for each sample."""
    count = min(len(rows), 4)
    figure = _figure(2.6 * count + 0.6, 0.24 * rows.shape[1] + 1.2)
    labels = list(names) if names is not None else [f"{say('feature')} {i}" for i in range(rows.shape[1])]
    for i, axes in enumerate(figure.subplots(1, count, sharey=True, squeeze=False)[0]):
        axes_style(axes)
        axes.barh(labels, rows[i], color=[TRAIN if v >= 0 else VALIDATION for v in rows[i]])
        axes.axvline(0, color=MUTED, lw=0.8)
        _named(axes, say("attribution"), "", say("sample", number=i))
        axes.invert_yaxis()
    return figure


def counterfactual(x, flipped, names=None):
    """Draw inputs, the nearest ones that another class claims, and the change between them."""
    say, x, flipped = _say(), np.asarray(x, "float64"), np.asarray(flipped, "float64")
    with drawing():
        if x.ndim == 2:
            return _bars(
                np.nan_to_num(flipped - x), names, lambda key, **p: say("change" if key == "attribution" else key, **p)
            )
        count = min(len(x), 8)
        figure = _figure(1.5 * count + 0.4, 4.6)
        grid = figure.subplots(3, count, squeeze=False)
        for i in range(count):
            limits = (x[i].min(), x[i].max())
            _picture(grid[0, i], x[i], say("before"), limits=limits)
            _picture(grid[1, i], flipped[i], say("after"), limits=limits)
            _picture(grid[2, i], flipped[i] - x[i], say("change"), signed=True)
        return figure


def neighbours(found, words=None):
    """Draw the nearest rows of an embedding as bars; `words` names the rows, by number."""
    say = _say()
    with drawing():
        figure, axes = _single(5.2, 0.3 * len(found) + 1.1)
        axes.barh(
            [str(words[i]) if words is not None else str(i) for i, _ in found], [near for _, near in found], color=TRAIN
        )
        axes.set_xlim(min(0.0, *[near for _, near in found]), 1)
        axes.invert_yaxis()
        _named(axes, say("similarity"))
        return figure


def attention_maps(weights, sample=0, queries=None, keys=None):
    """Draw one sample's attention weights, a square a head: ``(N, …, queries, keys)``."""
    say, weights = _say(), np.asarray(weights)[sample]
    heads = weights.reshape(-1, *weights.shape[-2:])[:8]
    with drawing():
        figure = _figure(2.5 * len(heads) + 0.8, 2.9)
        for number, axes in enumerate(figure.subplots(1, len(heads), squeeze=False)[0]):
            picture = axes.imshow(heads[number], cmap=AMOUNT, vmin=0, vmax=1)
            for names, put in ((keys, axes.set_xticks), (queries, axes.set_yticks)):
                if names is not None:
                    put(range(len(names)), names, fontsize=8, rotation=90 if put == axes.set_xticks else 0)
            _named(
                axes, say("key"), "" if number else say("query"), say("head", number=number) if len(heads) > 1 else ""
            )
            axes.tick_params(colors=MUTED, labelsize=8, length=0)
        figure.colorbar(picture, ax=figure.axes, shrink=0.8).outline.set_visible(False)
        return figure


def gate_traces(traces, sample=0):
    """Draw the gates and states of an LSTM over time, a row a unit, for one sample."""
    say = _say()
    with drawing():
        figure = _figure(9.2, 4.2)
        for axes, (name, values) in zip(figure.subplots(2, 3).flat, traces.items(), strict=True):
            rows = np.asarray(values)[sample].T
            gate = name in ("input", "forget", "output")
            top = 1.0 if gate else max(float(np.abs(rows).max()), 1e-12)
            picture = axes.imshow(
                rows, aspect="auto", cmap=AMOUNT if gate else SIGNED, vmin=0 if gate else -top, vmax=top
            )
            _named(axes, say("time"), say("unit"), say(f"{name}_gate"))
            axes.tick_params(colors=MUTED, labelsize=8, length=0)
            figure.colorbar(picture, ax=axes).outline.set_visible(False)
        return figure


# --- how good, for whom ---


def confusion_matrix(table, names=None):
    """Draw how often each class (row) was taken for each (column), with the numbers."""
    say, table = _say(), np.asarray(table)
    share = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    names = [str(i) for i in range(len(table))] if names is None else list(names)
    with drawing():
        side = 0.42 * len(table) + 1.6
        figure = _figure(side, side)
        axes = figure.add_subplot()
        axes.imshow(share, cmap=AMOUNT, vmin=0, vmax=1)
        for i, j in np.ndindex(table.shape):
            if table[i, j]:
                axes.text(
                    j, i, table[i, j], ha="center", va="center", fontsize=8, color="white" if share[i, j] > 0.5 else INK
                )
        axes.set_xticks(range(len(table)), names, fontsize=8, rotation=90 if max(map(len, names)) > 3 else 0)
        axes.set_yticks(range(len(table)), names, fontsize=8)
        axes.tick_params(colors=MUTED, length=0)
        _named(axes, say("predicted"), say("true"))
        return figure


def calibration(found):
    """Draw how often the model is right where it claims to be so sure; a bar at the diagonal keeps its promise."""
    say, bins = _say(), len(found["accuracy"])
    with drawing():
        figure, axes = _single(4.6, 4.0)
        filled = found["count"] > 0
        middle = (np.arange(bins) + 0.5) / bins
        axes.bar(middle[filled], found["accuracy"][filled], 0.9 / bins, color=TRAIN, label=say("accuracy"))
        axes.plot(
            found["confidence"][filled],
            found["confidence"][filled],
            "o",
            ms=4,
            color=VALIDATION,
            label=say("confidence"),
        )
        axes.plot([0, 1], [0, 1], ls="--", lw=1, color=MUTED, label=say("perfect"))
        axes.set(xlim=(0, 1), ylim=(0, 1))
        _named(axes, say("confidence"), say("accuracy"), say("ece", value=f"{found['ece']:.3f}"))
        axes.legend(frameon=False, fontsize=8, labelcolor=INK, loc="upper left")
        return figure


def error_rates(found):
    """Draw the error rates of each group, side by side."""
    say, groups = _say(), list(found)
    kinds = [k for k in ("error", "false_positives", "false_negatives") if k in found[groups[0]]]
    with drawing():
        figure, axes = _single(1.1 * len(groups) + 2.4, 3.4)
        for k, kind in enumerate(kinds):
            at = np.arange(len(groups)) + (k - (len(kinds) - 1) / 2) * 0.8 / len(kinds)
            axes.bar(at, [found[g][kind] for g in groups], 0.72 / len(kinds), color=LINES[k], label=say(kind))
        axes.set_xticks(range(len(groups)), [f"{g}\n(n = {found[g]['count']})" for g in groups])
        _named(axes, "", say("rate"))
        axes.legend(frameon=False, fontsize=8, labelcolor=INK)
        return figure


# --- experiments ---


def loss_landscape(found):
    """Draw the loss around the present weights as contours, on a logarithmic scale."""
    say = _say()
    loss = np.where(np.isfinite(found["loss"]), found["loss"], np.nan)
    with drawing():
        figure, axes = _single(5.0, 4.0)
        shown = np.log10(np.maximum(loss, 1e-12))
        filled = axes.contourf(found["a"], found["b"], shown.T, 16, cmap="viridis")
        axes.contour(found["a"], found["b"], shown.T, 16, colors="white", linewidths=0.4)
        axes.plot(0, 0, "o", ms=7, mfc="white", mec=INK, label=say("here"))
        bar = figure.colorbar(filled, ax=axes)
        bar.outline.set_visible(False)
        bar.set_label(f"log₁₀ {say('loss')}", fontsize=9, color=MUTED)
        _named(axes, "a", "b")
        axes.legend(fontsize=8, labelcolor=INK, framealpha=0.9)
        return figure


def learning_rate_test(found):
    """Draw the loss over the growing learning rate, and the rate that it suggests."""
    say, best = _say(), found["suggested"]
    with drawing():
        figure, axes = _single()
        axes.plot(found["rate"], found["loss"], color=LINE, lw=1.4)
        axes.plot(found["rate"], found["smooth"], color=TRAIN, lw=1.8, label=say("smooth"))
        axes.axvline(best, color=SLOPE, ls="--", lw=1.4, label=say("suggested", value=f"{best:.2g}"))
        axes.set_xscale("log")
        seen = np.asarray(found["smooth"])
        axes.set_ylim(min(0.0, seen.min()), 1.6 * max(seen[0], 1e-12))
        _named(axes, say("learning_rate"), say("loss"))
        axes.legend(frameon=False, fontsize=8, labelcolor=INK)
        return figure


def optimizer_race(found):
    """Draw the losses of the racers, step by step."""
    say = _say()
    with drawing():
        figure, axes = _single()
        for k, (name, losses) in enumerate(found.items()):
            axes.plot(np.arange(1, len(losses) + 1), losses, color=LINES[k % len(LINES)], lw=1.6, label=name)
        axes.set_yscale("log")
        _named(axes, say("step"), say("loss"))
        axes.legend(frameon=False, fontsize=8, labelcolor=INK)
        return figure
