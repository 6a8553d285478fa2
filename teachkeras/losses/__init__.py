"""Losses: one number that says how wrong the model is; training makes it small. Names and arguments are Keras's.

Each loss stands twice: as a function (``mean_squared_error(y_true, y_pred)``, one number per sample) and as a class
(``MeanSquaredError()``, which weighs the samples and averages them). Files by family: ``regression``, ``probabilistic``
(cross-entropies and their kin), ``margin`` (hinges); ``base`` holds the class :class:`~teachkeras.losses.base.Loss`.
"""

from __future__ import annotations

from collections.abc import Callable

from teachkeras import serial
from teachkeras.namespace import lazy

names, __getattr__, __dir__ = lazy(__name__)


def get(identifier: object) -> Callable | None:
    """Return the loss that a name, a config, a class or a callable stands for.

    Raises:
        UnknownNameError: no loss has that name.

    >>> get("mse").__name__, get("MeanSquaredError").name
    ('mean_squared_error', 'mean_squared_error')
    """
    return serial.resolve(identifier, "loss", __name__)


def serialize(loss: object) -> dict | str:
    """Return a loss as plain data: a function's name, or an object's class and config."""
    return serial.plain(loss)


def deserialize(name: object, custom_objects: dict | None = None) -> Callable | None:
    """Return the loss that :func:`serialize` described."""
    with serial.CustomObjectScope(custom_objects or {}):
        return get(name)
