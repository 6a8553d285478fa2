"""The recorder: real training steps, or plain calls, as steps in the order in which they ran.

It listens on the event spine and writes notes; a note becomes a step when somebody reads it. An array that the engine
made is referenced, not copied: it does not change any more, and a variable whose array is held copies itself at its
next change. What comes from outside, the batch, is copied once. What is kept (everything, statistics, shapes), of
which layers and phases, of which training steps, and how much memory it may take, is for the caller to say; while a
training step is left out, nobody listens to what happens inside it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np

from teachkeras import events
from teachkeras.errors import ArgumentError
from teachkeras.kernels import blas, device
from teachkeras.serial import serialize
from teachkeras.tensor import Operators, Tensor
from teachkeras.tracing import notes
from teachkeras.tracing.addresses import Address
from teachkeras.tracing.budget import Budget
from teachkeras.tracing.pace import Pace
from teachkeras.tracing.recording import Recording
from teachkeras.tracing.step import PHASES, SAMPLED, Summary
from teachkeras.tracing.views import size_in_bytes
from teachkeras.variable import Variable

STATISTICS_MAY_COST = 0.15  # of the training time
AFEW = 256  # arrays that are remembered outside of training, where nothing says that a step has ended

_alone: ContextVar[object] = ContextVar("the one recorder that listens", default=None)


@contextmanager
def alone(recorder: Recorder) -> Iterator[None]:
    """Let no other recorder hear what happens inside the block: it is no part of the run."""
    token = _alone.set(recorder)
    try:
        yield
    finally:
        _alone.reset(token)


class Recorder(Recording):
    """A recording that goes on inside a ``with`` block; :func:`record` makes one.

    Attributes:
        pace: Which training steps it looks at, and what that costs (:class:`~teachkeras.tracing.pace.Pace`).
    """

    def __init__(self, model, address="*", phases=PHASES, keep="all", every=1, budget=None, overhead=None):
        super().__init__(model, keep, every, overhead)
        self.phases = tuple(phases)
        self.addresses = [Address.parse(a) for a in ([address] if isinstance(address, str) else address)]
        self.pace = Pace(every, overhead)
        self.budget = None if budget is None else Budget(self, budget)
        self._phase, self._inside, self._looking = "forward", False, True
        self._made: dict[int, int] = {}  # uid of a tensor -> index of the step that made it
        self._copies: dict[tuple, tuple] = {}  # (uid, id of its array) of a tensor from outside -> (array, copy)
        self._outside: dict[int, np.ndarray] = {}  # the arrays from outside, by id
        self._seen: dict[object, tuple] = {}  # id of an array, or of a tensor and its array -> (array, summary)
        self._values: dict[int, tuple] = {}  # uid of a variable -> (it, a version of it, the array of that version)
        self._heard: dict[tuple, bool] = {}  # (inside a training step?, scope) -> whether it is wanted
        self._handles: list = []
        self._watcher: events.Handle | None = None
        self._settings: dict | None = None  # the optimizer's numbers
        self._now: dict = {}  # its learning rate and count in this training step
        self._assigns: list = []
        self._clock = 0.0

    def __enter__(self) -> Recorder:
        """Start recording."""
        self._clock = time.perf_counter()
        self._watcher = events.phase.subscribe(self.move_on)
        self._listen()
        return self

    def __exit__(self, *exc: object) -> None:
        """Stop recording; what it holds of the weights becomes its own."""
        if self._watcher is not None:
            self._watcher.remove()
            self._watcher = None
        self._deafen()
        self._forget()
        for variable, *_ in self._values.values():
            variable.reclaim()
        self._values = {}

    @property
    def kept_bytes(self) -> int:
        """Memory of the arrays that are kept, each counted once."""
        return self.budget.bytes if self.budget else super().kept_bytes

    # --- listening ---------------------------------------------------------------------------------------------------

    def _listen(self) -> None:
        if not self._handles:
            pairs = [(events.forward, self._on_forward), (events.backward, self._on_backward)]
            pairs += [(events.update, self._on_update)]
            self._handles = [channel.subscribe(listener) for channel, listener in pairs]
        self._looking = True

    def _deafen(self) -> None:
        for handle in self._handles:
            handle.remove()
        self._handles, self._looking = [], False

    def _forget(self) -> None:
        for memory in (self._copies, self._outside, self._seen, self._made, self._assigns, self._now):
            memory.clear()

    def move_on(self, model: object, phase: str) -> None:
        """Take note that a training step of the model comes to a phase; who begins in mid-step says so by hand."""
        if model is not self.model or self._watcher is None:
            return
        if phase == "end":
            self._end_of_train_step()
            return
        if phase == "metrics":
            self._flush_assigns()
        self._phase, self._inside = phase, True
        self._clock = time.perf_counter()

    def _end_of_train_step(self) -> None:
        looked = self._looking
        if looked:
            self._flush_assigns()
            self._forget()
            self.observed.append(self.train_steps)
        look = self.pace.ended(self.train_steps, looked)
        self.train_steps += 1
        self._phase, self._inside = "forward", False
        if look is not looked:
            (self._listen if look else self._deafen)()

    def _wanted(self, scope: str, name: str = "") -> bool:
        """Tell whether an op or a weight of that name in a layer is to be recorded."""
        if self._phase not in self.phases or _alone.get() not in (None, self):
            return False
        key = (self._inside, scope, name)
        if key not in self._heard:
            mine = self._inside or scope.split("/")[0] == self.model.name or scope.startswith(self.model.path)
            paths = (scope, f"{scope}/{name}")
            self._heard[key] = mine and any(a.path == "*" or a.matches(p) for a in self.addresses for p in paths)
        return self._heard[key]

    def _on_forward(self, record, inputs, outputs, kept) -> None:
        if record.op.name == "probe":  # a hook's eye: the tensor itself under another number
            for uid in record.outputs:
                self._made[uid] = self._made.get(getattr(inputs[0], "uid", None))
            return
        if not self._wanted(record.scope, record.op.name):
            return
        seconds = time.perf_counter() - self._clock
        held = [self._input(value) for value in inputs]
        made = [self._tensor(y) for y in outputs]
        extra = {name: self._held(value) for name, value in kept.items()} if kept else {}
        index = len(self)
        for uid in record.outputs:
            self._made[uid] = index
        self._note(notes.forward_step, record, held, made, extra, self._phase, seconds, self.train_steps)

    def _on_backward(self, record, y_bar, input_bars) -> None:
        if record.op.name == "probe" or not self._wanted(record.scope, record.op.name):
            return
        seconds = time.perf_counter() - self._clock
        arriving = tuple([self._held(bar) for bar in y_bar]) if isinstance(y_bar, tuple) else self._held(y_bar)
        bars = [self._held(bar) if uid else None for bar, uid in zip(input_bars, record.inputs, strict=False)]
        made = next((self._made[uid] for uid in record.outputs if uid in self._made), None)
        self._note(notes.backward_step, record, arriving, bars, made, seconds, self.train_steps)

    def _on_update(self, variable, gradient, before, slots) -> None:
        if gradient is None:
            self._on_assign(variable, before)
            return
        optimizer = self.model.optimizer
        state = optimizer.state_of(variable)
        if self._assigns:
            inner = {variable.uid, *(slot.uid for slot in state.values())}  # what update_step itself assigned
            self._assigns = [a for a in self._assigns if a[0].uid not in inner or not _is_inner(a, variable, before)]
            self._flush_assigns()
        if not self._wanted(notes.layer_of(variable), variable.name):
            return
        seconds = time.perf_counter() - self._clock
        inputs = {"w": self._before(variable, before), "g": self._held(gradient)}
        inputs |= {name: self._before(state[name], slot) for name, slot in slots.items()}
        after = {"w": self._of(variable)} | {name: self._of(slot) for name, slot in state.items()}
        self._note(
            notes.update_step, optimizer, variable, inputs, after, self._numbers_of(optimizer), seconds,
            self.train_steps,
        )  # fmt: skip

    def _numbers_of(self, optimizer: object) -> dict:
        """Return the optimizer's settings, with the learning rate and the count of this training step."""
        if self._settings is None:
            self.optimizer = serialize(optimizer)
            self._settings = {n: v for n, v in optimizer.get_config().items() if isinstance(v, (bool, int, float))}
        if not self._now:
            self._now = {"learning_rate": float(optimizer.learning_rate), "t": int(optimizer.iterations) + 1}
        return self._settings | self._now

    def _on_assign(self, variable, before) -> None:
        if (not self._inside and not self._wanted(events.scope.get())) or _alone.get() not in (None, self):
            return
        scope = events.scope.get() or notes.layer_of(variable)
        kept = self._before(variable, before), self._of(variable)
        self._assigns.append((variable, before, *kept, scope, self._phase))
        if self._phase != "update":
            self._flush_assigns()

    def _flush_assigns(self) -> None:
        """Note the assignments that were no part of an optimizer's own step (decay, averages, metrics, seeds)."""
        for variable, _, before, after, scope, phase in self._assigns:
            if phase in self.phases and self._wanted(scope):
                self._note(notes.assign_step, variable, before, after, scope, phase, self.train_steps)
        self._assigns = []

    def _note(self, *note: object) -> None:
        note = (blas.is_managed(), *note)
        self._notes.append(note)
        if self.budget is not None:
            self.budget.add(len(self) - 1, note)
        self._clock = time.perf_counter()

    # --- holding -----------------------------------------------------------------------------------------------------

    def _input(self, value: object) -> tuple:
        """Return what is kept of an op's input, and where it came from."""
        if isinstance(value, Variable):
            return self._of(value), value.path
        if isinstance(value, Operators):
            origin = self._made.get(value.uid)
            return self._tensor(value, origin is None), origin
        if isinstance(value, (tuple, list)):
            return type(value)(self._input(v)[0] for v in value), None
        if isinstance(value, np.generic) or device.is_array(value):
            return self._tensor(Tensor(value), True), None
        return value, None

    def _tensor(self, tensor: Operators, from_outside: bool = False) -> object:
        """Return what is kept of a tensor: its array, a summary, or a copy where the array may change."""
        array = tensor.data
        if type(array) is not np.ndarray and not device.is_device_array(array):
            array = np.asarray(array)  # an op may return one number, not an array
        if self.keep != "all":
            return self._summary(array, (tensor.uid, id(array)))
        owner = array if array.base is None else array.base
        if not from_outside and id(owner) not in self._outside:
            return array
        key = (tensor.uid, id(array))
        if key not in self._copies:
            if not self._inside and len(self._copies) > AFEW:
                self._copies.clear(), self._outside.clear()
            self._outside[id(owner)] = owner  # so that what looks at it is copied too
            self._copies[key] = (array, array.copy("K"))
        return self._copies[key][1]

    def _of(self, variable: Variable) -> object:
        """Return what is kept of a variable's present value; the variable copies it before it changes."""
        if self.keep != "all":
            return self._summary(variable.data, (variable.uid, variable.version))
        array = variable.value.data
        self._values[variable.uid] = (variable, variable.version, array)
        return array

    def _before(self, variable: Variable, value: np.ndarray) -> object:
        """Return what is kept of the value that a variable had before its last change: the array held, or this one."""
        if self.keep == "all" and variable.uid in self._values:
            _, version, array = self._values[variable.uid]
            if version == variable.version - 1:
                return array
        return self._held(value)

    def _held(self, value: object) -> object:
        """Return what is kept of a gradient or an intermediate: arrays that the engine made and does not change."""
        if device.is_array(value):
            if self.keep != "all":
                return self._summary(value, id(value))
            return value.copy("K") if id(value.base) in self._outside else value
        if isinstance(value, Operators):
            return self._held(value.data)
        if isinstance(value, (tuple, list)):
            return type(value)(self._held(v) for v in value)
        return self._held(np.asarray(value)) if isinstance(value, np.generic) else value

    def _summary(self, array: np.ndarray, key: object) -> Summary:
        """Return an array's summary, worked out once for all the places it passes through."""
        found = self._seen.get(key)
        if found is None:
            if not self._inside and len(self._seen) > AFEW:
                self._seen.clear()
            found = self._seen[key] = (array, Summary(array, SAMPLED, self.keep == "statistics"))
        return found[1]


def _is_inner(assign: tuple, variable: Variable, before: np.ndarray) -> bool:
    """Tell whether an assignment happened inside of the optimizer's step on `variable`, not before it (decay)."""
    return assign[0] is not variable or np.array_equal(assign[1], before)


def record(
    model: object, address: object = "*", *, phases: tuple = PHASES, keep: str = "all", every: int | None = None,
    budget: object = None, overhead: float | None = None,
) -> Recorder:  # fmt: skip
    """Record what a model computes inside a ``with`` block: forward, loss, backward, update, metrics, with the numbers.

    Args:
        model: The model to watch.
        address: Which layers, kinds of op or weights, as an address (``"dense*"``, ``"relu"``, ``"dense_1/affine"``,
            ``"dense/kernel"``) or a list of them; all by default.
        phases: Which of ``forward``, ``loss``, ``backward``, ``update``, ``metrics``.
        keep: ``"all"`` for the arrays, ``"statistics"`` for seven numbers of each (of large arrays from a sample),
            ``"shapes"`` for neither.
        every: Record every n-th training step. By default each one (1), or for ``keep="statistics"`` as many as
            `overhead` allows.
        budget: Memory for the arrays, such as ``"64MB"`` or a number of bytes; beyond it the oldest steps go down to
            their statistics.
        overhead: The share of the training time that recording may add, in place of `every`: training steps are left
            out so that it stays within. By default 0.15 for ``keep="statistics"``. ``recording.observed`` says which
            steps were looked at, ``recording.pace`` what that cost.

    Watching changes no number: weights after the block are those of an unwatched run, to the bit.

    Raises:
        ArgumentError: `model` is not a model, or a choice is not one of those above.

    Example:
        >>> import numpy as np
        >>> from teachkeras import layers, models
        >>> model = models.Sequential([layers.Dense(1, input_shape=(2,))])
        >>> model.compile("sgd", "mse")
        >>> with record(model) as recording:
        ...     _ = model.train_on_batch(np.ones((4, 2)), np.ones((4, 1)))
        >>> [step.op for step in recording if step.phase in ("forward", "update")]
        ['affine', 'SGD', 'SGD']
        >>> bool((recording.replay(0) == recording[0].output).all())
        True
    """
    if not hasattr(model, "optimizer"):
        raise ArgumentError(
            "record", expected="a model", got=type(model).__name__, fix="wrap the layer: Sequential([layer])"
        )
    phases = (phases,) if isinstance(phases, str) else tuple(phases)
    if overhead is None and every is None:
        overhead, every = (STATISTICS_MAY_COST, None) if keep == "statistics" else (None, 1)
    for what, given, bad, wanted in (
        ("keep", keep, keep not in ("all", "statistics", "shapes"), '"all", "statistics" or "shapes"'),
        ("phases", phases, not set(phases) <= set(PHASES), ", ".join(PHASES)),
        ("every", every, every is not None and (not isinstance(every, int) or every < 1), "a whole number, 1 or more"),
        ("overhead", overhead, overhead is not None and (every is not None or not overhead > 0),
         "a share above 0, such as 0.15, and no every="),
    ):  # fmt: skip
        if bad:
            raise ArgumentError(f"record: {what}", expected=wanted, got=repr(given))
    return Recorder(model, address, phases, keep, every, size_in_bytes(budget), overhead)
