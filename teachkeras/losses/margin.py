"""Margin losses: a prediction must not only be on the right side, but far enough on it.

Index letters: n the samples, k the d entries of the last axis; t ∈ {-1, 1} the target, ŷ the prediction. Binary targets
given as 0 and 1 are turned into -1 and 1, as in Keras.

Source: ``keras.losses``; Hastie, Tibshirani & Friedman, *The Elements of Statistical Learning*, section 12.3.2.
"""

from __future__ import annotations

import numpy as np

from teachkeras import ops
from teachkeras.losses._pairs import pair, same_rank
from teachkeras.losses.base import Loss
from teachkeras.tensor import Tensor


def _signs(y_true: Tensor) -> Tensor:
    """Return 2y - 1 if every target is 0 or 1, else the targets as they are."""
    values = getattr(y_true, "data", None)
    binary = values is not None and np.all((values == 0) | (values == 1))
    return 2.0 * y_true - 1.0 if binary else y_true


def hinge(y_true: object, y_pred: object) -> Tensor:
    r"""Hinge loss: ``L_n = 1/d Σ_k max(1 - t_k ŷ_k, 0)``.

    Shapes: both ``(N, …, d)``; the result ``(N, …)``.

    >>> hinge([[1.0, -1.0]], [[0.5, -2.0]]).tolist()
    [0.25]
    """
    y_true, y_pred = pair("hinge", y_true, y_pred, squeeze=False)
    return ops.mean(ops.maximum(1.0 - _signs(y_true) * y_pred, 0.0), axis=-1)


def squared_hinge(y_true: object, y_pred: object) -> Tensor:
    r"""Squared hinge loss: ``L_n = 1/d Σ_k max(1 - t_k ŷ_k, 0)²``.

    Shapes: both ``(N, …, d)``; the result ``(N, …)``.

    >>> squared_hinge([[1.0, -1.0]], [[0.5, -2.0]]).tolist()
    [0.125]
    """
    y_true, y_pred = pair("squared_hinge", y_true, y_pred, squeeze=False)
    return ops.mean(ops.square(ops.maximum(1.0 - _signs(y_true) * y_pred, 0.0)), axis=-1)


def categorical_hinge(y_true: object, y_pred: object) -> Tensor:
    r"""Hinge loss over classes: ``L_n = max(0, 1 + max_k (1 - y_k) ŷ_k - Σ_k y_k ŷ_k)`` with one-hot y.

    Shapes: both ``(N, …, K)``; the result ``(N, …)``.

    >>> categorical_hinge([[0.0, 1.0]], [[0.25, 0.75]]).tolist()
    [0.5]
    """
    y_true, y_pred = pair("categorical_hinge", y_true, y_pred, squeeze=False)
    right = ops.sum(y_true * y_pred, axis=-1)
    best_wrong = ops.max((1.0 - y_true) * y_pred, axis=-1)
    return ops.maximum(best_wrong - right + 1.0, 0.0)


class Hinge(Loss):
    """Hinge loss; per sample :func:`hinge`.

    >>> float(Hinge()([[1.0]], [[0.5]]))
    0.5
    """

    def __init__(self, reduction="sum_over_batch_size", name="hinge", dtype=None):
        super().__init__(name, reduction, dtype)

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return ``1/d Σ max(1 - tŷ, 0)`` per sample."""
        return hinge(*same_rank(y_true, y_pred))


class SquaredHinge(Loss):
    """Squared hinge loss; per sample :func:`squared_hinge`.

    >>> float(SquaredHinge()([[1.0]], [[0.5]]))
    0.25
    """

    def __init__(self, reduction="sum_over_batch_size", name="squared_hinge", dtype=None):
        super().__init__(name, reduction, dtype)

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return ``1/d Σ max(1 - tŷ, 0)²`` per sample."""
        return squared_hinge(*same_rank(y_true, y_pred))


class CategoricalHinge(Loss):
    """Hinge loss over one-hot classes; per sample :func:`categorical_hinge`.

    >>> float(CategoricalHinge()([[0.0, 1.0]], [[0.25, 0.75]]))
    0.5
    """

    def __init__(self, reduction="sum_over_batch_size", name="categorical_hinge", dtype=None):
        super().__init__(name, reduction, dtype)

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return ``max(0, 1 + best wrong - right)`` per sample."""
        return categorical_hinge(*same_rank(y_true, y_pred))
