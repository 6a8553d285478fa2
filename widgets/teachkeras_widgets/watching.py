"""Base of the views that follow ``fit``: ten times a second, at the most, one batch is looked at.

The other batches cost a glance at the clock.

    on_train_batch_begin   due?  →  `look()` opens: listeners on the event spine, for this batch alone
    on_train_batch_end           →  `look` closes, `seen()` makes of it what the page shall show, and it goes

What goes is a *frame*: small, whole, and of the same size however long the run. A page that opens late, or a saved
notebook, needs the trait ``frame`` alone.
"""

from contextlib import ExitStack
from time import perf_counter

from traitlets import Dict

from teachkeras.callbacks import Callback
from teachkeras.errors import ArgumentError

from . import kernel
from .view import View

PERIOD = 0.1  # seconds between two frames, at the least
SHARE = 0.02  # … and so many that looking takes at most this share of the time,
LONGEST = 2.0  # … but never more than this


class Following(View, Callback):
    """A view that hears of every ``fit`` of a model, and of the end of the cell in which it runs."""

    _following_cell = False

    def watch(self, model):
        """Show every later ``fit`` of ``model`` here."""
        if not hasattr(model, "watchers"):
            name = type(self).__name__
            raise ArgumentError(
                name,
                expected="a teachkeras model",
                got=f"a {type(model).__name__}",
                fix=f"{name}(model), or model.fit(…, callbacks=[{name}()])",
            )
        if self not in model.watchers:
            model.watchers.append(self)
        return self

    def _follow_cell(self):
        """Call `_cell_ended` when the running cell ends."""
        shell = kernel.shell()
        if shell is not None and not self._following_cell:
            self._following_cell = True
            shell.events.register("post_run_cell", self._cell_ended)

    def _cell_ended(self, *_):
        """Wind up, and leave the picture for where the notebook is read without a kernel."""
        kernel.shell().events.unregister("post_run_cell", self._cell_ended)
        self._following_cell = False
        self._wind_up()
        if self.shown:
            self._publish(self._repr_mimebundle_()[0], update=True)

    def _wind_up(self):
        """What a subclass does when the cell ends, before its picture is taken."""


class Watching(Following):
    """A view that follows ``fit``, shown when that begins. A subclass says what to look at and what to make of it."""

    frame = Dict().tag(sync=True)

    def __init__(self, *, language=None, **traits):
        Callback.__init__(self)
        View.__init__(self, language=language, **traits)
        self.batches = 0  # batches seen in this fit
        self._due = 0.0
        self._open = None  # the listeners of the batch that is looked at
        self._last_epoch = False
        self._looked = (0.0, 0)  # when the last look ended, and after which batch
        self._began = self._usual = 0.0  # when this look began; how long a batch takes that nobody looks at

    # --- what a subclass writes --------------------------------------------------------------------------------------

    def look(self, stack):
        """Begin to listen, for one batch; what is entered into ``stack`` ends with it."""

    def seen(self):
        """The frame: what the batch just seen looks like, as plain data and bytes."""
        return {}

    # --- what fit calls ----------------------------------------------------------------------------------------------

    def on_train_begin(self, logs=None):
        """Show the view if nobody has."""
        self._close()
        self.batches, self._due, self._looked = 0, 0.0, (perf_counter(), 0)
        if kernel.shell() is not None and not self.shown:
            self.show()
        self._follow_cell()

    def on_epoch_begin(self, epoch, logs=None):
        """Know the last epoch."""
        self._last_epoch = epoch + 1 == self.params.get("epochs")

    def on_train_batch_begin(self, batch, logs=None):
        """Look at this batch, if it is time or the last."""
        now = perf_counter()
        if now >= self._due or (self._last_epoch and batch + 1 == self.params.get("steps")):
            unwatched = self.batches - self._looked[1]
            self._usual = (now - self._looked[0]) / unwatched if unwatched > 0 else 0.0
            self._began, self._open = now, ExitStack()
            self.look(self._open)

    def on_train_batch_end(self, batch, logs=None):
        """Show what was seen, if this batch was looked at."""
        self.batches += 1
        if self._open is not None:
            self._close()
            self._post("running", self._began + self._usual)

    def on_train_end(self, logs=None):
        """The last state, as it stands."""
        self._close()
        self.frame = {**self.frame, "state": "finished"}

    def _post(self, state, began=None):
        """Send a frame; then rest in proportion to what looking cost, from ``began`` on."""
        began = perf_counter() if began is None else began
        frame = self.seen()
        if frame is not None:
            self.frame = {**frame, "state": state, "batch": self.batches}
        ended = perf_counter()
        self._looked = (ended, self.batches)
        self._due = ended + min(max(PERIOD, (ended - began) / SHARE), LONGEST)

    def _close(self):
        stack, self._open = self._open, None
        if stack is not None:
            stack.close()

    def _wind_up(self):
        self._close()
        if self.frame.get("state") == "running":  # an error cut fit short
            self.frame = {**self.frame, "state": "finished"}
