"""EinsumDense: a fully connected layer over whichever axes an equation names."""

import math
import re

from teachkeras import activations, constraints, initializers, ops, regularizers
from teachkeras.errors import ArgumentError, ShapeError
from teachkeras.layers.core._int8 import Int8, aligned
from teachkeras.layers.input_spec import InputSpec
from teachkeras.layers.layer import Layer

_FORM = re.compile(r"^(\.\.\.)?([a-zA-Z]+)(\.\.\.)?,([a-zA-Z]+)->(\.\.\.)?([a-zA-Z]+)(\.\.\.)?$")


class EinsumDense(Int8):
    """A dense layer said in index letters: ``"abc,cd->abd"`` is Dense on the last of three axes.

    Math:
        z = Σ x W over the letters that the output lacks, + b;  y = f(z)

    Args:
        equation: Letters of the input, of the kernel, and of the output; ``...`` for leading or trailing axes of any
            number.
        output_shape: The output's shape without the batch axis (and ``...``); None for a length like the input's.
        activation: f; none by default.
        bias_axes: Letters of the output along which the bias varies; None for no bias.
        kernel_initializer, bias_initializer: First values of W and b.
        kernel_regularizer, bias_regularizer: Costs for the size of W and b.
        kernel_constraint, bias_constraint: Applied after each update.

    Raises:
        ArgumentError: the equation has another form, or names letters that come from nowhere.
        ShapeError: the output shape contradicts the input's, or a length of the kernel is not known.

    Example:
        >>> import numpy as np
        >>> EinsumDense("abc,cd->abd", output_shape=(None, 7), bias_axes="d")(np.zeros((2, 5, 3))).shape
        (2, 5, 7)
    """

    config_skips = Layer.config_skips | {"lora_rank", "lora_alpha", "gptq_unpacked_column_size"}

    def __init__(
        self,
        equation,
        output_shape,
        activation=None,
        bias_axes=None,
        kernel_initializer="glorot_uniform",
        bias_initializer="zeros",
        kernel_regularizer=None,
        bias_regularizer=None,
        kernel_constraint=None,
        bias_constraint=None,
        lora_rank=None,
        lora_alpha=None,
        gptq_unpacked_column_size=None,
        quantization_config=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        if lora_rank or lora_alpha:
            raise ArgumentError(
                "EinsumDense", expected="no lora_rank or lora_alpha", got="one of them",
                fix="teachkeras has no low-rank adapters; train the layer itself",
            )  # fmt: skip
        self.take_config(quantization_config, "EinsumDense")
        self.equation, self.bias_axes = equation, bias_axes
        self.partial_output_shape = (output_shape,) if isinstance(output_shape, int) else tuple(output_shape)
        self.activation = activations.get(activation)
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)

    def build(self, input_shape):
        """Make the kernel W and the bias b."""
        self.letters = ins, kernel, out = _letters(self.equation, len(input_shape))[:3]
        lengths = self._lengths(input_shape)
        shape = tuple(lengths[c] for c in kernel)
        if None in shape:
            raise ShapeError(
                "EinsumDense", expected="known lengths of the kernel's axes", got=f"{shape} for input {input_shape}",
                fix="give Input or input_shape= numbers for them",
            )  # fmt: skip
        self.kernel = self.add_bytes(shape) if self.quantization_mode else self.add_weight(
            shape=shape, initializer=self.kernel_initializer, name="kernel",
            regularizer=self.kernel_regularizer, constraint=self.kernel_constraint,
        )  # fmt: skip
        self.bias = None
        if self.bias_axes is not None:
            self.bias = self.add_weight(
                shape=self._bias_shape(out, lengths), initializer=self.bias_initializer, name="bias",
                regularizer=self.bias_regularizer, constraint=self.bias_constraint,
            )  # fmt: skip
        self.input_spec = InputSpec(ndim=len(ins))

    def _lengths(self, input_shape):
        """Return the length that each letter stands for."""
        ins, kernel, out, named = _letters(self.equation, len(input_shape))
        lengths = dict(zip(ins, input_shape, strict=True))
        if len(named) != len(self.partial_output_shape):
            raise ShapeError(
                "EinsumDense: output_shape", expected=f"a length for each of the letters {named!r}",
                got=str(self.partial_output_shape),
            )  # fmt: skip
        for c, n in zip(named, self.partial_output_shape, strict=True):
            if lengths.get(c) is None:
                lengths[c] = n
            elif n not in (None, lengths[c]):
                raise ShapeError(
                    "EinsumDense: output_shape",
                    expected=f"length {lengths[c]}, that of the input, at {c!r}",
                    got=str(n),
                )
        unknown = [c for c in kernel + out if c not in lengths]
        if unknown:
            raise ArgumentError(
                "EinsumDense: equation", expected="letters of the input or of the output shape",
                got=f"{unknown[0]!r} in {self.equation!r}",
            )  # fmt: skip
        alone = [c for c in out if c not in ins and c not in kernel]
        if alone:
            raise ArgumentError(
                "EinsumDense: equation", expected=f"{alone[0]!r} in the input or the kernel", got=repr(self.equation)
            )
        return lengths

    def _bias_shape(self, out, lengths):
        strange = [c for c in self.bias_axes if c not in out]
        if strange:
            raise ArgumentError("EinsumDense: bias_axes", expected=f"letters of {out!r}", got=repr(strange[0]))
        first = min(out.index(c) for c in self.bias_axes)
        return tuple(lengths[c] if c in self.bias_axes else 1 for c in out[first:])

    def call(self, inputs, training=None):
        """Return f(Σ x W + b)."""
        ins, kernel, out = self.letters
        if self.quantization_mode:
            z = self.byte_product(inputs, f"{ins},{kernel}->{out}")
            z = z if self.bias is None else z + self.bias
            return z if self.activation is None else self.activation(z)
        folded = len([c for c in ins if c not in out])
        kept = len(ins) - folded
        if ins[:kept] == out[:kept] and kernel == ins[kept:] + out[kept:]:
            z = self._as_affine(inputs, kept, folded)
        else:
            z = ops.einsum(f"{ins},{kernel}->{out}", inputs, self.kernel)
            z = z if self.bias is None else z + self.bias
        return z if self.activation is None else self.activation(z)

    def _as_affine(self, x, kept, folded):
        """Return z for equations like ``ab cd,cd ef->ab ef``: one matrix product over the axes laid flat."""
        new = self.kernel.shape[folded:]
        whole = self.bias is not None and self.bias.shape == new
        w, d = self.kernel, math.prod(self.kernel.shape[:folded])
        x, before = (
            (x, x.shape[:kept]) if folded == 1 else (ops.reshape(x, newshape=(*x.shape[:kept], d)), x.shape[:kept])
        )
        w = w if len(w.shape) == 2 else ops.reshape(w, newshape=(d, -1))
        b = ops.reshape(self.bias, newshape=(-1,)) if whole and len(new) > 1 else self.bias if whole else None
        z = ops.affine(x, w, b)
        z = z if len(new) == 1 else ops.reshape(z, newshape=(*before, *new))
        return z if whole or self.bias is None else z + self.bias

    def folded_axes(self):
        """Return the axes of W that the output lacks."""
        return tuple(i for i, c in enumerate(self.letters[1]) if c not in self.letters[2])

    def scale_shape(self, shape):
        """Return the output's axes, of length 1 where W has none of them."""
        _, kernel, out = self.letters
        return tuple(shape[kernel.index(c)] if c in kernel else 1 for c in out)

    def _kept(self, scale):
        """Return W's scale with the output's axes."""
        return aligned(scale, *self.letters[1:])

    def compute_output_shape(self, input_shape):
        """Return the lengths of the output's letters."""
        _, _, out, named = _letters(self.equation, len(input_shape))
        lengths = self._lengths(input_shape) | dict(zip(named, self.partial_output_shape, strict=True))
        return tuple(lengths[c] for c in out)

    def get_config(self) -> dict:
        """Return the constructor's arguments."""
        regularizer = regularizers.serialize(self.activity_regularizer) if self.activity_regularizer else None
        own = {"output_shape": self.partial_output_shape, "activity_regularizer": regularizer}
        return super().get_config() | own


_FREE = "ZYXWVUTSRQPONMLKJIHGFEDCBA"


def _letters(equation, rank):
    """Return the letters of input, kernel and output, ``...`` spelled out for an input of `rank` axes.

    At last, those letters of the output for which the layer was given lengths: its own, without the batch axis.

    >>> _letters("...x,xy->...y", 3)
    ('ZYx', 'xy', 'ZYy', 'y')
    """
    found = _FORM.match(equation.replace(" ", ""))
    if not found:
        raise ArgumentError(
            f"Invalid einsum equation {equation!r}", expected="'ab,bc->ac', '...b,bc->...c' or 'ab...,bc->ac...'",
            got=equation,
        )  # fmt: skip
    before, ins, after, kernel, out_before, out, out_after = found.groups()
    if bool(before) != bool(out_before) or bool(after) != bool(out_after):
        raise ArgumentError(f"Invalid einsum equation {equation!r}", expected="'...' on both sides, or on neither")
    used = set(ins + kernel + out)
    more = "".join([c for c in _FREE if c not in used][: max(rank - len(ins), 0)]) if before or after else ""
    if len(ins) + len(more) != rank:
        raise ShapeError("EinsumDense", expected=f"an input of {len(ins)} axes ({equation!r})", got=f"{rank} axes")
    if before:
        return more + ins, kernel, more + out, out
    return ins + more, kernel, out + more, out[1:]
