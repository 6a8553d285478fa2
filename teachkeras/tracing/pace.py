"""Pace: which training steps a recorder looks at, so that watching costs no more than it may.

A training step that is looked at takes longer. How much longer is measured: the time of such a step less that of the
steps nobody looks at. While the steps since the last look have not yet earned that time, the recorder looks away.
"""

from __future__ import annotations

import time

MEASURED = 0.65  # of the overhead; the rest is for what shows in other steps: listening for their end, colder caches
SLOW = 0.2  # how much of a new measurement goes into the running mean


class Pace:
    """Every n-th training step, or as many as an overhead allows.

    Args:
        every: Look at every n-th step; None to let `overhead` decide.
        overhead: The share of the unwatched training time that watching may add, such as 0.15.

    Attributes:
        plain: Seconds of a training step that nobody looks at; None before one was measured.
        looked: Seconds that a training step takes longer when it is looked at; None before that is known.
        spent, worked: Seconds of watching, and of all training steps without it, from the second step on.
    """

    def __init__(self, every: int | None = 1, overhead: float | None = None):
        self.every, self.overhead = every, overhead
        self.plain = self.looked = None
        self.spent = self.worked = 0.0
        self._began = 0.0

    def ended(self, number: int, observed: bool) -> bool:
        """Take note that training step `number` has ended; tell whether to look at the next one."""
        if self.every is not None:
            return (number + 1) % self.every == 0
        seconds = -self._began  # from the end of one step to the end of the next
        self._began = time.thread_time()
        seconds += self._began
        if number == 0:  # compiles routines and fills caches: it measures nothing
            return False
        if not observed:
            self.plain = _moved(self.plain, seconds)
            self.worked += seconds
        else:
            cost = max(seconds - self.plain, 0.0)
            self.looked = _moved(self.looked, cost)
            self.spent += cost
            self.worked += min(seconds, self.plain)
        return self._may_look(number)

    def _may_look(self, number: int) -> bool:
        """Tell whether the training so far has earned one more look."""
        if self.plain is None or number < 3:
            return False
        cost = self.plain if self.looked is None else self.looked  # before it is known: as long as the step itself
        return self.spent + cost <= MEASURED * self.overhead * (self.worked + self.plain)

    @property
    def share(self) -> float | None:
        """What watching has added so far, as a share of the unwatched time; None where that was not measured."""
        return self.spent / self.worked if self.worked else None

    @property
    def dearness(self) -> float | None:
        """How many times as long a step takes when it is looked at; None where that was not measured."""
        return None if self.looked is None or not self.plain else 1 + self.looked / self.plain


def _moved(mean: float | None, new: float) -> float:
    """Return a running mean moved towards a new value; an outlier (the machine was busy) counts as three times it."""
    return new if mean is None else mean + SLOW * (min(new, 3 * mean) - mean)
