"""Layers that keep one number of each window, or of the whole picture."""

from teachkeras.namespace import lazy

names, __getattr__, __dir__ = lazy(__name__)
