"""Attention as a map: how much each query looks at each key, head by head."""

import numpy as np
from traitlets import Dict

from .finding import array, refuse
from .view import View, look, page

EDGE, HEADS = 64, 16


class Attention(View):
    """An attention map, one head at a time; the chosen query's shares as bars.

    Math: A = softmax(QKᵀ / √d): each row is one query, sums to 1.

    Args:
        weights: the shares, (queries, keys), (heads, queries, keys) or with a batch axis before, of which the first is
            taken; or None with
        query, key: vectors (length, d), from which the shares are computed.
        queries, keys: names of the positions.
        language: ``"en"`` or ``"zh"``.

    Raises:
        ArgumentError, ShapeError, DataError: the shapes don't belong together.

    Example::

        Attention(weights, queries=words, keys=words)
    """

    topic = "attention"
    _esm = page("controls.js", "plot.js", "grid.js", "attention.js")
    _css = look("recurrence.css")
    setup = Dict().tag(sync=True)
    edits = Dict().tag(sync=True)

    def __init__(self, weights=None, *, query=None, key=None, queries=None, keys=None, language=None):
        super().__init__(language=language)
        if weights is None:
            missing = query is None or key is None
            refuse("Attention", missing, "neither", "weights, or query and key", "Attention(weights)")
            weights = shares(array("Attention", query, "query", ndim=2), array("Attention", key, "key", ndim=2))
        weights = array("Attention", weights, "weights", ndim=(2, 3, 4)).astype("float32")
        weights = weights[0] if weights.ndim == 4 else weights
        weights = weights[None] if weights.ndim == 2 else weights
        sums = weights.sum(axis=-1)
        refuse("Attention", bool(np.any(weights < -1e-6) or np.any(np.abs(sums - 1) > 1e-2)),
               f"rows that sum to {sums.min():.3g} … {sums.max():.3g}", "shares of 0 to 1 whose rows sum to 1",
               "pass the output of softmax")  # fmt: skip
        self.weights = weights
        heads, rows, columns = weights.shape
        cut = np.ascontiguousarray(weights[:HEADS, :EDGE, :EDGE])
        self.setup = {
            "heads": cut.shape[0],
            "rows": cut.shape[1],
            "columns": cut.shape[2],
            "left_out": max(0, heads - HEADS),
            "cut": [rows, columns] if max(rows, columns) > EDGE else None,
            "values": cut.tobytes(),
            "queries": _names(queries, rows, "queries"),
            "keys": _names(keys, columns, "keys"),
        }

    def figure(self):
        """The first heads as squares of colour, as a matplotlib figure."""
        from matplotlib.figure import Figure

        from .style import INK, drawing

        with drawing():
            count = min(len(self.weights), 4)
            figure = Figure(figsize=(2.4 * count + 0.6, 2.8), layout="constrained", facecolor="white")
            for head, axes in enumerate(np.ravel(figure.subplots(1, count))):
                axes.imshow(self.weights[head, :EDGE, :EDGE], cmap="Blues", vmin=0, vmax=1)
                axes.set_title(self.label("attention.head.n", n=head), fontsize=9, color=INK)
                axes.set_xticks([])
                axes.set_yticks([])
        return figure


def shares(query, key):
    """softmax(QKᵀ / √d), computed by the engine.

    >>> shares(np.eye(2), np.eye(2)).sum(axis=1).tolist()
    [1.0, 1.0]
    """
    from teachkeras import ops

    unequal = query.shape[1] != key.shape[1]
    refuse("Attention", unequal, f"d = {query.shape[1]} and {key.shape[1]}", "the same d", "vectors of equal length")
    scores = query.astype("float64") @ key.astype("float64").T / np.sqrt(query.shape[1])
    return ops.softmax(scores).numpy()


def _names(names, length, what):
    names = [str(i) for i in range(length)] if names is None else list(map(str, names))
    refuse("Attention", len(names) != length, f"{len(names)} {what}", f"{length}, one for each", f"{what}=[…]")
    return names[:EDGE]
