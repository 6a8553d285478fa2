"""Loss: per-sample losses, weighed and averaged."""

from __future__ import annotations

from teachkeras import dtypes
from teachkeras.losses._pairs import to_dtype
from teachkeras.losses._weighing import checked_reduction, reduce, weigh
from teachkeras.naming import auto_name
from teachkeras.serial import Configurable
from teachkeras.tensor import Tensor, as_array


class Loss(Configurable):
    r"""A loss: ``loss(y_true, y_pred)`` is one number, small where the predictions are right.

    Write your own by giving :meth:`call`; it returns one number per sample, and this class does the rest.

    Math: with ℓₙ the N per-sample losses and wₙ their weights, ``sum_over_batch_size`` and ``mean`` give Σ wₙℓₙ / N,
    ``sum`` gives Σ wₙℓₙ, ``mean_with_sample_weight`` gives Σ wₙℓₙ / Σ wₙ, ``none`` and None give the wₙℓₙ.

    Args:
        name: What it is called in messages.
        reduction: One of the above.
        dtype: The number type of the computation, by default ``floatx``.

    Shapes: y_true and y_pred ``(N, …, d)``, sample_weight ``(N,)`` or ``(N, …)``; the result is a scalar tensor.

    Raises:
        ShapeError: y_true and y_pred do not fit.
        ArgumentError: an unknown reduction.

    >>> class Distance(Loss):
    ...     def call(self, y_true, y_pred):
    ...         return abs(y_true - y_pred).sum(axis=-1)
    >>> float(Distance()([[1.0, 2.0]], [[0.0, 4.0]]))
    3.0

    Source: ``keras.losses.Loss``.
    """

    config_skips = frozenset({"dtype"})
    config_omits: dict = {}  # arguments that Keras's config lacks, with their defaults: written only where they differ
    casts_targets = True  # False where targets are class numbers, which a float would blur

    def __init__(self, name: str | None = None, reduction: str | None = "sum_over_batch_size", dtype: object = None):
        self.name = name or auto_name(type(self).__name__)
        self.reduction = checked_reduction(reduction)
        self._dtype = dtypes.name_of(getattr(dtype, "compute_dtype", dtype))
        self._array_dtype = dtypes.as_numpy(self._dtype)

    @property
    def dtype(self) -> str:
        """The number type of the computation."""
        return self._dtype

    def __call__(self, y_true: object, y_pred: object, sample_weight: object = None) -> Tensor:
        """Return the loss of a batch, under `sample_weight` and the mask that `y_pred` carries."""
        mask = getattr(y_pred, "mask", None)
        y_pred = self._as_tensors(y_pred)
        if self.casts_targets:
            y_true = self._as_tensors(y_true)
        elif not hasattr(y_true, "shape"):
            y_true = as_array(y_true)
        losses = self.call(y_true, y_pred)
        out_mask = getattr(losses, "mask", None)
        if mask is None and out_mask is None and sample_weight is None and type(losses) is Tensor:
            return reduce(losses, self.reduction)
        if mask is not None and out_mask is not None:
            mask = as_array(mask).astype(bool) & as_array(out_mask).astype(bool)
        mask = out_mask if mask is None else mask
        return weigh(to_dtype(losses, self._array_dtype), sample_weight, mask, self.reduction)

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return one number per sample; subclasses say which."""
        raise NotImplementedError(f"{type(self).__name__} must define call(self, y_true, y_pred)")

    def get_config(self) -> dict:
        """Return the constructor's arguments as plain data."""
        config = super().get_config()
        return {name: v for name, v in config.items() if name not in self.config_omits or v != self.config_omits[name]}

    def _as_tensors(self, value: object) -> object:
        """Return a tensor of the loss's dtype, or a dict of them."""
        if isinstance(value, dict):
            return {key: self._as_tensors(part) for key, part in value.items()}
        return to_dtype(value, self._array_dtype)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}>"
