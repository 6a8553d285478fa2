"""Layers: what a model is stacked from. One class or one family a file."""

from teachkeras import serial
from teachkeras.namespace import lazy

names, __getattr__, __dir__ = lazy(__name__)


def serialize(layer: object) -> dict:
    """Describe a layer as plain data."""
    return serial.serialize(layer)


def deserialize(config: dict, custom_objects: dict | None = None) -> object:
    """Build the layer that a config describes."""
    return serial.deserialize(config, custom_objects)
