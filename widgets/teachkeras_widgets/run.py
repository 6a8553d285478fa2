"""The curves of one ``fit``: per batch and per epoch, each of bounded size."""

from .series import Series


class Run:
    """What one ``fit`` has shown so far.

    Curves have keys ``"batch/loss"`` (x: batches seen since this fit began) and ``"epoch/val_loss"`` (x: epochs ended).

    Args:
        number: 1 for the first fit a view saw, 2 for the next …
        epochs, steps: what fit announced; None where it could not know.
        capacity: points a curve may have.
    """

    def __init__(self, number, epochs=None, steps=None, capacity=512):
        self.number = number
        self.epochs = epochs
        self.steps = steps  # batches an epoch
        self.capacity = capacity
        self.epoch = 0  # epochs ended
        self.batches = 0  # batches ended
        self.curves = {}

    def add_batches(self, losses):
        """The losses of batches that ended since the last call."""
        first = self.batches + 1
        self.batches += len(losses)
        if losses:
            self._curve("batch/loss").extend(range(first, self.batches + 1), losses)

    def add_sample(self, values):
        """The running metrics as they stand after the last batch."""
        for name, value in values.items():
            self._curve(f"batch/{name}").extend([self.batches], [value])

    def add_epoch(self, values):
        """The logs at an epoch's end."""
        self.epoch += 1
        self.steps = self.steps or self.batches  # the first epoch shows what fit could not know
        self.add_sample({name: v for name, v in values.items() if name != "loss" and not name.startswith("val_")})
        for name, value in values.items():
            self._curve(f"epoch/{name}").extend([self.epoch], [value])

    def place(self):
        """``(epoch, batch)`` where the run stands, both counted from 1; ``(1, 0)`` before the first batch."""
        if not self.steps:
            return self.epoch + 1, self.batches
        ended = max(self.batches - 1, 0) // self.steps
        return ended + 1, self.batches - ended * self.steps

    def whole(self):
        """Everything, for a browser that knows nothing yet."""
        curves = {}
        for key, curve in self.curves.items():
            curve.delta()
            curves[key] = curve.points.tobytes()
        return {"number": self.number, "steps": self.steps, "batches": self.batches, "curves": curves}

    def changes(self):
        """What changed since the last call to this or `whole`: ``(key, first changed point, float32 bytes)`` each."""
        for key, curve in self.curves.items():
            start, data = curve.delta()
            if data:
                yield key, start, data

    def _curve(self, key):
        if key not in self.curves:
            self.curves[key] = Series(self.capacity)
        return self.curves[key]
