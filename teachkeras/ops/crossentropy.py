"""Cross-entropies: how surprised the model is by the truth.

Index letters: n the samples, k the classes; t the target, q the model's output, ε = ``config.epsilon()``.
From probabilities, Keras divides q by its sum and clips it to [ε, 1-ε] before the logarithm; so do we, and the gradient
goes back through both. From logits, softmax and logarithm are one step, whose gradient is simply p - t.

Source: ``keras.ops.categorical_crossentropy``; Goodfellow, Bengio & Courville, *Deep Learning*, section 6.2.2.
"""

import numpy as np

from teachkeras import config, kernels
from teachkeras.errors import DataError, ShapeError
from teachkeras.kernels import device
from teachkeras.kernels.reference.crossentropy import log_softmax
from teachkeras.ops.nn import sigmoid_of
from teachkeras.ops.op import op
from teachkeras.tensor import plain_array


def _same_shape(target, output, **_):
    """Return the common shape of targets and outputs; other shapes are a mistake, not a reason to broadcast."""
    known = len(target) == len(output) and all(a == b or None in (a, b) for a, b in zip(target, output, strict=True))
    if not known:
        raise ShapeError("crossentropy", expected=f"targets of the output's shape {output}", got=f"shape {target}")
    return tuple(b if a is None else a for a, b in zip(target, output, strict=True))


def _per_sample(target, output, from_logits=False, axis=-1):
    shape = _same_shape(target, output)
    axis %= len(shape)
    return shape[:axis] + shape[axis + 1 :]


@op(tex=r"L_n = -\sum_k t_{nk}\ln p_{nk},\quad p = \mathrm{clip}(q/\textstyle\sum_k q_k)\ \text{ or }\ p=\mathrm{softmax}(q)",
    spec="-sum(target * (log_softmax(output) if from_logits else log(clip(unit(output), eps, 1 - eps))), axis)", shape=_per_sample,
    dtype=lambda t, q, **_: q)  # fmt: skip
def categorical_crossentropy(target, output, from_logits=False, axis=-1):
    """Cross-entropy of one-hot (or soft) targets and probabilities, or logits; one number per sample."""
    _same_shape(target.shape, output.shape)
    target = target.astype(output.dtype, copy=False)
    if from_logits:
        return kernels.logit_crossentropy(target, output, axis)
    return kernels.crossentropy(target, output, config.epsilon(), axis)


@categorical_crossentropy.vjp(
    tex=r"g_k = -\bar L\,t_k/p_k\,[\varepsilon\le p_k\le 1-\varepsilon],\;\bar q_k = \bigl(g_k - \sum_j g_j p_j\bigr)/\sum q"
    r"\qquad\text{logits: }\bar q = \bar L(p\sum t - t)",
    spec="-spread(y_bar) * (log_softmax(output) if from_logits else log(clip(unit(output), eps, 1 - eps))), spread(y_bar) * "
    "(softmax(output) * spread(sum(target, axis)) - target if from_logits else (spread(sum(target * within(unit(output)), axis))"
    " - target * within(unit(output)) / unit(output)) / spread(sum(output, axis)))",
)
def categorical_crossentropy_vjp(loss_bar, target, output, from_logits, axis, want):
    target = target.astype(output.dtype)
    loss_bar = np.expand_dims(loss_bar, axis)
    if from_logits:
        q_bar = kernels.logit_crossentropy_vjp(loss_bar, target, output, axis)
        return -loss_bar * log_softmax(output, axis) if want[0] else None, q_bar
    q_bar = kernels.crossentropy_vjp(loss_bar, target, output, config.epsilon(), axis)
    if not want[0]:
        return None, q_bar
    p = np.clip(output / np.sum(output, axis=axis, keepdims=True), config.epsilon(), 1.0 - config.epsilon())
    return -loss_bar * np.log(p), q_bar


def check_labels(labels, classes, where="sparse_categorical_crossentropy"):
    """Raise unless every class number is an integer from 0 to classes - 1."""
    if device.outside(labels, classes):
        labels = device.host(labels)
        place = np.unravel_index(int(np.argmax((labels < 0) | (labels >= classes))), labels.shape)
        raise DataError(
            where, expected=f"labels from 0 to {classes - 1} (the model has {classes} outputs)",
            got=f"label {labels[place]} at entry {tuple(int(i) for i in place)}",
            fix="renumber the labels, or give the last layer more units",
        )


@op(tex=r"L_n = -\ln p_{n,t_n},\quad p = \mathrm{clip}(q/\textstyle\sum_k q_k)\ \text{ or }\ p=\mathrm{softmax}(q)",
    spec=None, reason="categorical_crossentropy of one-hot targets; tested equal to it",
    shape=lambda target, output, from_logits=False, axis=-1: _per_sample(output, output, axis=axis), dtype=lambda t, q, **_: q)
def sparse_categorical_crossentropy(target, output, from_logits=False, axis=-1):
    """Cross-entropy of class numbers and probabilities, or logits; one number per sample.

    Raises:
        DataError: a label is not one of the output's classes.
    """
    one_hot = _one_hot(target, output, axis)
    return categorical_crossentropy.function(one_hot, output, from_logits, axis)


@sparse_categorical_crossentropy.vjp(tex=r"\text{as categorical, with } t = \mathrm{onehot}(t_n)", spec=None)
def sparse_categorical_crossentropy_vjp(loss_bar, target, output, from_logits, axis):
    one_hot = _one_hot(plain_array(target), output, axis, checked=True)
    return None, categorical_crossentropy_vjp(loss_bar, one_hot, output, from_logits, axis, (False, True))[1]


def _one_hot(target, output, axis, checked=False):
    if target.ndim == len(output.shape) and target.shape[-1] == 1:
        target = target[..., 0]
    classes = output.shape[axis]
    labels = target.astype("int64")
    if not checked:
        check_labels(labels, classes)
    one_hot = (labels[..., None] == np.arange(classes, like=labels)).astype(output.dtype)
    return np.moveaxis(one_hot, -1, axis)


@op(tex=r"L_i = -t_i\ln p_i - (1-t_i)\ln(1-p_i),\quad p=\mathrm{clip}(q)\ \text{ or }\ p=\sigma(q)",
    spec="log(1 + exp(output)) - target * output if from_logits else "
    "-target * log(clip(output, eps, 1 - eps)) - (1 - target) * log(1 - clip(output, eps, 1 - eps))",
    shape=_same_shape, dtype=lambda t, q, **_: q)  # fmt: skip
def binary_crossentropy(target, output, from_logits=False):
    """Cross-entropy of 0/1 targets and probabilities, or logits; one number per entry."""
    _same_shape(target.shape, output.shape)
    target = target.astype(output.dtype, copy=False)
    if from_logits:
        return np.maximum(output, 0) - output * target + np.log1p(np.exp(-np.absolute(output)))
    p = np.clip(output, config.epsilon(), 1.0 - config.epsilon())
    return -(target * np.log(p) + (1.0 - target) * np.log(1.0 - p))


@binary_crossentropy.vjp(
    tex=r"\bar q_i = \bar L_i\,\frac{p_i - t_i}{p_i(1-p_i)}[\varepsilon\le q_i\le 1-\varepsilon]"
    r"\qquad\text{logits: }\bar q_i = \bar L_i(p_i - t_i)",
    spec="y_bar * (-output if from_logits else log(1 - clip(output, eps, 1 - eps)) - log(clip(output, eps, 1 - eps))), "
    "y_bar * (1 / (1 + exp(-output)) - target if from_logits else within(output) * (output - target) / (output * (1 - output)))",
)
def binary_crossentropy_vjp(loss_bar, target, output, from_logits, want):
    target = target.astype(output.dtype)
    if from_logits:
        return -loss_bar * output if want[0] else None, loss_bar * (sigmoid_of(output) - target)
    low = config.epsilon()
    p = np.clip(output, low, 1.0 - low)
    q_bar = loss_bar * (p - target) / (p * (1.0 - p))
    inside = np.logical_and(output >= low, output <= 1.0 - low)
    t_bar = loss_bar * (np.log(1.0 - p) - np.log(p)) if want[0] else None
    return t_bar, np.where(inside, q_bar, 0.0)


