"""Optimizers racing down a loss surface. The page computes every path from the engine's own update rules: data.

An optimizer's ``spec`` holds its update line by line; here the lines become trees, with the real optimizer's settings
and the real start of its slots. ``path()`` walks the same way with the engine itself; a test holds the two together.
"""

import numpy as np
from traitlets import Dict

from teachkeras import optimizers
from teachkeras.errors import ArgumentError, UnknownNameError, did_you_mean
from teachkeras.variable import Variable

from . import surfaces
from .formulas import PAGE_KNOWS, operators, tree_of
from .view import View, look, page

RACERS = {
    "SGD": ("SGD", {}),
    "momentum": ("SGD", {"momentum": 0.9}),
    "Nesterov": ("SGD", {"momentum": 0.9, "nesterov": True}),
    "Adagrad": ("Adagrad", {}),
    "RMSprop": ("RMSprop", {}),
    "Adam": ("Adam", {}),
    "Lion": ("Lion", {}),
}
STEPS = 200
MODEL_START = (-0.8, 0.7)  # on a model's surface, whose edges are at ±1


class Optimizers(View):
    """Paths of optimizers on a loss surface: start, learning rate and field are in the reader's hand.

    Args:
        model: show the loss around this model's weights, over two random directions; None for the known surfaces.
        x, y: the samples and targets to measure that loss on (256 of them).
        surface: the one to begin with: ``"ravine"``, ``"bowl"``, ``"valley"``, ``"saddle"``, ``"waves"``, ``"four"``.
        rate: the learning rate to begin with; None for 0.1, or for a model's surface one that begins calmly.
        racers: which run: some of ``"SGD"``, ``"momentum"``, ``"Nesterov"``, ``"Adagrad"``, ``"RMSprop"``, ``"Adam"``,
            ``"Lion"``.
        language: ``"en"`` or ``"zh"``.

    Raises:
        UnknownNameError, ArgumentError, NotBuiltError, DataError: the message says what doesn't fit.

    Example::

        Optimizers(surface="ravine", racers=["SGD", "momentum", "Adam"])
        Optimizers(model, x_test, y_test)
    """

    topic = "optimizers"
    _esm = page("formula.js", "controls.js", "handle.js", "plot.js", "optimizer_paths.js", "optimizers.js")
    _css = look("optimizers.css")
    setup = Dict().tag(sync=True)
    edits = Dict().tag(sync=True)

    def __init__(self, model=None, x=None, y=None, *, surface=None, rate=None, racers=None, language=None):
        super().__init__(language=language)
        known = {name: surfaces.trees(name) for name in surfaces.SURFACES}
        if model is not None:
            values = surfaces.of_model(model, x, y)
            known = {"model": {"grid": values.astype("float32").tobytes(), "edge": surfaces.EDGE, "reach": 1.0,
                               "start": list(MODEL_START)}, **known}  # fmt: skip
            self.landscape = values
        racers = list(RACERS) if racers is None else [racers] if isinstance(racers, str) else list(racers)
        surface = surface or next(iter(known))
        _check(surface, known, "surface")
        for name in racers:
            _check(name, RACERS, "racers")
        rate = self._calm(surface) if rate is None else rate
        if not (np.isfinite(rate) and rate > 0):
            raise ArgumentError("Optimizers", expected="a learning rate above 0", got=repr(rate), fix="rate=0.1")
        self.setup = {
            "surfaces": known,
            "surface": surface,
            "rate": float(rate),
            "racers": racers,
            "rules": {name: rule(name) for name in RACERS},
            "steps": STEPS,
        }

    def _calm(self, surface):
        """A rate whose first plain step goes a tenth of the way across a model's surface, 0.1 at the most."""
        if surface != "model":
            return 0.1
        slope = np.linalg.norm(_grid_slope(self.landscape, *MODEL_START))
        return float(f"{min(0.1, 0.1 / max(slope, 1e-6)):.1g}")

    def path(self, racer, steps=STEPS):
        """The points (steps + 1, 2) that the engine's own optimizer visits, as the page stands now."""
        now = {**self.setup, **self.edits}
        field = self.setup["surfaces"][now["surface"]]
        weights = Variable(np.array(now.get("start") or field["start"], "float32"))
        optimizer, points = _optimizer(racer, now["rate"]), [weights.numpy()]
        for _ in range(steps):
            x, y = points[-1].astype("float64")
            optimizer.apply([_slope(now["surface"], self, x, y).astype("float32")], [weights])
            points.append(weights.numpy())
        return np.array(points)

    def figure(self):
        """The surface with the paths as a matplotlib figure."""
        from .optimizers_figure import optimizers_figure

        return optimizers_figure(self)


def rule(racer):
    """An optimizer's update as trees, its settings and the start of its slots."""
    optimizer = _optimizer(racer, 0.1)
    weight = Variable(np.zeros(1, "float32"))
    optimizer.build([weight])
    slots = {name: float(slot.numpy()[0]) for name, slot in optimizer.state_of(weight).items()}
    lines = [[name, tree_of(formula)] for name, formula in (line.split(" = ", 1) for line in optimizer.spec)]
    slots |= {name: 0.0 for name, _ in lines if name != "w" and name not in slots}
    settings = {key: value for key, value in vars(optimizer).items() if isinstance(value, int | float)}
    unknown = {op for _, node in lines for op in operators(node)} - PAGE_KNOWS
    if unknown:
        raise ArgumentError("Optimizers", expected="operators that the page knows", got=str(unknown), fix=racer)
    return {"lines": lines, "settings": settings, "slots": slots, "tex": optimizer.tex}


def _optimizer(racer, rate):
    kind, options = RACERS[racer]
    return getattr(optimizers, kind)(learning_rate=float(rate), **options)


def _slope(surface, view, x, y):
    if surface == "model":
        return _grid_slope(view.landscape, x, y)
    _, dx, dy, *_ = surfaces.SURFACES[surface]
    known = {"x": x, "y": y, "cos": np.cos, "sin": np.sin, "exp": np.exp}
    return np.array([eval(line, {"__builtins__": {}}, known) for line in (dx, dy)])  # our own lines, above


def _grid_slope(values, x, y, reach=1.0):
    """The slope of the plane patches between a grid's points (bilinear)."""
    n = len(values) - 1
    scale = n / (2 * reach)
    a = np.clip((x + reach) * scale, 0, n - 1e-6)
    b = np.clip((reach - y) * scale, 0, n - 1e-6)
    i, j, u, v = int(b), int(a), b - int(b), a - int(a)
    p, q, r, s = values[i, j], values[i, j + 1], values[i + 1, j], values[i + 1, j + 1]
    return np.array([((q - p) * (1 - u) + (s - r) * u) * scale, -((r - p) * (1 - v) + (s - q) * v) * scale])


def _check(name, known, what):
    if name not in known:
        fix = did_you_mean(name, known) if isinstance(name, str) else "give its name"
        raise UnknownNameError(f"Optimizers, {what}", expected=", ".join(known), got=repr(name), fix=fix)
