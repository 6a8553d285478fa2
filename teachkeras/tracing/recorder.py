"""The recorder: one real training step, or several, as records in the order in which they ran."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import numpy as np

from teachkeras import events
from teachkeras.errors import ArgumentError, UnknownNameError, did_you_mean
from teachkeras.tensor import Operators
from teachkeras.tracing.addresses import Address
from teachkeras.variable import Variable

SCHEMA = 1  # version of the plain-JSON view


@dataclass
class Step:
    """One step of a computation.

    Attributes:
        index: Its place in the recording.
        phase: ``forward``, ``loss``, ``backward`` or ``update``.
        op: The op (the optimizer, for an update).
        layer: The address of the layer it ran in, "" outside of layers.
        tex: The formula.
        inputs: Arrays by argument name; for a backward step ``y_bar``; for an update the weight before, and the slots.
        output: What came out; for a backward step a dict of gradients by argument name; for an update the weight after.
        params: The op's parameters.
        origins: Argument name → the weight's path, or the index of the step that made it.
        kept: Named intermediates.
        seconds: Time since the step before.
        train_step: Number of the training step, from 0.
    """

    index: int
    phase: str
    op: str
    layer: str
    tex: str
    inputs: dict
    output: object
    params: dict = field(default_factory=dict)
    origins: dict = field(default_factory=dict)
    kept: dict = field(default_factory=dict)
    seconds: float = 0.0
    train_step: int = 0

    @property
    def address(self) -> str:
        """Where it ran: ``layer/op@step``."""
        return f"{self.layer}/{self.op}@{self.train_step}" if self.layer else f"{self.op}@{self.train_step}"

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        """Inputs and outputs by name (``y`` for a single output)."""
        outputs = self.output if isinstance(self.output, dict) else {"y": self.output}
        everything = {**self.inputs, **outputs, **self.kept}
        return {name: a for name, a in everything.items() if isinstance(a, np.ndarray)}

    @property
    def shapes(self) -> dict[str, tuple]:
        """Shapes by name."""
        return {name: a.shape for name, a in self.arrays.items()}

    @property
    def dtypes(self) -> dict[str, str]:
        """Number types by name."""
        return {name: a.dtype.name for name, a in self.arrays.items()}

    @property
    def nbytes(self) -> int:
        """Memory of what came out."""
        outputs = self.output.values() if isinstance(self.output, dict) else [self.output]
        return sum(a.nbytes for a in outputs if isinstance(a, np.ndarray))

    def __repr__(self) -> str:
        shapes = ", ".join(f"{name} {shape}" for name, shape in self.shapes.items())
        return f"<step {self.index} {self.phase}: {self.address} [{shapes}]>"


class Recording:
    """What :func:`record` yields: the steps so far.

    Attributes:
        steps: Every :class:`Step`, in order.
        model: The model.
    """

    def __init__(self, model: object, address: str = "*"):
        self.model, self.address = model, Address.parse(address)
        self.steps: list[Step] = []
        self._phase, self._inside, self._train_step = "forward", False, 0
        self._made: dict[int, int] = {}
        self._handles: list = []
        self._clock = 0.0

    def __enter__(self) -> Recording:
        """Start recording."""
        self._clock = time.perf_counter()
        self._handles = [
            events.phase.subscribe(self._on_phase),
            events.forward.subscribe(self._on_forward),
            events.backward.subscribe(self._on_backward),
            events.update.subscribe(self._on_update),
        ]
        return self

    def __exit__(self, *exc: object) -> None:
        """Stop recording."""
        for handle in self._handles:
            handle.remove()

    def __len__(self) -> int:
        return len(self.steps)

    def __iter__(self):
        return iter(self.steps)

    def find(self, address: str, phase: str | None = None) -> list[Step]:
        """Return the steps at an address such as ``"dense_1/affine"``.

        Raises:
            UnknownNameError: no step is there.
        """
        wanted = Address.parse(address)
        here = [s for s in self.steps if phase in (None, s.phase)]
        found = [s for s in here if wanted.matches(f"{s.layer}/{s.op}".strip("/"), step=s.train_step)]
        if not found:
            known = sorted({f"{s.layer}/{s.op}".strip("/") for s in here})
            raise UnknownNameError(
                "recording", expected="the address of a recorded step", got=repr(address),
                fix=did_you_mean(address, known) if known else "run a training step inside the with block",
            )  # fmt: skip
        return found

    def to_json(self, numbers: bool = True) -> dict:
        """Return the recording as plain data for a page: shapes, formulas and (if asked) the numbers themselves."""
        return {"schema": SCHEMA, "model": self.model.name, "steps": [_plain(step, numbers) for step in self.steps]}

    # --- listening ---------------------------------------------------------------------------------------------------

    def _ours(self, scope: str) -> bool:
        mine = self._inside or scope.split("/")[0] == self.model.name or scope.startswith(self.model.path)
        return mine and (self.address.path == "*" or self.address.matches(scope))

    def _tick(self) -> float:
        now = time.perf_counter()
        taken, self._clock = now - self._clock, now
        return taken

    def _on_phase(self, model: object, phase: str) -> None:
        if model is self.model:
            self._phase, self._inside = phase, phase not in ("metrics", "end")
            if phase == "end":
                self._train_step += 1
                self._phase = "forward"

    def _on_forward(self, record, inputs, outputs, kept) -> None:
        if record.op.name == "probe" or not self._ours(record.scope):
            return
        names = record.op.inputs if not record.op.variadic else [f"x{i}" for i in range(len(inputs))]
        arrays = {name: _copy(value) for name, value in zip(names, inputs, strict=False)}
        origins = {name: self._origin(value) for name, value in zip(names, inputs, strict=False)}
        output = _copy(outputs[0]) if len(outputs) == 1 else {f"y{i}": _copy(y) for i, y in enumerate(outputs)}
        step = self._add(
            self._phase, record.op.name, record.scope, record.op.tex, arrays, output, dict(record.params),
            {name: origin for name, origin in origins.items() if origin is not None},
            {name: _copy(value) for name, value in kept.items()},
        )  # fmt: skip
        for uid in record.outputs:
            self._made[uid] = step.index

    def _origin(self, value: object) -> object:
        if isinstance(value, Variable):
            return value.path
        return self._made.get(value.uid) if isinstance(value, Operators) else None

    def _on_backward(self, record, y_bar, input_bars) -> None:
        if record.op.name == "probe" or not self._ours(record.scope):
            return
        names = record.op.inputs if not record.op.variadic else [f"x{i}" for i in range(len(input_bars))]
        bars = {
            f"{n}_bar": _copy(b)
            for n, b, uid in zip(names, input_bars, record.inputs, strict=False)
            if uid and b is not None
        }
        made = self._made.get(record.outputs[0])
        origins = {} if made is None else {"y": made}
        self._add(
            "backward",
            record.op.name,
            record.scope,
            record.op.gradient.tex,
            {"y_bar": _copy(y_bar)},
            bars,
            dict(record.params),
            origins,
        )

    def _on_update(self, variable, gradient, before, slots) -> None:
        if gradient is None or not self._ours(variable.path.rsplit("/", 1)[0]):
            return
        optimizer = self.model.optimizer
        inputs = {"w": before, "g": _copy(gradient), **slots}
        settings = {"learning_rate": float(optimizer.learning_rate), "t": int(optimizer.iterations) + 1}
        after = {"w": variable.numpy(), **{name: slot.numpy() for name, slot in optimizer.state_of(variable).items()}}
        layer = variable.path.rsplit("/", 1)[0]
        self._add(
            "update", type(optimizer).__name__, layer, optimizer.tex, inputs, after, settings, {"w": variable.path}
        )

    def _add(self, phase, op, layer, tex, inputs, output, params, origins, kept=None) -> Step:
        step = Step(
            len(self.steps),
            phase,
            op,
            layer,
            tex,
            inputs,
            output,
            params,
            origins,
            kept or {},
            self._tick(),
            self._train_step,
        )
        self.steps.append(step)
        return step


def record(model: object, address: str = "*") -> Recording:
    """Record what a model computes inside a ``with`` block: forward, loss, backward, update, with the numbers.

    Args:
        model: The model to watch.
        address: Which layers; all by default.

    Watching changes no number: weights after the block are those of an unwatched run, to the bit.

    Example:
        >>> import numpy as np
        >>> from teachkeras import layers, models
        >>> model = models.Sequential([layers.Dense(1, input_shape=(2,))])
        >>> model.compile("sgd", "mse")
        >>> with record(model) as recording:
        ...     _ = model.train_on_batch(np.ones((4, 2)), np.ones((4, 1)))
        >>> [step.op for step in recording if step.phase in ("forward", "update")]
        ['affine', 'SGD', 'SGD']
    """
    if not hasattr(model, "optimizer"):
        raise ArgumentError(
            "record", expected="a model", got=type(model).__name__, fix="wrap the layer: Sequential([layer])"
        )
    return Recording(model, address)


def _copy(value: object) -> object:
    if isinstance(value, Operators):
        value = value.data
    if isinstance(value, tuple):
        return tuple(_copy(v) for v in value)
    return np.array(value) if isinstance(value, (np.ndarray, np.generic)) else value


def _plain(step: Step, numbers: bool) -> dict:
    view = {
        "index": step.index, "phase": step.phase, "op": step.op, "layer": step.layer, "tex": step.tex,
        "shapes": {n: list(s) for n, s in step.shapes.items()}, "dtypes": step.dtypes, "seconds": step.seconds,
        "origins": step.origins, "train_step": step.train_step,
        "params": {k: v for k, v in step.params.items() if isinstance(v, (int, float, str, bool, type(None)))},
    }  # fmt: skip
    if numbers:
        view["arrays"] = {name: array.tolist() for name, array in step.arrays.items()}
    return view
