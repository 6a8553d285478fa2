"""Losses and metrics as ``compile`` was given them, matched to a model's outputs when the first batch comes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from teachkeras import losses, metrics, ops
from teachkeras.batches import flatten
from teachkeras.errors import ArgumentError, ShapeError, UnknownNameError, did_you_mean
from teachkeras.losses._pairs import same_rank
from teachkeras.losses.base import Loss
from teachkeras.metrics.base import Metric


def spread(spec: object, outputs: object, names: list[str], what: str) -> list:
    """Return one entry of `spec` per output: one for all, a list in order, or a dict by output name.

    Raises:
        ArgumentError: a list of the wrong length.
        UnknownNameError: a dict key that names no output.
    """
    count = len(names)
    if isinstance(spec, dict):
        known = list(outputs) if isinstance(outputs, dict) else names
        for key in spec:
            if key not in known:
                raise UnknownNameError(
                    f"{what} of compile", expected="names of outputs", got=repr(key), fix=did_you_mean(key, known)
                )
        if what == "loss" and not isinstance(outputs, dict) and set(spec) != set(known):
            raise ArgumentError(
                f"Expected keys {known} in loss dict, but found loss.keys()={list(spec)}",
                fix="name every output; None for one without a loss",
            )
        return [spec.get(name) for name in known]
    if isinstance(spec, (list, tuple)) and (count > 1 or len(spec) == 1):
        if len(spec) != count:
            raise ArgumentError(f"{what} of compile", expected=f"{count} entries, one per output", got=str(len(spec)))
        return list(spec)
    return [spec] * count


class CompiledLoss:
    """The loss of ``compile``: one per output, weighted and added up.

    Args:
        loss: A name, a function, a Loss, or a list or dict of them.
        loss_weights: Factors, in the same nesting.
        output_names: Names of the outputs.
    """

    def __init__(self, loss: object, loss_weights: object, output_names: list[str]):
        self.given, self.loss_weights, self.output_names = loss, loss_weights, output_names
        self.functions: list | None = None
        self.metrics: list[Metric] = []  # the mean of each output's own loss, where there are several

    def __call__(self, y: object, y_pred: object, sample_weight: object) -> object:
        """Return the loss of a batch as a scalar tensor, None if no output has one."""
        if self.functions is None:
            self._resolve(y_pred)
        if len(self.functions) == 1 and not isinstance(y_pred, (list, tuple, dict)):
            loss = self.functions[0](y if not isinstance(y, (list, tuple)) else y[0], y_pred, sample_weight)
            return loss if self.factors[0] is None else loss * self.factors[0]
        targets, outputs = _in_order(y, y_pred), _outputs(y_pred)
        weights = (
            _in_order(sample_weight, y_pred)
            if isinstance(sample_weight, (list, tuple, dict))
            else [sample_weight] * len(outputs)
        )
        total, means = None, iter(self.metrics)
        for function, t, p, w, factor in zip(self.functions, targets, outputs, weights, self.factors, strict=True):
            if function is not None:
                part = function(t, p, w)
                if (mean := next(means, None)) is not None:
                    mean.update_state(part.data, sample_weight=p.shape[0] if p.shape else 1)
                part = part if factor is None else part * factor
                total = part if total is None else total + part
        return total

    def _resolve(self, y_pred: object) -> None:
        names = _names_for(y_pred, self.output_names)
        self.functions = [self._one(entry) for entry in spread(self.given, y_pred, names, "loss")]
        self.factors = spread(self.loss_weights, y_pred, names, "loss_weights")
        with_loss = [name for name, function in zip(names, self.functions, strict=True) if function is not None]
        self.metrics = [metrics.Mean(name=f"{name}_loss") for name in with_loss] if len(with_loss) > 1 else []

    @staticmethod
    def _one(entry: object) -> Callable | None:
        found = losses.get(entry)
        return found if found is None or isinstance(found, Loss) else _Averaged(found)


class _Averaged(Loss):
    """A function of (y_true, y_pred) as a Loss."""

    def __init__(self, function: Callable):
        super().__init__(name=getattr(function, "__name__", "loss"))
        self.function = function
        self.casts_targets = not self.name.startswith("sparse_")

    def call(self, y_true, y_pred):
        """Return one number per sample; ``(n,)`` and ``(n, 1)`` may meet."""
        if len(y_true.shape) != len(y_pred.shape):
            y_true, y_pred = same_rank(y_true, y_pred)
        return self.function(y_true, y_pred)


class CompiledMetrics(Metric):
    """The metrics of ``compile``, made when the first batch shows the outputs' shapes."""

    on_device = True  # each of them settles for itself where it counts

    def __init__(self, given: object, weighted: object, output_names: list[str]):
        super().__init__(name="compile_metrics")
        self.given, self.weighted, self.output_names = given, weighted, output_names
        self.entries: list[tuple[str, Metric, int, bool]] | None = None

    @property
    def variables(self):
        """The state of every metric."""
        return [v for _, metric, _, _ in self.entries or [] for v in metric.variables]

    @property
    def metrics(self) -> list[Metric]:
        """The metrics, in order."""
        return [metric for _, metric, _, _ in self.entries or []]

    def update_state(self, y_true, y_pred, sample_weight=None):
        """Count one batch."""
        if self.entries is None:
            self._resolve(y_true, y_pred)
        if not self.entries:
            return
        targets, outputs = _in_order(y_true, y_pred), _outputs(y_pred)
        weights = (
            _in_order(sample_weight, y_pred)
            if isinstance(sample_weight, (list, tuple, dict))
            else [sample_weight] * len(outputs)
        )
        for _, metric, index, is_weighted in self.entries:
            if is_weighted:
                metric.update_state(targets[index], outputs[index], sample_weight=weights[index])
            else:
                metric.update_state(targets[index], outputs[index])

    def result(self):
        """Return the metrics by name."""
        return {name: metric.result() for name, metric, _, _ in self.entries or []}

    def reset_state(self):
        """Forget all batches."""
        for metric in self.metrics:
            metric.reset_state()

    def _resolve(self, y_true: object, y_pred: object) -> None:
        names = _names_for(y_pred, self.output_names)
        targets, outputs = _in_order(y_true, y_pred), _outputs(y_pred)
        self.entries = []
        for spec, is_weighted in ((self.given, False), (self.weighted, True)):
            for index, wanted in enumerate(_per_output(spec, y_pred, names)):
                for identifier in wanted:
                    metric, label = resolve_metric(identifier, targets[index], outputs[index])
                    label = f"{names[index]}_{label}" if len(names) > 1 else label
                    self.entries.append((self._unused(label, is_weighted), metric, index, is_weighted))

    def _unused(self, label: str, is_weighted: bool) -> str:
        """Return the name in the logs; a second ``mae`` is ``mae_1``, or ``weighted_mae`` if it takes weights."""
        taken = {entry[0] for entry in self.entries}
        if label in taken and is_weighted and f"weighted_{label}" not in taken:
            return f"weighted_{label}"
        number = 1
        fresh = label
        while fresh in taken:
            fresh, number = f"{label}_{number}", number + 1
        return fresh


def _per_output(spec: object, y_pred: object, names: list[str]) -> list[list]:
    if spec is None:
        return [[]] * len(names)
    if len(names) == 1 and not isinstance(spec, dict):
        flat = list(spec) if isinstance(spec, (list, tuple)) else [spec]
        return [list(flat[0]) if len(flat) == 1 and isinstance(flat[0], (list, tuple)) else flat]
    entries = spread(spec, y_pred, names, "metrics")
    return [list(e) if isinstance(e, (list, tuple)) else [] if e is None else [e] for e in entries]


def resolve_metric(identifier: object, y_true: object, y_pred: object) -> tuple[Metric, str]:
    """Return (metric, name in the logs); ``"accuracy"`` becomes the variant that fits the shapes, as in Keras."""
    if isinstance(identifier, Metric):
        return identifier, identifier.name
    label = identifier if isinstance(identifier, str) else getattr(identifier, "__name__", "metric")
    if label.lower() in ("accuracy", "acc") and isinstance(identifier, str):
        return accuracy_for(np.shape(y_true), tuple(y_pred.shape), label), label
    found = metrics.get(identifier)
    if not isinstance(found, Metric):
        found = metrics.MeanMetricWrapper(found, name=label)
    return found, label if isinstance(identifier, str) else found.name


def accuracy_for(target: tuple, output: tuple, name: str) -> Metric:
    """Return binary, sparse or categorical accuracy by the shapes of targets and outputs."""
    if output[-1:] == (1,):
        return metrics.BinaryAccuracy(name=name)
    if len(target) < len(output) or target[-1:] == (1,):
        return metrics.SparseCategoricalAccuracy(name=name)
    return metrics.CategoricalAccuracy(name=name)


def _names_for(y_pred: object, names: list[str]) -> list[str]:
    if isinstance(y_pred, dict):
        return list(y_pred)
    count = len(flatten(y_pred))
    return names if len(names) == count else [f"output_{i}" for i in range(count)]


def _outputs(y_pred: object) -> list:
    return (
        list(y_pred.values())
        if isinstance(y_pred, dict)
        else list(y_pred)
        if isinstance(y_pred, (list, tuple))
        else [y_pred]
    )


def _in_order(y: object, y_pred: object) -> list:
    """Return the targets in the order of the outputs."""
    outputs = _outputs(y_pred)
    if isinstance(y, dict):
        y = [y[name] for name in (y_pred if isinstance(y_pred, dict) else y)]
    found = (
        list(y)
        if isinstance(y, (list, tuple))
        else [y]
        if len(outputs) == 1
        else [y] * len(outputs)
        if y is None
        else [y]
    )
    if len(found) != len(outputs):
        raise ShapeError("targets", expected=f"{len(outputs)} arrays, one per output of the model", got=f"{len(found)}")
    return found


def add_up(main: object, extra: list) -> object:
    """Return the main loss plus the losses that layers add."""
    for loss in extra:
        loss = loss if not getattr(loss, "shape", ()) else ops.reductions.sum(loss)
        main = loss if main is None else main + loss
    return main
