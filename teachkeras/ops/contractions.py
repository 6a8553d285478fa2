"""Inner, outer and tensor products, each said in matmul: which axes meet, and in what order."""

import numpy as np

from teachkeras.ops.elementwise import multiply
from teachkeras.ops.products import matmul
from teachkeras.ops.reductions import sum as total
from teachkeras.ops.shapes import as_tensor, reshape, transpose
from teachkeras.tensor import numpy_ops


def tensordot(x1, x2, axes=2):
    """Sum of products over pairs of axes: the last `axes` of one with the first of the other, or two lists of axes."""
    x1, x2 = as_tensor(x1), as_tensor(x2)
    a, b = len(x1.shape), len(x2.shape)
    if isinstance(axes, int):
        mine, theirs = list(range(a - axes, a)), list(range(axes))
    else:
        mine, theirs = ([k % n for k in np.atleast_1d(given).tolist()] for given, n in zip(axes, (a, b), strict=True))
    left, right = [k for k in range(a) if k not in mine], [k for k in range(b) if k not in theirs]
    rows, columns = [x1.shape[k] for k in left], [x2.shape[k] for k in right]
    met = int(np.prod([x1.shape[k] for k in mine]))
    first = reshape(transpose(x1, axes=(*left, *mine)), newshape=(-1, met))
    second = reshape(transpose(x2, axes=(*theirs, *right)), newshape=(met, -1))
    return reshape(matmul(first, second), newshape=(*rows, *columns))


def dot(x1, x2):
    """Last axis of the one with the last but one of the other; a plain product if one of them is a number."""
    x1, x2 = as_tensor(x1), as_tensor(x2)
    if not x1.shape or not x2.shape:
        return multiply(x1, x2)
    if len(x1.shape) == 1 or len(x2.shape) <= 2:
        return matmul(x1, x2) if len(x1.shape) > 1 or len(x2.shape) <= 2 else tensordot(x1, x2, axes=[[0], [-2]])
    return tensordot(x1, x2, axes=[[-1], [-2]])


def inner(x1, x2):
    """Last axis of the one with the last of the other."""
    x1, x2 = as_tensor(x1), as_tensor(x2)
    if not x1.shape or not x2.shape:
        return multiply(x1, x2)
    return tensordot(x1, x2, axes=[[-1], [-1]])


def outer(x1, x2):
    """Every entry of the one times every entry of the other."""
    x1, x2 = as_tensor(x1), as_tensor(x2)
    return multiply(reshape(x1, newshape=(-1, 1)), reshape(x2, newshape=(1, -1)))


def vdot(x1, x2):
    """Sum of the products of all entries."""
    x1, x2 = as_tensor(x1), as_tensor(x2)
    return total(multiply(reshape(x1, newshape=-1), reshape(x2, newshape=-1)))


numpy_ops.update({np.tensordot: tensordot, np.dot: dot, np.inner: inner, np.outer: outer, np.vdot: vdot})
