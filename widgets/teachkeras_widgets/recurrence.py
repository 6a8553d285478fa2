"""A recurrent layer over the user's sequence: gates, cell and hidden state, step by step, unit by unit.

The numbers are what the engine's own op keeps while it runs (``lstm``, ``gru``, ``simple_rnn``): the model is called
once on the sequence, and a listener takes the gates down.
"""

import numpy as np
from traitlets import Dict

from teachkeras import events
from teachkeras.errors import ArgumentError

from .finding import array, built, layer_of, layers_of, plain, refuse
from .view import View, look, page

STEPS, UNITS = 200, 16
ROWS = {
    "lstm": ("forget_gate", "input_gate", "candidate", "cell", "output_gate", "hidden"),
    "gru": ("update_gate", "reset_gate", "candidate", "hidden"),
    "simple_rnn": ("hidden",),
}


class Recurrence(View):
    """Gates and states of an LSTM, GRU or SimpleRNN layer over one sequence; the chosen step worked out.

    Math: LSTM c_t = f_t·c_{t-1} + i_t·g_t, h_t = o_t·tanh(c_t); GRU h_t = z_t·h_{t-1} + (1 - z_t)·g_t.

    Args:
        model: a built model with such a layer.
        x: one sequence of the model's input, or a batch, whose first is taken.
        layer: the layer or its name; None for the first recurrent one.
        tokens: names of the steps.
        language: ``"en"`` or ``"zh"``.

    Raises:
        NotBuiltError, UnknownNameError, ArgumentError, DataError: there is no such layer, or x doesn't fit.

    Example::

        Recurrence(model, x_test[0])
    """

    topic = "recurrence"
    _esm = page("controls.js", "plot.js", "grid.js", "recurrence.js")
    _css = look("recurrence.css")
    setup = Dict().tag(sync=True)
    edits = Dict().tag(sync=True)

    def __init__(self, model, x, layer=None, tokens=None, *, language=None):
        super().__init__(language=language)
        built("Recurrence", model)
        self._layer = None if layer is None else layer_of("Recurrence", model, layer)
        x = array("Recurrence", x)
        shape = getattr(model, "input_shape", None)
        x = x[None] if isinstance(shape, tuple) and x.ndim == len(shape) - 1 else x[:1]
        self._caught = []
        with events.forward.subscribe(self._catch):
            model(x, training=False)
        names = ", ".join(each.name for each in layers_of(model))
        refuse("Recurrence", not self._caught, f"layers {names}", "an LSTM, GRU or SimpleRNN that runs", "layer=…")
        kind, name, rows, start = self._caught[0]
        steps, units = rows["hidden"].shape
        tokens = None if tokens is None else [str(token) for token in tokens][:STEPS]
        refuse("Recurrence", tokens is not None and len(tokens) != min(steps, STEPS), f"{len(tokens or ())} tokens",
               f"{min(steps, STEPS)}, one for each step", "tokens=[…]")  # fmt: skip
        self.rows = rows
        self.setup = {
            "layer": name,
            "kind": kind,
            "names": list(ROWS[kind]),
            "steps": min(steps, STEPS),
            "units": min(units, UNITS),
            "left_out": max(0, units - UNITS),
            "tokens": tokens,
            "values": {key: _table(rows[key]) for key in ROWS[kind]},
            "start": {key: np.ascontiguousarray(value[:UNITS], "float32").tobytes() for key, value in start.items()},
        }

    def _catch(self, record, inputs, outputs, kept):
        kind = record.op.name
        here = record.scope.rsplit("/", 1)[-1]
        other = self._layer is not None and self._layer.name not in record.scope.split("/")
        if kind not in ROWS or self._caught or other:
            return
        rows = {key: plain(kept[key])[0] for key in ROWS[kind] if key != "hidden"}
        rows["hidden"] = plain(outputs[0])[0]
        given = dict(zip(record.op.inputs, inputs, strict=False))
        start = {"hidden": plain(given["h0"])[0]}
        if "c0" in given:
            start["cell"] = plain(given["c0"])[0]
        if rows["hidden"].ndim != 2:
            raise ArgumentError("Recurrence", expected="a sequence of vectors", got=str(rows["hidden"].shape), fix=here)
        self._caught.append((kind, here, rows, start))

    def figure(self):
        """All gates and states as squares of colour, time to the right, as a matplotlib figure."""
        from matplotlib.figure import Figure

        from .step_figure import SIGNED
        from .style import INK, drawing, writable

        say, names = writable(self.label), self.setup["names"]
        with drawing():
            figure = Figure(figsize=(8.4, 0.7 + 0.9 * len(names)), layout="constrained", facecolor="white")
            for axes, name in zip(np.ravel(figure.subplots(len(names), 1, squeeze=False)), names, strict=True):
                table = self.rows[name].T[:UNITS, :STEPS]
                axes.imshow(table, cmap=SIGNED, vmin=-1, vmax=1, aspect="auto")
                axes.set_ylabel(say(f"recurrence.{name}"), fontsize=8.5, color=INK, rotation=0, ha="right", va="center")
                axes.set_xticks([])
                axes.set_yticks([])
        return figure


def _table(values):
    """Units down, steps across."""
    return np.ascontiguousarray(values.T[:UNITS, :STEPS], "float32").tobytes()
