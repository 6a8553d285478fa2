"""What every schedule is: a function of the step, with a config."""

from __future__ import annotations

from teachkeras.serial import Configurable


class LearningRateSchedule(Configurable):
    """Base of all schedules: write ``__call__(self, step)`` (and ``get_config``, to save it with a model).

    Example:
        >>> class Falling(LearningRateSchedule):
        ...     def __init__(self, first):
        ...         self.first = first
        ...     def __call__(self, step):
        ...         return self.first / (step + 1)
        >>> Falling(0.1)(1)
        0.05

    Source: ``keras.optimizers.schedules.LearningRateSchedule``.
    """

    def __init__(self):
        pass

    def __call__(self, step):
        """Return the learning rate of a step."""
        raise NotImplementedError(
            f"Learning rate schedule '{type(self).__name__}' must override `__call__(self, step)`."
        )

    def get_config(self):
        """Return the constructor's arguments as plain data."""
        if type(self) is LearningRateSchedule:
            raise NotImplementedError(
                "Learning rate schedule 'LearningRateSchedule' must override `get_config()` in order to be "
                "serializable."
            )
        return super().get_config()
