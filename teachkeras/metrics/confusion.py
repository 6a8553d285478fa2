"""Hits and misses of yes/no predictions: their counts, precision, recall.

Index letters: t the thresholds τ_t; a prediction counts as positive where p > τ. tp, fp, tn, fn are the (weighted)
counts of true and false positives and negatives (``metrics/_counts.py``).

Source: ``keras.metrics``; Hastie, Tibshirani & Friedman, *The Elements of Statistical Learning*, section 9.2.5.
"""

from __future__ import annotations

import numpy as np

from teachkeras.metrics import _counts
from teachkeras.metrics.base import Metric, _accumulate, _quotient
from teachkeras.tensor import Tensor

_COUNTS = ("true_positives", "false_positives", "true_negatives", "false_negatives")


class _Counting(Metric):
    """A metric made of counts at thresholds; `counted` names those that it keeps."""

    counted: tuple[str, ...] = ()

    def __init__(self, thresholds: object, name: str | None, dtype: object, default: float = 0.5):
        super().__init__(name=name, dtype=dtype)
        self._given_thresholds = thresholds
        self.thresholds = _counts.checked_thresholds(thresholds, default)
        self._even = _counts.evenly_spaced(self.thresholds)
        self._tau = np.asarray(self.thresholds, "float32")
        for count in self.counted:
            setattr(self, count, self.add_variable((len(self.thresholds),), "zeros", name=count))

    def update_state(self, y_true: object, y_pred: object, sample_weight: object = None) -> None:
        """Count the hits and misses of a batch.

        Args:
            y_true: Targets, 0 or 1.
            y_pred: Probabilities of the same shape.
            sample_weight: One weight per sample.
        """
        top_k, class_id = getattr(self, "top_k", None), getattr(self, "class_id", None)
        y_true, y_pred, weight = _counts.prepared(self.name, y_true, y_pred, sample_weight, top_k, class_id)
        weight = None if weight is None else weight.reshape(-1)
        found = _counts.count(y_true.reshape(-1), y_pred.reshape(-1), weight, self._tau, self._even)
        for count, amount in zip(_COUNTS, found, strict=True):
            if count in self.counted:
                _accumulate(getattr(self, count), amount)

    def _told(self, values: np.ndarray) -> Tensor:
        """Return one number where there is one threshold, else one per threshold."""
        return Tensor(np.array(values[0] if len(self.thresholds) == 1 else values))

    def get_config(self) -> dict:
        """Return the constructor's arguments as plain data."""
        return {**super().get_config(), "thresholds": self._given_thresholds}


class _Count(_Counting):
    """One of the four counts."""

    def result(self) -> Tensor:
        """Return the count so far: a number, or one per threshold."""
        return self._told(self.accumulator.data)

    def __init__(self, thresholds: object = None, name: str | None = None, dtype: object = None):
        super().__init__(thresholds, name, dtype)
        self.accumulator = getattr(self, self.counted[0])
        self.accumulator.name, self.accumulator.path = "accumulator", f"{self.name}/accumulator"


class TruePositives(_Count):
    """Number of positives found: ``Σ w [y][p > τ]``.

    >>> float(TruePositives()([0, 1, 1, 1], [1, 0, 1, 1]))
    2.0
    """

    counted = ("true_positives",)

    def __init__(self, thresholds=None, name=None, dtype=None):
        super().__init__(thresholds, name, dtype)


class FalsePositives(_Count):
    """Number of false alarms: ``Σ w [not y][p > τ]``.

    >>> float(FalsePositives()([0, 1, 0, 0], [0, 0, 1, 1]))
    2.0
    """

    counted = ("false_positives",)

    def __init__(self, thresholds=None, name=None, dtype=None):
        super().__init__(thresholds, name, dtype)


class TrueNegatives(_Count):
    """Number of negatives left alone: ``Σ w [not y][p ≤ τ]``.

    >>> float(TrueNegatives()([0, 1, 0, 0], [1, 1, 0, 0]))
    2.0
    """

    counted = ("true_negatives",)

    def __init__(self, thresholds=None, name=None, dtype=None):
        super().__init__(thresholds, name, dtype)


class FalseNegatives(_Count):
    """Number of positives missed: ``Σ w [y][p ≤ τ]``.

    >>> float(FalseNegatives()([0, 1, 1, 1], [0, 1, 0, 0]))
    2.0
    """

    counted = ("false_negatives",)

    def __init__(self, thresholds=None, name=None, dtype=None):
        super().__init__(thresholds, name, dtype)


class Precision(_Counting):
    """Of what was called positive, how much is: ``tp / (tp + fp)``, 0 where nothing was.

    Args:
        thresholds: τ, or a list of them; 0.5 by default.
        top_k: If given, the k likeliest classes of a row are the positives.
        class_id: If given, only this class counts.
        name: What it is called in logs.
        dtype: The number type.

    Shapes: y_true and y_pred alike; the result is a scalar, or one number per threshold.

    Raises:
        ArgumentError: a threshold outside [0, 1].
        ShapeError: y_true and y_pred differ in shape.

    >>> round(float(Precision()([0, 1, 1, 1], [1, 0, 1, 1])), 4)
    0.6667
    """

    counted = ("true_positives", "false_positives")

    def __init__(self, thresholds=None, top_k=None, class_id=None, name=None, dtype=None):
        self.top_k, self.class_id = top_k, class_id
        super().__init__(thresholds, name, dtype, default=0.5 if top_k is None else _counts.NEVER)

    def result(self) -> Tensor:
        """Return ``tp / (tp + fp)`` so far."""
        hits = self.true_positives.data
        return self._told(_quotient(hits, hits + self.false_positives.data))


class Recall(_Counting):
    """Of what is positive, how much was found: ``tp / (tp + fn)``, 0 where nothing is.

    Arguments, shapes and errors are those of :class:`Precision`.

    >>> round(float(Recall()([0, 1, 1, 1], [1, 0, 1, 1])), 4)
    0.6667
    """

    counted = ("true_positives", "false_negatives")

    def __init__(self, thresholds=None, top_k=None, class_id=None, name=None, dtype=None):
        self.top_k, self.class_id = top_k, class_id
        super().__init__(thresholds, name, dtype, default=0.5 if top_k is None else _counts.NEVER)

    def result(self) -> Tensor:
        """Return ``tp / (tp + fn)`` so far."""
        hits = self.true_positives.data
        return self._told(_quotient(hits, hits + self.false_negatives.data))
