"""Losses for probabilities: how surprised the model is by the truth.

Index letters: n the samples, k the K classes (or entries of the last axis); y the target, p the predicted probability,
ε = ``config.epsilon()``. The cross-entropies are ops (``ops/crossentropy.py``), which say how p is clipped.

Source: ``keras.losses``; Goodfellow, Bengio & Courville, *Deep Learning*, sections 3.13 and 6.2.2.
"""

from __future__ import annotations

import warnings

from teachkeras import config, ops
from teachkeras.errors import ArgumentError, ShapeError
from teachkeras.losses._pairs import mismatch, pair, same_rank
from teachkeras.losses.base import Loss
from teachkeras.tensor import Operators, Tensor, as_array


def binary_crossentropy(
    y_true: object, y_pred: object, from_logits: bool = False, label_smoothing: float = 0.0, axis: int = -1
) -> Tensor:
    r"""Binary cross-entropy: ``L_n = -1/d Σ_k [y_k ln p_k + (1 - y_k) ln(1 - p_k)]``.

    Args:
        y_true: Targets, 0 or 1.
        y_pred: Probabilities, or with `from_logits` numbers whose sigmoid they are.
        from_logits: Whether `y_pred` is not yet squashed.
        label_smoothing: s moves the targets to ``y (1 - s) + s/2``.
        axis: The axis of the mean.

    Shapes: both ``(N, …, d)``; the result ``(N, …)``.

    Raises:
        ShapeError: the shapes differ.

    >>> print(binary_crossentropy([[0.0, 1.0]], [[0.5, 0.5]]).numpy().round(4))
    [0.6931]
    """
    y_true, y_pred = _same_shape("binary_crossentropy", y_true, y_pred)
    if label_smoothing:
        y_true = y_true * (1.0 - label_smoothing) + 0.5 * label_smoothing
    if from_logits:
        return ops.mean(ops.binary_crossentropy(y_true, y_pred, from_logits=True), axis=axis)
    return ops.mean(ops.binary_crossentropy(y_true, y_pred), axis=axis)


def categorical_crossentropy(
    y_true: object, y_pred: object, from_logits: bool = False, label_smoothing: float = 0.0, axis: int = -1
) -> Tensor:
    r"""Cross-entropy of one-hot targets: ``L_n = -Σ_k y_k ln p_k``.

    Args:
        y_true: Targets, one-hot or any distribution.
        y_pred: Probabilities, or with `from_logits` numbers whose softmax they are.
        from_logits: Whether `y_pred` is not yet squashed.
        label_smoothing: s moves the targets to ``y (1 - s) + s/K``.
        axis: The axis of the classes.

    Shapes: both ``(N, …, K)``; the result ``(N, …)``.

    Raises:
        ShapeError: the shapes differ; the message says so if the targets look like class numbers.

    >>> print(categorical_crossentropy([[0.0, 1.0, 0.0]], [[0.05, 0.95, 0.0]]).numpy().round(4))
    [0.0513]
    """
    _axis("categorical_crossentropy", axis)
    y_true, y_pred = _same_shape("categorical_crossentropy", y_true, y_pred)
    if y_pred.shape[-1] == 1:
        warnings.warn(
            f"categorical_crossentropy over a single class: y_pred has shape {tuple(y_pred.shape)}, so its softmax is "
            "always 1; use 'binary_crossentropy' for two classes told apart by one unit.",
            SyntaxWarning,
            stacklevel=2,
        )
    if label_smoothing:
        y_true = y_true * (1.0 - label_smoothing) + label_smoothing / y_true.shape[-1]
    if from_logits or axis != -1:
        return ops.categorical_crossentropy(y_true, y_pred, from_logits=from_logits, axis=axis)
    return ops.categorical_crossentropy(y_true, y_pred)


def sparse_categorical_crossentropy(
    y_true: object, y_pred: object, from_logits: bool = False, ignore_class: int | None = None, axis: int = -1
) -> Tensor:
    r"""Cross-entropy of class numbers: ``L_n = -ln p_{n, y_n}``.

    Args:
        y_true: Class numbers from 0 to K - 1.
        y_pred: Probabilities, or with `from_logits` numbers whose softmax they are.
        from_logits: Whether `y_pred` is not yet squashed.
        ignore_class: A class number that does not count; the result carries a mask.
        axis: The axis of the classes.

    Shapes: y_true ``(N, …)`` or ``(N, …, 1)``, y_pred ``(N, …, K)``; the result ``(N, …)``.

    Raises:
        ShapeError: the shapes do not fit; the message says so if the targets look one-hot.
        DataError: a label is not one of the K classes.

    >>> print(sparse_categorical_crossentropy([1, 2], [[0.05, 0.95, 0.0], [0.1, 0.8, 0.1]]).numpy().round(4))
    [0.0513 2.3026]
    """
    if not isinstance(y_pred, Operators):
        y_pred = ops.convert_to_tensor(y_pred)
    if not hasattr(y_true, "shape"):
        y_true = as_array(y_true)
    _check_labels_fit(y_true.shape, y_pred.shape, axis)
    if ignore_class is not None:
        return _ignoring(y_true, y_pred, from_logits, ignore_class, axis)
    if from_logits or axis != -1:
        return ops.sparse_categorical_crossentropy(y_true, y_pred, from_logits=from_logits, axis=axis)
    return ops.sparse_categorical_crossentropy(y_true, y_pred)


def _ignoring(y_true: object, y_pred: Tensor, from_logits: bool, ignore_class: int, axis: int) -> Tensor:
    """Return the loss with 0 where the label is to be ignored, and a mask that says where it counts."""
    labels = as_array(y_true)
    valid = (labels != ignore_class).reshape([n for a, n in enumerate(y_pred.shape) if a != axis % len(y_pred.shape)])
    labels = labels.reshape(valid.shape) * valid
    losses = ops.sparse_categorical_crossentropy(labels, y_pred, from_logits=from_logits, axis=axis)
    losses = ops.where(valid, losses, 0.0)
    losses.mask = valid
    return losses


def kl_divergence(y_true: object, y_pred: object) -> Tensor:
    r"""Kullback-Leibler divergence: ``L_n = Σ_k y_k ln(y_k / p_k)``, both clipped to [ε, 1].

    Shapes: both ``(N, …, K)``; the result ``(N, …)``.

    >>> kl_divergence([[0.5, 0.5]], [[0.5, 0.5]]).tolist()
    [0.0]
    """
    y_true, y_pred = pair("kl_divergence", y_true, y_pred, squeeze=False)
    y_true = ops.clip(y_true, config.epsilon(), 1.0)
    y_pred = ops.clip(y_pred, config.epsilon(), 1.0)
    return ops.sum(y_true * ops.log(y_true / y_pred), axis=-1)


def poisson(y_true: object, y_pred: object) -> Tensor:
    r"""Poisson loss, for counts: ``L_n = 1/d Σ_k (ŷ_k - y_k ln(ŷ_k + ε))``.

    Shapes: both ``(N, …, d)``; the result ``(N, …)``.

    >>> poisson([[0.0]], [[2.0]]).tolist()
    [2.0]
    """
    y_true, y_pred = pair("poisson", y_true, y_pred, squeeze=False)
    return ops.mean(y_pred - y_true * ops.log(y_pred + config.epsilon()), axis=-1)


def _same_shape(where: str, y_true: object, y_pred: object) -> tuple:
    y_true, y_pred = _converted(y_true, y_pred)
    if y_true.shape != y_pred.shape and None not in (*y_true.shape, *y_pred.shape):
        raise mismatch(where, tuple(y_true.shape), tuple(y_pred.shape))
    return y_true, y_pred


def _converted(y_true: object, y_pred: object) -> tuple:
    if not isinstance(y_pred, Operators):
        y_pred = ops.convert_to_tensor(y_pred)
    if type(y_true) is Tensor and y_true.dtype == y_pred.dtype:
        return y_true, y_pred
    return ops.convert_to_tensor(y_true, dtype=y_pred.dtype), y_pred


def _axis(where: str, axis: int) -> None:
    if isinstance(axis, bool):
        raise ArgumentError(where, expected="axis, a whole number", got=f"axis={axis}", fix="name your arguments")


def _check_labels_fit(true_shape: tuple, pred_shape: tuple, axis: int) -> None:
    if axis == -1 and true_shape == pred_shape[:-1]:
        return
    true_shape, pred_shape = tuple(true_shape), tuple(pred_shape)
    axis %= max(len(pred_shape), 1)
    one_each = pred_shape[:axis] + pred_shape[axis + 1 :]
    if true_shape == one_each or None in true_shape or None in pred_shape:
        return
    if len(true_shape) == len(pred_shape) and true_shape[:axis] + true_shape[axis + 1 :] == one_each:
        if true_shape[axis] == 1:
            return
        if true_shape == pred_shape:
            fix = "these look one-hot: use loss='categorical_crossentropy', or class numbers y.argmax(-1)"
        else:
            fix = "give one class number per sample"
    else:
        fix = "give one class number per sample; put Flatten() before the last layer if y_pred has too many axes"
    raise ShapeError(
        "sparse_categorical_crossentropy",
        expected=f"y_true of shape {one_each}, class numbers for y_pred of shape {pred_shape}",
        got=f"y_true of shape {true_shape}",
        fix=fix,
    )


class BinaryCrossentropy(Loss):
    """Cross-entropy of 0/1 targets; per sample :func:`binary_crossentropy`, where the arguments are explained.

    >>> round(float(BinaryCrossentropy()([[0.0], [1.0]], [[0.5], [0.5]])), 4)
    0.6931
    """

    def __init__(
        self, from_logits=False, label_smoothing=0.0, axis=-1, reduction="sum_over_batch_size",
        name="binary_crossentropy", dtype=None,
    ):  # fmt: skip
        super().__init__(name, reduction, dtype)
        self.from_logits, self.label_smoothing, self.axis = from_logits, label_smoothing, axis

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return ``-1/d Σ [y ln p + (1-y) ln(1-p)]`` per sample."""
        y_true, y_pred = same_rank(y_true, y_pred)
        return binary_crossentropy(y_true, y_pred, self.from_logits, self.label_smoothing, self.axis)


class CategoricalCrossentropy(Loss):
    """Cross-entropy of one-hot targets; per sample :func:`categorical_crossentropy`, where the arguments are explained.

    >>> round(float(CategoricalCrossentropy()([[0.0, 1.0]], [[0.5, 0.5]])), 4)
    0.6931
    """

    def __init__(
        self, from_logits=False, label_smoothing=0.0, axis=-1, reduction="sum_over_batch_size",
        name="categorical_crossentropy", dtype=None,
    ):  # fmt: skip
        super().__init__(name, reduction, dtype)
        self.from_logits, self.label_smoothing, self.axis = from_logits, label_smoothing, axis

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return ``-Σ y ln p`` per sample."""
        y_true, y_pred = same_rank(y_true, y_pred)
        return categorical_crossentropy(y_true, y_pred, self.from_logits, self.label_smoothing, self.axis)


class SparseCategoricalCrossentropy(Loss):
    """Cross-entropy of class numbers; per sample :func:`sparse_categorical_crossentropy`, which explains the arguments.

    >>> round(float(SparseCategoricalCrossentropy()([1], [[0.5, 0.5]])), 4)
    0.6931
    """

    casts_targets = False
    config_omits = {"axis": -1}

    def __init__(
        self, from_logits=False, ignore_class=None, reduction="sum_over_batch_size", axis=-1,
        name="sparse_categorical_crossentropy", dtype=None,
    ):  # fmt: skip
        super().__init__(name, reduction, dtype)
        self.from_logits, self.ignore_class, self.axis = from_logits, ignore_class, axis

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return ``-ln p[y]`` per sample."""
        return sparse_categorical_crossentropy(y_true, y_pred, self.from_logits, self.ignore_class, self.axis)


class KLDivergence(Loss):
    """Kullback-Leibler divergence; per sample :func:`kl_divergence`.

    >>> float(KLDivergence()([[0.5, 0.5]], [[0.5, 0.5]]))
    0.0
    """

    def __init__(self, reduction="sum_over_batch_size", name="kl_divergence", dtype=None):
        super().__init__(name, reduction, dtype)

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return ``Σ y ln(y/p)`` per sample."""
        return kl_divergence(*same_rank(y_true, y_pred))


class Poisson(Loss):
    """Poisson loss, for counts; per sample :func:`poisson`.

    >>> float(Poisson()([[0.0]], [[2.0]]))
    2.0
    """

    def __init__(self, reduction="sum_over_batch_size", name="poisson", dtype=None):
        super().__init__(name, reduction, dtype)

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return ``1/d Σ (ŷ - y ln ŷ)`` per sample."""
        return poisson(*same_rank(y_true, y_pred))


aliases = {
    "bce": binary_crossentropy, "BCE": binary_crossentropy,
    "kld": kl_divergence, "KLD": kl_divergence, "kullback_leibler_divergence": kl_divergence,
}  # fmt: skip
