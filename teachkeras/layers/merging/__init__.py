"""Layers that make one output of several inputs."""

from teachkeras.namespace import lazy

names, __getattr__, __dir__ = lazy(__name__)
