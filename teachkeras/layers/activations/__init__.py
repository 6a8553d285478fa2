"""Activation functions as layers."""

from teachkeras.namespace import lazy

names, __getattr__, __dir__ = lazy(__name__)
