"""What the built-in schedules share: each is a formula of the step."""

from __future__ import annotations

import numpy as np

from teachkeras.errors import ArgumentError
from teachkeras.optimizers.schedules.base import LearningRateSchedule
from teachkeras.tensor import Tensor, as_array


class Formula(LearningRateSchedule):
    """A schedule that is a formula of the step, for one step or an array of them.

    A subclass writes ``rate(step)`` in NumPy; a call takes a number, an array or a variable and returns a float32
    tensor.
    """

    tex = ""

    def rate(self, step: np.ndarray) -> np.ndarray:
        """Return the learning rate of each step."""
        raise NotImplementedError

    def __call__(self, step):
        """Return the learning rate of a step."""
        return Tensor(np.asarray(self.rate(as_array(step).astype("float64")), "float32"))

    def _check_positive(self, name: str) -> None:
        if getattr(self, name) <= 0:
            raise ArgumentError(f"Argument `{name}` must be > 0. Received: {name}={getattr(self, name)}")
