"""Accuracies: the share of samples that the model got right.

Index letters: n the samples, k the K classes; y the target, p the prediction, [·] is 1 where the condition holds.
Each comes as a function (1 or 0 per sample) and as a metric (the mean over all batches).

Source: ``keras.metrics``.
"""

from __future__ import annotations

import numpy as np

from teachkeras import config, dtypes
from teachkeras.losses._pairs import check_fit
from teachkeras.metrics.reduction import _Wrapped
from teachkeras.tensor import Tensor, as_array


def _same_rank(y_true: np.ndarray, y_pred: np.ndarray) -> tuple:
    """Let ``(n,)`` and ``(n, 1)`` meet, as the losses do."""
    if y_true.ndim == y_pred.ndim + 1 and y_true.shape[-1] == 1:
        return (y_true, y_pred[:, None]) if y_pred.ndim == 1 else (y_true[..., 0], y_pred)
    if y_pred.ndim == y_true.ndim + 1 and y_pred.shape[-1] == 1:
        return (y_true[:, None], y_pred) if y_true.ndim == 1 else (y_true, y_pred[..., 0])
    return y_true, y_pred


def _hits(right: np.ndarray) -> Tensor:
    """Return 1.0 where right, 0.0 where wrong."""
    return Tensor(right.astype(dtypes.as_numpy(config.floatx())))


def _equal(where: str, y_true: np.ndarray, y_pred: np.ndarray) -> np.ndarray:
    if y_true.shape != y_pred.shape:
        check_fit(where, y_true.shape, y_pred.shape)
    return y_true == y_pred


def accuracy(y_true: object, y_pred: object) -> Tensor:
    """Equal or not: ``[y = p]``, entry by entry.

    >>> accuracy([1, 2, 3], [1, 0, 3]).tolist()
    [1.0, 0.0, 1.0]
    """
    y_pred = as_array(y_pred)
    y_true, y_pred = _same_rank(as_array(y_true).astype(y_pred.dtype, copy=False), y_pred)
    return _hits(_equal("accuracy", y_true, y_pred))


def binary_accuracy(y_true: object, y_pred: object, threshold: float = 0.5) -> Tensor:
    """Right side of the threshold: ``[y = [p > threshold]]``, entry by entry.

    >>> binary_accuracy([[1], [1], [0]], [[0.98], [0.4], [0.2]]).tolist()
    [[1.0], [0.0], [1.0]]
    """
    y_true, y_pred = _same_rank(as_array(y_true), as_array(y_pred))
    return _hits(_equal("binary_accuracy", y_true, y_pred > threshold))


def categorical_accuracy(y_true: object, y_pred: object) -> Tensor:
    """The likeliest class is the right one: ``[argmax_k y = argmax_k p]`` for one-hot y ``(N, …, K)``.

    >>> categorical_accuracy([[0, 0, 1], [0, 1, 0]], [[0.1, 0.9, 0.8], [0.05, 0.95, 0]]).tolist()
    [0.0, 1.0]
    """
    y_true, y_pred = as_array(y_true), as_array(y_pred)
    return _hits(_equal("categorical_accuracy", y_true.argmax(-1), y_pred.argmax(-1)))


def sparse_categorical_accuracy(y_true: object, y_pred: object) -> Tensor:
    """The likeliest class is the right one: ``[y = argmax_k p]`` for class numbers y ``(N, …)`` or ``(N, …, 1)``.

    >>> sparse_categorical_accuracy([2, 1], [[0.1, 0.6, 0.3], [0.05, 0.95, 0]]).tolist()
    [0.0, 1.0]
    """
    y_true, y_pred = as_array(y_true), as_array(y_pred)
    if y_true.ndim == y_pred.ndim and y_true.shape[-1] == 1:
        y_true = y_true[..., 0]
    right = _equal("sparse_categorical_accuracy", y_true, y_pred.argmax(-1))
    return _hits(right[..., 0] if right.ndim > 1 and right.shape[-1] == 1 else right)


def _in_top_k(labels: np.ndarray, y_pred: np.ndarray, k: int) -> np.ndarray:
    """Tell for each row whether fewer than k classes are likelier than the right one."""
    right = np.take_along_axis(y_pred, labels[:, None], axis=-1)
    return (np.count_nonzero(y_pred > right, axis=-1) < k) & np.isfinite(right[:, 0])


def top_k_categorical_accuracy(y_true: object, y_pred: object, k: int = 5) -> Tensor:
    """The right class is among the k likeliest; y one-hot ``(N, …, K)``.

    >>> top_k_categorical_accuracy([[0, 0, 1], [0, 1, 0]], [[0.1, 0.9, 0.8], [0.05, 0, 0.95]], k=2).tolist()
    [1.0, 0.0]
    """
    return sparse_top_k_categorical_accuracy(as_array(y_true).argmax(-1), y_pred, k)


def sparse_top_k_categorical_accuracy(
    y_true: object, y_pred: object, k: int = 5, from_sorted_ids: bool = False
) -> Tensor:
    """The right class is among the k likeliest; y class numbers ``(N, …)``.

    Args:
        y_true: Class numbers.
        y_pred: Probabilities ``(N, …, K)``, or with `from_sorted_ids` class numbers, the likeliest first.
        k: How many may be tried.
        from_sorted_ids: Whether `y_pred` holds class numbers.

    >>> sparse_top_k_categorical_accuracy([2, 1], [[0.1, 0.9, 0.8], [0.05, 0, 0.95]], k=2).tolist()
    [1.0, 0.0]
    """
    y_true, y_pred = as_array(y_true), as_array(y_pred)
    labels, rows = y_true.reshape(-1), y_pred.reshape(-1, y_pred.shape[-1])
    if from_sorted_ids:
        right = np.any(labels[:, None] == rows[:, :k], axis=1)
    else:
        right = _in_top_k(labels.astype("int64"), rows, k)
    return _hits(right.reshape(y_true.shape))


class Accuracy(_Wrapped):
    """Share of entries that are equal: ``1/N Σ_n [y_n = p_n]``.

    >>> float(Accuracy()([1, 2, 3, 4], [0, 2, 3, 4]))
    0.75
    """

    def __init__(self, name="accuracy", dtype=None):
        super().__init__(accuracy, name, dtype)


class BinaryAccuracy(_Wrapped):
    """Share of entries on the right side of the threshold; per entry :func:`binary_accuracy`.

    >>> float(BinaryAccuracy()([1, 1, 0, 0], [0.98, 1, 0, 0.6]))
    0.75
    """

    def __init__(self, name="binary_accuracy", dtype=None, threshold=0.5):
        super().__init__(binary_accuracy, name, dtype, threshold=threshold)
        self.threshold = threshold


class CategoricalAccuracy(_Wrapped):
    """Share of samples whose likeliest class is the right one, for one-hot targets.

    >>> float(CategoricalAccuracy()([[0, 0, 1], [0, 1, 0]], [[0.1, 0.9, 0.8], [0.05, 0.95, 0]]))
    0.5
    """

    def __init__(self, name="categorical_accuracy", dtype=None):
        super().__init__(categorical_accuracy, name, dtype)


class SparseCategoricalAccuracy(_Wrapped):
    """Share of samples whose likeliest class is the right one, for class numbers.

    >>> float(SparseCategoricalAccuracy()([2, 1], [[0.1, 0.6, 0.3], [0.05, 0.95, 0]]))
    0.5
    """

    def __init__(self, name="sparse_categorical_accuracy", dtype=None):
        super().__init__(sparse_categorical_accuracy, name, dtype)


class TopKCategoricalAccuracy(_Wrapped):
    """Share of samples whose right class is among the k likeliest, for one-hot targets.

    >>> float(TopKCategoricalAccuracy(k=1)([[0, 0, 1], [0, 1, 0]], [[0.1, 0.9, 0.8], [0.05, 0.95, 0]]))
    0.5
    """

    def __init__(self, k=5, name="top_k_categorical_accuracy", dtype=None):
        super().__init__(top_k_categorical_accuracy, name, dtype, k=k)
        self.k = k


class SparseTopKCategoricalAccuracy(_Wrapped):
    """Share of samples whose right class is among the k likeliest, for class numbers.

    >>> float(SparseTopKCategoricalAccuracy(k=1)([2, 1], [[0.1, 0.9, 0.8], [0.05, 0.95, 0]]))
    0.5
    """

    def __init__(self, k=5, name="sparse_top_k_categorical_accuracy", dtype=None, from_sorted_ids=False):
        super().__init__(sparse_top_k_categorical_accuracy, name, dtype, k=k, from_sorted_ids=from_sorted_ids)
        self.k, self.from_sorted_ids = k, from_sorted_ids

    def get_config(self) -> dict:
        """Return the constructor's arguments as plain data, `from_sorted_ids` only where it is set, as Keras does."""
        config = super().get_config()
        return config if self.from_sorted_ids else {k: v for k, v in config.items() if k != "from_sorted_ids"}
