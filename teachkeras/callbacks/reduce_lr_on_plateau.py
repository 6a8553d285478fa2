"""ReduceLROnPlateau: smaller steps when a number no longer gets better."""

import warnings

import numpy as np

from teachkeras.callbacks._monitor import MonitorCallback
from teachkeras.errors import ArgumentError


class ReduceLROnPlateau(MonitorCallback):
    """Multiply the learning rate by ``factor`` once the watched number has not improved for ``patience`` epochs.

    The learning rate stands in the logs, and so in the history, as ``learning_rate``.

    Args:
        monitor: The number to watch.
        factor: What the rate is multiplied by, below 1.
        patience: How many epochs without improvement are borne.
        verbose: 1 to say when the rate changes.
        mode: ``"min"``, ``"max"``, or ``"auto"`` to tell by the metric.
        min_delta: How much better counts as better.
        cooldown: How many epochs after a change are not counted.
        min_lr: The rate never falls below this.

    Raises:
        ArgumentError: a factor of 1 or more; mode is "auto" and the metric does not tell which way is better.

    Example:
        >>> import numpy as np, teachkeras as tk
        >>> model = tk.Sequential([tk.layers.Dense(1, kernel_initializer="zeros")])
        >>> model.compile(tk.optimizers.SGD(0.5), "mse")
        >>> slower = ReduceLROnPlateau("loss", factor=0.5, patience=2)
        >>> h = model.fit(np.zeros((4, 2)), np.zeros(4), epochs=5, callbacks=[slower], verbose=0)
        >>> h.history["learning_rate"]
        [0.5, 0.5, 0.5, 0.25, 0.25]

    Source: ``keras.callbacks.ReduceLROnPlateau``.
    """

    def __init__(self, monitor="val_loss", factor=0.1, patience=10, verbose=0, mode="auto", min_delta=0.0001,
                 cooldown=0, min_lr=0.0, **kwargs):  # fmt: skip
        if "epsilon" in kwargs:  # Keras 2's name
            min_delta = kwargs.pop("epsilon")
        if kwargs:
            raise ArgumentError(f"ReduceLROnPlateau: Argument(s) not recognized: {kwargs}")
        if factor >= 1.0:
            raise ArgumentError(f"ReduceLROnPlateau does not support a factor >= 1.0. Received factor={factor}")
        super().__init__(monitor, mode, min_delta=min_delta)
        self.factor, self.patience, self.verbose = factor, patience, verbose
        self.cooldown, self.min_lr = cooldown, min_lr
        self._forget()

    def _forget(self) -> None:
        self.wait = self.cooldown_counter = 0
        self.best = None

    def in_cooldown(self):
        """Tell whether a change is so recent that no epoch counts."""
        return self.cooldown_counter > 0

    def on_train_begin(self, logs=None):
        """Start anew."""
        self._forget()

    def on_epoch_end(self, epoch, logs=None):
        """Compare, count, slow down."""
        if not self._sign:
            self.find_direction()
        logs = {} if logs is None else logs
        rate = float(np.float32(self.model.optimizer.learning_rate))
        logs["learning_rate"] = rate
        value = self.value_in(logs)
        if value is None:
            return
        if self.in_cooldown():
            self.cooldown_counter -= 1
            self.wait = 0
        if self.is_better(value, self.best):
            self.best, self.wait = value, 0
        elif not self.in_cooldown():
            self.wait += 1
            if self.wait >= self.patience and rate > np.float32(self.min_lr):
                self._reduce(epoch, rate)

    def _reduce(self, epoch: int, rate: float) -> None:
        rate = max(rate * self.factor, self.min_lr)
        self.model.optimizer.learning_rate = rate
        if self.verbose:
            print(f"\nEpoch {epoch + 1}: ReduceLROnPlateau reducing learning rate to {rate}.")
        self.cooldown_counter, self.wait = self.cooldown, 0

    def report_missing(self, logs):
        """Warn that the watched number is not there."""
        warnings.warn(
            f"Learning rate reduction is conditioned on metric `{self.monitor}` which is not available. "
            f"Available metrics are: {','.join(logs)}.",
            stacklevel=4,
        )
