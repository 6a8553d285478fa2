"""Layers that prepare data, so that a saved model takes raw input."""

from teachkeras.namespace import lazy

names, __getattr__, __dir__ = lazy(__name__)
