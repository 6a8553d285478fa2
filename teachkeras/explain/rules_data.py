"""What the data itself shows: scale, labels and the loss, balance of the classes, the same samples in two splits."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from teachkeras.errors import NoGradientError
from teachkeras.explain.findings import Finding

LARGE_INPUT = 20.0  # the 99th percentile of |x| beyond which training usually suffers
UNEVEN = 100.0  # how much more one feature may spread than another
RARE = 10.0  # how many samples of the commonest class for one of the rarest
MAJORITY = 0.8  # the share of one class in two
SHARED = 0.01  # the share of validation samples that may also be training samples
LARGE_TARGET = 30.0
SCALERS = ("BatchNormalization", "LayerNormalization", "Normalization", "Rescaling", "Embedding", "IntegerLookup")


def unscaled_input(case: object) -> Iterator[Finding]:
    """Inputs that are large, or of very different sizes."""
    x = case.x_array
    first = next(
        (type(layer).__name__ for layer in case.leaves if layer.weights or type(layer).__name__ in SCALERS), ""
    )
    if x is None or x.dtype.kind not in "fiu" or first in SCALERS or not x.size:
        return
    x = x.astype("float64", copy=False)
    if not np.isfinite(x).all():
        count = int((~np.isfinite(x)).sum())
        yield Finding("bad_numbers", "the inputs hold NaN or infinities", {"entries": count}, "clean the data first")
        return
    size = float(np.percentile(np.abs(x), 99))
    flat = x.reshape(-1, x.shape[-1]) if x.ndim == 2 else x.reshape(-1, 1)
    spread = flat.std(axis=0)
    spread = spread[spread > 0]
    uneven = float(spread.max() / spread.min()) if spread.size > 1 else 1.0
    typical = float(spread.max() / np.median(spread)) if spread.size > 1 else 1.0
    tries = "divide images by 255; standardise tables: (x - x.mean(axis=0)) / x.std(axis=0), by the training set"
    if size > LARGE_INPUT:
        yield Finding(
            "unscaled_input",
            "the inputs are large, so the first layer's sums are huge",
            {"99% of |x| below": size, "mean": float(x.mean()), "std": float(x.std())},
            tries,
        )
    elif uneven > UNEVEN and typical > 10 and spread.max() > 3:
        yield Finding(
            "unscaled_input",
            "some features are many times larger than others and drown them",
            {"largest std": float(spread.max()), "smallest std": float(spread.min())},
            tries,
        )


def labels_and_loss(case: object) -> Iterator[Finding]:
    """Targets, last activation and loss that do not belong together."""
    if case.failure is not None and not isinstance(case.failure, NoGradientError):
        error = case.failure
        yield Finding(
            "labels_not_matching_loss",
            "the engine refuses this step",
            {"expected": error.expected, "got": error.got},
            error.fix or "make the targets what the loss expects",
        )
    if case.y_array is None or case.output is None:
        return
    if case.last_op == "softmax" and case.output.shape[-1] == 1:
        yield Finding(
            "softmax_of_one",
            "softmax over a single unit is always 1, so nothing can be learnt",
            {"units": 1},
            'Dense(1, activation="sigmoid") with binary_crossentropy',
        )
    yield from (_crossentropy(case) if "crossentropy" in case.loss_name else _distance(case))


def _is_one_hot(y: np.ndarray) -> bool:
    return y.ndim == 2 and y.shape[-1] > 1 and bool(np.all((y == 0) | (y == 1)) and np.all(y.sum(axis=-1) == 1))


def _crossentropy(case: object) -> Iterator[Finding]:
    y, output, binary = case.y_array, case.output, case.loss_name.startswith("binary_crossentropy")
    low, high = float(np.min(y)), float(np.max(y))
    if not case.from_logits and case.kept("crossentropy") and _outside(output):
        yield Finding(
            "logits_as_probabilities",
            "the loss expects probabilities but gets raw numbers",
            {"smallest output": float(output.min()), "largest": float(output.max())},
            'end in activation="softmax" (or "sigmoid"), or use the loss with from_logits=True',
        )
    if binary and (low < 0 or high > 1):
        yield Finding(
            "labels_not_matching_loss",
            "binary_crossentropy needs targets from 0 to 1",
            {"smallest target": low, "largest": high},
            "code the classes as 0 and 1, or use a regression loss",
        )
    elif binary and case.last_op == "softmax" and _is_one_hot(y):
        yield Finding(
            "labels_not_matching_loss",
            "binary_crossentropy looks at each class of a softmax by itself",
            {"classes": y.shape[-1]},
            'loss="categorical_crossentropy"',
            severity="doubt",
        )


def _distance(case: object) -> Iterator[Finding]:
    """Judge a loss that measures distances, such as the mean squared error."""
    y, loss, last = case.y_array, case.loss_name, case.last_op
    one_hot, low, high = _is_one_hot(y), float(np.min(y)), float(np.max(y))
    if last == "softmax" and one_hot:
        yield Finding(
            "labels_not_matching_loss",
            f"{loss} on classes: its gradient fades when the model is surely wrong",
            {"classes": y.shape[-1]},
            'loss="categorical_crossentropy"',
        )
    if last in _RANGES and not one_hot:
        bottom, top = _RANGES[last]
        share = float(np.mean((y < bottom) | (y > top)))
        if share > 0.05:
            yield Finding(
                "labels_not_matching_loss",
                f"the last activation, {last}, can't reach {share:.0%} of the targets",
                {"smallest target": low, "largest": high, "reach from": bottom, "to": top},
                "leave the last layer linear, or rescale the targets",
            )
    if y.dtype.kind == "f" and max(abs(low), abs(high)) > LARGE_TARGET and last not in _RANGES:
        yield Finding(
            "unscaled_target",
            "the targets are large, so the first gradients are huge",
            {"smallest target": low, "largest": high},
            "standardise the targets, and turn predictions back",
            severity="doubt",
        )


_RANGES = {"sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0), "relu": (0.0, np.inf), "softmax": (0.0, 1.0)}


def _outside(output: np.ndarray) -> bool:
    return bool(np.min(output) < -1e-6 or np.max(output) > 1 + 1e-6)


def class_numbers(case: object) -> np.ndarray | None:
    """Return the targets as class numbers, or None if they are no classes."""
    y, loss = case.y_array, case.loss_name
    if y is None or not y.size:
        return None
    if y.ndim == 2 and y.shape[-1] > 1 and np.all((y == 0) | (y == 1)) and np.all(y.sum(axis=-1) == 1):
        return np.argmax(y, axis=-1)
    if "sparse" in loss or (loss.startswith("binary") and np.all((y == 0) | (y == 1)) and y.size == len(y)):
        return y.reshape(-1).astype("int64")
    return None


def class_imbalance(case: object) -> Iterator[Finding]:
    """Classes of which there are few samples."""
    classes = class_numbers(case)
    if classes is None or len(classes) < 50:
        return
    counts = np.bincount(classes[classes >= 0])
    counts = counts[counts > 0]
    if len(counts) < 2 or (len(counts) > 2 and counts.max() < 30):
        return
    ratio, most = float(counts.max() / counts.min()), float(counts.max() / counts.sum())
    if (len(counts) == 2 and most > MAJORITY) or (
        len(counts) > 2 and ratio > RARE and counts.max() > 2 * np.median(counts)
    ):
        yield Finding(
            "class_imbalance",
            "one class is far more common; always answering it already looks good",
            {"commonest class": most, "most to fewest": ratio},
            "class_weight= in fit, more samples of the rare ones, and look at recall per class, not accuracy alone",
        )


def data_leak(case: object) -> Iterator[Finding]:
    """Samples that stand in both splits."""
    x, other = case.x_all, case.validation_x
    if x is None or other is None or x.shape[1:] != other.shape[1:] or x.dtype != other.dtype or x[0].size < 2:
        return
    known = {row.tobytes() for row in x}
    shared = sum(row.tobytes() in known for row in other) / len(other)
    distinct = len(known) / len(x)
    if shared > SHARED and distinct > 0.5:  # few distinct rows (dice, one-hot words): sharing is no leak
        yield Finding(
            "data_leak",
            "samples of the validation set are also in the training set, so its score flatters",
            {"share of validation samples": shared},
            "split before augmenting, and drop duplicates first",
        )


RULES = (unscaled_input, labels_and_loss, class_imbalance, data_leak)
