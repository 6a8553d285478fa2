"""Layers that only disturb or penalise while a model trains, so that it generalises."""

from teachkeras.namespace import lazy

names, __getattr__, __dir__ = lazy(__name__)
