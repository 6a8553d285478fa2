"""Losses as metrics: the mean over all samples of what ``teachkeras.losses`` computes per sample.

The formula of each stands with the function of that name in ``teachkeras/losses``.

Source: ``keras.metrics``.
"""

from __future__ import annotations

import inspect

import numpy as np

from teachkeras import losses
from teachkeras.losses._pairs import pair
from teachkeras.metrics.reduction import Mean, _Wrapped
from teachkeras.tensor import Tensor


class MeanSquaredError(_Wrapped):
    """Mean squared error.

    >>> float(MeanSquaredError()([[0.0, 1.0], [0.0, 0.0]], [[1.0, 1.0], [0.0, 0.0]]))
    0.25
    """

    def __init__(self, name="mean_squared_error", dtype=None):
        super().__init__(losses.mean_squared_error, name, dtype)


class MeanAbsoluteError(_Wrapped):
    """Mean absolute error.

    >>> float(MeanAbsoluteError()([[0.0, 1.0], [0.0, 0.0]], [[1.0, 1.0], [0.0, 0.0]]))
    0.25
    """

    def __init__(self, name="mean_absolute_error", dtype=None):
        super().__init__(losses.mean_absolute_error, name, dtype)


class MeanAbsolutePercentageError(_Wrapped):
    """Mean absolute error in percent of the target.

    >>> float(MeanAbsolutePercentageError()([[2.0]], [[1.0]]))
    50.0
    """

    def __init__(self, name="mean_absolute_percentage_error", dtype=None):
        super().__init__(losses.mean_absolute_percentage_error, name, dtype)


class MeanSquaredLogarithmicError(_Wrapped):
    """Mean squared error of the logarithms.

    >>> float(MeanSquaredLogarithmicError()([[1.0]], [[1.0]]))
    0.0
    """

    def __init__(self, name="mean_squared_logarithmic_error", dtype=None):
        super().__init__(losses.mean_squared_logarithmic_error, name, dtype)


class RootMeanSquaredError(Mean):
    """Root mean squared error over all samples: ``√(1/N Σ_n 1/d Σ_k (ŷ - y)²)``.

    >>> float(RootMeanSquaredError()([[0.0, 0.0]], [[3.0, 3.0]]))
    3.0
    """

    def __init__(self, name="root_mean_squared_error", dtype=None):
        super().__init__(name, dtype)

    def update_state(self, y_true: object, y_pred: object, sample_weight: object = None) -> None:
        """Take a batch."""
        y_true, y_pred = pair(self.name, y_true, y_pred)
        super().update_state(np.square(y_pred.data - y_true.data), sample_weight)

    def result(self) -> Tensor:
        """Return the root of the mean so far."""
        return Tensor(np.sqrt(super().result().data))


def _cosine(y_true: object, y_pred: object, axis: int = -1) -> Tensor:
    """The cosine of the angle; the loss of that name is minus this."""
    return -losses.cosine_similarity(y_true, y_pred, axis)


class CosineSimilarity(_Wrapped):
    """Mean cosine of the angle between target and prediction (1: the same way, where the loss says -1).

    >>> float(CosineSimilarity()([[2.0, 0.0]], [[3.0, 0.0]]))
    1.0
    """

    def __init__(self, name="cosine_similarity", dtype=None, axis=-1):
        super().__init__(_cosine, name, dtype, axis=axis)
        self.axis = axis

    def get_config(self) -> dict:
        """Return the constructor's arguments as plain data; like Keras without `axis`, unless it is unusual."""
        config = super().get_config()
        return config if self.axis != -1 else {name: v for name, v in config.items() if name != "axis"}


class LogCoshError(_Wrapped):
    """Logarithm of the hyperbolic cosine of the error.

    >>> round(float(LogCoshError()([[0.0]], [[1.0]])), 4)
    0.4338
    """

    def __init__(self, name="logcosh", dtype=None):
        super().__init__(losses.log_cosh, name, dtype)


class KLDivergence(_Wrapped):
    """Kullback-Leibler divergence.

    >>> float(KLDivergence()([[0.5, 0.5]], [[0.5, 0.5]]))
    0.0
    """

    def __init__(self, name="kl_divergence", dtype=None):
        super().__init__(losses.kl_divergence, name, dtype)


class Poisson(_Wrapped):
    """Poisson loss.

    >>> float(Poisson()([[0.0]], [[2.0]]))
    2.0
    """

    def __init__(self, name="poisson", dtype=None):
        super().__init__(losses.poisson, name, dtype)


class BinaryCrossentropy(_Wrapped):
    """Cross-entropy of 0/1 targets; the arguments are those of the loss.

    >>> round(float(BinaryCrossentropy()([[0.0], [1.0]], [[0.5], [0.5]])), 4)
    0.6931
    """

    def __init__(self, name="binary_crossentropy", dtype=None, from_logits=False, label_smoothing=0):
        super().__init__(
            losses.binary_crossentropy, name, dtype, from_logits=from_logits, label_smoothing=label_smoothing
        )
        self.from_logits, self.label_smoothing = from_logits, label_smoothing


class CategoricalCrossentropy(_Wrapped):
    """Cross-entropy of one-hot targets; the arguments are those of the loss.

    >>> round(float(CategoricalCrossentropy()([[0.0, 1.0]], [[0.5, 0.5]])), 4)
    0.6931
    """

    def __init__(
        self, name="categorical_crossentropy", dtype=None, from_logits=False, label_smoothing=0, axis=-1
    ):  # fmt: skip
        super().__init__(
            losses.categorical_crossentropy, name, dtype,
            from_logits=from_logits, label_smoothing=label_smoothing, axis=axis,
        )  # fmt: skip
        self.from_logits, self.label_smoothing, self.axis = from_logits, label_smoothing, axis


class SparseCategoricalCrossentropy(_Wrapped):
    """Cross-entropy of class numbers; the arguments are those of the loss.

    >>> round(float(SparseCategoricalCrossentropy()([1], [[0.5, 0.5]])), 4)
    0.6931
    """

    def __init__(
        self, name="sparse_categorical_crossentropy", dtype=None, from_logits=False, ignore_class=None, axis=-1
    ):  # fmt: skip
        super().__init__(
            losses.sparse_categorical_crossentropy, name, dtype,
            from_logits=from_logits, ignore_class=ignore_class, axis=axis,
        )  # fmt: skip
        self.from_logits, self.ignore_class, self.axis = from_logits, ignore_class, axis


class Hinge(_Wrapped):
    """Hinge loss.

    >>> float(Hinge()([[1.0]], [[0.5]]))
    0.5
    """

    def __init__(self, name="hinge", dtype=None):
        super().__init__(losses.hinge, name, dtype)


class SquaredHinge(_Wrapped):
    """Squared hinge loss.

    >>> float(SquaredHinge()([[1.0]], [[0.5]]))
    0.25
    """

    def __init__(self, name="squared_hinge", dtype=None):
        super().__init__(losses.squared_hinge, name, dtype)


class CategoricalHinge(_Wrapped):
    """Hinge loss over one-hot classes.

    >>> float(CategoricalHinge()([[0.0, 1.0]], [[0.25, 0.75]]))
    0.5
    """

    def __init__(self, name="categorical_hinge", dtype=None):
        super().__init__(losses.categorical_hinge, name, dtype)


# Keras lists the losses' functions among the metrics, all but the cosine, whose sign differs
aliases = {name: f for name, f in losses.names().items() if inspect.isfunction(f) and f is not losses.cosine_similarity}
