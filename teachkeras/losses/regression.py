"""Losses for numbers: how far the predictions are from the targets.

Index letters: n the samples, k the d entries of the last axis, over which each function takes the mean; y the target
(``y_true``), ŷ the prediction (``y_pred``), ε = ``config.epsilon()``.

Source: ``keras.losses``; Hastie, Tibshirani & Friedman, *The Elements of Statistical Learning*, section 10.6.
"""

from __future__ import annotations

import math

from teachkeras import config, ops
from teachkeras.losses._pairs import pair
from teachkeras.losses.base import Loss
from teachkeras.tensor import Tensor


def mean_squared_error(y_true: object, y_pred: object) -> Tensor:
    r"""Mean squared error: ``L_n = 1/d Σ_k (y_k - ŷ_k)²``.

    Shapes: both ``(N, …, d)``; the result ``(N, …)``.

    Raises:
        ShapeError: the shapes do not fit.

    >>> mean_squared_error([[0.0, 2.0]], [[1.0, 4.0]]).tolist()
    [2.5]
    """
    y_true, y_pred = pair("mean_squared_error", y_true, y_pred)
    return ops.mean(ops.square(y_true - y_pred), axis=-1)


def mean_absolute_error(y_true: object, y_pred: object) -> Tensor:
    r"""Mean absolute error: ``L_n = 1/d Σ_k |y_k - ŷ_k|``.

    Shapes: both ``(N, …, d)``; the result ``(N, …)``.

    >>> mean_absolute_error([[0.0, 2.0]], [[1.0, 4.0]]).tolist()
    [1.5]
    """
    y_true, y_pred = pair("mean_absolute_error", y_true, y_pred)
    return ops.mean(ops.absolute(y_true - y_pred), axis=-1)


def mean_absolute_percentage_error(y_true: object, y_pred: object) -> Tensor:
    r"""Mean absolute percentage error: ``L_n = 100/d Σ_k |y_k - ŷ_k| / max(|y_k|, ε)``.

    Shapes: both ``(N, …, d)``; the result ``(N, …)``.

    >>> mean_absolute_percentage_error([[2.0, 4.0]], [[1.0, 4.0]]).tolist()
    [25.0]
    """
    y_true, y_pred = pair("mean_absolute_percentage_error", y_true, y_pred)
    share = ops.absolute((y_true - y_pred) / ops.maximum(ops.absolute(y_true), config.epsilon()))
    return 100.0 * ops.mean(share, axis=-1)


def mean_squared_logarithmic_error(y_true: object, y_pred: object) -> Tensor:
    r"""Mean squared logarithmic error: ``L_n = 1/d Σ_k (ln(max(ŷ_k, ε) + 1) - ln(max(y_k, ε) + 1))²``.

    Shapes: both ``(N, …, d)``; the result ``(N, …)``.

    >>> mean_squared_logarithmic_error([[1.0, 3.0]], [[1.0, 3.0]]).tolist()
    [0.0]
    """
    y_true, y_pred = pair("mean_squared_logarithmic_error", y_true, y_pred)
    log_pred = ops.log(ops.maximum(y_pred, config.epsilon()) + 1.0)
    log_true = ops.log(ops.maximum(y_true, config.epsilon()) + 1.0)
    return ops.mean(ops.square(log_pred - log_true), axis=-1)


def huber(y_true: object, y_pred: object, delta: float = 1.0) -> Tensor:
    r"""Huber's loss: ``e²/2`` for errors up to δ, ``δ|e| - δ²/2`` beyond, so that an outlier pulls no harder than δ.

    Shapes: both ``(N, …, d)``; the result ``(N, …)``, the mean over d.

    >>> huber([[0.0, 0.0]], [[1.0, 3.0]]).tolist()
    [1.5]

    Source: Huber, "Robust estimation of a location parameter", Ann. Math. Stat. 35 (1964).
    """
    y_true, y_pred = pair("huber", y_true, y_pred)
    error = y_pred - y_true
    size = ops.absolute(error)
    return ops.mean(ops.where(size <= delta, 0.5 * ops.square(error), delta * size - 0.5 * delta**2), axis=-1)


def log_cosh(y_true: object, y_pred: object) -> Tensor:
    r"""Logarithm of the hyperbolic cosine: ``L_n = 1/d Σ_k ln cosh(ŷ_k - y_k)``, as ``e + softplus(-2e) - ln 2``.

    Shapes: both ``(N, …, d)``; the result ``(N, …)``.

    >>> round(log_cosh([[0.0]], [[1.0]]).item(), 4)
    0.4338
    """
    y_true, y_pred = pair("log_cosh", y_true, y_pred)
    error = y_pred - y_true
    return ops.mean(error + ops.softplus(-2.0 * error) - math.log(2.0), axis=-1)


def _unit(x: Tensor, axis: int = -1) -> Tensor:
    r"""The same direction at length 1: ``x / max(‖x‖, ε)``.

    >>> print(_unit(ops.convert_to_tensor([3.0, 4.0])).numpy().round(4))
    [0.6 0.8]
    """
    squares = ops.sum(ops.square(x), axis=axis, keepdims=True)
    return x / ops.sqrt(ops.maximum(squares, config.epsilon() ** 2))


def cosine_similarity(y_true: object, y_pred: object, axis: int = -1) -> Tensor:
    r"""Minus the cosine of the angle: ``L_n = -Σ_k y_k ŷ_k / (‖y‖ ‖ŷ‖)``; -1 where they point the same way.

    Shapes: both ``(N, …, d)``; the result lacks `axis`.

    >>> cosine_similarity([[1.0, 0.0]], [[0.0, 1.0]]).tolist()
    [-0.0]
    """
    y_true, y_pred = pair("cosine_similarity", y_true, y_pred)
    return -ops.sum(_unit(y_true, axis) * _unit(y_pred, axis), axis=axis)


class MeanSquaredError(Loss):
    """Mean squared error; per sample :func:`mean_squared_error`.

    >>> float(MeanSquaredError()([[0.0, 1.0], [0.0, 0.0]], [[1.0, 1.0], [1.0, 0.0]]))
    0.5
    """

    def __init__(self, reduction="sum_over_batch_size", name="mean_squared_error", dtype=None):
        super().__init__(name, reduction, dtype)

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return ``1/d Σ (y - ŷ)²`` per sample."""
        return mean_squared_error(y_true, y_pred)


class MeanAbsoluteError(Loss):
    """Mean absolute error; per sample :func:`mean_absolute_error`.

    >>> float(MeanAbsoluteError()([[0.0, 1.0], [0.0, 0.0]], [[1.0, 1.0], [1.0, 0.0]]))
    0.5
    """

    def __init__(self, reduction="sum_over_batch_size", name="mean_absolute_error", dtype=None):
        super().__init__(name, reduction, dtype)

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return ``1/d Σ |y - ŷ|`` per sample."""
        return mean_absolute_error(y_true, y_pred)


class MeanAbsolutePercentageError(Loss):
    """Mean absolute error in percent of the target; per sample :func:`mean_absolute_percentage_error`.

    >>> float(MeanAbsolutePercentageError()([[2.0]], [[1.0]]))
    50.0
    """

    def __init__(self, reduction="sum_over_batch_size", name="mean_absolute_percentage_error", dtype=None):
        super().__init__(name, reduction, dtype)

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return ``100/d Σ |y - ŷ|/|y|`` per sample."""
        return mean_absolute_percentage_error(y_true, y_pred)


class MeanSquaredLogarithmicError(Loss):
    """Mean squared error of the logarithms; per sample :func:`mean_squared_logarithmic_error`.

    >>> float(MeanSquaredLogarithmicError()([[1.0]], [[1.0]]))
    0.0
    """

    def __init__(self, reduction="sum_over_batch_size", name="mean_squared_logarithmic_error", dtype=None):
        super().__init__(name, reduction, dtype)

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return ``1/d Σ (ln(1+ŷ) - ln(1+y))²`` per sample."""
        return mean_squared_logarithmic_error(y_true, y_pred)


class Huber(Loss):
    """Squared near 0, straight further out; per sample :func:`huber`.

    Args:
        delta: The error at which the square turns into a straight line.
        reduction: How samples are folded.
        name: Its name.
        dtype: The number type.

    >>> float(Huber(delta=1.0)([[0.0]], [[3.0]]))
    2.5
    """

    config_omits = {"delta": 1.0}

    def __init__(self, delta=1.0, reduction="sum_over_batch_size", name="huber_loss", dtype=None):
        super().__init__(name, reduction, dtype)
        self.delta = delta

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return Huber's loss per sample."""
        return huber(y_true, y_pred, self.delta)


class LogCosh(Loss):
    """Logarithm of the hyperbolic cosine of the error; per sample :func:`log_cosh`.

    >>> round(float(LogCosh()([[0.0]], [[1.0]])), 4)
    0.4338
    """

    def __init__(self, reduction="sum_over_batch_size", name="log_cosh", dtype=None):
        super().__init__(name, reduction, dtype)

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return ``1/d Σ ln cosh(ŷ - y)`` per sample."""
        return log_cosh(y_true, y_pred)


class CosineSimilarity(Loss):
    """Minus the cosine of the angle between target and prediction; per sample :func:`cosine_similarity`.

    Args:
        axis: The axis along which a vector lies.
        reduction: How samples are folded.
        name: Its name.
        dtype: The number type.

    >>> float(CosineSimilarity()([[2.0, 0.0]], [[3.0, 0.0]]))
    -1.0
    """

    config_omits = {"axis": -1}

    def __init__(self, axis=-1, reduction="sum_over_batch_size", name="cosine_similarity", dtype=None):
        super().__init__(name, reduction, dtype)
        self.axis = axis

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return ``-y·ŷ / (‖y‖‖ŷ‖)`` per sample."""
        return cosine_similarity(y_true, y_pred, self.axis)


aliases = {
    "mse": mean_squared_error, "MSE": mean_squared_error,
    "mae": mean_absolute_error, "MAE": mean_absolute_error,
    "mape": mean_absolute_percentage_error, "MAPE": mean_absolute_percentage_error,
    "msle": mean_squared_logarithmic_error, "MSLE": mean_squared_logarithmic_error,
    "logcosh": log_cosh,
}  # fmt: skip
