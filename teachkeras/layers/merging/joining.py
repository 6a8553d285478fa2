"""Layers that join tensors: side by side (Concatenate), or by their inner products (Dot)."""

import math

from teachkeras import ops
from teachkeras.errors import ArgumentError, ArgumentTypeError, ShapeError
from teachkeras.layers.layer import Layer
from teachkeras.layers.merging._merging import check_list, masks_given


class Concatenate(Layer):
    """Join the inputs along an axis.

    Math:
        y = [x⁽¹⁾, x⁽²⁾, …]

    Args:
        axis: The axis along which they are laid end to end.

    Shapes:
        Each of the inputs (n, …), alike but for that axis; y as long along it as all of them together.

    Raises:
        ArgumentError: the layer is not called on a list.
        ShapeError: the shapes differ on another axis.

    Example:
        >>> import numpy as np
        >>> Concatenate()([np.zeros((2, 3)), np.ones((2, 4))]).shape
        (2, 7)
    """

    def __init__(self, axis=-1, **kwargs):
        super().__init__(**kwargs)
        self.axis = axis
        self.supports_masking = True

    def build(self, input_shape):
        """Check the inputs' shapes."""
        check_list("Concatenate", input_shape)
        self._check(input_shape)

    def _check(self, shapes):
        first = shapes[0]
        fits = all(len(other) == len(first) for other in shapes)
        if fits and -len(first) <= self.axis < len(first):
            others = [lengths for k, lengths in enumerate(zip(*shapes, strict=True)) if k != self.axis % len(first)]
            fits = all(len({n for n in lengths if n is not None}) <= 1 for lengths in others)
        if not fits:
            raise ShapeError(
                "Concatenate", expected=f"inputs alike but for axis {self.axis}", got=f"shapes {[*map(tuple, shapes)]}",
                fix="choose another axis, or bring the inputs to one shape first",
            )  # fmt: skip

    def call(self, inputs):
        """Return the inputs joined."""
        return ops.concatenate(inputs, axis=self.axis)

    def compute_output_shape(self, input_shape):
        """Return the first input's shape, the lengths along the axis added up."""
        check_list("Concatenate", input_shape)
        self._check(input_shape)
        first = list(input_shape[0])
        lengths = [shape[self.axis] for shape in input_shape]
        first[self.axis] = None if None in lengths else sum(lengths)
        return tuple(first)

    def compute_mask(self, inputs, mask=None):
        """Return the masks joined; along features, where any input is valid. An input without a mask is valid."""
        masks = masks_given(inputs, mask)
        if masks is None:
            return None
        spread = []
        for x, m in zip(inputs, masks, strict=True):
            if m is None:
                m = ops.ones_like(x, dtype="bool")
            elif len(m.shape) < len(x.shape):
                m = ops.broadcast_to(ops.expand_dims(m, axis=-1), shape=tuple(x.shape))
            spread.append(m)
        return ops.any(ops.concatenate(spread, axis=self.axis), axis=-1)


class Dot(Layer):
    """Take inner products of two inputs, sample by sample, over one axis of each.

    Math:
        y_n,a,b = Σ_k x⁽¹⁾_n,a,k x⁽²⁾_n,b,k, the axis k where `axes` says

    Args:
        axes: The axis of both inputs that is summed over, or one for each.
        normalize: Whether the vectors are brought to length 1 first (the result is then the cosine of their angle).

    Shapes:
        x⁽¹⁾ (n, a…, k), x⁽²⁾ (n, b…, k), y (n, a…, b…), or (n, 1) where nothing else is left

    Raises:
        ArgumentTypeError: axes is neither an integer nor a list.
        ArgumentError: axes are not two, or the inputs are not.
        ShapeError: the axes' lengths differ.

    Example:
        >>> import numpy as np
        >>> Dot(axes=1)([np.array([[1.0, 2.0]]), np.array([[3.0, 4.0]])]).numpy()
        array([[11.]], dtype=float32)
    """

    def __init__(self, axes, normalize=False, **kwargs):
        super().__init__(**kwargs)
        if not isinstance(axes, int):
            if not isinstance(axes, (list, tuple)):
                raise ArgumentTypeError("Dot: axes", expected="an integer or a list of two", got=repr(axes))
            if len(axes) != 2:
                raise ArgumentError("Dot: axes", expected="two axes, one for each input", got=repr(axes))
            if not all(isinstance(a, int) for a in axes):
                raise ArgumentError("Dot: axes", expected="two integers", got=repr(axes))
        self.axes, self.normalize = axes, normalize
        self.supports_masking = True

    def _axes_of(self, shapes):
        """Return the axis of each input, counted from the front."""
        axes = [self.axes] * 2 if isinstance(self.axes, int) else self.axes
        return [axis % len(shape) if axis < 0 else axis for axis, shape in zip(axes, shapes, strict=True)]

    def build(self, input_shape):
        """Check the inputs' shapes."""
        check_list("Dot", input_shape, 2)
        (a, b), (x1, x2) = self._axes_of(input_shape), input_shape
        if x1[a] != x2[b]:
            raise ShapeError(
                "Dot", expected="axes of equal length",
                got=f"{x1[a]} (axis {a} of {tuple(x1)}) and {x2[b]} (axis {b} of {tuple(x2)})",
                fix="choose other axes",
            )  # fmt: skip

    def call(self, inputs):
        """Return the inner products."""
        x1, x2 = inputs
        a, b = self._axes_of([x1.shape, x2.shape])
        if 0 in (a, b):
            raise ArgumentError("Dot: axes", expected="axes of a sample, from 1", got="the batch axis 0")
        if self.normalize:
            x1, x2 = ops.normalize(x1, axis=a), ops.normalize(x2, axis=b)
        return _batch_dot(x1, x2, a, b)

    def compute_output_shape(self, input_shape):
        """Return (n, a…, b…), or (n, 1)."""
        check_list("Dot", input_shape, 2)
        (a, b), (x1, x2) = self._axes_of(input_shape), input_shape
        left = [n for axis, n in enumerate(x1) if axis != a]
        right = [n for axis, n in enumerate(x2) if axis != b][1:]
        return (*left, *right) if len(left) + len(right) > 1 else (*left, 1)

    def compute_mask(self, inputs, mask=None):
        """Return None: the result has no steps to mask."""
        return None


def _batch_dot(x1, x2, a, b):
    """Return Σ_k x1 x2 over axis `a` of the one and `b` of the other, sample by sample, as one matrix product each."""
    rows = [axis for axis in range(1, len(x1.shape)) if axis != a]
    columns = [axis for axis in range(1, len(x2.shape)) if axis != b]
    left, right = [x1.shape[axis] for axis in rows], [x2.shape[axis] for axis in columns]
    n, k = x1.shape[0], x1.shape[a]
    first = ops.reshape(ops.transpose(x1, axes=(0, *rows, a)), newshape=(n, math.prod(left), k))
    second = ops.reshape(ops.transpose(x2, axes=(0, b, *columns)), newshape=(n, k, math.prod(right)))
    return ops.reshape(ops.matmul(first, second), newshape=(n, *(left + right or [1])))


def concatenate(inputs, axis=-1, **kwargs):
    """Join a list of tensors along an axis; keywords go to :class:`Concatenate`."""
    return Concatenate(axis=axis, **kwargs)(inputs)


def dot(inputs, axes=-1, **kwargs):
    """Take inner products of two tensors over an axis of each; keywords go to :class:`Dot`."""
    return Dot(axes=axes, **kwargs)(inputs)
