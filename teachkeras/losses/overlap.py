"""Losses for what overlaps, for rare classes and for distances: Dice, Tversky, focal, generalised, circle, CTC.

Index letters: n the samples, k the K classes; y the target, p the predicted probability, ε = ``config.epsilon()``.
"""

from __future__ import annotations

import numpy as np

from teachkeras import config, ops
from teachkeras.errors import ArgumentError, ShapeError
from teachkeras.losses._pairs import pair, same_rank
from teachkeras.losses.base import Loss
from teachkeras.tensor import Tensor, as_array


def _smoothed(y_true, label_smoothing, classes):
    return y_true * (1.0 - label_smoothing) + label_smoothing / classes if label_smoothing else y_true


def binary_focal_crossentropy(y_true, y_pred, apply_class_balancing=False, alpha=0.25, gamma=2.0, from_logits=False,
                              label_smoothing=0.0, axis=-1):  # fmt: skip
    r"""Binary cross-entropy that counts easy samples less: the factor is ``(1 - p_t)^γ``, p_t the chance of the truth.

    Source: Lin et al. 2017, "Focal loss for dense object detection".

    >>> print(binary_focal_crossentropy([[0.0, 1.0]], [[0.5, 0.5]]).numpy().round(4))
    [0.1733]
    """
    y_true, y_pred = pair("binary_focal_crossentropy", y_true, y_pred, squeeze=False)
    y_true = _smoothed(y_true, label_smoothing, 2)
    y_pred = ops.sigmoid(y_pred) if from_logits else y_pred
    entropy = ops.binary_crossentropy(y_true, y_pred)
    p_t = y_true * y_pred + (1.0 - y_true) * (1.0 - y_pred)
    loss = ops.power(1.0 - p_t, gamma) * entropy
    if apply_class_balancing:
        loss = (y_true * alpha + (1.0 - y_true) * (1.0 - alpha)) * loss
    return ops.mean(loss, axis=axis)


def categorical_focal_crossentropy(
    y_true, y_pred, alpha=0.25, gamma=2.0, from_logits=False, label_smoothing=0.0, axis=-1
):
    r"""Cross-entropy that counts easy samples less: ``-α Σ_k (1 - p_k)^γ y_k ln p_k``.

    Source: Lin et al. 2017, "Focal loss for dense object detection".

    >>> print(categorical_focal_crossentropy([[0.0, 1.0]], [[0.5, 0.5]]).numpy().round(4))
    [0.0433]
    """
    y_true, y_pred = pair("categorical_focal_crossentropy", y_true, y_pred, squeeze=False)
    y_true = _smoothed(y_true, label_smoothing, y_pred.shape[-1])
    y_pred = ops.softmax(y_pred, axis=axis) if from_logits else y_pred
    p = y_pred / ops.sum(y_pred, axis=axis, keepdims=True)
    p = ops.clip(p, config.epsilon(), 1.0 - config.epsilon())
    focal = alpha * ops.power(1.0 - p, gamma)
    return ops.sum(focal * (-y_true * ops.log(p)), axis=axis)


def categorical_generalized_cross_entropy(y_true, y_pred, q):
    r"""Between cross-entropy (q → 0) and mean absolute error (q = 1), robust to wrong labels: ``(1 - p_y^q) / q``.

    Source: Zhang & Sabuncu 2018, equation 6.

    >>> print(categorical_generalized_cross_entropy([1], [[0.75, 0.25]], 0.5).numpy().round(4))
    [1.]
    """
    if not 0 < q < 1:
        raise ArgumentError("categorical_generalized_cross_entropy", expected="q between 0 and 1", got=str(q))
    y_pred = ops.convert_to_tensor(y_pred)
    labels = as_array(y_true).astype("int32")
    if labels.ndim == len(y_pred.shape) and labels.shape[-1] == 1:
        labels = labels[..., 0]
    one_hot = ops.one_hot(labels, y_pred.shape[-1], dtype=y_pred.dtype)
    p = ops.sum(y_pred * one_hot, axis=-1)
    some = as_array(p) > 0  # at 0 the power has no slope
    return (1.0 - ops.where(some, ops.power(ops.where(some, p, 1.0), q), 0.0)) / q


def _overlaps(where, y_true, y_pred, axis):
    y_true, y_pred = pair(where, y_true, y_pred, squeeze=False)
    both = ops.sum(y_true * y_pred, axis=axis)
    return y_true, y_pred, both


def dice(y_true, y_pred, axis=None):
    r"""One minus twice the overlap over both areas: ``1 - (2 Σ yp + ε) / (Σ y + Σ p + ε)``.

    >>> float(dice([1.0, 0.0], [1.0, 0.0]))
    0.0
    """
    y_true, y_pred, both = _overlaps("dice", y_true, y_pred, axis)
    areas = ops.sum(y_true, axis=axis) + ops.sum(y_pred, axis=axis)
    return 1.0 - ops.divide(2.0 * both, areas + config.epsilon())


def tversky(y_true, y_pred, alpha=0.5, beta=0.5, axis=None):
    r"""Dice with false positives (α) and false negatives (β) weighed apart: ``1 - Σ yp / (Σ yp + αF₊ + βF₋)``.

    Source: Salehi et al. 2017, equation 3.

    >>> round(float(tversky([1.0, 0.0], [1.0, 0.0])), 4)
    0.0
    """
    y_true, y_pred, both = _overlaps("tversky", y_true, y_pred, axis)
    false_positives = ops.sum((1.0 - y_true) * y_pred, axis=axis)
    false_negatives = ops.sum(y_true * (1.0 - y_pred), axis=axis)
    return 1.0 - ops.divide(both, both + alpha * false_positives + beta * false_negatives + config.epsilon())


def circle(y_true, y_pred, ref_labels=None, ref_embeddings=None, remove_diagonal=True, gamma=80, margin=0.4):
    r"""Embeddings of one class near, others far: ``softplus(lse(-γα₊(s₊ - 1 + m)) + lse(γα₋(s₋ - m)))``.

    Shapes: y_true ``(N,)`` class numbers, y_pred ``(N, d)`` vectors of length 1; the result ``(N,)``.

    Source: Sun et al. 2020, "Circle loss", equation 6.
    """
    y_pred = ops.convert_to_tensor(y_pred)
    labels = as_array(y_true).reshape(-1)
    others = y_pred if ref_embeddings is None else ops.convert_to_tensor(ref_embeddings)
    names = labels if ref_labels is None else as_array(ref_labels).reshape(-1)
    if len(labels) != y_pred.shape[0]:
        raise ShapeError("circle", expected="one label per embedding", got=f"{len(labels)} for {y_pred.shape[0]}")
    near = ops.matmul(y_pred, ops.transpose(others))
    far = ops.maximum(1.0 - near, 0.0)
    near = 1.0 - far
    same = labels[:, None] == names[None, :]
    differ = ~same
    if remove_diagonal:
        own = np.eye(*same.shape, dtype=bool)
        same = same & as_array(~own)
    plus, minus = ops.maximum(far + margin, 0.0), ops.maximum(near + margin, 0.0)
    to_same = ops.where(same, gamma * plus * (far - margin), -1e9)
    to_others = ops.where(differ, gamma * minus * (near - margin), -1e9)
    loss = ops.softplus(ops.logsumexp(to_same, axis=1) + ops.logsumexp(to_others, axis=1))
    loss.mask = as_array(loss) > 0  # a sample without loss does not count in the mean, as in Keras
    return loss


def ctc(y_true, y_pred):
    r"""Connectionist temporal classification: minus the log-chance of a text, however long its letters last.

    Shapes: y_true ``(N, L)`` class numbers, filled up with 0 (the blank); y_pred ``(N, T, K)`` logits; result ``(N,)``.
    """
    y_pred = ops.convert_to_tensor(y_pred)
    labels = as_array(y_true)
    if len(y_pred.shape) != 3 or labels.ndim != 2:
        raise ShapeError("ctc", expected="y_true (N, L) and y_pred (N, T, K)", got=f"{labels.shape}, {y_pred.shape}")
    lengths = np.full(len(labels), y_pred.shape[1], "int32")
    full = np.count_nonzero(labels, axis=-1).astype("int32")
    return ops.ctc_loss(labels.astype("int32"), y_pred, full, lengths, mask_index=0)


class BinaryFocalCrossentropy(Loss):
    """Per sample :func:`binary_focal_crossentropy`, which explains the arguments.

    >>> round(float(BinaryFocalCrossentropy()([[0.0, 1.0]], [[0.5, 0.5]])), 4)
    0.1733
    """

    def __init__(self, apply_class_balancing=False, alpha=0.25, gamma=2.0, from_logits=False, label_smoothing=0.0,
                 axis=-1, reduction="sum_over_batch_size", name="binary_focal_crossentropy", dtype=None):  # fmt: skip
        super().__init__(name, reduction, dtype)
        self.apply_class_balancing, self.alpha, self.gamma = apply_class_balancing, alpha, gamma
        self.from_logits, self.label_smoothing, self.axis = from_logits, label_smoothing, axis

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return the loss per sample."""
        return binary_focal_crossentropy(
            *same_rank(y_true, y_pred), self.apply_class_balancing, self.alpha, self.gamma, self.from_logits,
            self.label_smoothing, self.axis,
        )  # fmt: skip


class CategoricalFocalCrossentropy(Loss):
    """Per sample :func:`categorical_focal_crossentropy`, which explains the arguments.

    >>> round(float(CategoricalFocalCrossentropy()([[0.0, 1.0]], [[0.5, 0.5]])), 4)
    0.0433
    """

    def __init__(self, alpha=0.25, gamma=2.0, from_logits=False, label_smoothing=0.0, axis=-1,
                 reduction="sum_over_batch_size", name="categorical_focal_crossentropy", dtype=None):  # fmt: skip
        super().__init__(name, reduction, dtype)
        self.alpha, self.gamma, self.from_logits = alpha, gamma, from_logits
        self.label_smoothing, self.axis = label_smoothing, axis

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return the loss per sample."""
        return categorical_focal_crossentropy(
            *same_rank(y_true, y_pred), self.alpha, self.gamma, self.from_logits, self.label_smoothing, self.axis
        )


class CategoricalGeneralizedCrossEntropy(Loss):
    """Per sample :func:`categorical_generalized_cross_entropy`, which explains `q`."""

    casts_targets = False

    def __init__(
        self, q=0.5, reduction="sum_over_batch_size", name="categorical_generalized_cross_entropy", dtype=None
    ):
        super().__init__(name, reduction, dtype)
        if not 0 < q < 1:
            raise ArgumentError("CategoricalGeneralizedCrossEntropy", expected="q between 0 and 1", got=str(q))
        self.q = q

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return ``(1 - p_y^q) / q`` per sample."""
        return categorical_generalized_cross_entropy(y_true, y_pred, self.q)


class Dice(Loss):
    """One minus the overlap of two areas: :func:`dice`."""

    def __init__(self, reduction="sum_over_batch_size", name="dice", axis=None, dtype=None):
        super().__init__(name, reduction, dtype)
        self.axis = axis

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return ``1 - 2 Σ yp / (Σ y + Σ p)``."""
        return dice(*same_rank(y_true, y_pred), axis=self.axis)


class Tversky(Loss):
    """Dice with both kinds of error weighed apart: :func:`tversky`."""

    def __init__(self, alpha=0.5, beta=0.5, reduction="sum_over_batch_size", name="tversky", axis=None, dtype=None):
        super().__init__(name, reduction, dtype)
        self.alpha, self.beta, self.axis = alpha, beta, axis

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return ``1 - Σ yp / (Σ yp + αF₊ + βF₋)``."""
        return tversky(*same_rank(y_true, y_pred), self.alpha, self.beta, self.axis)


class Circle(Loss):
    """For embeddings: :func:`circle`."""

    casts_targets = False

    def __init__(
        self, gamma=80.0, margin=0.4, remove_diagonal=True, reduction="sum_over_batch_size", name="circle", dtype=None
    ):
        super().__init__(name, reduction, dtype)
        self.gamma, self.margin, self.remove_diagonal = gamma, margin, remove_diagonal

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return the loss per embedding."""
        return circle(y_true, y_pred, None, None, self.remove_diagonal, self.gamma, self.margin)


class CTC(Loss):
    """For texts whose letters have no times: :func:`ctc`."""

    casts_targets = False

    def __init__(self, reduction="sum_over_batch_size", name="ctc", dtype=None):
        super().__init__(name, reduction, dtype)

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return the loss per text."""
        return ctc(y_true, y_pred)
