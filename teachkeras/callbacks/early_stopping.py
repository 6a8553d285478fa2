"""EarlyStopping: stop when a number no longer gets better."""

from teachkeras.callbacks._monitor import MonitorCallback


class EarlyStopping(MonitorCallback):
    """Stop training once the watched number has not improved for ``patience`` epochs.

    An epoch is an improvement if its value beats the best so far by more than ``min_delta``. ``fit`` ends after an
    epoch that is none, once ``patience`` epochs have passed since the last improvement that beats ``baseline`` too;
    the very first epoch never ends it.

    Args:
        monitor: The number to watch.
        min_delta: How much better counts as better.
        patience: How many epochs without improvement are borne.
        verbose: 1 to say when training stops and which weights are restored.
        mode: ``"min"``, ``"max"``, or ``"auto"`` to tell by the metric.
        baseline: A value that must be beaten before patience starts anew.
        restore_best_weights: Whether the model gets back the weights of its best epoch at the end.
        start_from_epoch: Epochs before this one are not watched.

    Raises:
        ArgumentError: mode is "auto" and the metric is not known to be better when large, or when small.

    Example:
        >>> import numpy as np, teachkeras as tk
        >>> model = tk.Sequential([tk.layers.Dense(1, kernel_initializer="zeros")])
        >>> model.compile("sgd", "mse")
        >>> stop = EarlyStopping("loss", patience=3)
        >>> x = np.zeros((4, 2))  # nothing to learn from
        >>> len(model.fit(x, np.zeros(4), epochs=10, callbacks=[stop], verbose=0).epoch)
        4

    Source: ``keras.callbacks.EarlyStopping``; Prechelt, "Early stopping - but when?", 1998.
    """

    def __init__(self, monitor="val_loss", min_delta=0, patience=0, verbose=0, mode="auto", baseline=None,
                 restore_best_weights=False, start_from_epoch=0):  # fmt: skip
        super().__init__(monitor, mode, min_delta=min_delta)
        self.patience, self.verbose, self.baseline = patience, verbose, baseline
        self.restore_best_weights, self.start_from_epoch = restore_best_weights, start_from_epoch
        self._forget()

    def _forget(self) -> None:
        self.wait = self.stopped_epoch = self.best_epoch = 0
        self.best = self.best_weights = None

    def on_train_begin(self, logs=None):
        """Start anew, so that one object serves for several fits."""
        self._forget()

    def on_epoch_end(self, epoch, logs=None):
        """Compare, count, stop."""
        if not self._sign:
            self.find_direction()
        value = self.value_in(logs)
        if value is None or epoch < self.start_from_epoch:
            return
        if self.restore_best_weights and self.best_weights is None:
            self.best_weights, self.best_epoch = self.model.get_weights(), epoch
        self.wait += 1
        if self.is_better(value, self.best):
            self.best, self.best_epoch = value, epoch
            if self.restore_best_weights:
                self.best_weights = self.model.get_weights()
            if self.baseline is None or self.is_better(value, self.baseline):
                self.wait = 0
            return
        if self.wait >= self.patience and epoch > 0:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        """Say that training stopped, and give the best weights back."""
        if self.stopped_epoch and self.verbose:
            print(f"Epoch {self.stopped_epoch + 1}: early stopping")
        if self.restore_best_weights and self.best_weights is not None:
            if self.verbose:
                print(f"Restoring model weights from the end of the best epoch: {self.best_epoch + 1}.")
            self.model.set_weights(self.best_weights)
