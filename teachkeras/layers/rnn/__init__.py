"""Recurrent layers: a cell says what one step does, a layer runs it over sequences."""

from teachkeras.namespace import lazy

names, __getattr__, __dir__ = lazy(__name__)
