"""What comes out of a layer for an input: feature maps, a heat map, the distribution; live while ``fit`` runs.

The model itself runs on the samples given; a hook looks at the layer and is gone. During ``fit`` the same samples are
shown to the model again, at most ten times a second, so one sees the layer learn. That changes no number of the
training.
"""

import numpy as np
from traitlets import Dict

import teachkeras

from .finding import array, built, layer_of, layers_of, plain, refuse
from .view import look, page
from .watching import Watching

MAPS = 64  # feature maps on a page
EDGE = 48  # rows and columns of a map
SAMPLES = 256  # samples that the distribution is made of
BINS = 48


class Activations(Watching):
    """A layer's output for a chosen sample, and its distribution over all samples; the layer is chosen in the page.

    Args:
        model: a built model; every later ``fit`` of it is followed.
        x: samples of the model's input (the first 256 are used), or one sample.
        layer: the layer or its name to begin with; None for the first one with weights.
        sample: the sample to begin with.
        language: ``"en"`` or ``"zh"``.

    Raises:
        NotBuiltError, UnknownNameError, ArgumentError, ShapeError, DataError: the message says what doesn't fit.

    Example::

        Activations(model, x_test[:100], layer="conv2d")
    """

    topic = "activations"
    _esm = page("controls.js", "plot.js", "grid.js", "activations.js")
    _css = look("activations.css")
    setup = Dict().tag(sync=True)

    def __init__(self, model, x, layer=None, sample=0, *, language=None):
        super().__init__(language=language)
        self.model_shown = built("Activations", model)
        self._x = _samples(model, array("Activations", x))
        layers = layers_of(model)
        refuse("Activations", not layers, "a model without layers", "a model with layers", "add a Dense layer")
        with_weights = [each for each in layers if each.weights]
        self.layer = (with_weights or layers)[0] if layer is None else layer_of("Activations", model, layer)
        bad = not (isinstance(sample, int | np.integer) and 0 <= sample < len(self._x))
        refuse("Activations", bad, f"sample={sample!r}", f"a sample from 0 to {len(self._x) - 1}", "sample=0")
        self.sample = int(sample)
        self._answer = 0
        self.setup = {"layers": [each.name for each in layers], "samples": len(self._x)}
        self.on_msg(self._receive)
        self.watch(model)
        self._post("waiting")

    def choose(self, layer=None, sample=None):
        """Show another layer or sample."""
        if layer is not None:
            self.layer = layer_of("Activations", self.model_shown, layer)
        if sample is not None:
            self.sample = int(np.clip(sample, 0, len(self._x) - 1))
        if getattr(getattr(self.model_shown, "control", None), "running", False):
            self._due = 0.0  # fit runs, perhaps on another thread: the next batch shows it
        else:
            self._post(self.frame.get("state", "waiting"))
        return self

    def outputs(self):
        """The layer's output for all samples, as the engine computes it."""
        seen = []
        with teachkeras.hook(self.model_shown, self.layer, forward=lambda _, inputs, output: seen.append(output)):
            self.model_shown(self._x, training=False)
        refuse(f"Activations, layer {self.layer.name!r}", not seen, "a layer that did not run", "one that takes part",
               "choose another layer")  # fmt: skip
        output = seen[-1]
        return plain(output[0] if isinstance(output, list | tuple) else output)

    def seen(self):
        """The maps of the chosen sample and the histogram over all."""
        everything = self.outputs()
        self._answer += 1
        good = everything[np.isfinite(everything)].astype("float64")
        low, high = (float(good.min()), float(good.max())) if good.size else (0.0, 1.0)
        counts, _ = np.histogram(good, bins=BINS, range=(low, high if high > low else low + 1.0))
        return {
            "answer": self._answer,
            "layer": self.layer.name,
            "sample": self.sample,
            "input": maps_of(self._x[self.sample]),
            "output": maps_of(everything[self.sample]),
            "low": low,
            "high": high,
            "counts": counts.astype("int32").tobytes(),
            "mean": float(good.mean()) if good.size else 0.0,
            "std": float(good.std()) if good.size else 0.0,
            "zeros": float(np.mean(everything == 0)),
            "bad": int(everything.size - good.size),
        }

    def _receive(self, _, message, buffers):
        if message.get("type") == "choose":
            self.choose(message.get("layer"), message.get("sample"))

    def figure(self):
        """Input, maps and distribution as a matplotlib figure."""
        from .activations_figure import activations_figure

        return activations_figure(self)


def maps_of(values):
    """One sample as maps of rows × columns, float32: (h, w, c) is c maps; (t, c) is one; (c,) a square or a strip.

    >>> {name: maps_of(np.zeros((28, 28, 8)))[name] for name in ("count", "rows", "columns", "shape")}
    {'count': 8, 'rows': 28, 'columns': 28, 'shape': [28, 28, 8]}
    >>> maps_of(np.zeros(64))["rows"]
    8
    """
    values = np.asarray(values, "float32")
    stack = _stacked(values)
    total, (rows, columns) = len(stack), stack.shape[1:]
    step = max(1, -(-max(rows, columns) // EDGE)) if total > 1 else max(1, -(-max(rows, columns) // (4 * EDGE)))
    stack = np.ascontiguousarray(stack[:MAPS, ::step, ::step])
    return {
        "data": stack.tobytes(),
        "count": len(stack),
        "left_out": total - len(stack),
        "rows": stack.shape[1],
        "columns": stack.shape[2],
        "step": step,
        "shape": list(values.shape),
    }


def _stacked(values):
    if values.ndim >= 3:
        values = values.reshape(-1, *values.shape[-2:]) if values.ndim > 3 else values
        return np.moveaxis(values, -1, 0)
    if values.ndim == 2:
        return values[None]
    values = values.reshape(-1)
    side = round(len(values) ** 0.5)
    if side * side == len(values) and side >= 4:
        return values.reshape(1, side, side)
    columns = min(len(values), 32)
    rows = -(-len(values) // columns)
    return np.pad(values, (0, rows * columns - len(values)), constant_values=np.nan).reshape(1, rows, columns)


def _samples(model, x):
    shape = getattr(model, "input_shape", None)
    rank = len(shape) if isinstance(shape, tuple) else None
    if rank is not None and x.ndim == rank - 1:
        x = x[None]
    return x[:SAMPLES]
