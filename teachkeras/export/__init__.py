"""Models for use elsewhere: as readable Keras code (``source``), and as ONNX files (``onnx``)."""

from teachkeras.namespace import lazy

names, __getattr__, __dir__ = lazy(__name__)
