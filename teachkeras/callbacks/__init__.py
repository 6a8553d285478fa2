"""Callbacks: who is told what happens while a model trains."""

from teachkeras.namespace import lazy

names, __getattr__, __dir__ = lazy(
    __name__, "teachkeras.training.callback", "teachkeras.training.progress", helpers="clock flat numbers per_step"
)
