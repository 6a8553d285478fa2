"""Labels as rows of zeros with a single one, and rows of length 1."""

from __future__ import annotations

import numpy as np

from teachkeras import config, ops
from teachkeras.errors import DataError
from teachkeras.tensor import Operators, Tensor, as_array


def to_categorical(x: object, num_classes: int | None = None) -> np.ndarray | Tensor:
    """Return class numbers as one-hot rows: ``y_{nk} = [x_n = k]``.

    Args:
        x: Class numbers from 0 to num_classes - 1.
        num_classes: How many classes there are; by default the largest number plus one.

    Shapes: x ``(N, …)`` or ``(N, …, 1)``; the result ``(N, …, num_classes)``, float64 as in Keras; a tensor gives one.

    Raises:
        DataError: a number is out of range, or there is none to count the classes by.

    >>> to_categorical([0, 2], num_classes=3)
    array([[1., 0., 0.],
           [0., 0., 1.]])
    """
    labels = as_array(x).astype("int64")
    if labels.ndim > 1 and labels.shape[-1] == 1:
        labels = labels[..., 0]
    if not num_classes:
        if not labels.size:
            raise DataError("to_categorical", expected="class numbers", got="none", fix="pass num_classes")
        num_classes = int(labels.max()) + 1
    wrong = (labels < 0) | (labels >= num_classes)
    if np.any(wrong):
        place = np.unravel_index(int(np.argmax(wrong)), wrong.shape)
        raise DataError(
            "to_categorical",
            expected=f"class numbers from 0 to {num_classes - 1}",
            got=f"{labels[place]} at entry {tuple(int(i) for i in place)}",
            fix="raise num_classes, or number the classes from 0",
        )
    if isinstance(x, Operators):
        return ops.one_hot(labels, num_classes=num_classes)
    one_hot = np.zeros((labels.size, num_classes))
    one_hot[np.arange(labels.size), labels.reshape(-1)] = 1
    return one_hot.reshape((*labels.shape, num_classes))


def normalize(x: object, axis: int = -1, order: int = 2) -> np.ndarray | Tensor:
    """Return `x` divided by its norm along an axis; rows of zeros stay.

    Args:
        x: An array, or a tensor (which stays on the tape).
        axis: The axis along which a vector lies.
        order: p of the norm ``(Σ |x|^p)^(1/p)``.

    >>> normalize(np.array([[3.0, 4.0]]))
    array([[0.6, 0.8]])
    """
    if not isinstance(x, Operators):
        array = np.asarray(x)
        norm = np.atleast_1d(np.linalg.norm(array, order, axis))
        return array / np.expand_dims(np.where(norm == 0, 1, norm), axis)
    if order == 2:
        return x / ops.sqrt(ops.maximum(ops.sum(ops.square(x), axis=axis, keepdims=True), config.epsilon() ** 2))
    norm = ops.power(ops.sum(ops.power(ops.absolute(x), float(order)), axis=axis, keepdims=True), 1.0 / order)
    return x / ops.maximum(norm, config.epsilon())
