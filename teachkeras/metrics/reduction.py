"""Sums and means over all batches, of which most metrics are made.

Index letters: n the samples seen so far, w their weights.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from teachkeras import serial
from teachkeras.kernels import device
from teachkeras.losses._pairs import same_rank
from teachkeras.losses._weighing import masked_weight
from teachkeras.metrics.base import Metric, _accumulate
from teachkeras.tensor import Tensor, as_array


def _per_sample(values: np.ndarray, sample_weight: object, fold: Callable, mask: object = None) -> tuple:
    """Return one weighted value per sample and the weights, axes that a weight does not have being folded first."""
    if sample_weight is not None:
        weight = as_array(sample_weight).astype(values.dtype, copy=False)
        if mask is not None:
            weight = masked_weight(Tensor(weight), mask, values.dtype, "sum").data
        values, weight = (t.data for t in same_rank(Tensor(values), Tensor(weight)))
        rank = weight.ndim
        if values.ndim > rank:
            values = fold(values, axis=tuple(range(rank, values.ndim)))
        sample_weight = np.broadcast_to(weight, values.shape)
        values = values * sample_weight
        if rank > 1:
            sample_weight = fold(sample_weight, axis=tuple(range(1, sample_weight.ndim)))
    if values.ndim > 1:
        values = fold(values, axis=tuple(range(1, values.ndim)))
    return values, sample_weight


class Sum(Metric):
    """Sum of all values: ``Σ w_n v_n``.

    Args:
        name: What it is called in logs.
        dtype: The number type of the state.

    >>> metric = Sum()
    >>> metric.update_state([1, 3, 5, 7])
    >>> float(metric.result())
    16.0
    """

    on_device = True

    def __init__(self, name="sum", dtype=None):
        super().__init__(name=name, dtype=dtype)
        self.total = self.add_variable((), "zeros", dtype=self.dtype, name="total")

    def update_state(self, values: object, sample_weight: object = None) -> None:
        """Add values, each multiplied by its weight."""
        mask = getattr(values, "mask", None)
        values = as_array(values).astype(self._array_dtype, copy=False)
        values, _ = _per_sample(values, sample_weight, np.sum, mask)
        _accumulate(self.total, values.sum())

    def result(self) -> Tensor:
        """Return the sum so far."""
        return Tensor(self.total.numpy())


class Mean(Metric):
    """Mean of all values: ``Σ w_n v_n / Σ w_n``.

    Args:
        name: What it is called in logs.
        dtype: The number type of the state.

    >>> metric = Mean()
    >>> metric.update_state([1, 3, 5, 7])
    >>> metric.update_state(9.0)
    >>> float(metric.result())
    5.0
    """

    on_device = True

    def __init__(self, name="mean", dtype=None):
        super().__init__(name=name, dtype=dtype)
        self.total = self.add_variable((), "zeros", dtype=self.dtype, name="total")
        self.count = self.add_variable((), "zeros", dtype=self.dtype, name="count")

    def update_state(self, values: object, sample_weight: object = None) -> None:
        """Add values, each multiplied by its weight.

        Args:
            values: A number, or one per sample; further axes are averaged.
            sample_weight: A number, or one per sample.
        """
        if type(values) is float and (sample_weight is None or type(sample_weight) is int):
            weight = 1.0 if sample_weight is None else float(sample_weight)
            _accumulate(self.total, values * weight)
            _accumulate(self.count, weight)
            return
        mask = getattr(values, "mask", None)
        values = as_array(values).astype(self._array_dtype, copy=False)
        if sample_weight is None and values.ndim <= 1:
            _accumulate(self.total, values.sum() if values.ndim else values)
            _accumulate(self.count, float(values.size))
            return
        values, weight = _per_sample(values, sample_weight, np.mean, mask)
        _accumulate(self.total, values.sum())
        _accumulate(self.count, len(values) if weight is None else weight.sum())

    def reset_state(self) -> None:
        """Start anew."""
        self.total.assign(0.0)
        self.count.assign(0.0)

    def result(self) -> Tensor:
        """Return the mean so far, 0 where there is nothing to average."""
        total, count = device.host(self.total.data), device.host(self.count.data)
        return Tensor(np.asarray(total / count if count else np.zeros_like(total)))


class MeanMetricWrapper(Mean):
    """Mean over all samples of a function of targets and predictions.

    Args:
        fn: ``fn(y_true, y_pred, **kwargs)``, one number per sample.
        name: What it is called in logs.
        dtype: The number type of the state.
        **kwargs: Further arguments of `fn`.

    >>> metric = MeanMetricWrapper(lambda y_true, y_pred: abs(y_true - y_pred), name="off_by")
    >>> metric.update_state(np.array([1.0, 2.0]), np.array([1.0, 4.0]))
    >>> float(metric.result())
    1.0
    """

    def __init__(self, fn, name=None, dtype=None, **kwargs):
        super().__init__(name=name, dtype=dtype)
        self._fn, self._fn_kwargs = fn, kwargs

    def update_state(self, y_true: object, y_pred: object, sample_weight: object = None) -> None:
        """Take a batch.

        Args:
            y_true: The targets.
            y_pred: The predictions; a mask that they carry says which count.
            sample_weight: One weight per sample.
        """
        mask = getattr(y_pred, "mask", None)
        values = self._values(y_true, y_pred)
        if mask is not None:
            weight = None if sample_weight is None else Tensor(as_array(sample_weight))
            sample_weight = masked_weight(weight, mask, self._array_dtype, "sum")
        super().update_state(values, sample_weight)

    def _values(self, y_true: object, y_pred: object) -> object:
        """Return one number per sample."""
        return self._fn(y_true, y_pred, **self._fn_kwargs)

    def get_config(self) -> dict:
        """Return name, dtype, the function and its further arguments as plain data."""
        return {"name": self.name, "dtype": self.dtype, "fn": serial.plain(self._fn), **serial.plain(self._fn_kwargs)}

    @classmethod
    def from_config(cls, config: dict) -> MeanMetricWrapper:
        """Build a metric from what ``get_config`` returned."""
        if isinstance(config.get("fn"), str):
            from teachkeras import metrics

            config = {**config, "fn": metrics.names().get(config["fn"], config["fn"])}
        return super().from_config(config)


class _Wrapped(MeanMetricWrapper):
    """A mean of one function of our own, whose config is its constructor's arguments."""

    def get_config(self) -> dict:
        """Return the constructor's arguments as plain data."""
        return Metric.get_config(self)
