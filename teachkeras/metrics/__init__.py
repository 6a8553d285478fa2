"""Metrics: figures for people, kept up batch by batch. Names and arguments are Keras's.

A metric has a state (``variables``), takes a batch (``update_state``), tells the figure so far (``result``) and starts
anew (``reset_state``). Files: ``base`` (Metric), ``reduction`` (sums and means, of which most others are made),
``accuracies``, ``pointwise`` (losses as metrics), ``confusion`` (counts of hits and misses, precision, recall),
``ranking`` (AUC and its kin), ``fscore``.
"""

from __future__ import annotations

from collections.abc import Callable

from teachkeras import serial
from teachkeras.namespace import lazy

names, __getattr__, __dir__ = lazy(__name__)


def get(identifier: object) -> Callable | None:
    """Return the metric that a name, a config, a class or a callable stands for.

    As in Keras a name means a :class:`~teachkeras.metrics.base.Metric` (``"mse"`` → ``MeanSquaredError()``); the
    functions are attributes of this package.

    Raises:
        UnknownNameError: no metric has that name.

    >>> get("mse"), get("CategoricalAccuracy")
    (<MeanSquaredError name=mean_squared_error>, <CategoricalAccuracy name=categorical_accuracy>)
    """
    if isinstance(identifier, str) and serial.get_registered_object(identifier) is None:
        identifier = classes().get(identifier, identifier)
    return serial.resolve(identifier, "metric", __name__)


def classes() -> dict[str, type]:
    """Return what a metric may be called by, in full, in snake case or in short, and its class."""
    from teachkeras.metrics.base import Metric
    from teachkeras.naming import snake_case

    found = {name: thing for name, thing in names().items() if isinstance(thing, type) and issubclass(thing, Metric)}
    found |= {snake_case(name): cls for name, cls in found.items()}
    short = {"bce": "binary_crossentropy", "mse": "mean_squared_error", "mae": "mean_absolute_error",
             "mape": "mean_absolute_percentage_error", "msle": "mean_squared_logarithmic_error"}  # fmt: skip
    return found | {name: found[full] for name, full in short.items()} | {n.upper(): found[f] for n, f in short.items()}


def serialize(metric: object) -> dict | str:
    """Return a metric as plain data: a function's name, or an object's class and config."""
    return serial.plain(metric)


def deserialize(config: object, custom_objects: dict | None = None) -> Callable | None:
    """Return the metric that :func:`serialize` described."""
    with serial.CustomObjectScope(custom_objects or {}):
        return get(config)
