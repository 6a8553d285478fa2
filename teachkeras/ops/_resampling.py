"""One axis of an image pooled or stretched by a matrix: each new entry is a weighted mean of old ones."""

import math

import numpy as np

from teachkeras.ops.products import matmul
from teachkeras.ops.shapes import reshape


def mix_along(m, x, axis):
    """y_j = Σ_q m_jq·x_q along one axis."""
    rest = math.prod(x.shape[axis + 1 :])
    y = matmul(np.asarray(m, x.dtype), reshape(x, newshape=(-1, x.shape[axis], rest)))
    return reshape(y, newshape=(-1, *x.shape[1:axis], len(m), *x.shape[axis + 1 :]))


def _triangle(r):
    return np.maximum(0.0, 1.0 - r)


def _cubic(r):
    """Keys 1981, a = -1/2."""
    near, far = ((1.5 * r - 2.5) * r) * r + 1.0, ((-0.5 * r + 2.5) * r - 4.0) * r + 2.0
    return np.where(r >= 2.0, 0.0, np.where(r >= 1.0, far, near))


def _lanczos(radius):
    return lambda r: np.where(r > radius, 0.0, np.sinc(r) * np.sinc(r / radius))


KERNELS = {"bilinear": _triangle, "bicubic": _cubic, "lanczos3": _lanczos(3), "lanczos5": _lanczos(5)}


def stretching(length, count, interpolation):
    """Return the matrix that makes `count` entries of `length`: weights by distance, each row adding up to 1.

    Entry j of the new axis stands at q = (j + 1/2)·length/count - 1/2 of the old one.
    """
    at = (np.arange(count) + 0.5) * (length / count) - 0.5
    m = KERNELS[interpolation](np.abs(at[:, None] - np.arange(length)))
    return m / m.sum(axis=1, keepdims=True)
