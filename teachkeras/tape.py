"""The tape: what ran, in order, and the way back.

Forward, every op that a tape follows leaves a :class:`Record`: the op, where its inputs came from, what its gradient
needs, the layer it ran in. Backward (:meth:`Tape.gradients`) the records are walked from last to first. For a record
``y = f(a, b)``, the gradient of the loss to ``y`` is called ``y_bar``; the op's *vjp* (vector-Jacobian product) turns
it into ``a_bar`` and ``b_bar``, which add up with what other uses of ``a`` and ``b`` send back. That is all of
backpropagation.

Records are data, not closures, so they can be shown, saved and run again.

Source: Baydin et al., "Automatic differentiation in machine learning: a survey", JMLR 2018, section 3.2.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from teachkeras import dtypes, events
from teachkeras.errors import ArgumentError, NoGradientError, ShapeError, StaleVariableError
from teachkeras.tensor import Operators, Tensor, as_array, tapes
from teachkeras.variable import Variable


class Record:
    """One op that ran.

    Attributes:
        op: The op.
        params: Its keyword parameters, such as ``{"axis": -1}``.
        inputs: For each input its uid, or 0 where no gradient is wanted.
        metas: For each input (shape, dtype).
        outputs: The uid of each output.
        saved: What the vjp needs, by name: inputs, ``y``, named intermediates.
        versions: (variable, its version then) for each variable among `saved`.
        scope: The address of the layer it ran in.
    """

    __slots__ = ("inputs", "metas", "op", "outputs", "params", "saved", "scope", "versions")

    def __init__(self, op: object, params: dict, inputs: tuple, metas: tuple, outputs: tuple, saved: dict, scope: str):
        self.op, self.params = op, params
        self.inputs, self.metas, self.outputs = inputs, metas, outputs
        self.saved, self.scope = saved, scope
        self.versions: tuple[tuple[Variable, int], ...] = ()

    def __repr__(self) -> str:
        return f"<record {self.op.name} in {self.scope or 'no layer'}: {self.inputs} -> {self.outputs}>"


class Tape:
    """Records ops inside a ``with`` block, then computes gradients.

    Args:
        persistent: Whether gradients may be asked for more than once.
        watch_accessed_variables: Whether trainable variables are followed without :meth:`watch`.
    """

    __slots__ = ("_token", "closed", "persistent", "records", "tracked", "variables", "watch_accessed_variables")

    def __init__(self, persistent: bool = False, watch_accessed_variables: bool = True):
        self.persistent, self.watch_accessed_variables = persistent, watch_accessed_variables
        self.records: list[Record] = []
        self.tracked: set[int] = set()
        self.variables: dict[int, Variable] = {}
        self.closed = False
        self._token = None

    def __enter__(self) -> Tape:
        """Start recording."""
        self._token = tapes.set((*tapes.get(), self))
        return self

    def __exit__(self, *exc: object) -> None:
        """Stop recording."""
        tapes.reset(self._token)

    def follows(self, a: Operators) -> bool:
        """Tell whether the tape follows a tensor; a trainable variable is followed from its first use on."""
        return a.uid in self.tracked or (type(a) is not Tensor and isinstance(a, Variable) and self.access(a))

    def access(self, variable: Variable) -> bool:
        """Follow a trainable variable from here on; tell whether the tape does."""
        if not (variable.trainable and self.watch_accessed_variables):
            return False
        self.tracked.add(variable.uid)
        self.variables[variable.uid] = variable
        return True

    def gradients(self, target: Tensor, sources: Sequence, output_gradient: object = None) -> list:
        """Return d target / d source for each source (arrays; Tensors if another tape records; None if unconnected).

        Args:
            target: A tensor computed inside the block; a non-scalar's entries are summed.
            sources: Variables or watched tensors.
            output_gradient: The gradient that arrives at `target`; ones by default.

        Raises:
            ArgumentError: the tape was used up.
            StaleVariableError: a variable that a gradient needs has changed since the forward pass.
        """
        if self.closed:
            raise ArgumentError(
                "GradientTape",
                expected="one call of gradient() on a tape that is not persistent",
                got="a second call",
                fix="use GradientTape(persistent=True)",
            )
        higher = any(tape is not self or self.persistent for tape in tapes.get())
        if output_gradient is None:
            output_gradient = np.ones(target.shape, target.dtype)
        bars = backward_pass(self.records, {target.uid: _seed(output_gradient, target, higher)}, higher)
        if not self.persistent:
            self.records, self.closed = [], True
        return [bars.get(source.uid) for source in sources]


def backward_pass(records: Sequence[Record], bars: dict, higher: bool = False) -> dict:
    """Walk `records` from last to first; return the gradient of every tensor that received one.

    Args:
        records: In the order in which they ran.
        bars: The gradients that arrive at the end, by uid.
        higher: Whether to compute on Tensors, so that an outer tape records the gradients themselves.
    """
    for record in reversed(records):
        y_bar = bars.get(record.outputs[0]) if len(record.outputs) == 1 else _arriving(record, bars)
        if y_bar is None:
            continue
        input_bars = vjp_of(record, y_bar, higher)
        if events.backward.listeners:
            replaced = events.backward.emit(record, y_bar, input_bars)
            input_bars = input_bars if replaced is None else replaced
        for uid, meta, bar in zip(record.inputs, record.metas, input_bars, strict=True):
            if uid and bar is not None:
                if bar.shape != meta[0] or bar.dtype != meta[1]:
                    if not dtypes.is_float(meta[1]):
                        continue  # an index or a truth value: nothing flows into it
                    bar = unbroadcast(bar, *meta)
                bars[uid] = bars[uid] + bar if uid in bars else bar
    return bars


def _seed(output_gradient: object, target: Tensor, higher: bool) -> object:
    """Return the gradient that arrives at `target`; one that is itself a tensor stays on the outer tape."""
    if higher and isinstance(output_gradient, Operators):
        return output_gradient
    seed = as_array(output_gradient, target.dtype)
    return Tensor(seed) if higher else seed


def _arriving(record: Record, bars: dict) -> object:
    """Return the gradients at a record's several outputs, or None if none of them matters to the target."""
    arriving = [bars.get(uid) for uid in record.outputs]
    return None if all(bar is None for bar in arriving) else tuple(arriving)


def vjp_of(record: Record, y_bar: object, higher: bool = False) -> tuple:
    """Run one record's gradient: from ``y_bar`` to a tuple with one entry per input."""
    op = record.op
    if op.gradient is None:
        raise NoGradientError(
            f"gradient of {op.name}",
            expected="a differentiable op",
            got=f"{op.name} in {record.scope or 'no layer'}, between the loss and a weight",
            fix="use a smooth stand-in, or ops.stop_gradient where no gradient should flow",
        )
    for variable, version in record.versions:
        if variable.version != version:
            raise StaleVariableError(
                f"gradient of {op.name}",
                expected=f"variable {variable.path!r} as it was in the forward pass (version {version})",
                got=f"version {variable.version}",
                fix="ask for gradients before assigning to the variable",
            )
    return op.gradient.run(y_bar, record, higher)


def unbroadcast(bar: object, shape: tuple, dtype: np.dtype) -> object:
    """Bring a gradient back to the shape and dtype its input had: sum over the axes that broadcasting repeated."""
    extra = bar.ndim - len(shape)
    if extra > 0:
        bar = bar.sum(axis=tuple(range(extra)))
    repeated = tuple(axis for axis, n in enumerate(shape) if n == 1 and bar.shape[axis] != 1)
    if repeated:
        bar = bar.sum(axis=repeated, keepdims=True)
    if bar.shape != shape:
        raise ShapeError("gradient", expected=f"shape {shape}, that of the input", got=f"shape {bar.shape}")
    return bar if bar.dtype == dtype else bar.astype(dtype)


class GradientTape(Tape):
    """The public low-level face of the tape; methods are those of TensorFlow's class of that name.

    >>> from teachkeras import ops
    >>> x = Variable(3.0)
    >>> with GradientTape() as outer:
    ...     with GradientTape() as inner:
    ...         y = ops.power(x, 3.0)
    ...     dy = inner.gradient(y, x)
    >>> float(dy), float(outer.gradient(dy, x))
    (27.0, 18.0)
    """

    def watch(self, tensor: object) -> None:
        """Follow a tensor, or each tensor of a list, from here on."""
        for t in tensor if isinstance(tensor, (list, tuple)) else [tensor]:
            if not isinstance(t, Operators):
                raise NoGradientError(
                    "GradientTape.watch",
                    expected="a Tensor or a Variable",
                    got=type(t).__name__,
                    fix="wrap it: x = ops.convert_to_tensor(x), then use that x",
                )
            self.tracked.add(t.uid)

    def gradient(
        self, target: object, sources: object, output_gradients: object = None, unconnected_gradients: str = "none"
    ) -> object:
        """Return the gradient of `target` to each of `sources`, in the nesting of `sources`.

        Args:
            target: A tensor (or a list of them, summed) computed inside the block.
            sources: A variable or watched tensor, or a list or dict of them.
            output_gradients: The gradient that arrives at `target`; ones by default.
            unconnected_gradients: ``"none"``, or ``"zero"`` for zeros instead of None.
        """
        if isinstance(sources, dict):
            found = self.gradient(target, list(sources.values()), output_gradients, unconnected_gradients)
            return dict(zip(sources, found, strict=True))
        flat = list(sources) if isinstance(sources, (list, tuple)) else [sources]
        if isinstance(target, (list, tuple)):
            with self:
                target = sum(t.sum() for t in target)
        bars = self.gradients(target, flat, output_gradients)
        if unconnected_gradients == "zero":
            bars = [np.zeros(s.shape, s.dtype) if b is None else b for b, s in zip(bars, flat, strict=True)]
        bars = [b if b is None or isinstance(b, Tensor) else Tensor(as_array(b)) for b in bars]
        return bars if isinstance(sources, (list, tuple)) else bars[0]

    def watched_variables(self) -> tuple[Variable, ...]:
        """Return the variables followed so far, in the order of their first use."""
        return tuple(self.variables.values())

    def reset(self) -> None:
        """Forget everything recorded."""
        self.records, self.closed = [], False
        self.tracked.clear()
        self.variables.clear()

    @contextmanager
    def stop_recording(self) -> Iterator[None]:
        """Record nothing inside this ``with`` block."""
        token = tapes.set(tuple(tape for tape in tapes.get() if tape is not self))
        try:
            yield
        finally:
            tapes.reset(token)
