"""The steps of computation, one record each: formula, forward, gradient, shapes. Names and arguments are Keras's.

Files by family: ``elementwise`` (one number in, one out), ``reductions``, ``shapes`` (the same numbers, rearranged),
``products`` (sums of products), ``nn`` (activations), ``crossentropy``, ``creation``. ``op`` says what an op is.
"""

from teachkeras.namespace import lazy

names, __getattr__, __dir__ = lazy(
    __name__, helpers="op spec as_tensor axes_of check_labels folded_shape lowest put_back sigmoid_of spread"
)
