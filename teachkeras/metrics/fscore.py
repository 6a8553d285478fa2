"""F-scores: precision and recall in one figure, their harmonic mean.

Index letters: k the K classes; tp, fp, fn the counts of each, ε = ``config.epsilon()``.

Source: ``keras.metrics``; van Rijsbergen, *Information Retrieval*, 1979, chapter 7.
"""

from __future__ import annotations

import numpy as np

from teachkeras import config
from teachkeras.errors import ArgumentError, NotBuiltError, ShapeError
from teachkeras.metrics.base import Metric, _accumulate
from teachkeras.tensor import Tensor, as_array


class FBetaScore(Metric):
    """F-beta: ``(1 + β²) · precision · recall / (β² · precision + recall)`` for each class.

    Args:
        average: None for one figure per class, ``"micro"`` (over all entries), ``"macro"`` (mean over classes) or
            ``"weighted"`` (mean weighted by how many samples a class has).
        beta: How many times recall counts for more than precision.
        threshold: From what probability on a class counts as predicted; None for the likeliest of each row.
        name: What it is called in logs.
        dtype: The number type.

    Shapes: y_true (one-hot) and y_pred ``(N, K)``; the result ``(K,)`` or a scalar.

    Raises:
        ArgumentError: an argument outside its range.
        ShapeError: not two axes.

    >>> metric = FBetaScore(beta=2.0, threshold=0.5)
    >>> metric.update_state([[1, 1, 1], [1, 0, 0], [1, 1, 0]], [[0.2, 0.6, 0.7], [0.2, 0.6, 0.6], [0.6, 0.8, 0.0]])
    >>> print(metric.result().numpy().round(3))
    [0.385 0.909 0.833]
    """

    def __init__(self, average=None, beta=1.0, threshold=None, name="fbeta_score", dtype=None):
        super().__init__(name=name, dtype=dtype)
        if average not in (None, "micro", "macro", "weighted"):
            raise ArgumentError(name, expected="average None, 'micro', 'macro' or 'weighted'", got=repr(average))
        if not isinstance(beta, float) or beta <= 0:
            raise ArgumentError(name, expected="beta, a float above 0", got=repr(beta))
        if threshold is not None and (not isinstance(threshold, float) or not 0 < threshold <= 1):
            raise ArgumentError(name, expected="threshold, a float above 0 and up to 1", got=repr(threshold))
        self.average, self.beta, self.threshold = average, beta, threshold
        self.axis = None if average == "micro" else 0
        self._built = False

    def _build(self, true_shape: tuple, pred_shape: tuple) -> None:
        if len(true_shape) != 2 or len(pred_shape) != 2:
            raise ShapeError(
                self.name, expected="y_true and y_pred of shape (samples, classes)", got=f"{true_shape}, {pred_shape}",
                fix="one-hot targets: utils.to_categorical(y)",
            )  # fmt: skip
        shape = () if self.average == "micro" else (pred_shape[-1],)
        for count in ("true_positives", "false_positives", "false_negatives", "intermediate_weights"):
            setattr(self, count, self.add_variable(shape, "zeros", dtype=self.dtype, name=count))
        self._built = True

    def update_state(self, y_true: object, y_pred: object, sample_weight: object = None) -> None:
        """Count the hits and misses of a batch."""
        y_true, y_pred = (as_array(y).astype(self._array_dtype, copy=False) for y in (y_true, y_pred))
        if not self._built:
            self._build(y_true.shape, y_pred.shape)
        if self.threshold is None:
            chosen = (y_pred >= y_pred.max(axis=-1, keepdims=True)) & (np.abs(y_pred) > 1e-9)
        else:
            chosen = y_pred > self.threshold
        chosen = chosen.astype(self._array_dtype)
        weight = None if sample_weight is None else as_array(sample_weight).astype(self._array_dtype)[:, None]
        found = chosen * y_true, chosen * (1 - y_true), (1 - chosen) * y_true, y_true
        for variable, hits in zip(self._own, found, strict=True):
            _accumulate(variable, np.sum(hits if weight is None else hits * weight, axis=self.axis))

    def result(self) -> Tensor:
        """Return the score so far.

        Raises:
            NotBuiltError: no batch was seen, so the number of classes is not known.
        """
        if not self._built:
            raise NotBuiltError(self.name, expected="a batch before the result", got="none", fix="call update_state")
        tp, fp, fn, cases = (v.data for v in self._own)
        epsilon = config.epsilon()
        precision, recall = tp / (tp + fp + epsilon), tp / (tp + fn + epsilon)
        score = precision * recall / (self.beta**2 * precision + recall + epsilon) * (1 + self.beta**2)
        if self.average == "weighted":
            score = np.sum(score * (cases / (np.sum(cases) + epsilon)))
        elif self.average is not None:
            score = np.mean(score)
        return Tensor(np.asarray(score))


class F1Score(FBetaScore):
    """F1: ``2 · precision · recall / (precision + recall)``; the rest is as in :class:`FBetaScore`.

    >>> metric = F1Score(threshold=0.5)
    >>> metric.update_state([[1, 1, 1], [1, 0, 0], [1, 1, 0]], [[0.2, 0.6, 0.7], [0.2, 0.6, 0.6], [0.6, 0.8, 0.0]])
    >>> print(metric.result().numpy().round(3))
    [0.5   0.8   0.667]
    """

    def __init__(self, average=None, threshold=None, name="f1_score", dtype=None):
        super().__init__(average=average, beta=1.0, threshold=threshold, name=name, dtype=dtype)
