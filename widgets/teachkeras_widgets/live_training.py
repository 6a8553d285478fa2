"""Loss and metric curves that move while ``fit`` runs, with buttons that reach into it.

A batch costs one append and one look at the clock. At most ten times a second what has gathered is folded into curves
of bounded size, and the points that changed go to the browser, which does the drawing and the motion:

    fit ── loss of a batch ──▶ list ── ≤ 10 a second ──▶ Series ── changed points ──▶ browser
    fit ◀── model.control ◀── pause, step, stop, learning rate ◀─────────────────────── browser

The whole state travels as the trait ``snapshot`` (a page that opens late, or a saved notebook, needs nothing else), the
changes between two snapshots as numbered messages; a page that misses one asks for a snapshot.
"""

import asyncio
from time import perf_counter

from traitlets import Dict, Unicode

from teachkeras import events
from teachkeras.callbacks import Callback
from teachkeras.errors import ArgumentError

from . import kernel
from .run import Run
from .view import View, asset, picture
from .watching import Following

PERIOD = 0.1  # seconds between two messages, at the least
SHARE = 0.01  # … and so many that sending takes at most this share of the time,
LONGEST = 1.0  # … but never more than this
SNAPSHOT_UNHEARD, SNAPSHOT_HEARD = 1.0, 10.0  # seconds between snapshots, before and after a page has spoken


class LiveTraining(Following):
    """Live curves of loss and metrics during ``fit``; pause, step, stop and learning rate work while it runs.

    Args:
        model: every later ``fit`` of this model shows here; without it, pass the view in ``callbacks=[view]``.
        runs: how many fits stay overlaid (the older ones pale).
        points: how many points a curve keeps, an even number; longer runs merge neighbours.
        language: ``"en"`` or ``"zh"``.

    Raises:
        ArgumentError: the model can't be watched, or ``points`` or ``runs`` makes no sense.

    Example::

        view = LiveTraining(model)
        model.fit(x, y, epochs=5, validation_split=0.1)     # the view appears by itself
    """

    topic = "live"
    _esm = Unicode(asset("common.js", "live_curves.js", "live_panel.js", "live_training.js")).tag(sync=True)
    snapshot = Dict().tag(sync=True)
    taste = Dict().tag(sync=True)  # the page's own: smoothing and axes, kept while it is drawn anew

    def __init__(self, model=None, *, runs=5, points=512, language=None):
        _check_sizes(runs, points)
        Callback.__init__(self)
        View.__init__(self, language=language)
        self.runs = []
        self._keep, self._capacity = runs, points
        self._state = "waiting"
        self._pending = []  # losses of batches since the last tick
        self._sent = 0.0  # when the last message went
        self._due = 0.0  # none before this time
        self._next_snapshot = 0.0
        self._sequence = 0
        self._sent_status = None
        self._heard = False  # has a page spoken to us?
        self._stop_asked = False
        self._idle = None  # our handle on `events.idle`
        self._speed = (0.0, 0)  # (time, batches) at the last tick
        self.on_msg(self._receive)
        if model is not None:
            self.watch(model)

    # --- what fit calls ----------------------------------------------------------------------------------------------

    def on_train_begin(self, logs=None):
        """Open a run, and show the view if nobody has."""
        params = self.params or {}
        number = self.runs[-1].number + 1 if self.runs else 1
        run = Run(number, params.get("epochs"), params.get("steps"), self._capacity)
        self.runs = [*self.runs, run][-self._keep :]
        self._state, self._stop_asked = "running", False
        self._pending, self._speed = [], (perf_counter(), 0)
        self._next_snapshot = 0.0
        self._follow_idle(True)
        if kernel.shell() is not None and not self.shown:
            self.show()
        self._follow_cell()
        _deaf(_control(self.model))  # looked up once, now, rather than between two batches
        if perf_counter() >= self._due:
            self._tick()

    def on_train_batch_end(self, batch, logs=None):
        """Keep the batch's loss; ten times a second, tell the browser."""
        self._pending.append(logs.batch_loss)
        if perf_counter() >= self._due:
            self._tick(logs)

    def on_epoch_end(self, epoch, logs=None):
        """Keep the epoch's metrics, validation included."""
        self._gather()
        self.runs[-1].add_epoch({name: float(logs[name]) for name in logs or ()})
        if perf_counter() >= self._due:
            self._tick()

    def on_train_end(self, logs=None):
        """Close the run and make sure its last state arrives."""
        self._gather()
        stopped = self._stop_asked or getattr(self.model, "stop_training", False)
        self._state = "stopped" if stopped else "finished"
        self._follow_idle(False)
        self._post_last()

    # --- gathering ---------------------------------------------------------------------------------------------------

    def _tick(self, logs=None):
        """Fold what has gathered into the curves and send what changed; then stay quiet in proportion to the cost."""
        began = perf_counter()
        self._gather(logs)
        self._post(began)
        ended = perf_counter()
        self._sent = ended
        self._due = ended + min(max(PERIOD, (ended - began) / SHARE), LONGEST)

    def _gather(self, logs=None):
        run = self.runs[-1]
        losses, self._pending = self._pending, []
        run.add_batches(losses)
        if logs:
            run.add_sample({name: float(logs[name]) for name in logs if name != "loss"})

    def _status(self):
        """The line of numbers above the curves, and what the buttons may do."""
        run = self.runs[-1] if self.runs else Run(0)
        control = _control(self.model)
        paused = self._state == "running" and getattr(control, "paused", False)
        epoch, batch = run.place()
        return {
            "state": "paused" if paused else self._state,
            "epoch": epoch,
            "epochs": run.epochs,
            "batch": batch,
            "batches": run.batches,
            "steps": run.steps,
            "rate": _learning_rate(self.model),
            "buttons": control is not None,
            "deaf": _deaf(control),
            "awaits": kernel.hears_while_awaiting(),
        }

    # --- sending -----------------------------------------------------------------------------------------------------

    def _post(self, now):
        if kernel.shell() is None or not self.shown:
            return
        if now >= self._next_snapshot:
            self._post_snapshot(now)
        else:
            self._post_changes(now)

    def _post_snapshot(self, now):
        self._sequence += 1
        self._next_snapshot = now + (SNAPSHOT_HEARD if self._heard else SNAPSHOT_UNHEARD)
        self._sent_status = self._status()
        status = {**self._sent_status, "speed": self._batches_per_second(now)}
        self.snapshot = {"sequence": self._sequence, "status": status, "runs": [run.whole() for run in self.runs]}

    def _post_changes(self, now):
        self._sequence += 1
        self._sent_status = self._status()
        status = {**self._sent_status, "speed": self._batches_per_second(now)}
        changes = list(self.runs[-1].changes())
        message = {
            "sequence": self._sequence,
            "status": status,
            "run": self.runs[-1].number,
            "parts": [[key, start] for key, start, _ in changes],
        }
        self.send(message, buffers=[data for _, _, data in changes])

    def _batches_per_second(self, now):
        (then, before), batches = self._speed, self.runs[-1].batches if self.runs else 0
        self._speed = (now, batches)
        return (batches - before) / (now - then) if now > then else 0.0

    def _post_last(self):
        """The final snapshot: now, or as soon as the ten a second allow."""
        self._next_snapshot = 0.0
        wait = self._sent + PERIOD - perf_counter()
        if wait <= 0 or kernel.shell() is None:
            self._tick()
            return
        try:
            asyncio.get_running_loop().call_later(wait, self._post_if_last)
        except RuntimeError:  # no loop runs here: a notebook's cell always has one
            self._tick()

    def _post_if_last(self):
        if self._state != "running" and self._next_snapshot == 0.0:
            self._tick()

    def _wind_up(self):
        """Name a fit that an error cut short."""
        if self._state == "running" and not getattr(_control(self.model), "running", False):
            self._state = "failed"
            self._follow_idle(False)
            self._post_last()
        self._post_if_last()  # before the picture, which takes its time

    # --- listening ---------------------------------------------------------------------------------------------------

    def _receive(self, _, message, buffers):
        """A button, perhaps on another thread than fit's: `model.control` takes it, fit reads it between batches."""
        kind, control = message.get("type"), _control(self.model)
        if kind == "hello":
            self._heard, self._next_snapshot = True, 0.0
            if self._state != "running":
                self._post_snapshot(perf_counter())
        elif control is None:
            return
        elif kind == "rate":
            control.set_learning_rate(float(message["value"]))
        elif kind in ("pause", "resume", "step", "stop"):
            self._stop_asked |= kind == "stop"
            getattr(control, kind)()
        self._due = min(self._due, self._sent + PERIOD)  # whoever pressed waits for an answer

    def _follow_idle(self, wanted):
        if self._idle is not None:
            self._idle.remove()
        self._idle = events.idle.subscribe(self._on_idle) if wanted else None

    def _on_idle(self, model):
        """While fit is held between two batches: tell the browser what changed (it costs the training nothing)."""
        if model is not self.model or perf_counter() < self._sent + PERIOD:
            return
        if self._pending or self._next_snapshot == 0.0 or self._status() != self._sent_status:
            self._tick()

    def settle(self):
        """All curves so far into the state."""
        self._post_snapshot(perf_counter())

    def png(self):
        """The curves so far as a PNG; before there are any, a card that came with the package."""
        if any(run.curves for run in self.runs):
            return super().png()
        return picture(f"card.{self.language}.png")

    def figure(self):
        """The curves so far as a matplotlib figure."""
        from .live_figure import live_figure

        return live_figure(self.runs, self.label)


def _check_sizes(runs, points):
    if runs < 1 or points < 2 or points % 2:
        raise ArgumentError(
            "LiveTraining",
            expected="runs ≥ 1 and an even number of points ≥ 2",
            got=f"runs={runs}, points={points}",
            fix="LiveTraining(model, runs=5, points=512)",
        )


def _control(model):
    return getattr(model, "control", None)


def _learning_rate(model):
    try:
        return float(model.optimizer.learning_rate)
    except (AttributeError, TypeError, ValueError):  # no optimizer yet, or a rate that is not one number
        return None


def _deaf(control):
    """Will a button pressed now be heard only when the cell ends?"""
    awaiting = getattr(control, "awaiting", None)
    return awaiting is not None and not (kernel.hears_while_awaiting() if awaiting else kernel.hears_while_busy())


def live(model=None, **options):
    """A `LiveTraining` of every later ``fit`` of ``model``; without a model, a callback to pass to ``fit``."""
    return LiveTraining(model, **options)
