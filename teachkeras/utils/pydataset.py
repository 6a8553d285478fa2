"""PyDataset: batches by number, for data that is made or read as it is needed."""

from __future__ import annotations

import collections
import concurrent.futures
from collections.abc import Iterator, Sequence


class PyDataset:
    """Base of data sets that yield whole batches: write ``__getitem__(i)`` and ``__len__``, the number of batches.

    ``fit`` asks for every batch once per epoch, in a new order if it shuffles, and tells ``on_epoch_begin`` and
    ``on_epoch_end``.

    Args:
        workers: How many batches are made at once; above 1, or with ``use_multiprocessing``, ahead of time.
        use_multiprocessing: Whether workers are processes instead of threads.
        max_queue_size: How many batches wait at most.

    Example:
        >>> import numpy as np
        >>> class Squares(PyDataset):
        ...     def __len__(self):
        ...         return 3
        ...     def __getitem__(self, i):
        ...         return np.array([[i]]), np.array([[i * i]])
        >>> [int(y[0, 0]) for x, y in Squares()]
        [0, 1, 4]

    Source: ``keras.utils.PyDataset``.
    """

    def __init__(self, workers=1, use_multiprocessing=False, max_queue_size=10):
        self.workers, self.use_multiprocessing, self.max_queue_size = workers, use_multiprocessing, max_queue_size

    workers, use_multiprocessing, max_queue_size = 1, False, 10  # for subclasses that forget super().__init__()

    def __getitem__(self, index):
        """Return batch `index`: ``(x, y)`` or ``(x, y, sample_weight)``."""
        raise NotImplementedError(f"{type(self).__name__} must define __getitem__(index)")

    @property
    def num_batches(self):
        """How many batches there are; None for no end."""
        try:
            return len(self)
        except TypeError:
            return None

    def on_epoch_begin(self):
        """An epoch starts."""

    def on_epoch_end(self):
        """An epoch has ended."""

    def __iter__(self):
        index = 0
        while self.num_batches is None or index < self.num_batches:
            yield self[index]
            index += 1

    def in_order(self, order: Sequence[int]) -> Iterator:
        """Yield batches in this order, made ahead by the workers if there are several."""
        if self.workers <= 1 and not self.use_multiprocessing:
            yield from (self[index] for index in order)
            return
        kind = "ProcessPoolExecutor" if self.use_multiprocessing else "ThreadPoolExecutor"
        with getattr(concurrent.futures, kind)(max(1, self.workers)) as pool:
            waiting: collections.deque = collections.deque()
            try:
                for index in order:
                    waiting.append(pool.submit(self.__getitem__, index))
                    if len(waiting) >= max(1, self.max_queue_size):
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            finally:
                for future in waiting:
                    future.cancel()


aliases = {"Sequence": PyDataset}  # Keras 2's name
