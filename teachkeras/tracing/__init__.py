"""Looking inside: addresses for everything observable, hooks, recordings of real steps."""

from teachkeras.namespace import lazy

names, __getattr__, __dir__ = lazy(__name__)
