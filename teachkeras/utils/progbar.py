"""Progbar: the progress bar for loops of one's own."""

from teachkeras.errors import ArgumentError
from teachkeras.training.progress import BETWEEN_DRAWS, WIDTH
from teachkeras.training.progress import Progbar as _Bar


class Progbar:
    """A bar that shows how far a loop has come, and the means of what it measured.

    Args:
        target: How many steps there are; None if unknown.
        width: Of the bar, in characters.
        verbose: 1 for a bar that is redrawn, 2 for one line at the end, 0 for nothing.
        interval: Seconds between two drawings.
        stateful_metrics: Names of values to show as they are, the others being averaged.
        stateless_metrics: Names of values to average, the others being shown as they are.
        unit_name: What a step is called.

    Raises:
        ArgumentError: both lists of names.

    Example:
        >>> bar = Progbar(2, verbose=0)
        >>> bar.add(1, [("loss", 4.0)]), bar.add(1, [("loss", 2.0)])
        (None, None)
        >>> bar.shown()
        {'loss': 3.0}
    """

    def __init__(
        self,
        target,
        width=WIDTH,
        verbose=1,
        interval=0.05,
        stateful_metrics=None,
        stateless_metrics=None,
        unit_name="step",
    ):
        if stateful_metrics is not None and stateless_metrics is not None:
            raise ArgumentError("Progbar", expected="stateful_metrics or stateless_metrics", got="both")
        self.target, self.width, self.verbose, self.interval, self.unit_name = (
            target,
            width,
            verbose,
            interval,
            unit_name,
        )
        self.stateful_metrics = set(stateful_metrics or ()) if stateless_metrics is None else None
        self.stateless_metrics = None if stateless_metrics is None else set(stateless_metrics)
        self._bar = _Bar(target, width, verbose, max(interval, BETWEEN_DRAWS))
        self._seen, self._sums = 0, {}

    def _averages(self, name):
        if self.stateless_metrics is not None:
            return name in self.stateless_metrics
        return name not in self.stateful_metrics

    def update(self, current, values=None, finalize=None):
        """Show the state after `current` steps; values are pairs (name, value)."""
        steps = max(current - self._seen, 1)
        for name, value in values or ():
            total, count = self._sums.get(name, (0.0, 0)) if self._averages(name) else (0.0, 0)
            weight = steps if self._averages(name) else 1
            self._sums[name] = (total + float(value) * weight, count + weight)
        self._seen = current
        finalize = self.target is not None and current >= self.target if finalize is None else finalize
        if finalize or self._bar.due():
            self._bar.update(current, self.shown(), finalize)

    def add(self, n, values=None):
        """Go `n` steps on."""
        self.update(self._seen + n, values)

    def shown(self):
        """Return the numbers that stand beside the bar."""
        return {name: total / count for name, (total, count) in self._sums.items()}
