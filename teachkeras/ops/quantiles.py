"""Order statistics and reductions that skip NaN. Index letters: j runs over what is folded, x_(j) are sorted entries.

The q-quantile of n entries lies at the place h = q(n - 1): x_(⌊h⌋) + (h - ⌊h⌋)(x_(⌊h⌋+1) - x_(⌊h⌋)).
Sorting hands each entry's gradient back to where it came from, so all of these are differentiable.
"""

import numpy as np

from teachkeras import dtypes
from teachkeras.errors import ArgumentError
from teachkeras.ops import arrange, elementwise, norms, reductions
from teachkeras.ops.elementwise import cast, divide, isnan, subtract, where
from teachkeras.ops.shapes import as_tensor, reshape
from teachkeras.tensor import as_array

_NAN = float("nan")


def _rows(x, axis):
    """Return `x` as floats with the folded axes as one at the end, and the shape with those axes of length 1."""
    x = as_tensor(x)
    wide = dtypes.result_type(x.dtype, float)
    x = x if dtypes.name_of(x.dtype) == wide else cast(x, dtype=wide)
    rank = len(x.shape)
    axes = tuple(range(rank)) if axis is None else tuple(a % rank for a in np.atleast_1d(axis).tolist())
    kept = [a for a in range(rank) if a not in axes]
    lengths = [x.shape[a] for a in kept]
    rows = reshape(arrange.moveaxis(x, axes, tuple(range(rank - len(axes), rank))), (*lengths, -1))
    return rows, tuple(1 if a in axes else n for a, n in enumerate(x.shape)), tuple(lengths)


def _at(rows, counts, q, method):
    """Return the q-quantile of the first `counts` entries of sorted rows (…, n)."""
    h = q * (counts - 1.0)
    low, high = np.floor(h), np.ceil(h)
    if method == "nearest":
        low = high = np.round(h)
    elif method in ("lower", "higher"):
        low = high = low if method == "lower" else high
    share = {"linear": h - np.floor(h), "midpoint": np.where(low == high, 0.0, 0.5)}.get(method, 0.0)
    n = rows.shape[-1]
    places = [np.clip(p, 0, n - 1).astype("int32")[..., None] for p in (low, high)]
    below, above = (arrange.take_along_axis(rows, p, axis=-1)[..., 0] for p in places)
    share = np.asarray(share).astype(rows.dtype if not isinstance(rows.dtype, str) else "float32")
    return below + (above - below) * share


def _quantile(x, q, axis, method, keepdims, skip):
    if method not in ("linear", "lower", "higher", "midpoint", "nearest"):
        raise ArgumentError(
            "ops.quantile", expected="method 'linear', 'lower', 'higher', 'midpoint' or 'nearest'", got=repr(method)
        )
    x, ones, lengths = _rows(x, axis)
    bad = isnan(x)
    ordered, q = arrange.sort(x, axis=-1), as_array(q).astype("float64")
    counts = np.full(lengths, x.shape[-1], "float64")
    if skip:  # NaN sorts to the end
        counts = (x.shape[-1] - as_array(reductions.sum(cast(bad, dtype="int32"), axis=-1))).astype("float64")
        broken = counts == 0
    else:
        broken = reductions.any(bad, axis=-1)
    found = [where(broken, _NAN, _at(ordered, counts, p, method)) for p in q.ravel()]
    shape = ones if keepdims else lengths
    if q.ndim == 0:
        return reshape(found[0], shape)
    from teachkeras.ops.shapes import stack

    return reshape(stack(found, axis=0), (*q.shape, *shape))


def quantile(x, q, axis=None, method="linear", keepdims=False):
    """The number below which a share `q` of the entries lies; several shares give a new first axis.

    >>> float(quantile([1.0, 2.0, 3.0, 4.0], 0.5))
    2.5
    """
    return _quantile(x, q, axis, method, keepdims, skip=False)


def percentile(x, q, axis=None, method="linear", keepdims=False):
    """The number below which `q` percent of the entries lie."""
    return quantile(x, as_array(q) / 100.0, axis, method, keepdims)


def median(x, axis=None, keepdims=False):
    """The middle of the sorted entries, or the mean of the two in the middle."""
    return quantile(x, 0.5, axis, "linear", keepdims)


def nanquantile(x, q, axis=None, method="linear", keepdims=False):
    """Quantile of the entries that are not NaN."""
    return _quantile(x, q, axis, method, keepdims, skip=True)


def nanpercentile(x, q, axis=None, method="linear", keepdims=False):
    """Percentile of the entries that are not NaN."""
    return nanquantile(x, as_array(q) / 100.0, axis, method, keepdims)


def nanmedian(x, axis=None, keepdims=False):
    """Median of the entries that are not NaN."""
    return nanquantile(x, 0.5, axis, "linear", keepdims)


def ptp(x, axis=None, keepdims=False):
    """From the smallest entry to the largest, "peak to peak"."""
    return subtract(reductions.max(x, axis=axis, keepdims=keepdims), reductions.min(x, axis=axis, keepdims=keepdims))


def _without_nan(x, stand_in):
    x = as_tensor(x)
    if not dtypes.is_float(x.dtype):
        return x
    return where(isnan(x), as_array(stand_in).astype(dtypes.as_numpy(dtypes.name_of(x.dtype))), x)


def _present(x, axis, keepdims):
    """Return how many entries are not NaN."""
    x = as_tensor(x)
    kind = dtypes.result_type(x.dtype, float)
    return reductions.sum(cast(elementwise.logical_not(isnan(x)), dtype=kind), axis=axis, keepdims=keepdims)


def nansum(x, axis=None, keepdims=False):
    """Sum of the entries that are not NaN."""
    return reductions.sum(_without_nan(x, 0.0), axis=axis, keepdims=keepdims)


def nanprod(x, axis=None, keepdims=False):
    """Product of the entries that are not NaN."""
    return norms.prod(_without_nan(x, 1.0), axis=axis, keepdims=keepdims)


def nancumsum(x, axis=None, dtype=None):
    """Running sum, NaN counting as 0."""
    return arrange.cumsum(_without_nan(x, 0.0), axis=axis, dtype=dtype)


def nancumprod(x, axis=None, dtype=None):
    """Running product, NaN counting as 1."""
    from teachkeras.ops.sequences import cumprod

    return cumprod(_without_nan(x, 1.0), axis=axis, dtype=dtype)


def _or_nan(y, x, axis, keepdims):
    return y if not dtypes.is_float(y.dtype) else where(elementwise.equal(_present(x, axis, keepdims), 0), _NAN, y)


def nanmax(x, axis=None, keepdims=False):
    """Largest entry that is not NaN."""
    return _or_nan(reductions.max(_without_nan(x, -np.inf), axis=axis, keepdims=keepdims), x, axis, keepdims)


def nanmin(x, axis=None, keepdims=False):
    """Smallest entry that is not NaN."""
    return _or_nan(reductions.min(_without_nan(x, np.inf), axis=axis, keepdims=keepdims), x, axis, keepdims)


def nanargmax(x, axis=None, keepdims=False):
    """Place of the largest entry that is not NaN; -1 where all are."""
    return _place(reductions.argmax(_without_nan(x, -np.inf), axis=axis, keepdims=keepdims), x, axis, keepdims)


def nanargmin(x, axis=None, keepdims=False):
    """Place of the smallest entry that is not NaN; -1 where all are."""
    return _place(reductions.argmin(_without_nan(x, np.inf), axis=axis, keepdims=keepdims), x, axis, keepdims)


def _place(y, x, axis, keepdims):
    return where(elementwise.equal(_present(x, axis, keepdims), 0), np.int32(-1), y)


def nanmean(x, axis=None, keepdims=False):
    """Mean of the entries that are not NaN."""
    with np.errstate(invalid="ignore"):
        return divide(nansum(x, axis, keepdims), _present(x, axis, keepdims))


def nanvar(x, axis=None, keepdims=False):
    """Variance of the entries that are not NaN."""
    x = as_tensor(x)
    return nanmean(elementwise.square(subtract(x, nanmean(x, axis, keepdims=True))), axis, keepdims)


def nanstd(x, axis=None, keepdims=False):
    """Standard deviation of the entries that are not NaN."""
    return elementwise.sqrt(nanvar(x, axis, keepdims))
