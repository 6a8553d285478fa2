"""Counting hits and misses at thresholds.

Index letters: n the samples, t the T thresholds τ_t; a prediction counts as positive at τ where p > τ. Counts of the
samples, or sums of their weights w:

    tp_t = Σ_n w_n [y_n][p_n > τ_t]     fp_t = Σ_n w_n [not y_n][p_n > τ_t]
    fn_t = Σ_n w_n [y_n][p_n ≤ τ_t]     tn_t = Σ_n w_n [not y_n][p_n ≤ τ_t]
"""

from __future__ import annotations

import numpy as np

from teachkeras import config
from teachkeras.errors import ArgumentError, ShapeError
from teachkeras.losses._pairs import mismatch
from teachkeras.metrics.accuracies import _same_rank
from teachkeras.tensor import as_array

NEVER = -1e10  # stands for a prediction that no threshold lets through


def checked_thresholds(thresholds: object, default: float) -> list[float]:
    """Return thresholds as a list.

    Raises:
        ArgumentError: one is outside [0, 1].
    """
    if thresholds is None:
        return [default]
    listed = list(thresholds) if isinstance(thresholds, (list, tuple, np.ndarray)) else [thresholds]
    wrong = [t for t in listed if t is None or t < 0 or t > 1]
    if wrong:
        raise ArgumentError("thresholds", expected="numbers from 0 to 1", got=str(wrong))
    return listed


def evenly_spaced(thresholds: list[float]) -> bool:
    """Tell whether thresholds run from 0 to 1 in equal steps, so that counting can go by buckets."""
    if len(thresholds) < 3:
        return False
    even = np.arange(len(thresholds), dtype="float32") / (len(thresholds) - 1)
    return bool(np.allclose(thresholds, even, atol=config.epsilon()))


def prepared(
    where: str, y_true: object, y_pred: object, sample_weight: object, top_k: int | None = None,
    class_id: int | None = None,
) -> tuple:  # fmt: skip
    """Return targets, predictions and weights as float arrays of one shape.

    Args:
        where: Whom an error names.
        y_true: Targets, 0 or 1.
        y_pred: Probabilities.
        sample_weight: One weight per sample, or None.
        top_k: If given, only the k likeliest classes of a row can be positive.
        class_id: If given, only this class counts.

    Raises:
        ShapeError: shapes that do not fit, or a class_id without an axis of classes.
    """
    dtype = np.dtype(config.floatx())
    y_true, y_pred = as_array(y_true).astype(dtype, copy=False), as_array(y_pred).astype(dtype, copy=False)
    if y_true.shape != y_pred.shape:
        y_true, y_pred = _same_rank(y_true, y_pred)
        if y_true.shape != y_pred.shape:
            raise mismatch(where, y_true.shape, y_pred.shape)
    classes = y_pred.shape[-1] if y_pred.ndim > 1 else 0
    if top_k is not None:
        if top_k > y_pred.shape[-1]:
            raise ShapeError(where, expected=f"at least top_k={top_k} classes", got=f"y_pred of shape {y_pred.shape}")
        y_pred = likeliest(y_pred, top_k)
    if class_id is not None:
        if not -classes <= class_id < classes:
            raise ShapeError(where, expected=f"a class {class_id} in y_pred", got=f"y_pred of shape {y_pred.shape}")
        y_true, y_pred = y_true[..., class_id, None], y_pred[..., class_id, None]
    if sample_weight is not None:
        sample_weight = _spread(as_array(sample_weight).astype(dtype, copy=False), y_pred.shape)
    return y_true, y_pred, sample_weight


def _spread(weight: np.ndarray, shape: tuple) -> np.ndarray:
    """Give each entry the weight of its sample."""
    while weight.ndim > len(shape) and weight.shape[-1] == 1:
        weight = weight[..., 0]
    if weight.ndim == len(shape) - 1:
        weight = weight[..., None]
    return np.broadcast_to(weight, shape)


def likeliest(y_pred: np.ndarray, k: int) -> np.ndarray:
    """Keep the k largest entries of each row; the others become so small that no threshold lets them through."""
    keep = np.argsort(-y_pred, axis=-1, kind="stable")[..., :k]
    kept = np.full_like(y_pred, NEVER)
    np.put_along_axis(kept, keep, np.take_along_axis(y_pred, keep, -1), -1)
    return kept


def count(y_true: np.ndarray, y_pred: np.ndarray, weight: object, thresholds: np.ndarray, even: bool) -> tuple:
    """Return (tp, fp, tn, fn), each with one number per threshold.

    Args:
        y_true: Targets ``(N,)`` or ``(N, labels)``; what is not 0 counts as true.
        y_pred: Predictions of that shape.
        weight: Weights of that shape, or None.
        thresholds: ``(T,)``.
        even: Whether the thresholds run from 0 to 1 in equal steps.

    Shapes: with one axis the counts are ``(T,)``, with two ``(T, labels)``.
    """
    truth = y_true.astype(bool)
    if even:
        positive, false = _by_bucket(truth, y_pred, weight, thresholds)
    else:
        above = y_pred > thresholds.reshape((-1,) + (1,) * y_pred.ndim)
        positive = _total(above & truth, weight)
        false = _total(above & ~truth, weight)
    return positive, false, _total(~truth, weight, 0) - false, _total(truth, weight, 0) - positive


def _total(chosen: np.ndarray, weight: object, axis: int = 1) -> np.ndarray:
    if weight is None:
        return np.count_nonzero(chosen, axis=axis).astype(config.floatx())
    return np.sum(np.where(chosen, weight, 0), axis=axis, dtype=config.floatx())


def _by_bucket(truth: np.ndarray, y_pred: np.ndarray, weight: object, thresholds: np.ndarray) -> tuple:
    """Count in one pass: p's bucket is the last threshold below it; the counts at τ_t are those from bucket t on."""
    number = len(thresholds)
    steps = y_pred.dtype.type(number - 1)
    bucket = np.ceil(np.clip(y_pred, 0, 1) * steps).astype("int64") - 1
    if thresholds[0] < 0 or thresholds[-1] > 1:
        bucket = np.maximum(bucket, 0)
    weight = np.ones(y_pred.shape) if weight is None else weight
    columns = [...] if y_pred.ndim == 1 else [(slice(None), label) for label in range(y_pred.shape[1])]
    found = []
    for chosen in (truth, ~truth):
        counts = [_from_bucket_on(bucket[c], (weight * chosen)[c], number) for c in columns]
        found.append((counts[0] if y_pred.ndim == 1 else np.stack(counts, 1)).astype(config.floatx()))
    return tuple(found)


def _from_bucket_on(bucket: np.ndarray, weight: np.ndarray, number: int) -> np.ndarray:
    inside = bucket >= 0
    counts = np.bincount(bucket[inside], weight[inside], minlength=number)
    return np.cumsum(counts[::-1])[::-1]
