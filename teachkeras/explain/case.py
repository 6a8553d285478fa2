"""What is known about a run: the figures that the rules of a diagnosis ask for, worked out when they are asked for."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from teachkeras.batches import flatten
from teachkeras.errors import TeachKerasError
from teachkeras.explain import rules_data
from teachkeras.explain.observing import observe, tensors, untouched
from teachkeras.tape import Tape
from teachkeras.tensor import as_array
from teachkeras.tracing.recording import Recording
from teachkeras.variable import Variable

SAMPLES = 256  # of the data, for the step that is looked at
TRIAL = 5  # steps that are tried out


class Case:
    """What is known about a run; figures are worked out when a rule asks.

    Args:
        model, recording, curves: What there is; None or {} for what there isn't.
        x, y: Training data.
        validation_data: ``(x, y)``.
    """

    def __init__(self, model=None, recording=None, curves=None, x=None, y=None, validation_data=None):
        self.model, self.curves, self.validation_data = model, dict(curves or {}), validation_data
        self.x, self.y = x, y
        self._given = recording
        self._failure: TeachKerasError | None = None

    # --- data ---

    @cached_property
    def x_all(self) -> np.ndarray | None:
        """The first input, all of it."""
        parts = [] if self.x is None else flatten(self.x)
        return as_array(parts[0]) if parts else None

    @cached_property
    def x_array(self) -> np.ndarray | None:
        """The first input, a few thousand samples of it."""
        return None if self.x_all is None else _some(self.x_all, 4096)

    @cached_property
    def y_array(self) -> np.ndarray | None:
        """The targets, of the first output."""
        parts = [] if self.y is None else flatten(self.y)
        return as_array(parts[0]) if parts else None

    @cached_property
    def validation_x(self) -> np.ndarray | None:
        """The first validation input."""
        parts = flatten(self.validation_data[0]) if isinstance(self.validation_data, (tuple, list)) else []
        return as_array(parts[0]) if parts else None

    # --- one step, looked at ---

    @cached_property
    def batch(self) -> tuple | None:
        """A batch of the data, spread over it."""
        if self.x is None:
            return None
        return tuple(None if d is None else _mapped(lambda a: _some(as_array(a), SAMPLES), d) for d in (self.x, self.y))

    @cached_property
    def recording(self) -> Recording | None:
        """A step: the given one, or one looked at without being taken."""
        if self._given is not None or self.batch is None or self.model is None:
            return self._given
        x, y = self.batch
        if y is None or not getattr(self.model, "compiled", False):
            return observe(self.model, x)
        try:
            with np.errstate(all="ignore"):
                return observe(self.model, x, y)
        except TeachKerasError as error:
            self._failure = error
            return None

    @property
    def failure(self) -> TeachKerasError | None:
        """What kept a step from being looked at, if anything did."""
        return None if self.recording else self._failure

    @cached_property
    def gradients(self) -> dict | None:
        """The gradient of each trainable weight by path; None where no way back was recorded."""
        if self.recording is None or not any(s.phase == "backward" for s in self.recording):
            return None
        found = {}
        for variable in self.model.trainable_weights if self.model else ():
            try:
                found[variable.path] = self.recording.gradient(variable.path)
            except ValueError:
                continue
        return found

    @property
    def gradient_norm(self) -> float:
        """The norm of all gradients together, over the root of their number."""
        parts = list((self.gradients or {}).values())
        count = sum(g.size for g in parts)
        return float(np.sqrt(sum(float(np.sum(np.square(g))) for g in parts) / count)) if count else 0.0

    @property
    def kernel_steps(self) -> list:
        """The forward steps that multiply by a kernel, in order."""
        steps = [s for s in self.recording if s.phase == "forward"] if self.recording else []
        return [s for s in steps if any(isinstance(o, str) and o.endswith("kernel") for o in s.origins.values())]

    @cached_property
    def arriving(self) -> list[tuple[str, float]]:
        """(layer, rms of the gradient at what its weights make), from the last layer with a kernel to the first."""
        found: dict[str, float] = {}
        steps = {s.index: s for s in self.recording.steps} if self.recording else {}
        for step in steps.values():
            source = steps.get(step.origins.get("y")) if step.phase == "backward" else None
            if source is not None and "y_bar" in step.inputs and step.inputs["y_bar"] is not None:
                if any(isinstance(o, str) and o.endswith("kernel") for o in source.origins.values()):
                    bar = step.inputs["y_bar"]
                    rows = np.sqrt(np.sum(np.square(bar, dtype="float64"), axis=-1)) if bar.ndim else np.abs(bar)
                    found.setdefault(step.layer, float(np.sqrt(np.mean(np.square(rows)))))
        return list(found.items())

    @cached_property
    def output(self) -> np.ndarray | None:
        """The model's output on the batch."""
        last = self._last_step
        return None if last is None or not isinstance(last.output, np.ndarray) else last.output

    @property
    def _last_step(self):
        steps = [s for s in self.recording if s.phase == "forward" and s.op != "assign"] if self.recording else []
        return steps[-1] if steps else None

    @property
    def last_index(self) -> int:
        """The index of the step that made the model's output."""
        return -1 if self._last_step is None else self._last_step.index

    @property
    def last_op(self) -> str:
        """The op that made the model's output, such as ``"softmax"``."""
        return "" if self._last_step is None else self._last_step.op

    def kept(self, part: str) -> bool:
        """Tell whether an op of such a name is among the steps of the loss."""
        return bool(self.recording) and any(part in s.op for s in self.recording if s.phase == "loss")

    @cached_property
    def from_logits(self) -> bool:
        """Whether the loss squashes the output itself."""
        return bool(self.recording) and any(s.params.get("from_logits") for s in self.recording if s.phase == "loss")

    @cached_property
    def loss_name(self) -> str:
        """The loss's name in snake case, "" if unknown or several."""
        loss = getattr(self.model, "loss", None)
        if loss is None or isinstance(loss, (list, dict)):
            return ""
        from teachkeras import losses

        found = losses.get(loss)
        return getattr(found, "name", None) or getattr(found, "__name__", "") or ""

    @property
    def leaves(self) -> list:
        """The layers that hold no layers, in order."""
        return [layer for layer in self.model._flat_layers() if not layer._layers] if self.model else []

    # --- how far along ---

    @cached_property
    def guess(self) -> float | None:
        """The accuracy of always answering the commonest class."""
        classes = rules_data.class_numbers(self)
        if classes is not None and len(classes):
            return float(np.bincount(classes[classes >= 0]).max() / len(classes))
        shape = getattr(self.model, "output_shape", None) if self.model is not None and self.model.built else None
        if isinstance(shape, tuple) and shape[-1]:
            return 1 / shape[-1] if shape[-1] > 1 else 0.5
        return None

    @cached_property
    def first_loss(self) -> float | None:
        """The loss of the step looked at."""
        steps = [s for s in self.recording if s.phase == "loss"] if self.recording else []
        return (
            float(steps[-1].output)
            if steps and np.ndim(steps[-1].output) == 0 and steps[-1].output is not None
            else None
        )

    @property
    def unfinished(self) -> bool:
        """Whether there is much left to learn: the loss is not small beside that of guessing."""
        if self.first_loss is None:
            return False
        if "crossentropy" in self.loss_name and self.guess:
            return self.first_loss > 0.5 * -np.log(max(self.guess, 1e-9))
        if self.y_array is not None and self.loss_name.startswith("mean_squared_error"):
            return self.first_loss > 0.5 * float(np.var(self.y_array.astype("float64")))
        return False

    @cached_property
    def entropy(self) -> float | None:
        """The cross-entropy of always answering with the classes' shares; None where there are no classes."""
        classes = rules_data.class_numbers(self)
        if "crossentropy" not in self.loss_name or classes is None or not len(classes):
            return None
        shares = np.bincount(classes[classes >= 0]) / len(classes)
        return float(-np.sum(shares[shares > 0] * np.log(shares[shares > 0])))

    @property
    def low_enough(self) -> bool:
        """Whether the run's last loss is small already."""
        loss = self.curves.get("loss", [np.inf])
        return bool(loss[-1] < 0.05)

    @property
    def updates(self) -> int:
        """How many updates the model's optimizer has made."""
        optimizer = getattr(self.model, "optimizer", None)
        return int(optimizer.iterations) if optimizer is not None else 0

    @property
    def began(self) -> bool:
        """Whether the run is still so young that a flat curve means nothing."""
        return 0 < self.updates < 60

    # --- a few steps, tried out ---

    @cached_property
    def trial(self) -> list[float] | None:
        """The losses on one batch before, and after each of a few steps that are taken and undone."""
        return self._tried[0]

    @cached_property
    def update_ratios(self) -> dict[str, float]:
        """The rms of the last update over the rms of its weight, by path; kernels only."""
        if self._given is not None:
            updates = [s for s in self._given if s.phase == "update" and s.op != "assign"]
            return {s.origins["w"]: ratio for s in updates if (ratio := _ratio(s)) is not None}
        return self._tried[1]

    @cached_property
    def _tried(self) -> tuple:
        model = self.model
        if self.batch is None or self.batch[1] is None or not getattr(model, "compiled", False) or not self.gradients:
            return None, {}
        (x, y), weights = tensors(list(self.batch)), model.trainable_weights
        optimizer = type(model.optimizer).from_config(model.optimizer.get_config())
        losses, before = [], {v.path: v.numpy() for v in weights}
        with untouched(model), np.errstate(all="ignore"):
            optimizer.build(weights)
            _copy_state(model.optimizer, optimizer, weights)
            for number in range(TRIAL + 1):
                with Tape() as tape:
                    loss = model.compute_loss(x, y, model(x, training=False), None)
                losses.append(float(loss.data))
                if not np.isfinite(losses[-1]) or number == TRIAL:
                    break
                optimizer.apply(tape.gradients(loss, weights), weights)
                if number == 0:
                    ratios = {
                        v.path: _rms(v.data - before[v.path]) / max(_rms(before[v.path]), 1e-12)
                        for v in weights
                        if v.ndim > 1 and _rms(before[v.path]) > 1e-8
                    }
        return losses, ratios if len(losses) > 1 else {}


def _some(array: np.ndarray, most: int) -> np.ndarray:
    """Return at most so many samples, spread evenly."""
    if len(array) <= most:
        return array
    return array[np.linspace(0, len(array) - 1, most).astype(int)]


def _mapped(function: object, data: object) -> object:
    if isinstance(data, dict):
        return {name: _mapped(function, part) for name, part in data.items()}
    if isinstance(data, (list, tuple)) and data and hasattr(data[0], "shape"):
        return [_mapped(function, part) for part in data]
    return function(data)


def _rms(array: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(array, dtype="float64")))) if array.size else 0.0


def _ratio(step: object) -> float | None:
    before, after = step.inputs.get("w"), (step.output or {}).get("w")
    if before is None or after is None or before.ndim < 2 or _rms(before) < 1e-8:
        return None
    return _rms(after - before) / _rms(before)


def _copy_state(source: object, target: object, weights: list[Variable]) -> None:
    if source.built:
        for mine, theirs in zip(target.variables, source.variables, strict=False):
            if mine.shape == theirs.shape:
                mine.assign(theirs.data)
