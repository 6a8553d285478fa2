"""Distillation: a small model learns from a large one, the student from the teacher."""

from teachkeras.namespace import lazy

names, __getattr__, __dir__ = lazy(__name__)
