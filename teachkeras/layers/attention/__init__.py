"""Layers that look at all positions of a sequence and weigh them."""

from teachkeras.namespace import lazy

names, __getattr__, __dir__ = lazy(__name__)
