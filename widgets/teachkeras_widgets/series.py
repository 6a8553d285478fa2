"""A curve of bounded size, however long the run: when it is full, neighbours merge two by two."""

import numpy as np


class Series:
    """Up to ``capacity`` points, each ``(x, low, mean, high)`` over ``stride`` values that came in a row.

    Math: a full series of n points becomes n/2 points ``(mean x, min low, mean of means, max high)``, so minima and
    maxima of the whole run are kept; after N values a point stands for the power of two that is at least N / capacity.

    >>> curve = Series(capacity=4)
    >>> curve.extend([1, 2, 3, 4, 5], [9.0, 7.0, 6.0, 4.0, 3.0])
    >>> curve.stride, curve.points.tolist()
    (2, [[1.5, 7.0, 8.0, 9.0], [3.5, 4.0, 5.0, 6.0], [5.0, 3.0, 3.0, 3.0]])
    """

    def __init__(self, capacity=512):
        self.capacity = capacity
        self.stride = 1  # values a full point stands for
        self._table = np.zeros((capacity, 4), dtype="float32")
        self._length = 0
        self._filled = 1  # values in the last point so far
        self._fresh = 0  # the first point that changed since the last `delta`

    def __len__(self):
        """How many points there are now."""
        return self._length

    @property
    def points(self):
        """The points, float32 of shape (n, 4)."""
        return self._table[: self._length]

    def extend(self, xs, values):
        """Add values in order; the cost a value goes down as the stride goes up."""
        rows = np.column_stack([xs, values, values, values]).astype("float32")
        while len(rows):
            if self._filled < self.stride:
                used = self._fill_last(rows)
            elif self._length == self.capacity:
                used = self._halve()
            else:
                used = self._append(rows)
            rows = rows[used:]

    def delta(self):
        """What changed since the last call: the first changed point's index, and the points from there on."""
        start, self._fresh = self._fresh, self._length
        return start, self._table[start : self._length].tobytes()

    def _append(self, rows):
        """As many new full points as the rows give and the table holds; fewer rows than that start an open point."""
        count = min(len(rows) // self.stride, self.capacity - self._length)
        size = self.stride if count else len(rows)
        count = max(count, 1)
        used, end = count * size, self._length + count
        self._table[self._length : end] = _merged(rows[:used].reshape(count, size, 4))
        self._length, self._filled = end, size
        self._fresh = min(self._fresh, end - count)
        return used

    def _fill_last(self, rows):
        """Add rows to the open point, until it stands for `stride` values."""
        taken = rows[: self.stride - self._filled]
        last, (x, low, mean, high) = self._table[self._length - 1], _merged(taken[None])[0]
        share = len(taken) / (self._filled + len(taken))
        last[:] = (
            last[0] + (x - last[0]) * share,
            min(last[1], low),
            last[2] + (mean - last[2]) * share,
            max(last[3], high),
        )
        self._filled += len(taken)
        self._fresh = min(self._fresh, self._length - 1)
        return len(taken)

    def _halve(self):
        """Merge neighbours; uses no row."""
        self._length //= 2
        self._table[: self._length] = _merged(self._table.reshape(-1, 2, 4))
        self.stride *= 2
        self._filled, self._fresh = self.stride, 0
        return 0


def _merged(groups):
    """Points (n, 4) out of groups of rows (n, k, 4)."""
    x, low, mean, high = groups.transpose(2, 0, 1)
    return np.stack([x.mean(1), low.min(1), mean.mean(1), high.max(1)], axis=1)
