"""What the normalising layers share: a factor γ and an offset β, both learned."""

import numpy as np

from teachkeras import constraints, initializers, ops, regularizers
from teachkeras.dtypes import name_of
from teachkeras.errors import ShapeError
from teachkeras.layers.layer import Layer


class Scaled(Layer):
    """A layer whose last step is ``γ x̂ + β``; subclasses set ``center`` (β) and ``scale`` (γ)."""

    def keep_settings(self, beta_initializer, gamma_initializer, beta_regularizer, gamma_regularizer, beta_constraint,
                      gamma_constraint):  # fmt: skip
        """Take over the constructor's arguments that say how γ and β start and what they cost."""
        self.beta_initializer = initializers.get(beta_initializer)
        self.gamma_initializer = initializers.get(gamma_initializer)
        self.beta_regularizer = regularizers.get(beta_regularizer)
        self.gamma_regularizer = regularizers.get(gamma_regularizer)
        self.beta_constraint = constraints.get(beta_constraint)
        self.gamma_constraint = constraints.get(gamma_constraint)
        self.supports_masking = True

    def make_gamma_and_beta(self, shape, gamma=True, beta=True):
        """Make γ and β of a shape; None where one is not wanted."""
        self.gamma = self.beta = None
        if gamma:
            self.gamma = self.add_weight(
                shape=shape, name="gamma", initializer=self.gamma_initializer,
                regularizer=self.gamma_regularizer, constraint=self.gamma_constraint,
            )  # fmt: skip
        if beta:
            self.beta = self.add_weight(
                shape=shape, name="beta", initializer=self.beta_initializer,
                regularizer=self.beta_regularizer, constraint=self.beta_constraint,
            )  # fmt: skip

    def compute_output_shape(self, input_shape):
        """Return the same shape."""
        return input_shape


def known_length(layer: str, input_shape: tuple, axis: int) -> int:
    """Return the length of an axis.

    Raises:
        ShapeError: it is not known.
        IndexError: there is no such axis.
    """
    if input_shape[axis] is None:
        raise ShapeError(
            layer, expected=f"a known length of axis {axis}", got=f"shape {tuple(input_shape)}",
            fix="give Input or input_shape= a number for it",
        )  # fmt: skip
    return input_shape[axis]


def in_float32(*tensors):
    """Return tensors of two bytes in float32, in which statistics are taken; others, and None, as they are."""
    return [
        ops.cast(t, dtype="float32") if t is not None and name_of(t.dtype) in ("float16", "bfloat16") else t
        for t in tensors
    ]


def in_dtype(x, dtype):
    """Return `x` in a number type."""
    return x if np.dtype(x.dtype) == np.dtype(dtype) else ops.cast(x, dtype=dtype)
