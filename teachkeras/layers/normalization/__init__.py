"""Layers that bring what flows to a known scale."""

from teachkeras.namespace import lazy

names, __getattr__, __dir__ = lazy(__name__)
