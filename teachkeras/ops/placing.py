"""Writing into tensors and summing by groups. Index letters: i the updates, ι(i) where update i goes."""

import numpy as np

from teachkeras.errors import ArgumentError, ShapeError
from teachkeras.ops.elementwise import cast, equal, where
from teachkeras.ops.norms import prod as product
from teachkeras.ops.op import op
from teachkeras.ops.reductions import max as largest
from teachkeras.ops.reductions import min as smallest
from teachkeras.ops.shapes import as_tensor, get_item, put_back
from teachkeras.tensor import as_array


def _key(indices):
    indices = as_array(indices)
    return tuple(indices[..., a] for a in range(indices.shape[-1]))


def scatter(indices, values, shape):
    """Zeros of a shape with the values added at their places; the last axis of `indices` names a place.

    >>> scatter([[0], [2], [2]], [1.0, 2.0, 3.0], (3,)).tolist()
    [1.0, 0.0, 5.0]
    """
    return as_tensor(put_back(as_tensor(values), tuple(shape), _key(indices)))


def scatter_update(inputs, indices, updates, reduction=None):
    """`inputs` with the updates written to their places, or added, multiplied, the larger or the smaller kept.

    Raises:
        ArgumentError: `reduction` is none of None, "add", "mul", "max", "min".
    """
    inputs, updates = as_tensor(inputs), as_tensor(updates)
    if str(updates.dtype) != str(inputs.dtype):
        updates = cast(updates, dtype=str(inputs.dtype))
    key = _key(indices)
    if reduction == "add":
        return inputs + put_back(updates, inputs.shape, key)
    if reduction is not None:
        if reduction not in ("mul", "max", "min"):
            raise ArgumentError(
                "ops.scatter_update", expected="None, 'add', 'mul', 'max' or 'min'", got=repr(reduction)
            )
        old = as_array(inputs)
        new = np.array(old)
        {"mul": np.multiply, "max": np.maximum, "min": np.minimum}[reduction].at(new, key, as_array(updates))
        return _merged(inputs, updates, key, reduction, new)
    return _written(inputs, updates, key=key)


def _merged(inputs, updates, key, reduction, new):
    """Compose the result, so that it has a gradient: of a product where places are named once, of extremes shared."""
    own = get_item(inputs, key=key)
    if reduction == "mul":
        return _written(inputs, own * updates, key=key) if _once(key, inputs.shape) else as_tensor(new)
    hit = where(equal(updates, new[key]), updates, own)
    return _written(inputs, hit, key=key) if _once(key, inputs.shape) else as_tensor(new)


def _once(key, shape):
    flat = np.ravel_multi_index([k % n for k, n in zip(key, shape, strict=False)], shape[: len(key)])
    return len(np.unique(flat)) == flat.size


@op(tex=r"y_{\iota(i)} = u_i,\; y_k = x_k\text{ elsewhere}", shape=lambda x, u, key=None: x, dtype=lambda x, u, key=None: x,
    reason="writing has no formula entry by entry")  # fmt: skip
def _written(x, u, key=None):
    y = x.copy()
    y[key] = u
    return y


@_written.vjp(tex=r"\bar x_k = \bar y_k\,[k \notin \iota],\; \bar u_i = \bar y_{\iota(i)}")
def _written_vjp(y_bar, key, want):
    mask = np.ones(y_bar.shape, bool)
    mask[key] = False
    x_bar = np.where(mask, y_bar, 0.0) if want[0] else None
    return x_bar, y_bar[key] if want[1] else None


def slice(inputs, start_indices, shape):
    """A block of that shape from a place on; -1 as a length takes all that is left."""
    inputs = as_tensor(inputs)
    starts = [int(s) for s in np.ravel(as_array(start_indices))]
    ends = [n if k == -1 else s + k for s, k, n in zip(starts, shape, inputs.shape, strict=True)]
    return get_item(inputs, key=tuple(_span(s, e) for s, e in zip(starts, ends, strict=True)))


def _span(start, end):
    import builtins

    return builtins.slice(start, end)


def slice_update(inputs, start_indices, updates):
    """`inputs` with a block of it replaced by `updates`, from a place on."""
    inputs, updates = as_tensor(inputs), as_tensor(updates)
    starts = [int(s) for s in np.ravel(as_array(start_indices))]
    starts = [max(0, min(s, n - k)) for s, n, k in zip(starts, inputs.shape, updates.shape, strict=True)]
    return _written(inputs, updates, key=tuple(_span(s, s + k) for s, k in zip(starts, updates.shape, strict=True)))


def _segments(data, segment_ids, num_segments):
    data, ids = as_tensor(data), as_array(segment_ids)
    if ids.ndim != 1 or len(ids) != data.shape[0]:
        raise ShapeError(
            "ops.segment_*", expected="one segment number per row", got=f"shapes {ids.shape}, {data.shape}"
        )
    return data, ids, int(ids.max()) + 1 if num_segments is None else num_segments


def segment_sum(data, segment_ids, num_segments=None, sorted=False):
    """Sum of the rows of each segment.

    >>> segment_sum([1.0, 2.0, 3.0], [0, 0, 1], 2).tolist()
    [3.0, 3.0]
    """
    data, ids, n = _segments(data, segment_ids, num_segments)
    keep = (ids >= 0) & (ids < n)
    return as_tensor(put_back(data[np.flatnonzero(keep)], (n, *data.shape[1:]), (ids[keep],)))


def _fold_segments(data, segment_ids, num_segments, fold, empty):
    from teachkeras.ops.shapes import stack

    data, ids, n = _segments(data, segment_ids, num_segments)
    kind = as_array(data).dtype
    none = np.full(data.shape[1:], empty(kind), kind)
    groups = [np.flatnonzero(ids == k) for k in range(n)]
    return stack([fold(data[g], axis=0) if len(g) else as_tensor(none) for g in groups], axis=0)


def segment_max(data, segment_ids, num_segments=None, sorted=False):
    """Largest entry of each segment; the lowest number there is where a segment is empty."""
    low = lambda kind: -np.inf if kind.kind == "f" else np.iinfo(kind).min  # noqa: E731
    return _fold_segments(data, segment_ids, num_segments, largest, low)


def segment_min(data, segment_ids, num_segments=None, sorted=False):
    """Smallest entry of each segment; the highest number there is where a segment is empty."""
    high = lambda kind: np.inf if kind.kind == "f" else np.iinfo(kind).max  # noqa: E731
    return _fold_segments(data, segment_ids, num_segments, smallest, high)


def segment_prod(data, segment_ids, num_segments=None, sorted=False):
    """Product of the rows of each segment; 1 where a segment is empty."""
    return _fold_segments(data, segment_ids, num_segments, product, lambda kind: 1)
