"""A trace: what one training step did, as functions in a row.

Half of a short step is Python on its way: layers, masks, scopes, records. None of that computes a number. A
:class:`Listener` hears one step on the event spine, as a recorder does, and notes which functions ran on which arrays,
forward and backward. The :class:`Trace` that comes of it runs the very functions of the walk in the same order, so the
bits are the same. ``shortcut.py`` says when it may.
"""

from __future__ import annotations

import contextvars
import functools
import operator
from collections.abc import Callable, Sequence

import numpy as np

from teachkeras import dtypes, events
from teachkeras.batches import flatten, map_structure
from teachkeras.tape import Record, unbroadcast
from teachkeras.tensor import Operators, Tensor, as_array

LONGEST = 2**21  # numbers that a step may hold; above that the walk is a small part of it

_listening: contextvars.ContextVar[object] = contextvars.ContextVar("listening", default=None)


class Untraceable(Exception):
    """A step can't be run without walking; says why."""


class Trace:
    """Functions in a row, and numbered slots for the arrays that flow between them.

    Attributes:
        steps: (function, slots it reads, keyword parameters, slot or slots it writes).
        slots: What each slot holds before a run: constants; None where something is computed.
        live: (slot, variable): weights, read anew at each run.
        draws: (parameters, generator): random steps, drawn anew at each run.
        outputs: The nesting of the model's outputs, with slots in place of tensors.
        loss: The slot of the loss.
        gradients: The slot of each weight's gradient, None where it gets none.
        proofs: How many batches agreed with the walk so far.
    """

    def __init__(self):
        self.steps: list[tuple] = []
        self.slots: list = [None]  # slot 0 takes what nobody needs
        self.live: list[tuple] = []
        self.draws: list[tuple] = []
        self.outputs, self.loss, self.gradients = None, 0, []
        self.proofs = 0

    def run(self, arrays: Sequence[np.ndarray]) -> tuple:
        """Return (outputs, loss, gradients) for the arrays of a batch."""
        slots = self.slots.copy()
        slots[1 : 1 + len(arrays)] = arrays
        for slot, variable in self.live:
            slots[slot] = variable.data
        if self.draws:
            self._draw()
        for function, read, params, written in self.steps:
            found = function(*[slots[i] for i in read], **params)
            if type(written) is int:
                slots[written] = found
            else:
                for slot, part in zip(written, found if type(found) in (tuple, list) else (found,), strict=True):
                    slots[slot] = part
        outputs = self.outputs
        outputs = Tensor(slots[outputs]) if type(outputs) is int else map_structure(lambda i: Tensor(slots[i]), outputs)
        return outputs, Tensor(slots[self.loss]), [None if i is None else slots[i] for i in self.gradients]

    def _draw(self) -> None:
        """Give each random step the next number of its generator."""
        for params, generator in self.draws:
            params["seed"], params["counter"] = generator.draw()


class Listener:
    """Makes a :class:`Trace` of the one step that it listens to.

    Args:
        model: Whose step it is.
        arrays: The arrays of the batch.
    """

    def __init__(self, model: object, arrays: Sequence[np.ndarray]):
        self.model, self.arrays, self.trace = model, arrays, Trace()
        self._place: dict[int, int] = {}  # where an array lies, by id; `_held` keeps the ids from being given away
        self._held: list = []
        self._bars: dict[int, int] = {}  # the slot of the gradient to a tensor, by uid
        self._going_back = False
        self._size = 0
        self._next = [[g, *g.state.data.tolist()] for g in model.roster.generators]  # generator, seed, counter
        self._why: str | None = None
        try:
            for array in arrays:
                self._slot(array)
            self.trace.live = [(self._slot(variable.data), variable) for variable in model.weights]
        except Untraceable as reason:
            self._why = str(reason)

    def listen(self, walk: Callable) -> tuple:
        """Return what the walk returns, and the trace; None in its place if there can't be one."""
        states = [(v, v.version) for v in self.model.non_trainable_weights]
        token = _listening.set(self)
        try:
            with events.forward.subscribe(self._forward), events.backward.subscribe(self._backward):
                outputs, loss, gradients = walk()
        finally:
            _listening.reset(token)
        if self._why is None:
            try:
                self._finish(outputs, loss, gradients, states)
            except Untraceable as reason:
                self._why = str(reason)
        return (outputs, loss, gradients), None if self._why else self.trace

    # --- the way forward ---

    def _forward(self, record: Record, args: tuple, outputs: tuple, kept: dict) -> None:
        if self._why or self._going_back or _listening.get() is not self:
            return
        try:
            self._note(record, args, outputs, kept)
        except Untraceable as reason:
            self._why = f"{record.op.name}: {reason}"

    def _note(self, record: Record, args: tuple, outputs: tuple, kept: dict) -> None:
        op, params = record.op, dict(record.params)
        raw = [raw_of(a) for a in args]
        read = [self._origin(a) for a in raw]
        if op.kind is not None or op.dtype_rule is not None:
            for i, (before, after) in enumerate(zip(raw, op._promote(raw), strict=True)):
                if after is not before:
                    read[i] = self._step(_as, [read[i]], {"dtype": after.dtype}, after)
        if "counter" in params:
            self._note_draw(params)
        written = [self._slot(t.data) for t in outputs] + [self._slot(k) for k in kept.values()]
        function = op.function if not kept or len(outputs) == 1 else functools.partial(_flat_result, op.function)
        self.trace.steps.append((function, read, params, written[0] if len(written) == 1 else written))

    def _note_draw(self, params: dict) -> None:
        """Find the generator whose turn it was; its next draw has the next counter."""
        for turn in self._next:
            if turn[1:] == [params.get("seed"), params["counter"]]:
                turn[2] += 1
                self.trace.draws.append((params, turn[0]))
                return
        raise Untraceable("a random number that no layer's generator drew")

    # --- the way back ---

    def _backward(self, record: Record, y_bar: object, input_bars: tuple) -> None:
        if self._why or _listening.get() is not self:
            return
        try:
            self._note_back(record, y_bar, input_bars)
        except Untraceable as reason:
            self._why = f"gradient of {record.op.name}: {reason}"

    def _note_back(self, record: Record, y_bar: object, input_bars: tuple) -> None:
        if not self._going_back:
            self._going_back = True
            self._bars[record.outputs[0]] = self._constant(y_bar)  # the gradient of the loss to itself: 1
            self._target = record.outputs[0]
        gradient, function = record.op.gradient, record.op.gradient.function
        read = [self._bars.get(uid) for uid in record.outputs]
        if len(read) > 1:
            function = functools.partial(_gathered, function, tuple([slot is not None for slot in read]))
        read = [slot for slot in read if slot is not None]
        given = zip(gradient.plan, gradient.arguments(record), strict=True)
        read += [self._argument(source, key, value) for (source, key), value in given]
        written = [0 if bar is None else self._slot(bar) for bar in input_bars]
        self.trace.steps.append((function, read, {}, written))
        for uid, meta, bar, slot in zip(record.inputs, record.metas, input_bars, written, strict=True):
            if not uid or bar is None:
                continue
            if bar.shape != meta[0] or bar.dtype != meta[1]:
                if not dtypes.is_float(meta[1]):
                    continue
                slot = self._step(unbroadcast, [slot], {"shape": meta[0], "dtype": meta[1]}, None)
            before = self._bars.get(uid)
            self._bars[uid] = slot if before is None else self._step(operator.add, [before, slot], {}, None)

    def _argument(self, source: str, key: object, value: object) -> int:
        """Return the slot of what a gradient is given: where it came from, if the tape saved it, else a constant."""
        if source == "param" and key[0] in ("seed", "counter"):
            raise Untraceable("it draws random numbers")
        promoted = isinstance(value, np.ndarray) and not value.ndim and id(value) not in self._place
        if source != "saved" or promoted:  # a plain number among the op's arguments, promoted
            return self._constant(value)
        return self._origin(value)

    # --- slots ---

    def _slot(self, array: object) -> int:
        """Return a new slot, in which `array` lies from here on."""
        self.trace.slots.append(None)
        slot = len(self.trace.slots) - 1
        if array is not None:
            self._held.append(array)
            self._place[id(array)] = slot
            self._size += getattr(array, "size", 0)
            if self._size > LONGEST:
                self._held.clear()
                raise Untraceable(f"over {LONGEST} numbers: the walk is a small part of such a step")
        return slot

    def _constant(self, value: object) -> int:
        slot = self._slot(None)
        self.trace.slots[slot] = value
        return slot

    def _step(self, function: Callable, read: list, params: dict, result: object) -> int:
        slot = self._slot(result)
        self.trace.steps.append((function, read, params, slot))
        return slot

    def _origin(self, value: object) -> int:
        """Return the slot a value came from; plain numbers are constants, data in another dtype is a step."""
        slot = self._place.get(id(value))
        if slot is not None:
            return slot
        if value is None or isinstance(value, (bool, int, float, np.generic)):
            return self._constant(value)
        if isinstance(value, np.ndarray):
            for i, array in enumerate(self.arrays):
                if array.shape == value.shape and np.array_equal(array.astype(value.dtype), value):
                    return self._step(_as, [i + 1], {"dtype": value.dtype}, value)
        raise Untraceable(f"an input of unknown origin, {type(value).__name__}{getattr(value, 'shape', '')}")

    def _finish(self, outputs: object, loss: Tensor, gradients: list, states: list) -> None:
        trace = self.trace
        if any(v.version != version for v, version in states):
            raise Untraceable("a state changes on the way forward")
        if not self._going_back or self._target != loss.uid:
            raise Untraceable("the loss is scaled")
        if any(t.mask is not None for t in flatten(outputs)):
            raise Untraceable("masked outputs")
        if any(generator.counter != counter for generator, _, counter in self._next):
            raise Untraceable("a draw without a step")
        trace.outputs = map_structure(lambda t: self._origin(t.data), outputs)
        trace.loss = self._origin(loss.data)
        trace.gradients = [self._bars.get(v.uid) for v in self.model.roster.trainable]
        used = {slot for _, read, _, _ in trace.steps for slot in read}
        trace.live = [(slot, variable) for slot, variable in trace.live if slot in used]


def raw_of(value: object) -> object:
    """Return what an op's function is given for an argument (compare ``Op.__call__``)."""
    if isinstance(value, Operators):
        return value.data
    return value if value is None or type(value) in (float, int, bool, np.ndarray) else as_array(value)


def _flat_result(function: Callable, *args: object, **params: object) -> tuple:
    """Run an op's function that returns (its outputs, intermediates…); return all in a row."""
    outputs, *kept = function(*args, **params)
    return *outputs, *kept


def _gathered(function: Callable, present: tuple, *args: object) -> object:
    """Run the gradient of an op with several outputs; None stands for those that got no gradient."""
    bars = iter(args)
    return function(tuple([next(bars) if there else None for there in present]), *bars)


def _as(value: object, dtype: np.dtype) -> np.ndarray:
    return np.asarray(value, dtype)
