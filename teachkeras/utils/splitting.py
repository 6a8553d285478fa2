"""A data set in two."""

import numpy as np

from teachkeras import tree
from teachkeras.errors import ArgumentError, DataError
from teachkeras.tensor import as_array


def split_dataset(dataset, left_size=None, right_size=None, shuffle=False, seed=None, preferred_backend=None):
    """Return (left, right) parts of data, as ``fit`` takes them.

    Args:
        dataset: An array, a list, tuple or dict of arrays of one length; or an iterable of samples, a PyTorch data set
            included, of which two lists come back.
        left_size: The left part: a share from 0 to 1, or a number of samples; by default what the right leaves.
        right_size: The right part, in the same way.
        shuffle: Whether to put the samples in a random order first.
        seed: Of that order.
        preferred_backend: Taken for compatibility.

    Raises:
        ArgumentError: no size, or sizes that do not fit the data.
        DataError: arrays of different lengths.

    Example:
        >>> left, right = split_dataset(np.arange(10), left_size=0.8)
        >>> left.tolist(), right.tolist()
        ([0, 1, 2, 3, 4, 5, 6, 7], [8, 9])
    """
    arrays = all(hasattr(a, "shape") for a in tree.flatten(dataset))
    if not arrays:
        countable = hasattr(dataset, "__len__") and hasattr(
            dataset, "__getitem__"
        )  # PyTorch's sets end nowhere by themselves
        dataset = [dataset[i] for i in range(len(dataset))] if countable else list(dataset)
    lengths = {len(a) for a in tree.flatten(dataset)} if arrays else {len(dataset)}
    if len(lengths) != 1:
        raise DataError("split_dataset", expected="arrays of one length", got=f"lengths {sorted(lengths)}")
    total = lengths.pop()
    left, right = _sizes(left_size, right_size, total)
    order = np.random.default_rng(seed).permutation(total) if shuffle else np.arange(total)
    parts = order[:left], order[left : left + right]
    if arrays:
        return tuple(tree.map_structure(lambda a, rows=rows: as_array(a)[rows], dataset) for rows in parts)
    return tuple([dataset[i] for i in rows] for rows in parts)


def _sizes(left: object, right: object, total: int) -> tuple[int, int]:
    """Return the numbers of samples of both parts.

    Raises:
        ArgumentError: they do not fit.
    """
    counts = []
    for size in (left, right):
        share = isinstance(size, float)
        if size is not None and not (0 <= size <= 1 if share else isinstance(size, int) and 0 <= size <= total):
            counts = None
            break
        counts.append(None if size is None else round(size * total) if share else size)
    if counts is None or counts == [None, None] or sum(c or 0 for c in counts) > total:
        raise ArgumentError(
            "split_dataset", expected=f"left_size or right_size: shares of 1, or of {total} samples",
            got=f"left_size={left!r}, right_size={right!r}",
        )  # fmt: skip
    first, second = counts
    first = total - second if first is None else first
    return first, total - first if second is None else second
