"""From one number per sample to the loss: mask, weights, reduction.

Index letters: n the N entries of the per-sample losses, w the sample weights.
"""

from __future__ import annotations

import numpy as np

from teachkeras import ops
from teachkeras.errors import ArgumentError, did_you_mean
from teachkeras.losses._pairs import same_rank, to_dtype
from teachkeras.tensor import Tensor, as_array

REDUCTIONS = ("sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none", None)


def checked_reduction(reduction: str | None) -> str | None:
    """Return `reduction` if it is one of Keras's.

    Raises:
        ArgumentError: it is not.
    """
    if reduction not in REDUCTIONS:
        known = [name for name in REDUCTIONS if name]
        raise ArgumentError(
            "Invalid value for argument `reduction`",
            expected=f"one of {', '.join(known)} or None",
            got=repr(reduction),
            fix=did_you_mean(reduction, known),
        )
    return reduction


def reduce(values: Tensor, reduction: str | None, sample_weight: Tensor | None = None) -> Tensor:
    """Fold per-sample losses: Σ, or Σ/N, or Σ/Σw (0 where that would divide by 0)."""
    if reduction in (None, "none") or values.shape in ((), (0,)):
        return values
    if reduction == "sum":
        return ops.sum(values)
    if reduction == "mean_with_sample_weight" and sample_weight is not None:
        total = ops.sum(sample_weight)
        return ops.sum(values) / total if float(total.data) else ops.sum(values) * 0.0
    return ops.mean(values)


def weigh(values: Tensor, sample_weight: object, mask: object, reduction: str | None) -> Tensor:
    """Fold per-sample losses under a mask and weights.

    Args:
        values: One loss per sample (and time step).
        sample_weight: Weights of that shape, with or without a last axis of 1; or None.
        mask: True where a value counts; or None.
        reduction: See :func:`reduce`. Under a mean, masked entries do not count in N.
    """
    dtype = values.dtype
    weight = None if sample_weight is None else to_dtype(sample_weight, dtype)
    weight = masked_weight(weight, mask, dtype, reduction)
    if weight is not None:
        values, weight = same_rank(values, weight)
        values = values * weight
    return reduce(values, reduction, weight)


def masked_weight(weight: object, mask: object, dtype: np.dtype, reduction: str | None) -> Tensor | None:
    """Return the weights with the mask worked in: 0 where masked, and N/valid elsewhere if a mean over N follows."""
    if mask is None:
        return weight
    mask = as_array(mask).astype(bool)
    valid = int(np.count_nonzero(mask))
    scale = mask.size / valid if reduction in ("mean", "sum_over_batch_size") and valid else 1.0
    masked = Tensor(mask.astype(dtype) * dtype.type(scale))
    if weight is None:
        return masked
    masked, weight = same_rank(masked, to_dtype(weight, dtype))
    return weight * masked
