"""Helpers around training: one-hot labels, repeatable runs, downloads. Names are those of ``keras.utils``."""

from teachkeras.namespace import lazy

names, __getattr__, __dir__ = lazy(
    __name__, "teachkeras.saving.objects", "teachkeras.models.plot", helpers="Drawing Windows"
)
