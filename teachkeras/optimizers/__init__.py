"""Optimizers: how a gradient becomes a step. One class a file, each with its paper's symbols and order."""

from teachkeras import serial
from teachkeras.namespace import lazy

names, __getattr__, __dir__ = lazy(__name__)


def get(identifier: object) -> object:
    """Return the optimizer that a name, a config or an object means.

    >>> type(get("adam")).__name__
    'Adam'
    """
    if isinstance(identifier, str):
        identifier = {name.lower(): name for name in names()}.get(identifier.lower(), identifier)
    return serial.resolve(identifier, "optimizer", __name__)


def serialize(optimizer: object) -> dict:
    """Describe an optimizer as plain data."""
    return serial.serialize(optimizer)


def deserialize(config: dict, custom_objects: dict | None = None) -> object:
    """Build the optimizer that a config describes."""
    return serial.deserialize(config, custom_objects)
