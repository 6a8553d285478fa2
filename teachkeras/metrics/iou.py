"""Intersection over union of classes: ``IoU_k = tp_k / (tp_k + fp_k + fn_k)``, from a table of confusions.

The table has a row per true class and a column per predicted one. Its entries are floats, so that weights
such as 0.5 count; Keras's are whole numbers, which lose them.

Source: ``keras.metrics``; Everingham et al. 2010, "The Pascal visual object classes challenge", section 4.
"""

from __future__ import annotations

import numpy as np

from teachkeras.errors import ArgumentError
from teachkeras.metrics._counts import _spread
from teachkeras.metrics.base import Metric, _accumulate
from teachkeras.tensor import Tensor, as_array


class _Confusions(Metric):
    """A metric with a table of confusions."""

    def __init__(self, num_classes, name, dtype, ignore_class, sparse_y_true, sparse_y_pred, axis):
        super().__init__(name=name, dtype=dtype or "int32")
        self.num_classes, self.ignore_class = num_classes, ignore_class
        self.sparse_y_true, self.sparse_y_pred, self.axis = sparse_y_true, sparse_y_pred, axis
        square = (num_classes, num_classes)
        self.total_cm = self.add_variable(square, "zeros", dtype="float32", name="total_confusion_matrix")

    def update_state(self, y_true: object, y_pred: object, sample_weight: object = None) -> None:
        """Count which class was taken for which.

        Args:
            y_true: Class numbers, or one row of scores each where ``sparse_y_true`` is False.
            y_pred: Class numbers, or one row of scores each where ``sparse_y_pred`` is False.
            sample_weight: One weight per entry, or per sample.
        """
        y_true, y_pred = as_array(y_true), as_array(y_pred)
        y_true = y_true if self.sparse_y_true else y_true.argmax(axis=self.axis)
        y_pred = y_pred if self.sparse_y_pred else y_pred.argmax(axis=self.axis)
        weight = np.ones(1, self._array_dtype) if sample_weight is None else as_array(sample_weight)
        weight = (
            _spread(weight, y_true.shape)
            if weight.ndim > 1 or weight.size > 1
            else np.broadcast_to(weight, y_true.shape)
        )
        y_true, y_pred, weight = y_true.reshape(-1), y_pred.reshape(-1), weight.reshape(-1)
        if self.ignore_class is not None:
            keep = y_true != self.ignore_class
            y_true, y_pred, weight = y_true[keep], y_pred[keep], weight[keep]
        n = self.num_classes
        pairs = y_true.astype("int64") * n + y_pred.astype("int64")
        _accumulate(
            self.total_cm, np.bincount(pairs, weight, minlength=n * n).reshape(n, n).astype(self.total_cm.data.dtype)
        )

    def _over_union(self, classes: list) -> Tensor:
        table = self.total_cm.data
        hits, union = np.diag(table), table.sum(axis=0) + table.sum(axis=1) - np.diag(table)
        hits, union = hits[classes], union[classes]
        seen = union > 0
        if not seen.any():
            return Tensor(np.zeros((), table.dtype))
        return Tensor(np.asarray(np.sum(hits[seen] / union[seen]) / seen.sum(), table.dtype))


class IoU(_Confusions):
    """Mean of the classes' overlaps, for some classes.

    >>> round(float(IoU(num_classes=2, target_class_ids=[0])([0, 0, 1, 1], [0, 1, 0, 1])), 4)
    0.3333
    """

    def __init__(self, num_classes, target_class_ids, name=None, dtype=None, ignore_class=None, sparse_y_true=True,
                 sparse_y_pred=True, axis=-1):  # fmt: skip
        if max(target_class_ids) >= num_classes:
            raise ArgumentError("IoU", expected=f"target classes below {num_classes}", got=str(target_class_ids))
        super().__init__(num_classes, name, dtype, ignore_class, sparse_y_true, sparse_y_pred, axis)
        self.target_class_ids = list(target_class_ids)

    def result(self) -> Tensor:
        """Return the mean of ``tp / (tp + fp + fn)`` over the classes asked for that have occurred."""
        return self._over_union(self.target_class_ids)


class BinaryIoU(IoU):
    """Overlap of yes/no predictions: class 1 where the probability is at least `threshold`.

    >>> round(float(BinaryIoU(target_class_ids=[0, 1], threshold=0.3)([0, 1, 0, 1], [0.1, 0.2, 0.4, 0.7])), 4)
    0.3333
    """

    def __init__(self, target_class_ids=(0, 1), threshold=0.5, name=None, dtype=None):
        super().__init__(2, target_class_ids, name, dtype)
        self.threshold = threshold

    def update_state(self, y_true: object, y_pred: object, sample_weight: object = None) -> None:
        """Count, predictions made 0 or 1 first."""
        super().update_state(y_true, (as_array(y_pred) >= self.threshold).astype("int32"), sample_weight)

    def get_config(self) -> dict:
        """Return the constructor's arguments as plain data."""
        return {
            "name": self.name,
            "dtype": self.dtype,
            "target_class_ids": self.target_class_ids,
            "threshold": self.threshold,
        }


class MeanIoU(IoU):
    """Mean of all classes' overlaps.

    >>> round(float(MeanIoU(num_classes=2)([0, 0, 1, 1], [0, 1, 0, 1])), 4)
    0.3333
    """

    def __init__(
        self, num_classes, name=None, dtype=None, ignore_class=None, sparse_y_true=True, sparse_y_pred=True, axis=-1
    ):
        super().__init__(
            num_classes, list(range(num_classes)), name, dtype, ignore_class, sparse_y_true, sparse_y_pred, axis
        )

    def get_config(self) -> dict:
        """Return the constructor's arguments as plain data."""
        names = ("num_classes", "name", "dtype", "ignore_class", "sparse_y_true", "sparse_y_pred", "axis")
        return {name: getattr(self, name) for name in names}


class OneHotIoU(IoU):
    """:class:`IoU` of one-hot targets."""

    def __init__(
        self, num_classes, target_class_ids, name=None, dtype=None, ignore_class=None, sparse_y_pred=False, axis=-1
    ):
        super().__init__(num_classes, target_class_ids, name, dtype, ignore_class, False, sparse_y_pred, axis)

    def get_config(self) -> dict:
        """Return the constructor's arguments as plain data."""
        names = ("num_classes", "target_class_ids", "name", "dtype", "ignore_class", "sparse_y_pred", "axis")
        return {name: getattr(self, name) for name in names}


class OneHotMeanIoU(MeanIoU):
    """:class:`MeanIoU` of one-hot targets."""

    def __init__(self, num_classes, name=None, dtype=None, ignore_class=None, sparse_y_pred=False, axis=-1):
        super().__init__(num_classes, name, dtype, ignore_class, False, sparse_y_pred, axis)

    def get_config(self) -> dict:
        """Return the constructor's arguments as plain data."""
        names = ("num_classes", "name", "dtype", "ignore_class", "sparse_y_pred", "axis")
        return {name: getattr(self, name) for name in names}
