"""Layers that merge a list of tensors into one, and their functions: ``Add()([a, b])`` is ``add([a, b])``."""

import functools

from teachkeras import ops
from teachkeras.layers.merging._merging import Merge


class Add(Merge):
    """Add the inputs entry by entry.

    Math:
        y_i = Σ_k x⁽ᵏ⁾_i

    Shapes:
        Each of the inputs (n, …); axes of length 1 are repeated. y is as large as the largest.

    Raises:
        ArgumentError: the layer is not called on a list.
        ShapeError: the shapes don't fit.

    Example:
        >>> import numpy as np
        >>> Add()([np.array([[1.0, 2.0]]), np.array([[10.0, 20.0]])]).numpy()
        array([[11., 22.]], dtype=float32)
    """

    def merge(self, a, b):
        """Return a + b."""
        return ops.add(a, b)


class Subtract(Merge):
    """Subtract the second input from the first.

    Math:
        y_i = x⁽¹⁾_i − x⁽²⁾_i

    Raises:
        ArgumentError: the layer is not called on a list of two inputs.
        ShapeError: the shapes don't fit.

    Example:
        >>> import numpy as np
        >>> Subtract()([np.array([[1.0, 2.0]]), np.array([[10.0, 20.0]])]).numpy()
        array([[ -9., -18.]], dtype=float32)
    """

    count = 2

    def merge(self, a, b):
        """Return a − b."""
        return ops.subtract(a, b)


class Multiply(Merge):
    """Multiply the inputs entry by entry.

    Math:
        y_i = Π_k x⁽ᵏ⁾_i. Where inputs have masks, over those that don't mask the entry; 0 where all do.

    Raises:
        ArgumentError: the layer is not called on a list.
        ShapeError: the shapes don't fit.

    Example:
        >>> import numpy as np
        >>> Multiply()([np.array([[1.0, 2.0]]), np.array([[10.0, 20.0]])]).numpy()
        array([[10., 40.]], dtype=float32)
    """

    uses_masks = True

    def merge(self, a, b):
        """Return a · b."""
        return ops.multiply(a, b)

    def merge_masked(self, tensors, masks):
        """Return the product over the inputs that don't mask an entry; 0 where all do."""
        total = functools.reduce(
            ops.multiply, [ops.where(mask, x, ops.ones_like(x)) for x, mask in zip(tensors, masks, strict=True)]
        )
        return total * ops.cast(functools.reduce(ops.logical_or, masks), dtype=total.dtype)


class Average(Merge):
    """Take the mean of the inputs, entry by entry.

    Math:
        y_i = (1/K) Σ_k x⁽ᵏ⁾_i

    Raises:
        ArgumentError: the layer is not called on a list.
        ShapeError: the shapes don't fit.

    Example:
        >>> import numpy as np
        >>> Average()([np.array([[1.0, 2.0]]), np.array([[10.0, 20.0]])]).numpy()
        array([[ 5.5, 11. ]], dtype=float32)
    """

    def merge(self, a, b):
        """Return a + b."""
        return ops.add(a, b)

    def call(self, inputs):
        """Return the mean of the inputs."""
        return ops.divide(super().call(inputs), len(inputs))


class Maximum(Merge):
    """Take the largest of the inputs, entry by entry.

    Math:
        y_i = max_k x⁽ᵏ⁾_i. Where inputs have masks, over those that don't mask the entry.

    Raises:
        ArgumentError: the layer is not called on a list.
        ShapeError: the shapes don't fit.

    Example:
        >>> import numpy as np
        >>> Maximum()([np.array([[1.0, 20.0]]), np.array([[10.0, 2.0]])]).numpy()
        array([[10., 20.]], dtype=float32)
    """

    uses_masks = True

    def merge(self, a, b):
        """Return the larger one."""
        return ops.maximum(a, b)


class Minimum(Merge):
    """Take the smallest of the inputs, entry by entry.

    Math:
        y_i = min_k x⁽ᵏ⁾_i. Where inputs have masks, over those that don't mask the entry.

    Raises:
        ArgumentError: the layer is not called on a list.
        ShapeError: the shapes don't fit.

    Example:
        >>> import numpy as np
        >>> Minimum()([np.array([[1.0, 20.0]]), np.array([[10.0, 2.0]])]).numpy()
        array([[1., 2.]], dtype=float32)
    """

    uses_masks = True

    def merge(self, a, b):
        """Return the smaller one."""
        return ops.minimum(a, b)


def add(inputs, **kwargs):
    """Add a list of tensors; keywords go to :class:`Add`.

    >>> add([[[1.0]], [[2.0]]]).numpy()
    array([[3.]], dtype=float32)
    """
    return Add(**kwargs)(_listed(inputs))


def subtract(inputs, **kwargs):
    """Subtract the second tensor of a list from the first; keywords go to :class:`Subtract`."""
    return Subtract(**kwargs)(_listed(inputs))


def multiply(inputs, **kwargs):
    """Multiply a list of tensors; keywords go to :class:`Multiply`."""
    return Multiply(**kwargs)(_listed(inputs))


def average(inputs, **kwargs):
    """Take the mean of a list of tensors; keywords go to :class:`Average`."""
    return Average(**kwargs)(_listed(inputs))


def maximum(inputs, **kwargs):
    """Take the largest entries of a list of tensors; keywords go to :class:`Maximum`."""
    return Maximum(**kwargs)(_listed(inputs))


def minimum(inputs, **kwargs):
    """Take the smallest entries of a list of tensors; keywords go to :class:`Minimum`."""
    return Minimum(**kwargs)(_listed(inputs))


def _listed(inputs):
    """Return inputs that are nested numbers as tensors, one each; a list of numbers would be taken as one array."""
    return [x if hasattr(x, "shape") else ops.convert_to_tensor(x) for x in inputs]
