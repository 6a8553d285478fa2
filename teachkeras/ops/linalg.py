"""``ops.linalg``: matrices as wholes."""

from teachkeras.ops._facade import facade

APART = True
names, __getattr__, __dir__ = facade(__name__, "matrices", also="norm")
