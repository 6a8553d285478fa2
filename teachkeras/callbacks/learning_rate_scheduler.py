"""LearningRateScheduler: a learning rate for each epoch, by a function."""

import inspect

import numpy as np

from teachkeras.errors import ArgumentError
from teachkeras.tensor import Operators
from teachkeras.training.callback import Callback


class LearningRateScheduler(Callback):
    """Set the learning rate at the start of each epoch. It stands in the history as ``learning_rate``.

    Args:
        schedule: A function of the epoch, counted from 0, and the present rate (older ones take the epoch alone) that
            returns the new rate, a float.
        verbose: 1 to say what the rate is set to.

    Raises:
        ArgumentError: what the function returns is no float.

    Example:
        >>> import numpy as np, teachkeras as tk
        >>> model = tk.Sequential([tk.layers.Dense(1)])
        >>> model.compile(tk.optimizers.SGD(0.5), "mse")
        >>> halve = LearningRateScheduler(lambda epoch, rate: rate / 2)
        >>> model.fit(np.ones((4, 2)), np.ones(4), epochs=3, callbacks=[halve], verbose=0).history["learning_rate"]
        [0.25, 0.125, 0.0625]

    Source: ``keras.callbacks.LearningRateScheduler``.
    """

    def __init__(self, schedule, verbose=0):
        super().__init__()
        self.schedule, self.verbose = schedule, verbose

    def on_epoch_begin(self, epoch, logs=None):
        """Set the rate."""
        rate = self._rate_of(epoch)
        if not isinstance(rate, (float, np.floating, np.ndarray, Operators)) or np.size(rate) != 1:
            raise ArgumentError(f"The output of the `schedule` function should be a float. Got: {rate}")
        rate = float(rate)
        self.model.optimizer.learning_rate = rate
        if self.verbose:
            print(f"\nEpoch {epoch + 1}: LearningRateScheduler setting learning rate to {rate}.")

    def _rate_of(self, epoch: int) -> object:
        try:
            inspect.signature(self.schedule).bind(epoch, 0.0)
        except TypeError:
            return self.schedule(epoch)  # a function of the epoch alone, as in the oldest Keras
        except ValueError:
            pass  # a built-in without a signature
        return self.schedule(epoch, float(np.float32(self.model.optimizer.learning_rate)))

    def on_epoch_end(self, epoch, logs=None):
        """Note the rate."""
        if logs is not None:
            logs["learning_rate"] = float(np.float32(self.model.optimizer.learning_rate))
