"""Windows that slide over a series, in batches."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from teachkeras.errors import ArgumentError


class Windows:
    """Batches of windows; pass them to ``fit``, or loop over them.

    ``len`` is the number of batches; each is an array of windows, or a pair of windows and targets.
    """

    def __init__(self, data, targets, starts, offsets, batch_size, shuffle, seed):
        self.data, self.targets, self.starts, self.offsets = data, targets, starts, offsets
        self.batch_size, self._shuffled = batch_size, shuffle
        self._rng = np.random.default_rng(seed)

    def __len__(self) -> int:
        return math.ceil(len(self.starts) / (self.batch_size or 1))

    def __iter__(self) -> Iterator:
        starts = self._rng.permutation(self.starts) if self._shuffled else self.starts
        size = self.batch_size or 1
        for place in range(0, len(starts), size):
            chosen = starts[place : place + size]
            x = self.data[chosen[:, None] + self.offsets]
            y = None if self.targets is None else self.targets[chosen]
            if self.batch_size is None:
                x, y = x[0], None if y is None else y[0]
            yield x if y is None else (x, y)

    def take(self, count: int) -> list:
        """Return the first batches."""
        return [batch for _, batch in zip(range(count), self, strict=False)]


def timeseries_dataset_from_array(data, targets, sequence_length, sequence_stride=1, sampling_rate=1, batch_size=128,
                                  shuffle=False, seed=None, start_index=None, end_index=None,
                                  format="tf") -> Windows:  # fmt: skip
    """Return windows of a series, in batches: window i holds ``data[s], data[s+r], …`` from ``s = i·stride``, r apart.

    Args:
        data: The series, time along the first axis.
        targets: ``targets[s]`` belongs to the window that starts at s; None for windows alone.
        sequence_length: Entries in a window.
        sequence_stride: How far apart two windows start.
        sampling_rate: r, how far apart two entries of a window are.
        batch_size: Windows in a batch; None for windows one by one.
        shuffle: Whether windows come in a new order at each pass.
        seed: Of the shuffling.
        start_index, end_index: Only entries from the one to before the other are used.
        format: Taken for compatibility; what is returned goes into ``fit`` and into loops.

    Shapes: data (T, …); a batch (batch_size, sequence_length, …), its targets (batch_size, …).

    Raises:
        ArgumentError: a length, stride, rate or batch size below 1, or an index outside of the series.

    >>> windows = timeseries_dataset_from_array(np.arange(6), np.arange(6) * 10, sequence_length=3, batch_size=2)
    >>> [(x.tolist(), y.tolist()) for x, y in windows]
    [([[0, 1, 2], [1, 2, 3]], [0, 10]), ([[2, 3, 4], [3, 4, 5]], [20, 30])]

    Source: ``keras.utils.timeseries_dataset_from_array``.
    """
    numbers = {"sequence_length": sequence_length, "sequence_stride": sequence_stride, "sampling_rate": sampling_rate}
    _check(len(data), numbers | ({} if batch_size is None else {"batch_size": batch_size}), start_index, end_index)
    first, last = start_index or 0, len(data) if end_index is None else end_index
    data = np.asarray(data)[first:last]
    targets = None if targets is None else np.asarray(targets)[first:last]
    count = len(data) - (sequence_length - 1) * sampling_rate
    if targets is not None:
        count = min(count, len(targets))
    starts = np.arange(0, max(count, 0), sequence_stride)
    return Windows(data, targets, starts, np.arange(sequence_length) * sampling_rate, batch_size, shuffle, seed)


def _check(length: int, numbers: dict, start: int | None, end: int | None) -> None:
    for name, value in numbers.items():
        bound = length if name != "batch_size" else value
        if value <= 0 or value > max(bound, 1):
            limit = f" and not above {length}, the length of the data" if name != "batch_size" else ""
            raise ArgumentError(f"`{name}` must be higher than 0{limit}. Received: {name}={value}")
    if start is not None and not 0 <= start < length:
        raise ArgumentError(
            f"`start_index` must be 0 or higher and lower than the length of the data. Received: start_index={start}"
        )
    if end is not None and not (start or 0) < end <= length:
        raise ArgumentError(
            "`end_index` must be higher than `start_index` and not above the length of the data. "
            f"Received: start_index={start}, end_index={end}"
        )
