"""Schedules: learning rates that are functions of the step. Pass one to an optimizer as its ``learning_rate``."""

from teachkeras import serial
from teachkeras.namespace import lazy

APART = True  # not published by teachkeras.optimizers, as in Keras
names, __getattr__, __dir__ = lazy(__name__)


def serialize(learning_rate_schedule: object) -> dict:
    """Describe a schedule as plain data."""
    return serial.serialize(learning_rate_schedule)


def deserialize(config: dict, custom_objects: dict | None = None) -> object:
    """Build the schedule that a config describes."""
    return serial.deserialize(config, custom_objects)
