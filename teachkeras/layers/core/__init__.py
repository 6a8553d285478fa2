"""Layers that most models begin with: Dense, EinsumDense, Embedding, Lambda, Masking and their like."""

from teachkeras.namespace import lazy

names, __getattr__, __dir__ = lazy(__name__)
