"""Rectangles around things in pictures: their formats, moving them with the picture, how much two overlap."""

from teachkeras.namespace import lazy

APART = True
names, __getattr__, __dir__ = lazy(__name__)
