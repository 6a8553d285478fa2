"""Budget: how much memory the arrays of a recording may take."""

from __future__ import annotations

from collections import deque

from teachkeras.tracing import notes


class Budget:
    """Lets the oldest steps of a recording go down to their statistics until the rest fits.

    Args:
        recording: The recording.
        limit: Bytes that its arrays may take.

    Attributes:
        bytes: What they take now. An array is counted once, for the last step that holds it.
    """

    def __init__(self, recording: object, limit: int):
        self.recording, self.limit, self.bytes = recording, limit, 0
        self._holder: dict[int, int] = {}  # id of an array -> the last step that holds it
        self._steps: deque[tuple] = deque()  # (index, its arrays) of the steps that still hold theirs

    def add(self, index: int, note: tuple) -> None:
        """Count a new step's arrays, and make room."""
        arrays = notes.arrays_in(note)
        self._steps.append((index, arrays))
        for array in arrays:
            if id(array) not in self._holder:
                self.bytes += array.nbytes
            self._holder[id(array)] = index
        while self.bytes > self.limit and self._steps:
            self._thin(*self._steps.popleft())

    def _thin(self, index: int, arrays: list) -> None:
        self.recording.steps[index].thinned()
        self.recording.thinned += 1
        for array in arrays:
            if self._holder.get(id(array)) == index:
                del self._holder[id(array)]
                self.bytes -= array.nbytes
