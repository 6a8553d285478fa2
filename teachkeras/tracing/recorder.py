"""The recorder: real training steps, or plain calls, as steps in the order in which they ran.

It listens on the event spine and copies what passes. A tensor is copied once, however many steps use it. What is kept
(everything, statistics, shapes), of which layers and phases, of every how many training steps, and how much memory it
may take, is for the caller to say; while a training step is left out, nobody listens and the engine pays its guards.
"""

from __future__ import annotations

import time

import numpy as np

from teachkeras import events
from teachkeras.errors import ArgumentError, UnknownNameError, did_you_mean
from teachkeras.serial import serialize
from teachkeras.tensor import Operators
from teachkeras.tracing.addresses import Address
from teachkeras.tracing.step import PHASES, SAMPLED, Step, statistics
from teachkeras.tracing.views import plain_step, size_in_bytes
from teachkeras.variable import Variable

SCHEMA = 1  # version of the plain-JSON view; fields may be added, none changes its meaning


class Recording:
    """What :func:`record` yields: the steps so far.

    Attributes:
        steps: Every :class:`~teachkeras.tracing.step.Step`, in order.
        model: The model; None for a recording from a file.
        name: The model's name.
        optimizer: The optimizer's config, once it made an update.
        train_steps: How many training steps have ended since the recording began, recorded or not.
        kept_bytes: Memory of the arrays that are kept.
        thinned: How many steps gave up their arrays to the budget.
    """

    def __init__(self, model, address="*", phases=PHASES, keep="all", every=1, budget=None):
        self.model, self.name, self.phases, self.keep = model, getattr(model, "name", ""), tuple(phases), keep
        self.addresses = [Address.parse(a) for a in ([address] if isinstance(address, str) else address)]
        self.every, self.budget = every, budget
        self.steps: list[Step] = []
        self.optimizer: dict | None = None
        self.train_steps = self.kept_bytes = self.thinned = 0
        self._phase, self._inside = "forward", False
        self._made: dict[int, int] = {}  # uid of a tensor -> index of the step that made it
        self._copies: dict = {}  # uid, or (uid, version) of a variable -> its copy
        self._bars: dict[int, tuple] = {}  # id of an array -> (it, its copy or statistics), for one step
        self._handles: list = []
        self._watcher: events.Handle | None = None
        self._settings: dict | None = None  # the optimizer's numbers
        self._assigns: list = []
        self._next_thinned = 0
        self._clock = 0.0

    def __enter__(self) -> Recording:
        """Start recording."""
        self._clock = time.perf_counter()
        self._watcher = events.phase.subscribe(self.move_on)
        self._listen()
        return self

    def __exit__(self, *exc: object) -> None:
        """Stop recording."""
        if self._watcher is not None:
            self._watcher.remove()
            self._watcher = None
        self._deafen()
        self._forget()

    def __len__(self) -> int:
        return len(self.steps)

    def __iter__(self):
        return iter(self.steps)

    def __getitem__(self, index):
        return self.steps[index]

    def find(self, address: str, phase: str | None = None) -> list[Step]:
        """Return the steps at an address such as ``"dense_1/affine"`` or ``"dense_1/affine@3"``.

        Raises:
            UnknownNameError: no step is there.
        """
        wanted = Address.parse(address)
        here = [s for s in self.steps if phase in (None, s.phase)]
        found = [s for s in here if wanted.matches(s.path, step=s.train_step)]
        if not found:
            known = sorted({s.path for s in here})
            raise UnknownNameError(
                "recording", expected="the address of a recorded step", got=repr(address),
                fix=did_you_mean(address, known) if known else "run a training step inside the with block",
            )  # fmt: skip
        return found

    def of(self, train_step: int) -> list[Step]:
        """Return the steps of one training step; a negative number counts from the last one recorded."""
        numbers = sorted({s.train_step for s in self.steps})
        if train_step < 0 and numbers:
            train_step = numbers[train_step]
        return [s for s in self.steps if s.train_step == train_step]

    def gradient(self, path: str, train_step: int = -1) -> np.ndarray:
        """Return the gradient of the loss to a weight: the sum of what came back to it in one training step."""
        steps = self.of(train_step)
        by_index = {s.index: s for s in steps}
        total = None
        for step in steps:
            forward = by_index.get(step.origins.get("y")) if step.phase == "backward" else None
            for name, origin in forward.origins.items() if forward else ():
                if origin == path and (bar := step.output.get(f"{name}_bar")) is not None:
                    bar = _unbroadcast(bar, forward.inputs[name])
                    total = bar if total is None else total + bar
        if total is None:
            known = sorted({o for s in steps for o in s.origins.values() if isinstance(o, str)})
            raise UnknownNameError(
                "recording.gradient", expected="the path of a weight that got a gradient", got=repr(path),
                fix=did_you_mean(path, known) if known else "record a training step with keep='all'",
            )  # fmt: skip
        return total

    def to_json(self, numbers: bool = True, limit: int | None = None) -> dict:
        """Return the recording as plain data for a page.

        Args:
            numbers: Whether the arrays come along; statistics always do.
            limit: Leave out arrays of more entries than this.
        """
        steps = [plain_step(step, numbers, limit) for step in self.steps]
        return {"schema": SCHEMA, "model": self.name, "keep": self.keep, "every": self.every, "steps": steps}

    def save(self, path: object) -> None:
        """Write the recording to a file, whole or not at all; :func:`load_recording` reads it back."""
        from teachkeras.tracing.storage import save

        save(self, path)

    def replay(self, step: int | Step) -> object:
        """Run one step again from its record; returns what came out, equal to the recorded output to the bit."""
        from teachkeras.tracing.replay import replay

        return replay(self, self.steps[step] if isinstance(step, int) else step)

    # --- listening ---------------------------------------------------------------------------------------------------

    def _listen(self) -> None:
        if not self._handles:
            pairs = [(events.forward, self._on_forward), (events.backward, self._on_backward)]
            pairs += [(events.update, self._on_update)]
            self._handles = [channel.subscribe(listener) for channel, listener in pairs]

    def _deafen(self) -> None:
        for handle in self._handles:
            handle.remove()
        self._handles = []

    def _forget(self) -> None:
        self._copies.clear(), self._bars.clear(), self._made.clear(), self._assigns.clear()

    def move_on(self, model: object, phase: str) -> None:
        """Take note that a training step of the model comes to a phase; who begins in mid-step says so by hand."""
        if model is not self.model or self._watcher is None:
            return
        if phase == "end":
            self._flush_assigns()
            self._forget()
            self.train_steps += 1
            self._phase, self._inside = "forward", False
            (self._deafen if self.train_steps % self.every else self._listen)()
            return
        if phase == "metrics":
            self._flush_assigns()
        self._phase, self._inside = phase, True
        self._clock = time.perf_counter()

    def _wanted(self, scope: str) -> bool:
        mine = self._inside or scope.split("/")[0] == self.model.name or scope.startswith(self.model.path)
        if not mine or self._phase not in self.phases:
            return False
        return any(a.path == "*" or a.matches(scope) for a in self.addresses)

    def _on_forward(self, record, inputs, outputs, kept) -> None:
        if record.op.name == "probe":  # a hook's eye: the tensor itself under another number
            for uid in record.outputs:
                self._made[uid] = self._made.get(getattr(inputs[0], "uid", None))
            return
        if not self._wanted(record.scope):
            return
        seconds = time.perf_counter() - self._clock
        names = record.op.inputs if not record.op.variadic else [f"x{i}" for i in range(len(inputs))]
        given = dict(zip(names, inputs, strict=False))
        arrays = {name: self._copy(value) for name, value in given.items()}
        origins = {name: self._origin(value) for name, value in given.items()}
        output = {f"y{i}": self._copy(y) for i, y in enumerate(outputs)}
        step = self._add(
            self._phase, record.op.name, record.scope, record.op.tex, arrays,
            output["y0"] if len(outputs) == 1 else output, dict(record.params),
            {name: origin for name, origin in origins.items() if origin is not None},
            {name: self._copy(value) for name, value in kept.items()}, seconds,
        )  # fmt: skip
        for uid in record.outputs:
            self._made[uid] = step.index

    def _origin(self, value: object) -> object:
        if isinstance(value, Operators):
            return value.path if isinstance(value, Variable) else self._made.get(value.uid)
        return None

    def _on_backward(self, record, y_bar, input_bars) -> None:
        if record.op.name == "probe" or not self._wanted(record.scope):
            return
        seconds = time.perf_counter() - self._clock
        names = record.op.inputs if not record.op.variadic else [f"x{i}" for i in range(len(input_bars))]
        bars = {
            f"{name}_bar": self._copy_bar(bar)
            for name, bar, uid in zip(names, input_bars, record.inputs, strict=False)
            if uid and bar is not None
        }
        arriving = {"y_bar": self._copy_bar(y_bar)}
        if isinstance(y_bar, tuple):
            arriving = {f"y{i}_bar": self._copy_bar(bar) for i, bar in enumerate(y_bar) if bar is not None}
        made = next((self._made[uid] for uid in record.outputs if uid in self._made), None)
        origins = {} if made is None else {"y": made}
        tex = record.op.gradient.tex
        self._add(
            "backward", record.op.name, record.scope, tex, arriving, bars, dict(record.params), origins, {}, seconds
        )

    def _on_update(self, variable, gradient, before, slots) -> None:
        if gradient is None:
            self._on_assign(variable, before)
            return
        layer = variable.path.rsplit("/", 1)[0]
        state = self.model.optimizer.state_of(variable)
        inner = {variable.uid, *(slot.uid for slot in state.values())}  # what update_step itself assigned
        self._assigns = [a for a in self._assigns if a[0].uid not in inner or not _is_inner(a, variable, before)]
        self._flush_assigns()
        if not self._wanted(layer):
            return
        seconds = time.perf_counter() - self._clock
        optimizer = self.model.optimizer
        self.optimizer = self.optimizer or serialize(optimizer)
        if self._settings is None:
            self._settings = {n: v for n, v in optimizer.get_config().items() if isinstance(v, (bool, int, float))}
        settings = self._settings | {
            "learning_rate": float(optimizer.learning_rate),
            "t": int(optimizer.iterations) + 1,
        }
        after = {"w": self._copy(variable), **{name: slot.numpy() for name, slot in state.items()}}
        inputs = {"w": before, "g": self._copy_bar(gradient), **slots}
        self._add(
            "update", type(optimizer).__name__, layer, optimizer.tex, inputs, after, settings, {"w": variable.path}, {},
            seconds,
        )  # fmt: skip

    def _on_assign(self, variable, before) -> None:
        if not self._inside and not self._wanted(events.scope.get()):
            return
        scope = events.scope.get() or variable.path.rsplit("/", 1)[0]
        self._assigns.append((variable, before, variable.numpy(), scope, self._phase))
        if self._phase != "update":
            self._flush_assigns()

    def _flush_assigns(self) -> None:
        """Note the assignments that were no part of an optimizer's own step (decay, averages, metrics, seeds)."""
        for variable, before, after, scope, phase in self._assigns:
            if phase in self.phases and self._wanted(scope):
                self._add(
                    phase, "assign", scope, r"v \leftarrow v'", {"v": before}, {"v": after}, {}, {"v": variable.path},
                    {}, 0.0,
                )  # fmt: skip
        self._assigns = []

    def _add(self, phase, op, layer, tex, inputs, output, params, origins, kept, seconds) -> Step:
        step = Step(
            len(self.steps), phase, op, layer, tex, inputs, output, params, origins, kept, seconds, self.train_steps
        )
        self.steps.append(step)
        if self.keep != "all":
            if self.keep == "statistics":
                fixed = phase in ("forward", "loss", "backward") and op != "assign"  # weights change in place
                step.summary = {
                    n: self._statistics(a) if fixed else statistics(a, SAMPLED) for n, a in step.arrays.items()
                }
            step.thinned(summarise=False)
        elif self.budget is not None:
            self.kept_bytes += sum(a.nbytes for a in step.arrays.values())
            self._keep_within_budget()
        self._clock = time.perf_counter()
        return step

    def _statistics(self, array: np.ndarray) -> dict:
        """Return an array's statistics, worked out once for all the steps it passes through."""
        if len(self._bars) > 256:  # outside of training nothing says that a step has ended
            self._bars.clear()
        if id(array) not in self._bars:
            self._bars[id(array)] = (array, statistics(array, SAMPLED))
        return self._bars[id(array)][1]

    def _keep_within_budget(self) -> None:
        """Let the oldest steps go down to their statistics until the rest fits."""
        while self.kept_bytes > self.budget and self._next_thinned < len(self.steps):
            step = self.steps[self._next_thinned]
            self.kept_bytes -= sum(a.nbytes for a in step.arrays.values())
            step.thinned()
            self._next_thinned += 1
            self.thinned += 1

    # --- copying -----------------------------------------------------------------------------------------------------

    def _copy(self, value: object) -> object:
        """Return an input or output as it is now; the same copy for the same tensor."""
        if isinstance(value, Operators):
            if self.keep != "all":
                return np.asarray(value.data)
            key = (value.uid, value.version) if isinstance(value, Variable) else value.uid
            if key not in self._copies:
                self._copies[key] = np.array(value.data)
            return self._copies[key]
        if isinstance(value, (tuple, list)):
            return type(value)(self._copy(v) for v in value)
        return np.array(value) if isinstance(value, (np.ndarray, np.generic)) else value

    def _copy_bar(self, bar: object) -> object:
        if isinstance(bar, Operators):
            bar = bar.data
        if not isinstance(bar, np.ndarray) or self.keep != "all":
            return np.asarray(bar) if isinstance(bar, np.generic) else bar
        if id(bar) not in self._bars:
            self._bars[id(bar)] = (bar, np.array(bar))
        return self._bars[id(bar)][1]


def _is_inner(assign: tuple, variable: Variable, before: np.ndarray) -> bool:
    """Tell whether an assignment happened inside of the optimizer's step on `variable`, not before it (decay)."""
    return assign[0] is not variable or np.array_equal(assign[1], before)


def _unbroadcast(bar: np.ndarray, like: np.ndarray) -> np.ndarray:
    from teachkeras.tape import unbroadcast

    return unbroadcast(bar, like.shape, like.dtype)


def record(
    model: object, address: object = "*", *, phases: tuple = PHASES, keep: str = "all", every: int = 1,
    budget: object = None,
) -> Recording:  # fmt: skip
    """Record what a model computes inside a ``with`` block: forward, loss, backward, update, metrics, with the numbers.

    Args:
        model: The model to watch.
        address: Which layers, as an address or a list of them; all by default.
        phases: Which of ``forward``, ``loss``, ``backward``, ``update``, ``metrics``.
        keep: ``"all"`` for the arrays, ``"statistics"`` for seven numbers of each (of large arrays from a sample),
            ``"shapes"`` for neither.
        every: Record every n-th training step.
        budget: Memory for the arrays, such as ``"64MB"`` or a number of bytes; beyond it the oldest steps go down to
            their statistics.

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
    for what, bad, wanted in (
        ("keep", keep not in ("all", "statistics", "shapes"), '"all", "statistics" or "shapes"'),
        ("phases", not set(phases) <= set(PHASES), ", ".join(PHASES)),
        ("every", not isinstance(every, int) or every < 1, "a whole number, 1 or more"),
    ):
        if bad:
            raise ArgumentError(
                f"record: {what}", expected=wanted, got=repr({"keep": keep, "phases": phases}.get(what, every))
            )
    return Recording(model, address, phases, keep, every, size_in_bytes(budget))
