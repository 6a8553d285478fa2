"""Layers that rearrange, pad, crop or enlarge, without weights."""

from teachkeras.namespace import lazy

names, __getattr__, __dir__ = lazy(__name__)
