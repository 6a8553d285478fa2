"""One neuron, y = f(Σ wᵢxᵢ + b), to take in hand; the page computes it from the engine's own formulas.

Python sends the numbers and, for each activation, the op's spec and its gradient's as trees (``teachkeras.ops.spec``).
The page evaluates the trees: dragging asks nothing of the kernel, and an exported page needs none. What the reader has
changed comes back as ``edits``, for ``figure()`` and for a page opened again.
"""

import numpy as np
from traitlets import Dict, Unicode

from teachkeras import ops
from teachkeras.errors import ArgumentError, ConcurrentFitError, ShapeError, UnknownNameError, did_you_mean
from teachkeras.tape import GradientTape
from teachkeras.tensor import Tensor

from .formulas import formula, functions
from .unit import Unit
from .view import View, asset

SHOWN = 6  # inputs in hand at once, at the most
MAP_FROM = 9  # inputs from which they are shown as an image or a strip


class Neuron(View):
    """A neuron whose inputs, weights and bias can be dragged; alone, or bound to a unit of a model.

    Math: z = Σᵢ wᵢxᵢ + b,  y = f(z),  ∂y/∂wᵢ = f′(z)·xᵢ.

    Args:
        model: take the weights of this model; None for a neuron of its own.
        layer: the layer or its name; None for the last one that can be shown.
        unit: which unit of the layer, from 0.
        x: one sample of the *model's* input (every input is 1 without it); for a neuron of its own, its inputs.
        w, b: for a neuron of its own: its weights and bias.
        activation: for a neuron of its own: ``"sigmoid"``, ``"relu"``, ``"tanh"``, ``"linear"`` or another op.
        language: ``"en"`` or ``"zh"``.

    Raises:
        NotBuiltError, UnknownNameError, ArgumentError, ShapeError, DataError: the model has no weights yet, or the
            layer, unit or sample doesn't fit; the message says what to do.

    Example::

        Neuron(x=[1.0, 2.0], w=[0.6, -0.4], b=0.1)
        Neuron(model, layer="dense_1", unit=3, x=x_test[0])
    """

    topic = "neuron"
    _esm = Unicode(asset("common.js", "formula.js", "handle.js", "neuron_parts.js", "neuron.js")).tag(sync=True)
    setup = Dict().tag(sync=True)
    edits = Dict().tag(sync=True)

    def __init__(self, model=None, layer=None, unit=0, x=None, *, w=None, b=None, activation=None, language=None):
        super().__init__(language=language)
        self._unit = None
        if model is None:
            _refuse(layer is not None, "layer=…", "a model to find the layer in", "Neuron(model, layer=…)")
            self.setup = _free_setup(x, w, b, activation)
        else:
            given = any(value is not None for value in (w, b, activation))
            _refuse(given, "w, b or activation beside a model", "one of the two", "drag them, then “Write to model”")
            self._unit = Unit(model, layer, unit, x)
            self.setup = self._bound_setup()
        self.on_msg(self._receive)

    # --- the numbers as they stand, edits included -------------------------------------------------------------------

    @property
    def x(self):
        """The inputs, float64."""
        return self._edited("x")

    @property
    def w(self):
        """The weights, float64."""
        return self._edited("w")

    @property
    def b(self):
        """The bias."""
        return self.edits.get("b", self.setup["b"])

    @property
    def activation(self):
        """The name of the activation shown."""
        return self.edits.get("activation", self.setup["activation"])

    @property
    def z(self):
        """The weighted sum Σ wᵢxᵢ + b."""
        return float(self.x @ self.w + self.b)

    def f(self, z, slope=False):
        """The engine's own activation (or its slope) at ``z``, float64."""
        z = np.asarray(z, "float64")
        if self.activation == "linear":
            return np.ones_like(z) if slope else z
        with GradientTape() as tape:
            inputs = Tensor(z)
            tape.watch(inputs)
            outputs = getattr(ops, self.activation)(inputs)
        return (tape.gradient(outputs, inputs) if slope else outputs).numpy()

    def refresh(self):
        """Read the model's weights again, after more training."""
        if self._unit is not None:
            self._unit.refresh()
            self.edits = {}
            self.setup = self._bound_setup()
        return self

    def write(self):
        """Put the weights and the bias as they stand into the model.

        Raises:
            ArgumentError: this neuron belongs to no model.
            ConcurrentFitError: the model is training.
        """
        _refuse(self._unit is None, "a neuron of its own", "one bound to a model", "Neuron(model, layer, unit)")
        self._unit.write(self.w, self.b)

    def figure(self):
        """The contributions and the curve as a matplotlib figure."""
        from .neuron_figure import neuron_figure

        return neuron_figure(self)

    def _edited(self, which):
        values = np.frombuffer(self.setup[which]).copy()
        for index, value in self.edits.get(which, {}).items():
            values[int(index)] = value
        return values

    def _bound_setup(self):
        unit = self._unit
        known = formula(unit.activation) is not None
        return {
            **_numbers(unit.x, unit.w, unit.bias),
            "layer": unit.layer.name,
            "unit": unit.index,
            "activation": unit.activation if known else "linear",
            "opaque": None if known else unit.activation,
            "functions": functions(unit.activation),
            "output": unit.output(),
        }

    def _receive(self, _, message, buffers):
        if message.get("type") != "write" or self._unit is None:
            return
        try:
            self._unit.write(*_sent(message, self.w))
        except ConcurrentFitError:
            self.send({"type": "busy"})
        else:
            self.send({"type": "written", "output": self._unit.output()})


def _free_setup(x, w, b, activation):
    w = np.array([0.6, -0.4] if w is None else w, "float64", ndmin=1)
    x = np.array(np.resize([1.0, 2.0], w.shape) if x is None else x, "float64", ndmin=1)
    activation = "sigmoid" if activation is None else activation
    if w.ndim != 1 or x.shape != w.shape or not len(w):
        raise ShapeError(
            "Neuron",
            expected="as many weights as inputs",
            got=f"x {x.shape}, w {w.shape}",
            fix="Neuron(x=[1, 2], w=[0.6, -0.4])",
        )
    finite = np.isfinite(x).all() and np.isfinite(w).all()
    _refuse(not finite, "NaN or infinity in x or w", "finite numbers", "replace it")
    known = functions(activation)
    if activation not in known:
        fix = did_you_mean(activation, known)
        raise UnknownNameError("Neuron, activation", expected=", ".join(known), got=repr(activation), fix=fix)
    numbers = _numbers(x, w, 0.1 if b is None else float(b))
    nowhere = {"layer": None, "unit": None, "opaque": None, "output": None}
    return {**numbers, **nowhere, "activation": activation, "functions": known}


def _numbers(x, w, b):
    """Inputs and weights as bytes, which are in hand (the strongest of many), and whether a picture shows them all."""
    strongest = np.argsort(-np.abs(x * w), kind="stable")[:SHOWN]
    many = len(x) >= MAP_FROM
    picked = strongest if many else np.arange(min(len(x), SHOWN))
    return {"x": x.tobytes(), "w": w.tobytes(), "b": b, "picked": picked.tolist(), "many": many, "most": SHOWN}


def _sent(message, weights):
    """The weights and the bias that a page sends: only what differs, by index."""
    weights = np.array(weights)
    for index, value in message["w"].items():
        weights[int(index)] = float(value)
    return weights, float(message["b"])


def _refuse(wrong, got, expected, fix):
    if wrong:
        raise ArgumentError("Neuron", expected=expected, got=got, fix=fix)
