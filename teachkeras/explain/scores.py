"""How good are the predictions, class by class, group by group, and do the probabilities mean what they say?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from teachkeras.errors import ShapeError
from teachkeras.tensor import as_array


def classes_of(y: object) -> np.ndarray:
    """Return class numbers, given them, one-hot rows, or probabilities (one column: above one half is class 1).

    >>> classes_of([[0.1, 0.9], [0.8, 0.2]]), classes_of([[0.7], [0.2]])
    (array([1, 0]), array([1, 0]))
    """
    y = np.asarray(as_array(y))
    if y.ndim == 2 and y.shape[-1] > 1:
        return y.argmax(axis=-1)
    y = y.reshape(-1)
    return (y > 0.5).astype("int64") if y.dtype.kind == "f" and not np.all(y == np.round(y)) else y.astype("int64")


def _pair(y_true: object, y_pred: object, where: str) -> tuple[np.ndarray, np.ndarray]:
    true, pred = classes_of(y_true), classes_of(y_pred)
    if len(true) != len(pred):
        raise ShapeError(where, expected=f"as many predictions as targets ({len(true)})", got=str(len(pred)))
    return true, pred


def confusion_matrix(y_true: object, y_pred: object, classes: int | None = None) -> np.ndarray:
    """Return how often class i (row) was taken for class j (column).

    >>> confusion_matrix([0, 0, 1, 2], [0, 1, 1, 2])
    array([[1, 1, 0],
           [0, 1, 0],
           [0, 0, 1]])
    """
    true, pred = _pair(y_true, y_pred, "confusion_matrix")
    count = classes or int(max(true.max(initial=0), pred.max(initial=0))) + 1
    table = np.zeros((count, count), "int64")
    np.add.at(table, (true, pred), 1)
    return table


def calibration(y_true: object, probabilities: object, bins: int = 10) -> dict[str, np.ndarray | float]:
    """Return how often the model is right among the samples for which it claims to be so sure.

    Math:
        In each of the bins of the claimed probability: ``confidence`` its mean, ``accuracy`` the share that is right,
        ``count``; and the expected calibration error ``ece = Σ count/N |accuracy - confidence|``.

    >>> found = calibration([1, 1, 0, 1], [[0.2, 0.8]] * 4, bins=5)
    >>> float(found["accuracy"][-1]), round(found["ece"], 3)
    (0.75, 0.05)

    Source: Guo, Pleiss, Sun & Weinberger, "On calibration of modern neural networks", ICML 2017, section 2.
    """
    p = np.asarray(as_array(probabilities), "float64")
    if p.ndim == 1 or p.shape[-1] == 1:
        p = np.stack([1 - p.reshape(-1), p.reshape(-1)], axis=-1)
    true = classes_of(y_true)
    sure, right = p.max(axis=-1), p.argmax(axis=-1) == true
    place = np.clip(np.ceil(sure * bins).astype(int) - 1, 0, bins - 1)
    count = np.bincount(place, minlength=bins)
    filled = np.maximum(count, 1)
    confidence = np.where(count, np.bincount(place, sure, bins) / filled, np.nan)
    accuracy = np.where(count, np.bincount(place, right, bins) / filled, np.nan)
    gap = np.nansum(count * np.abs(accuracy - confidence)) / max(len(true), 1)
    return {"confidence": confidence, "accuracy": accuracy, "count": count, "ece": float(gap)}


def error_rates(y_true: object, y_pred: object, groups: object) -> Mapping[object, dict[str, float]]:
    """Return, for each group of samples, its size and error rate, and for two classes how often each error is made.

    >>> error_rates([1, 1, 0, 0], [1, 0, 0, 0], ["a", "a", "b", "b"])["a"]
    {'count': 2, 'error': 0.5, 'false_positives': 0.0, 'false_negatives': 0.5}

    Source: Hardt, Price & Srebro, "Equality of opportunity in supervised learning", NeurIPS 2016.
    """
    true, pred = _pair(y_true, y_pred, "error_rates")
    groups = np.asarray(groups)
    found = {}
    for group in dict.fromkeys(groups.tolist()):
        t, p = true[groups == group], pred[groups == group]
        found[group] = {"count": len(t), "error": float(np.mean(t != p))}
        if max(true.max(initial=0), pred.max(initial=0)) <= 1:
            for name, truth in (("false_positives", 0), ("false_negatives", 1)):
                meant = t == truth
                found[group][name] = float(np.mean(p[meant] != truth)) if meant.any() else 0.0
    return found
