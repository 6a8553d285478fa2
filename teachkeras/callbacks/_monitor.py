"""What callbacks that watch one number share: which way is better, and whether a value is."""

from __future__ import annotations

import warnings

from teachkeras.errors import ArgumentError
from teachkeras.training.callback import Callback

# Metrics of which less is better, and those of which neither is, by class; of every other one more is better.
FALLING = frozenset({
    "BinaryCrossentropy", "CategoricalCrossentropy", "CategoricalHinge", "Hinge", "KLDivergence", "LogCoshError",
    "MeanAbsoluteError", "MeanAbsolutePercentageError", "MeanSquaredError", "MeanSquaredLogarithmicError", "Poisson",
    "RootMeanSquaredError", "SparseCategoricalCrossentropy", "SquaredHinge",
})  # fmt: skip
NEITHER = frozenset({
    "FalseNegatives", "FalsePositives", "TrueNegatives", "TruePositives", "Mean", "Sum", "MeanMetricWrapper",
})  # fmt: skip


def direction(metric: object) -> str | None:
    """Return "down" if less of a metric is better, "up" if more is, None if that can't be told.

    >>> from teachkeras import metrics
    >>> direction(metrics.MeanSquaredError()), direction(metrics.AUC()), direction(metrics.Sum())
    ('down', 'up', None)
    """
    if hasattr(metric, "_direction"):
        return metric._direction
    cls = type(metric)
    if not cls.__module__.startswith("teachkeras.") or cls.__name__ in NEITHER:
        return None
    return "down" if cls.__name__ in FALLING else "up"


class MonitorCallback(Callback):
    """A callback that watches one number of the logs.

    Args:
        monitor: The number's name, such as ``"val_loss"``.
        mode: ``"min"`` if less is better, ``"max"`` if more is, ``"auto"`` to tell by the metric.
        initial_value_threshold: The value to beat first.
        min_delta: How much better counts as better.
    """

    def __init__(self, monitor="val_loss", mode="auto", initial_value_threshold=None, min_delta=0):
        super().__init__()
        if mode not in ("auto", "min", "max"):
            name = type(self).__name__
            warnings.warn(f"{name} mode '{mode}' is unknown, fallback to auto mode.", stacklevel=3)
            mode = "auto"
        self.monitor, self.mode, self.best = monitor, mode, initial_value_threshold
        self.min_delta = abs(min_delta)
        self._sign = 0  # +1 once it is known that more is better, -1 for less

    def find_direction(self) -> None:
        """Settle which way is better.

        Raises:
            ArgumentError: mode is "auto" and the metric does not tell.
        """
        found = {"min": "down", "max": "up"}.get(self.mode) or self._direction_of_metric()
        if found is None:
            raise ArgumentError(
                f"{type(self).__name__} callback received monitor={self.monitor}",
                expected="a metric that is known to be better when large, or when small",
                got="one that can't be told",
                fix="Pass `mode='max'` in order to monitor based on the highest metric value, or pass `mode='min'` "
                "in order to use the lowest value.",
            )
        self._sign = 1 if found == "up" else -1

    def _direction_of_metric(self) -> str | None:
        name = self.monitor.removeprefix("val_")
        if name == "loss":
            return "down"
        for metric in self.model.metrics:
            for label, one in [(e[0], e[1]) for e in getattr(metric, "entries", None) or ()] or [(metric.name, metric)]:
                if name in (label, one.name):
                    return direction(one)
        return None

    def value_in(self, logs: dict) -> float | None:
        """Return the watched number, or None, with a warning, if the logs lack it."""
        value = (logs or {}).get(self.monitor)
        if value is None:
            self.report_missing(logs or {})
        return value

    def report_missing(self, logs: dict) -> None:
        """Warn that the watched number is not there."""
        warnings.warn(
            f"Early stopping conditioned on metric `{self.monitor}` which is not available. "
            f"Available metrics are: {','.join(logs)}",
            stacklevel=4,
        )

    def is_better(self, value: float, reference: float | None) -> bool:
        """Tell whether `value` beats `reference` by more than ``min_delta``; anything beats None."""
        return reference is None or self._sign * (value - reference) > self.min_delta
