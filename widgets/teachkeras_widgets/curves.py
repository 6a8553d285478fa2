"""Activation functions and their slopes, and where a layer's sums fall on them.

The page computes the curves from the engine's own formulas. Bound to a layer, it is sent the histogram of the layer's
pre-activations z: of the samples given, and during ``fit`` of the batch at hand.
"""

import numpy as np
from traitlets import Dict

from teachkeras import events, ops
from teachkeras.errors import ArgumentError, UnknownNameError, did_you_mean
from teachkeras.tape import GradientTape
from teachkeras.tensor import Tensor

from .finding import array, built, layer_of, layers_of, plain, refuse
from .formulas import formula, functions
from .view import look, page
from .watching import Watching

SHOWN = (
    "sigmoid tanh relu leaky_relu elu selu gelu silu softplus softsign hard_sigmoid hard_tanh relu6 celu squareplus "
    "log_sigmoid hard_silu soft_shrink hard_shrink tanh_shrink"
).split()
BINS = 64
FLAT = 0.05  # saturated: a slope below this share of the steepest
MOST = 65_536  # sums looked at in a batch


class ActivationCurves(Watching):
    """An activation f and its slope f′ with a point to drag; bound to a layer, the sums z that the layer sees below.

    Math: y = f(z), tangent y + f′(z)·(ζ − z). Saturated: |f′(z)| < 5 % of the steepest slope. Dead: a unit with
    f′(z) = 0 for every sample of the batch.

    Args:
        model: follow this model's ``fit``; None for the curves alone.
        layer: the layer or its name; None for the first with a curve.
        x: samples of the model's input, to fill the histogram before ``fit``.
        activation: for the curves alone: which one to begin with.
        compare: a second one, drawn pale.
        language: ``"en"`` or ``"zh"``.

    Raises:
        NotBuiltError, UnknownNameError, ArgumentError, DataError: there is no such layer or curve, or x doesn't fit.

    Example::

        ActivationCurves(activation="tanh", compare="sigmoid")
        ActivationCurves(model, layer="hidden", x=x_test)
    """

    topic = "curves"
    _esm = page("formula.js", "handle.js", "controls.js", "plot.js", "curves.js")
    _css = look("curves.css")
    setup = Dict().tag(sync=True)
    edits = Dict().tag(sync=True)

    def __init__(self, model=None, layer=None, x=None, *, activation=None, compare=None, language=None):
        super().__init__(language=language)
        self.model_shown, self._caught = model, None
        if model is None:
            refuse("ActivationCurves", layer is not None or x is not None, "a layer or x alone", "a model with them",
                   "ActivationCurves(model, layer=…, x=…)")  # fmt: skip
            self.setup = {"layer": None, **_table(activation or "sigmoid", compare)}
            return
        built("ActivationCurves", model)
        self.layer = _curved(model) if layer is None else layer_of("ActivationCurves", model, layer)
        name = activation or _activation(self.layer)
        self.setup = {"layer": self.layer.name, **_table(name if formula(name) else "linear", compare)}
        self.watch(model)
        if x is not None:
            self.show_batch(x)

    def show_batch(self, x):
        """Fill the histogram with what the layer sees when the model is given ``x``."""
        x = array("ActivationCurves", x)
        with events.forward.subscribe(self._catch):
            self.model_shown(x)
        if self._caught is None:
            raise ArgumentError(
                f"ActivationCurves, layer {self.layer.name!r}",
                expected="a layer that the model runs",
                got="a layer that did not run",
                fix="choose one that takes part in the model's call",
            )
        self._post("waiting")
        return self

    # --- during fit ---------------------------------------------------------------------------------------------------

    def look(self, stack):
        """Listen for the layer's sums."""
        self._caught = None
        stack.enter_context(events.forward.subscribe(self._catch))

    def seen(self):
        """The histogram of the sums, how many are saturated, how many units are dead."""
        if self._caught is None:
            return None
        name, params, z = self._caught
        z = z.reshape(-1, z.shape[-1]) if z.ndim else z.reshape(1, 1)
        z = z[:: max(1, z.size // MOST)].astype("float64")
        finite = z[np.isfinite(z)]
        slope = np.abs(_slopes(name, params, z))
        steepest = max(float(np.abs(_slopes(name, params, np.linspace(-6, 6, 241))).max()), 1e-12)
        reach = _round_up(float(np.abs(finite).max(initial=1.0)))
        counts, _ = np.histogram(finite, bins=BINS, range=(-reach, reach))
        return {
            "counts": counts.astype("int32").tobytes(),
            "reach": reach,
            "size": int(z.size),
            "bad": int(z.size - finite.size),
            "units": int(z.shape[1]),
            "saturated": float(np.mean(slope < FLAT * steepest)),
            "dead": int(np.sum((slope == 0).all(axis=0))),
            "mean": float(finite.mean()) if finite.size else 0.0,
            "std": float(finite.std()) if finite.size else 0.0,
            "activation": name,
            "params": {k: v for k, v in params.items() if isinstance(v, (int, float))},
        }

    def _catch(self, record, inputs, outputs, kept):
        """Keep the input of the layer's activation, or (where it has none) the layer's output."""
        if record.scope.rsplit("/", 1)[-1] != self.layer.name:
            return
        name = record.op.name
        if name in ("softmax", "log_softmax"):
            self._caught = ("linear", {}, plain(inputs[0]))
        elif formula(name) is not None and len(record.op.inputs) == 1:
            self._caught = (name, {**record.op.params, **record.params}, plain(inputs[0]))
        else:
            self._caught = ("linear", {}, plain(outputs[0]))

    # --- as it stands -------------------------------------------------------------------------------------------------

    @property
    def z(self):
        """Where the point stands."""
        return float(self.edits.get("z", 1.0))

    @property
    def activation(self):
        """The curve shown."""
        return self.edits.get("activation", self.setup["activation"])

    def f(self, z, slope=False, name=None):
        """The engine's own activation (or its slope) at ``z``, float64."""
        name = name or self.activation
        params = self.setup["functions"][name]["params"]
        return _slopes(name, params, z) if slope else _values(name, params, z)

    def figure(self):
        """The curves, the point and the histogram as a matplotlib figure."""
        from .curves_figure import curves_figure

        return curves_figure(self)


def _table(name, compare):
    known = functions(*SHOWN, name)
    for asked in (name, compare):
        if asked is not None and asked not in known:
            fix = did_you_mean(asked, known)
            raise UnknownNameError("ActivationCurves, activation", expected=", ".join(known), got=repr(asked), fix=fix)
    return {"activation": name, "compare": compare, "functions": known}


def _activation(layer):
    name = getattr(getattr(layer, "activation", None), "__name__", None)
    return name or {"ReLU": "relu", "LeakyReLU": "leaky_relu", "ELU": "elu"}.get(type(layer).__name__, "linear")


def _curved(model):
    """The first layer whose activation has a curve."""
    layers = layers_of(model)
    for layer in layers:
        if _activation(layer) != "linear" and formula(_activation(layer)):
            return layer
    refuse("ActivationCurves", not layers, "a model without layers", "a model with layers", "add a Dense layer")
    return layers[0]


def _values(name, params, z):
    z = np.asarray(z, "float64")
    return z if name == "linear" else plain(getattr(ops, name)(z, **params))


def _slopes(name, params, z):
    z = np.asarray(z, "float64")
    if name == "linear":
        return np.ones_like(z)
    with GradientTape() as tape:
        inputs = Tensor(z)
        tape.watch(inputs)
        outputs = getattr(ops, name)(inputs, **params)
    return plain(tape.gradient(outputs, inputs))


def _round_up(value):
    power = 10.0 ** np.floor(np.log10(value))
    return float(next(m * power for m in (1, 2, 3, 4, 5, 6, 8, 10) if m * power >= value * 0.999))
