"""Layers that slide one small kernel over time, a picture or a volume."""

from teachkeras.namespace import lazy

names, __getattr__, __dir__ = lazy(__name__)
