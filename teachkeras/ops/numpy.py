"""``ops.numpy``: what NumPy has too."""

from teachkeras.ops._facade import facade

APART = True
names, __getattr__, __dir__ = facade(
    __name__,
    "elementwise reductions shapes arrange products contractions creation curves relatives bits quantiles sequences counting",
    also="prod count_nonzero average real imag conj conjugate angle slogdet vectorize",
)
