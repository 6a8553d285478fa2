"""The engines that are compared, and how each is imported."""

import importlib
import os

ENGINES = ("teachkeras", "keras-jax", "keras-tensorflow", "keras-torch", "torch")


def load(engine):
    """Import an engine and return it; nothing else is imported here, so that its import can be timed."""
    if engine.startswith("keras-"):
        os.environ["KERAS_BACKEND"] = engine.removeprefix("keras-")
        engine = "keras"
    found = importlib.import_module(engine)
    return found
