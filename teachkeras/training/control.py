"""Control: how a run is paused, stepped, stopped and steered from outside.

Any thread may post; the training loop reads between two batches, with no tape open. So a button in a notebook reaches
a blocking ``fit`` wherever the kernel hears messages on another thread, and ``await model.fit_async(...)`` everywhere.
"""

from __future__ import annotations

import queue
from collections.abc import Iterator

from teachkeras import events

NAP = 0.02  # seconds between two looks at the queue while paused


class Control:
    """The levers of one model's training.

    Attributes:
        running: Whether a fit is going on.
        awaiting: Whether it is ``fit_async``, which hands over between batches.

    >>> control = Control()
    >>> control.pause()
    >>> control.paused  # the loop has not looked yet
    False
    """

    def __init__(self):
        self._messages: queue.SimpleQueue = queue.SimpleQueue()
        self._paused, self._steps_left = False, 0
        self.running = False
        self.awaiting = False

    @property
    def paused(self) -> bool:
        """Whether the loop holds between two batches."""
        return self._paused

    def pause(self) -> None:
        """Hold after the present batch."""
        self._messages.put(("pause", None))

    def resume(self) -> None:
        """Go on."""
        self._messages.put(("resume", None))

    def step(self, n: int = 1) -> None:
        """Run `n` more batches, then hold."""
        self._messages.put(("step", int(n)))

    def stop(self) -> None:
        """End the run after the present batch."""
        self._messages.put(("stop", None))

    def set_learning_rate(self, value: float) -> None:
        """Change the rate from the next batch on."""
        self._messages.put(("learning_rate", float(value)))

    # --- the loop's side ---

    def begin(self) -> None:
        """Start a run: nothing posted before counts."""
        while not self._messages.empty():
            self._messages.get_nowait()
        self._paused, self._steps_left, self.running = False, 0, True

    def end(self) -> None:
        """The run is over."""
        self._paused, self._steps_left, self.running = False, 0, False

    def between_batches(self, model: object) -> Iterator[float]:
        """Obey what was posted; yield naps (seconds) for as long as the run is held."""
        if self._steps_left:
            self._steps_left -= 1
            self._paused = self._steps_left == 0
        self._obey(model)
        while self._paused and not model.stop_training:
            if events.idle.listeners:
                events.idle.emit(model)
            yield NAP
            self._obey(model)

    def _obey(self, model: object) -> None:
        while not self._messages.empty():
            order, value = self._messages.get_nowait()
            if order == "pause":
                self._paused, self._steps_left = True, 0
            elif order == "resume":
                self._paused, self._steps_left = False, 0
            elif order == "step":
                self._paused, self._steps_left = False, value
            elif order == "stop":
                model.stop_training = True
            elif order == "learning_rate":
                model.optimizer.replace_learning_rate(value)
