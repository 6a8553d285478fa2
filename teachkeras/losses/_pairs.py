"""Bringing targets and predictions together: one dtype, one rank, shapes that fit."""

from __future__ import annotations

import warnings

import numpy as np

from teachkeras import config, dtypes, ops
from teachkeras.errors import BroadcastWarning, ShapeError
from teachkeras.symbolic import broadcast_shapes
from teachkeras.tensor import Operators, Tensor, as_array


def to_dtype(x: object, dtype: np.dtype) -> Tensor:
    """Return `x` as a tensor of that dtype; a tensor stays on the tape."""
    if type(x) is Tensor and x.data.dtype == dtype:
        return x
    if type(x) is np.ndarray:
        return Tensor(as_array(x if x.dtype == dtype else x.astype(dtype)))
    if isinstance(x, Operators):
        return ops.convert_to_tensor(x, dtype=dtype.name)
    return Tensor(as_array(x, dtype.name))


def same_rank(x1: object, x2: object, expand_rank_1: bool = True) -> tuple:
    """Let shapes ``(n,)`` and ``(n, 1)`` meet: drop a last axis of length 1, or add one to a vector (Keras's rule)."""
    r1, r2 = len(x1.shape), len(x2.shape)
    if r1 == r2 + 1 and x1.shape[-1] == 1:
        if r2 == 1 and expand_rank_1:
            return x1, ops.expand_dims(x2, axis=-1)
        return ops.squeeze(x1, axis=-1), x2
    if r2 == r1 + 1 and x2.shape[-1] == 1:
        if r1 == 1 and expand_rank_1:
            return ops.expand_dims(x1, axis=-1), x2
        return x1, ops.squeeze(x2, axis=-1)
    return x1, x2


def pair(where: str, y_true: object, y_pred: object, squeeze: bool = True) -> tuple:
    """Return targets and predictions as tensors of one dtype, checked to fit.

    Args:
        where: Whom an error names.
        y_true: The targets; they take the dtype of `y_pred`.
        y_pred: The predictions.
        squeeze: Whether ``(n,)`` and ``(n, 1)`` may meet.

    Raises:
        ShapeError: the shapes can't be broadcast, or (under ``strict``) would have to be.
    """
    if type(y_pred) is not Tensor:
        y_pred = ops.convert_to_tensor(y_pred)
    dtype = dtypes.as_numpy(y_pred.dtype) if isinstance(y_pred.dtype, str) else y_pred.dtype
    y_true = to_dtype(y_true, dtype)
    if y_true.shape == y_pred.shape:
        return y_true, y_pred
    if squeeze:
        y_true, y_pred = same_rank(y_true, y_pred)
    check_fit(where, y_true.shape, y_pred.shape)
    return y_true, y_pred


def check_fit(where: str, true_shape: tuple, pred_shape: tuple) -> None:
    """Raise unless targets and predictions have one shape; warn where NumPy's broadcasting would bend them to it."""
    if None in true_shape or None in pred_shape or true_shape == pred_shape:
        return
    try:
        meeting = broadcast_shapes(true_shape, pred_shape)
    except ShapeError:
        raise mismatch(where, true_shape, pred_shape) from None
    if true_shape and pred_shape:
        if config.is_strict():
            raise mismatch(where, true_shape, pred_shape)
        warnings.warn(
            f"{where}: y_true of shape {true_shape} and y_pred of shape {pred_shape} are being stretched to {meeting}, "
            "which compares entries that do not belong together; give both the same shape.",
            BroadcastWarning,
            stacklevel=4,
        )


def mismatch(where: str, true_shape: tuple, pred_shape: tuple) -> ShapeError:
    """Return the error for targets and predictions that do not fit, with the likeliest way out."""
    return ShapeError(
        where,
        expected=f"y_true of shape {pred_shape}, that of y_pred",
        got=f"y_true of shape {true_shape}",
        fix=_way_out(where, true_shape, pred_shape),
    )


def _way_out(where: str, true_shape: tuple, pred_shape: tuple) -> str:
    if len(pred_shape) > 1 and pred_shape[-1] > 1 and true_shape in (pred_shape[:-1], (*pred_shape[:-1], 1)):
        if where == "binary_crossentropy":
            return "give the last layer 1 unit, or use loss='sparse_categorical_crossentropy' for class numbers"
        return (
            "if y_true holds class numbers, use loss='sparse_categorical_crossentropy', "
            f"or one-hot targets: utils.to_categorical(y, {pred_shape[-1]})"
        )
    if len(true_shape) == len(pred_shape) and true_shape[:-1] == pred_shape[:-1]:
        return f"give the last layer {true_shape[-1]} units, or targets of {pred_shape[-1]} columns"
    if true_shape[:1] != pred_shape[:1]:
        return "pass as many targets as samples"
    return "reshape the targets, or put Flatten() before the last layer"
