"""How well predictions rank positives before negatives, whatever the threshold: the area under a curve.

Index letters: t the T thresholds τ_t in rising order; tp, fp, tn, fn the counts at each.

Source: ``keras.metrics.AUC``; Davis & Goadrich, "The relationship between precision-recall and ROC curves", ICML 2006
(how precision is to be interpolated).
"""

from __future__ import annotations

import numpy as np

from teachkeras import config, serial
from teachkeras.errors import ArgumentError, NotBuiltError, ShapeError
from teachkeras.metrics import _counts
from teachkeras.metrics.base import Metric, _accumulate, _quotient
from teachkeras.tensor import Tensor, as_array

_CURVES = ("ROC", "PR", "PRGAIN")
_SUMS = ("interpolation", "majoring", "minoring")


class AUC(Metric):
    """Area under the ROC curve (recall over false-alarm rate) or the precision-recall curve, as a sum over thresholds.

    Args:
        num_thresholds: How many thresholds stand for the curve.
        curve: ``"ROC"``, ``"PR"`` or ``"PRGAIN"``.
        summation_method: ``"interpolation"``, ``"majoring"`` (upper sum) or ``"minoring"`` (lower sum).
        name: What it is called in logs.
        dtype: The number type.
        thresholds: The thresholds between 0 and 1 themselves; then `num_thresholds` does not count.
        multi_label: Whether each column is a question of its own; the areas are averaged.
        num_labels: How many columns there are, if known.
        label_weights: A weight for each column.
        from_logits: Whether predictions are to be squashed by a sigmoid first.

    Raises:
        ArgumentError: an argument outside its range.
        ShapeError: y_true and y_pred differ in shape.

    >>> metric = AUC(num_thresholds=3)
    >>> metric.update_state([0, 0, 1, 1], [0, 0.5, 0.3, 0.9])
    >>> float(metric.result())
    0.75
    """

    def __init__(
        self, num_thresholds=200, curve="ROC", summation_method="interpolation", name=None, dtype=None,
        thresholds=None, multi_label=False, num_labels=None, label_weights=None, from_logits=False,
    ):  # fmt: skip
        super().__init__(name=name, dtype=dtype)
        self.curve = _chosen("curve", str(curve).upper(), _CURVES)
        self.summation_method = _chosen("summation_method", str(summation_method).lower(), _SUMS)
        self._given_thresholds = None if thresholds is None else sorted(thresholds)
        self._set_thresholds(num_thresholds)
        if num_labels and not multi_label:
            raise ArgumentError("AUC", expected="multi_label=True beside num_labels", got=f"num_labels={num_labels}")
        self.multi_label, self.num_labels, self.from_logits = multi_label, num_labels, from_logits
        self.label_weights = None if label_weights is None else as_array(label_weights).astype(self._array_dtype)
        self._built = False
        if not multi_label or num_labels:
            self._build(num_labels)

    def _set_thresholds(self, number: int) -> None:
        between = self._given_thresholds
        if between is None:
            if number <= 1:
                raise ArgumentError("AUC", expected="num_thresholds, a whole number above 1", got=str(number))
            between = [(i + 1) / (number - 1) for i in range(number - 2)]
            self._even = True
        else:
            self._even = _counts.evenly_spaced([0.0, *between, 1.0])
        self.num_thresholds = len(between) + 2
        self._tau = np.array([0.0 - config.epsilon(), *between, 1.0 + config.epsilon()])

    @property
    def thresholds(self) -> list[float]:
        """All thresholds, the first a little below 0 and the last a little above 1."""
        return list(self._tau)

    def _build(self, labels: int | None) -> None:
        shape = (self.num_thresholds, labels) if self.multi_label else (self.num_thresholds,)
        for count in ("true_positives", "false_positives", "true_negatives", "false_negatives"):
            setattr(self, count, self.add_variable(shape, "zeros", name=count))
        self._built = True

    def update_state(self, y_true: object, y_pred: object, sample_weight: object = None) -> None:
        """Count the hits and misses of a batch at every threshold."""
        if self.from_logits:
            y_pred = 0.5 + 0.5 * np.tanh(0.5 * as_array(y_pred))
        y_true, y_pred, weight = _counts.prepared(self.name, y_true, y_pred, sample_weight)
        if self.multi_label:
            if y_pred.ndim != 2:
                raise ShapeError(self.name, expected="y_pred of rank 2 under multi_label", got=f"shape {y_pred.shape}")
            if not self._built:
                self._build(y_pred.shape[1])
        else:
            if self.label_weights is not None:
                weight = (1.0 if weight is None else weight) * np.broadcast_to(self.label_weights, y_pred.shape)
            y_true, y_pred = y_true.reshape(-1), y_pred.reshape(-1)
            weight = None if weight is None else weight.reshape(-1)
        thresholds = self._tau.astype(y_pred.dtype) if not self._even else self._tau
        found = _counts.count(y_true, y_pred, weight, thresholds, self._even)
        for variable, amount in zip(self._own, found, strict=True):
            _accumulate(variable, amount)

    def result(self) -> Tensor:
        """Return the area so far.

        Raises:
            NotBuiltError: no batch was seen, so the number of labels is not known.
        """
        if not self._built:
            raise NotBuiltError(self.name, expected="a batch before the result", got="none", fix="call update_state")
        tp, fp, tn, fn = (v.data for v in self._own)
        if self.curve == "PR" and self.summation_method == "interpolation":
            return self._told(_interpolated_precision(tp, fp, fn))
        x, y = self._curve_points(tp, fp, tn, fn)
        height = {
            "interpolation": lambda a, b: (a + b) / 2,
            "minoring": np.minimum,
            "majoring": np.maximum,
        }[self.summation_method](y[:-1], y[1:])
        return self._told((x[:-1] - x[1:]) * height)

    def _curve_points(self, tp: np.ndarray, fp: np.ndarray, tn: np.ndarray, fn: np.ndarray) -> tuple:
        recall = _quotient(tp, tp + fn)
        if self.curve == "ROC":
            return _quotient(fp, fp + tn), recall
        if self.curve == "PR":
            return recall, _quotient(tp, tp + fp)
        share = _quotient(tp + fn, tn + fp)  # precision-recall-gain: Flach & Kull, NeurIPS 2015
        gain = np.where(tp == 0, 0, 1 - share * _quotient(fn, tp))
        return np.maximum(gain, 0), np.where(tp == 0, 1, 1 - share * _quotient(fp, tp))

    def _told(self, areas: np.ndarray) -> Tensor:
        if not self.multi_label:
            return Tensor(np.asarray(areas.sum()))
        by_label = areas.sum(axis=0)
        if self.label_weights is None:
            return Tensor(np.asarray(by_label.mean()))
        return Tensor(_quotient(np.sum(by_label * self.label_weights), np.sum(self.label_weights)))

    def get_config(self) -> dict:
        """Return the constructor's arguments as plain data, `thresholds` only where they were given, as Keras does."""
        config = {**super().get_config(), "label_weights": serial.plain(self.label_weights)}
        config.pop("thresholds")
        return config if self._given_thresholds is None else {**config, "thresholds": self._given_thresholds}


def _chosen(argument: str, value: str, choices: tuple) -> str:
    if value not in choices:
        raise ArgumentError("AUC", expected=f"{argument}, one of {', '.join(choices)}", got=repr(value))
    return value


def _interpolated_precision(tp: np.ndarray, fp: np.ndarray, fn: np.ndarray) -> np.ndarray:
    """Return the area of each strip under the precision-recall curve, between whose points precision is not straight.

    Between two thresholds tp and the positives p = tp + fp grow in proportion, tp = a + b p with slope b; the strip's
    area is ∫ tp/p dtp = b (Δtp + a ln(p_t / p_{t+1})), over the number of true cases.
    """
    p = tp + fp
    slope = _quotient(tp[:-1] - tp[1:], np.maximum(p[:-1] - p[1:], 0))
    intercept = tp[1:] - slope * p[1:]
    both = (p[:-1] > 0) & (p[1:] > 0)
    ratio = np.where(both, _quotient(p[:-1], np.maximum(p[1:], 0)), 1)
    strip = slope * (tp[:-1] - tp[1:] + intercept * np.log(ratio))
    return _quotient(strip, np.maximum(tp[1:] + fn[1:], 0)).astype(tp.dtype)
