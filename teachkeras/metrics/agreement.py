"""How well predictions go along with targets: share of variance explained, correlations.

Source: ``keras.metrics``; Lin 1989, "A concordance correlation coefficient".
"""

from __future__ import annotations

import numpy as np

from teachkeras import config, ops
from teachkeras.errors import ArgumentError, ShapeError
from teachkeras.losses._pairs import pair
from teachkeras.metrics.base import Metric, _accumulate
from teachkeras.metrics.reduction import _Wrapped
from teachkeras.tensor import Tensor, as_array


def pearson_correlation(y_true, y_pred, axis=-1):
    """Pearson's r: the mean product of both, each brought to mean 0 and length 1.

    >>> print(pearson_correlation([[0.0, 1.0, 0.5]], [[0.0, 2.0, 1.0]]).numpy().round(3))
    [1.]
    """
    y_true, y_pred = pair("pearson_correlation", y_true, y_pred, squeeze=False)
    a, b = (y - ops.mean(y, axis=axis, keepdims=True) for y in (y_true, y_pred))
    a, b = (y / ops.sqrt(ops.maximum(ops.sum(y * y, axis=axis, keepdims=True), config.epsilon() ** 2)) for y in (a, b))
    return ops.sum(a * b, axis=axis)


def concordance_correlation(y_true, y_pred, axis=-1):
    """Lin's ρ: ``2 cov / (var_y + var_p + (mean_y - mean_p)²)``, 1 only where both are equal.

    >>> print(concordance_correlation([[0.0, 1.0, 0.5]], [[0.0, 1.0, 0.5]]).numpy().round(3))
    [1.]
    """
    y_true, y_pred = pair("concordance_correlation", y_true, y_pred, squeeze=False)
    m, n = (ops.mean(y, axis=axis, keepdims=True) for y in (y_true, y_pred))
    a, b = y_true - m, y_pred - n
    shared = 2.0 * ops.mean(a * b, axis=axis)
    apart = ops.mean(a * a, axis=axis) + ops.mean(b * b, axis=axis) + ops.mean(ops.square(m - n), axis=axis)
    return ops.divide(shared, apart + config.epsilon())


class PearsonCorrelation(_Wrapped):
    """Mean of :func:`pearson_correlation` over the samples."""

    def __init__(self, name="pearson_correlation", dtype=None, axis=-1):
        super().__init__(pearson_correlation, name, dtype, axis=axis)
        self.axis = axis


class ConcordanceCorrelation(_Wrapped):
    """Mean of :func:`concordance_correlation` over the samples."""

    def __init__(self, name="concordance_correlation", dtype=None, axis=-1):
        super().__init__(concordance_correlation, name, dtype, axis=axis)
        self.axis = axis


class R2Score(Metric):
    """Share of the variance that is explained: ``1 - Σ(y - ŷ)² / Σ(y - mean y)²``.

    Args:
        class_aggregation: "uniform_average", "variance_weighted_average", or None for one number per column.
        num_regressors: How many inputs the model has, for the adjusted score; 0 for the plain one.
        name: What it is called in logs.
        dtype: The number type.

    >>> round(float(R2Score()([[1.0], [4.0], [3.0]], [[2.0], [4.0], [4.0]])), 4)
    0.5714
    """

    def __init__(self, class_aggregation="uniform_average", num_regressors=0, name="r2_score", dtype=None):
        super().__init__(name=name, dtype=dtype)
        if class_aggregation not in (None, "uniform_average", "variance_weighted_average"):
            raise ArgumentError(
                "R2Score",
                expected="None, 'uniform_average' or 'variance_weighted_average'",
                got=repr(class_aggregation),
            )
        if num_regressors < 0:
            raise ArgumentError("R2Score", expected="num_regressors from 0 up", got=str(num_regressors))
        self.class_aggregation, self.num_regressors = class_aggregation, num_regressors
        self.num_samples = self.add_variable((), "zeros", dtype="int32", name="num_samples")
        self._built = False

    def update_state(self, y_true: object, y_pred: object, sample_weight: object = None) -> None:
        """Take a batch of targets and predictions (N, columns)."""
        y_true, y_pred = (as_array(y).astype(self._array_dtype, copy=False) for y in (y_true, y_pred))
        if y_true.ndim == y_pred.ndim == 1:
            raise ShapeError(
                "R2Score", expected="2D inputs, (samples, columns)", got=f"shapes {y_true.shape} and {y_pred.shape}",
                fix="give them a last axis: y[:, None]",
            )  # fmt: skip
        y_true, y_pred = (y[:, None] if y.ndim == 1 else y for y in (y_true, y_pred))
        if not self._built:
            for name in ("squared_sum", "sum", "total_mse", "count"):
                setattr(self, name, self.add_variable((y_true.shape[1],), "zeros", name=name))
            self._built = True
        weight = np.ones((), y_true.dtype) if sample_weight is None else as_array(sample_weight).astype(y_true.dtype)
        weight = np.broadcast_to(weight[:, None] if weight.ndim == 1 else weight, y_true.shape)
        _accumulate(self.sum, (weight * y_true).sum(axis=0))
        _accumulate(self.squared_sum, (weight * y_true * y_true).sum(axis=0))
        _accumulate(self.total_mse, (weight * (y_true - y_pred) ** 2).sum(axis=0))
        _accumulate(self.count, weight.sum(axis=0))
        _accumulate(self.num_samples, np.int32(len(y_true)))

    def result(self) -> Tensor:
        """Return the score so far."""
        if not self._built:
            return Tensor(np.zeros((), self._array_dtype))
        total = self.squared_sum.data - self.sum.data**2 / self.count.data
        raw = np.where(total == 0, 0.0, 1 - self.total_mse.data / np.where(total == 0, 1, total))
        if self.class_aggregation == "uniform_average":
            raw = raw.mean()
        elif self.class_aggregation == "variance_weighted_average":
            raw = (total * raw).sum() / total.sum()
        n, p = float(self.num_samples.data), self.num_regressors
        if p and n - p - 1 > 0:
            raw = 1 - (1 - raw) * (n - 1) / (n - p - 1)
        return Tensor(np.asarray(raw, self._array_dtype))
