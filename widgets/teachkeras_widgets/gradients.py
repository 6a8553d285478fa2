"""Gradients on their way into the weights: how large, how spread, how far a step moves a weight; live during ``fit``.

Of the batch that is looked at, each weight gives one row of numbers; the page keeps the film. Python keeps it too,
thinned by half whenever it is full, for a page that opens late and for ``figure()``.
"""

import numpy as np
from traitlets import Dict

from teachkeras import events
from teachkeras.tracing.hooks import weights_at

from .finding import built, plain, refuse
from .view import look, page
from .watching import Watching

WEIGHTS = 24  # weights on a page
FILM = 160  # looks kept, an even number
BINS, LOW, HIGH = 36, -10.0, 2.0  # log10 |g|


class Gradients(Watching):
    """Norm and histogram of each weight's gradient over time, the ratio of update to weight, units without gradient.

    Math: ‖g‖₂; ‖Δw‖₂ / ‖w‖₂, where 1e-3 is a usual size; a unit is dead in a batch where its column of g is all 0.

    Args:
        model: a built model; every later ``fit`` of it is followed.
        address: which weights or layers, such as ``"dense*"`` or ``"dense/kernel"``; the kernels by default.
        language: ``"en"`` or ``"zh"``.

    Raises:
        NotBuiltError, ArgumentError: the model has no weights to train.
        UnknownNameError: nothing is at that address.

    Example::

        Gradients(model)
        model.fit(x, y, epochs=5)
    """

    topic = "gradients"
    _esm = page("controls.js", "plot.js", "gradients.js")
    _css = look("gradients.css")
    setup = Dict().tag(sync=True)
    film = Dict().tag(sync=True)  # {"rows": [...]}: what has been seen, thinned

    def __init__(self, model, address=None, *, language=None):
        super().__init__(language=language)
        built("Gradients", model)
        weights = model.trainable_weights if address is None else [w for w in weights_at(model, address) if w.trainable]
        kernels = [weight for weight in weights if len(weight.shape) > 1] if address is None else []
        weights = (kernels or weights)[:WEIGHTS]
        refuse("Gradients", not weights, "a model without trainable weights", "weights to train", "trainable=True")
        self._places = {weight.uid: i for i, weight in enumerate(weights)}
        self._kept, self._every, self._looks, self._newest = [], 1, 0, None
        self._now = {}
        names = [_short(weight.path) for weight in weights]
        self.setup = {"names": names, "low": LOW, "high": HIGH, "bins": BINS, "film": FILM}
        self.on_msg(self._receive)
        self.watch(model)

    def on_train_begin(self, logs=None):
        """Begin a new film."""
        super().on_train_begin(logs)
        self._kept, self._every, self._looks, self._newest = [], 1, 0, None
        self.frame, self.film = {}, {}

    def on_train_end(self, logs=None):
        """Leave the whole film for a page that opens later."""
        self._keep_film()
        super().on_train_end(logs)

    def look(self, stack):
        """Listen for the updates of this batch."""
        self._now = {}
        stack.enter_context(events.update.subscribe(self._catch))

    def seen(self):
        """One row a weight: norm, ratio, dead units, units, histogram."""
        if not self._now:
            return None
        empty = (float("nan"), float("nan"), 0, 1, bytes(BINS))
        rows = [self._now.get(i, empty) for i in range(len(self._places))]
        frame = {
            "batch": self.batches,
            "norms": np.array([row[0] for row in rows], "float32").tobytes(),
            "ratios": np.array([row[1] for row in rows], "float32").tobytes(),
            "dead": [row[2] for row in rows],
            "units": [row[3] for row in rows],
            "spread": b"".join(row[4] for row in rows),
        }
        self._remember(frame)
        return frame

    @property
    def norms(self):
        """The gradients' norms so far: an array (looks, weights)."""
        return np.array([np.frombuffer(row["norms"], "float32") for row in self._rows]).reshape(-1, len(self._places))

    @property
    def ratios(self):
        """‖Δw‖ / ‖w‖ so far: an array (looks, weights)."""
        return np.array([np.frombuffer(row["ratios"], "float32") for row in self._rows]).reshape(-1, len(self._places))

    def _catch(self, variable, gradient, before, *_):
        place = self._places.get(variable.uid)
        gradient = None if gradient is None else plain(gradient)
        if place is None or gradient is None or gradient.dtype.kind != "f":
            return
        size = np.abs(gradient.astype("float64"))
        before = plain(before).astype("float64")
        moved = np.linalg.norm(plain(variable).astype("float64") - before)
        columns = size.reshape(-1, size.shape[-1])
        logs = np.log10(size[(size > 0) & np.isfinite(size)])
        counts, _ = np.histogram(np.clip(logs, LOW, HIGH - 1e-9), bins=BINS, range=(LOW, HIGH))
        spread = (255 * counts / max(counts.max(), 1)).astype("uint8").tobytes()
        dead = int((columns == 0).all(axis=0).sum())
        ratio = float(moved / max(np.linalg.norm(before), 1e-12))
        self._now[place] = (float(np.linalg.norm(size)), ratio, dead, columns.shape[1], spread)

    def _remember(self, frame):
        if self._looks % self._every == 0:
            self._kept.append(frame)
            if len(self._kept) == FILM:
                self._kept, self._every = self._kept[::2], self._every * 2
        self._looks, self._newest = self._looks + 1, frame

    @property
    def _rows(self):
        """The looks that are kept, evenly spread, and the newest."""
        newest = [] if self._newest is None or self._newest is (self._kept or [None])[-1] else [self._newest]
        return self._kept + newest

    def _keep_film(self):
        self.film = {"rows": self._rows, "every": self._every}

    def _receive(self, _, message, buffers):
        if message.get("type") == "hello":
            self._keep_film()

    def figure(self):
        """Norms and ratios over the batches as a matplotlib figure."""
        from .gradients_figure import gradients_figure

        return gradients_figure(self)


def _short(path):
    """The path without the model's own name, where more is left than the weight's."""
    parts = path.split("/")
    return "/".join(parts[1:] if len(parts) > 2 else parts)
