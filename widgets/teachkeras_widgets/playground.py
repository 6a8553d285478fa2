"""A small network on points in the plane, trained by the engine while one watches: its units' maps, its border.

The page asks for the next steps when it has drawn the last ones, so the pace is the kernel's own and nothing piles up.
The model is an ordinary ``Sequential``: ``view.model`` is it, ``code()`` writes it, ``state`` is the set-up as a text.
"""

from threading import Lock
from urllib.parse import parse_qsl, urlencode

import numpy as np
from traitlets import Dict

import teachkeras
from teachkeras import layers, models, optimizers
from teachkeras.errors import ArgumentError

from . import planar
from .finding import plain, refuse
from .view import View, look, page

GRID = 40  # squares along an edge of a map
REACH = 6.0  # half the edge of the plane
UNITS, DEPTH = 8, 4  # the largest network
BUDGET = 40  # steps an answer takes, at the most
CURVE = 400  # losses kept
OWN = 500  # points of the reader's own
CHOICES = {
    "data": (*planar.DATA, "own"),
    "activation": ("tanh", "relu", "sigmoid", "linear"),
    "optimizer": ("SGD", "Adam", "RMSprop", "Adagrad"),
}
DEFAULTS = {
    "data": "circles", "noise": 0.1, "units": "4,3", "activation": "tanh", "optimizer": "Adam", "rate": 0.03,
    "batch": 20, "seed": 0,
}  # fmt: skip


class Playground(View):
    """A network on the plane: choose data, units, activation, optimizer; train, step, reset; draw points of one's own.

    Args:
        state: a text that ``view.state`` once gave; or settings by name:
        data: ``"circles"``, ``"xor"``, ``"moons"``, ``"spiral"``, ``"blobs"``; ``"own"`` for an empty plane to draw on.
        points: points of one's own, (x, y, class) each, beside the data; those drawn in the page are kept as such.
        noise: how far the points are spread, 0 to 0.5.
        units: units of each hidden layer, such as ``[4, 3]``; ``[]`` is a perceptron.
        activation, optimizer, rate, batch, seed: as their names say.
        language: ``"en"`` or ``"zh"``.

    Raises:
        ArgumentError: a setting that makes no sense.

    Example::

        Playground(data="xor", units=[])        # a perceptron, which can't
        Playground("data=spiral&units=8,8")
    """

    topic = "playground"
    _esm = page("controls.js", "plot.js", "playground_net.js", "playground.js")
    _css = look("playground.css")
    setup = Dict().tag(sync=True)
    frame = Dict().tag(sync=True)

    def __init__(self, state="", *, points=(), language=None, **settings):
        super().__init__(language=language)
        self._lock = Lock()  # a button may be heard on another thread
        self._answer = 0
        self.setup = {"choices": {k: list(v) for k, v in CHOICES.items()}, "grid": GRID, "reach": REACH,
                      "most": [DEPTH, UNITS]}  # fmt: skip
        told = _read(state)
        drawn = [point.split(",") for point in told.pop("points", "").split(";") if point]
        self._drawn = _points([*drawn, *points])
        self.settings = _checked({**DEFAULTS, **told, **settings})
        self.reset()
        self.on_msg(self._receive)

    @property
    def state(self):
        """The set-up as a short text; ``Playground(text)`` is the same again."""
        told = {k: v for k, v in self.settings.items() if v != DEFAULTS[k]}
        if self._drawn:
            told["points"] = ";".join(f"{x:.4g},{y:.4g},{label:.0f}" for x, y, label in self._drawn)
        return urlencode(told, safe=",;")

    def reset(self):
        """New points and new weights, from the seed."""
        chosen = self.settings
        self._place()
        self.model = _network(chosen)
        self._random = np.random.default_rng(chosen["seed"])
        self.steps, self._losses = 0, []
        self._show()
        return self

    def train(self, steps=1):
        """Take so many steps; the page shows where they led."""
        size = min(self.settings["batch"], len(self.x))
        for _ in range(min(int(steps), 10_000) if size else 0):
            chosen = self._random.choice(len(self.x), size, replace=False)
            self.model.train_on_batch(self.x[chosen], self.y[chosen])
            self.steps += 1
        self._show()
        return self

    def change(self, **settings):
        """Change settings and begin anew; only a new rate goes on from where the network is."""
        before, self.settings = self.settings, _checked({**self.settings, **settings})
        if {k for k in before if before[k] != self.settings[k]} == {"rate"}:
            self.model.optimizer.learning_rate = self.settings["rate"]
            self._show()
            return self
        return self.reset()

    def code(self):
        """The network as Keras code."""
        chosen = self.settings
        hidden = [f'    keras.layers.Dense({n}, activation="{chosen["activation"]}"),' for n in _units(chosen["units"])]
        lines = [
            "import teachkeras as keras  # or: import keras",
            "",
            "model = keras.Sequential([",
            "    keras.Input((2,)),",
            *hidden,
            '    keras.layers.Dense(1, activation="sigmoid"),',
            "])",
            "model.compile(",
            f"    keras.optimizers.{chosen['optimizer']}({chosen['rate']}),",
            '    loss="binary_crossentropy",',
            '    metrics=["accuracy"],',
            ")",
            f"model.fit(x, y, epochs=100, batch_size={chosen['batch']})",
        ]
        return "\n".join(lines)

    # --- what the page shows --------------------------------------------------------------------------------------

    def _show(self):
        loss, accuracy = self._judged()
        self._losses.append((self.steps, loss))
        if len(self._losses) > CURVE:
            self._losses = self._losses[::2]
        maps = self.maps()
        kernels = [plain(layer.kernel).astype("float32") for layer in self.model.layers]
        self._answer += 1
        self.frame = {
            "answer": self._answer,
            "settings": self.settings,
            "state": self.state,
            "code": self.code(),
            "steps": self.steps,
            "loss": loss,
            "accuracy": accuracy,
            "curve": np.array(self._losses, "float32").tobytes(),
            "points": np.hstack([self.x, self.y]).astype("float32").tobytes(),
            "own": [list(point) for point in self._drawn],
            "maps": [_squeezed(layer) for layer in maps],
            "units": [2, *(kernel.shape[1] for kernel in kernels)],
            "weights": [kernel.tobytes() for kernel in kernels],
        }

    def maps(self):
        """Each layer's outputs over the plane: arrays (GRID, GRID, units), the top row first."""
        edge = np.linspace(-REACH, REACH, GRID + 1)[:-1] + REACH / GRID
        plane = np.stack(np.meshgrid(edge, edge[::-1]), axis=-1).reshape(-1, 2).astype("float32")
        maps, values = [], plane
        for layer in self.model.layers:
            values = layer(values)
            maps.append(plain(values).reshape(GRID, GRID, -1))
        return maps

    def _judged(self):
        if not len(self.x):
            return 0.0, 0.0
        loss = float(self.model.test_on_batch(self.x, self.y))
        guess = plain(self.model(self.x)) > 0.5
        return loss, float(np.mean(guess == (self.y > 0.5)))

    def _receive(self, _, message, buffers):
        kind = message.get("type")
        with self._lock:
            if kind == "train":
                self.train(min(int(message.get("steps", 1)), BUDGET))
            elif kind == "reset":
                self._drawn = [] if message.get("clear") else self._drawn
                self.reset()
            elif kind == "change":
                self._try(message.get("settings", {}))
            elif kind == "draw":
                self._draw(message)

    def _try(self, settings):
        try:
            self.change(**settings)
        except ArgumentError as error:
            self.send({"type": "refused", "text": str(error)})
            self._show()

    def _draw(self, message):
        """All points of the reader's own, old and new: what a page sends twice stays once."""
        self._drawn = _points(message.get("own", ()))
        self._place()
        self._show()

    def _place(self):
        """The points: those of the data, and the reader's own."""
        chosen, own = self.settings, np.array(self._drawn, "float32").reshape(-1, 3)
        points, labels = np.zeros((0, 2)), np.zeros(0)
        if chosen["data"] != "own":
            points, labels = planar.make(chosen["data"], chosen["noise"], chosen["seed"])
        self.x = np.vstack([points, own[:, :2]]).astype("float32")
        self.y = np.append(labels, own[:, 2]).astype("float32")[:, None]

    def figure(self):
        """The plane and the loss as a matplotlib figure."""
        from .playground_figure import playground_figure

        return playground_figure(self)


def _points(given):
    """(x, y, class) each, inside the plane; the first ``OWN`` of them."""
    try:
        points = np.array([[float(number) for number in point] for point in given], "float64").reshape(-1, 3)[:OWN]
    except (TypeError, ValueError):
        points = np.full((1, 3), np.nan)
    bad = not np.isfinite(points).all()
    refuse(
        "Playground", bad, "points that are not (x, y, class)", "three finite numbers each", "points=[(1.0, 2.0, 1)]"
    )
    return [(float(x), float(y), float(label > 0)) for x, y, label in points.clip(-REACH, REACH)]


def _network(chosen):
    teachkeras.utils.set_random_seed(chosen["seed"])
    hidden = [layers.Dense(n, activation=chosen["activation"]) for n in _units(chosen["units"])]
    model = models.Sequential([layers.Input((2,)), *hidden, layers.Dense(1, activation="sigmoid")])
    optimizer = getattr(optimizers, chosen["optimizer"])(learning_rate=float(chosen["rate"]))
    model.compile(optimizer, "binary_crossentropy")
    return model


def _squeezed(maps):
    """Maps as bytes, 128 for 0, all units on one scale."""
    most = max(float(np.abs(maps).max(initial=0)), 1e-6)
    scaled = np.clip(np.round(maps / most * 127), -127, 127) + 128
    return np.ascontiguousarray(np.moveaxis(scaled, -1, 0)).astype("uint8").tobytes()


def _units(text):
    return [int(part) for part in str(text).split(",") if part.strip()]


def _read(state):
    return dict(parse_qsl(state)) if "=" in state else {"data": state} if state else {}


def _checked(given):
    """The settings in their types, or an error that says which one is wrong."""
    for key in given:
        refuse("Playground", key not in DEFAULTS, f"{key}={given[key]!r}", f"one of {', '.join(DEFAULTS)}", "check it")
    settings = dict(given)
    if isinstance(settings["units"], list | tuple):
        settings["units"] = ",".join(map(str, settings["units"]))
    try:
        units = _units(settings["units"])
        numbers = {k: type(DEFAULTS[k])(settings[k]) for k in ("noise", "rate", "batch", "seed")}
    except (TypeError, ValueError) as error:
        raise ArgumentError("Playground", expected="numbers", got=str(error), fix="units=[4, 3], rate=0.03") from None
    for key, known in CHOICES.items():
        refuse("Playground", settings[key] not in known, f"{key}={settings[key]!r}", ", ".join(known), "choose one")
    size = len(units) > DEPTH or any(not 1 <= n <= UNITS for n in units)
    refuse("Playground", size, f"units={units}", f"up to {DEPTH} layers of 1 to {UNITS} units", "units=[4, 3]")
    bad = not (0 < numbers["rate"] <= 10 and 0 <= numbers["noise"] <= 1 and 1 <= numbers["batch"] <= 1000)
    refuse("Playground", bad, str(numbers), "rate above 0, noise 0 to 1, batch 1 to 1000", "rate=0.03, noise=0.1")
    return {**settings, **numbers, "units": ",".join(map(str, units))}
