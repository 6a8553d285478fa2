"""Rates that change at given steps."""

import numpy as np

from teachkeras.errors import ArgumentError
from teachkeras.optimizers.schedules._formula import Formula


class PiecewiseConstantDecay(Formula):
    """One rate up to the first boundary, it included, the next up to the second, and so on.

    Args:
        boundaries: Steps, rising.
        values: Rates, one more than boundaries.
        name: A name.

    Raises:
        ArgumentError: the lengths do not fit.

    Example:
        >>> steps = PiecewiseConstantDecay([100, 200], [1.0, 0.5, 0.25])
        >>> [float(steps(t)) for t in (0, 100, 101, 200, 201)]
        [1.0, 1.0, 0.5, 0.5, 0.25]

    Source: ``keras.optimizers.schedules.PiecewiseConstantDecay``.
    """

    tex = r"\eta = \eta_i,\quad b_{i-1} < t \le b_i"

    def __init__(self, boundaries, values, name="PiecewiseConstant"):
        if len(boundaries) != len(values) - 1:
            raise ArgumentError(
                "The length of boundaries should be 1 less than the length of values. "
                f"Received: boundaries={boundaries} of length {len(boundaries)}, and values={values} of length "
                f"{len(values)}."
            )
        self.boundaries, self.values, self.name = boundaries, values, name

    def rate(self, step):
        """Return the rate of the piece that the step is in."""
        return np.asarray(self.values, "float64")[np.searchsorted(self.boundaries, step, side="left")]
