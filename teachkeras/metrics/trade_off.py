"""The best one of two figures while the other keeps a promise: precision at a recall, sensitivity at a specificity.

Both figures are counted at `num_thresholds` thresholds from 0 to 1; among those where the one is good enough, the best
of the other is the result (0 where there is none).

Source: ``keras.metrics``; Fawcett 2006, "An introduction to ROC analysis".
"""

from __future__ import annotations

import numpy as np

from teachkeras import config
from teachkeras.errors import ArgumentError
from teachkeras.metrics.base import _quotient
from teachkeras.metrics.confusion import _COUNTS, _Counting
from teachkeras.tensor import Tensor


class _AtLeast(_Counting):
    """Counts at many thresholds; `promise` names the constructor's argument."""

    counted = _COUNTS
    promise = ""

    def __init__(self, value: float, num_thresholds: int, class_id: int | None, name: str | None, dtype: object):
        if not 0 <= value <= 1:
            raise ArgumentError(type(self).__name__, expected=f"{self.promise} from 0 to 1", got=str(value))
        if num_thresholds <= 0:
            raise ArgumentError(type(self).__name__, expected="num_thresholds above 0", got=str(num_thresholds))
        self.value, self.num_thresholds, self.class_id = value, num_thresholds, class_id
        setattr(self, self.promise, value)
        inner = [(k + 1) / (num_thresholds - 1) for k in range(num_thresholds - 2)]
        super().__init__([0.5] if num_thresholds == 1 else [0.0, *inner, 1.0], name, dtype)

    def _figures(self) -> tuple:
        tp, fp, tn, fn = (getattr(self, count).data for count in _COUNTS)
        return _quotient(tp, tp + fp), _quotient(tp, tp + fn), _quotient(tn, tn + fp)

    def _best(self, promised: np.ndarray, wanted: np.ndarray) -> Tensor:
        good = wanted[promised >= self.value]
        return Tensor(np.asarray(good.max() if good.size else 0.0, config.floatx()))

    def get_config(self) -> dict:
        """Return the constructor's arguments as plain data."""
        config = {"num_thresholds": self.num_thresholds, self.promise: self.value, "class_id": self.class_id}
        return {**{k: v for k, v in super().get_config().items() if k in ("name", "dtype")}, **config}


class SensitivityAtSpecificity(_AtLeast):
    """The best sensitivity tp/(tp+fn) among thresholds whose specificity tn/(tn+fp) is at least the given one.

    >>> float(SensitivityAtSpecificity(0.5)([0, 0, 0, 1, 1], [0, 0.3, 0.8, 0.3, 0.8]))
    0.5
    """

    promise = "specificity"

    def __init__(self, specificity, num_thresholds=200, class_id=None, name=None, dtype=None):
        super().__init__(specificity, num_thresholds, class_id, name, dtype)

    def result(self) -> Tensor:
        """Return the best sensitivity."""
        _, sensitivity, specificity = self._figures()
        return self._best(specificity, sensitivity)


class SpecificityAtSensitivity(_AtLeast):
    """The best specificity among thresholds whose sensitivity is at least the given one."""

    promise = "sensitivity"

    def __init__(self, sensitivity, num_thresholds=200, class_id=None, name=None, dtype=None):
        super().__init__(sensitivity, num_thresholds, class_id, name, dtype)

    def result(self) -> Tensor:
        """Return the best specificity."""
        _, sensitivity, specificity = self._figures()
        return self._best(sensitivity, specificity)


class PrecisionAtRecall(_AtLeast):
    """The best precision tp/(tp+fp) among thresholds whose recall is at least the given one."""

    promise = "recall"

    def __init__(self, recall, num_thresholds=200, class_id=None, name=None, dtype=None):
        super().__init__(recall, num_thresholds, class_id, name, dtype)

    def result(self) -> Tensor:
        """Return the best precision."""
        precision, recall, _ = self._figures()
        return self._best(recall, precision)


class RecallAtPrecision(_AtLeast):
    """The best recall among thresholds whose precision is at least the given one."""

    promise = "precision"

    def __init__(self, precision, num_thresholds=200, class_id=None, name=None, dtype=None):
        super().__init__(precision, num_thresholds, class_id, name, dtype)

    def result(self) -> Tensor:
        """Return the best recall."""
        precision, recall, _ = self._figures()
        return self._best(precision, recall)
