"""SwapEMAWeights: evaluate with the moving average of the weights."""

from teachkeras.errors import ArgumentError
from teachkeras.training.callback import Callback


class SwapEMAWeights(Callback):
    """Put the moving average of the weights in their place while the model is evaluated, and take it out again.

    The optimizer keeps that average (Polyak averaging) if it has ``use_ema=True``.

    Args:
        swap_on_epoch: Whether to swap at the end of each epoch too, until the next begins, so that callbacks after this
            one (a ModelCheckpoint) see the average.

    Raises:
        ArgumentError: the optimizer keeps no average.

    Example:
        >>> import numpy as np, teachkeras as tk
        >>> model = tk.Sequential([tk.layers.Dense(1)])
        >>> model.compile(tk.optimizers.SGD(use_ema=True), "mse")
        >>> swap = SwapEMAWeights()
        >>> data = (np.ones((4, 2)), np.ones(4))
        >>> _ = model.fit(*data, validation_data=data, callbacks=[swap], verbose=0)

    Source: ``keras.callbacks.SwapEMAWeights``; Polyak & Juditsky, "Acceleration of stochastic approximation by
    averaging", 1992.
    """

    def __init__(self, swap_on_epoch=False):
        super().__init__()
        self.swap_on_epoch = swap_on_epoch
        self._averaged = False  # whether the model holds the average now

    def _optimizer(self) -> object:
        optimizer = getattr(self.model.optimizer, "inner_optimizer", self.model.optimizer)
        if not optimizer.use_ema:
            raise ArgumentError(
                "SwapEMAWeights must be used when `use_ema=True` is set on the optimizer. Received: use_ema=False"
            )
        return optimizer

    def _hold(self, averaged: bool) -> None:
        """Let the model hold the average, or its own weights."""
        if averaged is self._averaged:
            return
        for weight, average in self._optimizer().averages():
            own = weight.numpy()
            weight.assign(average.data)
            average.assign(own)
        self._averaged = averaged

    def on_epoch_begin(self, epoch, logs=None):
        """Train on the model's own weights."""
        if self.swap_on_epoch:
            self._hold(False)

    def on_epoch_end(self, epoch, logs=None):
        """Show the average to the callbacks after this one; after the last epoch it stays."""
        if not self.swap_on_epoch:
            return
        if epoch + 1 == self.params["epochs"]:
            self._optimizer().finalize_variable_values(self.model.trainable_weights)
        else:
            self._hold(True)

    def on_test_begin(self, logs=None):
        """Evaluate the average."""
        self._hold(True)

    def on_test_end(self, logs=None):
        """Put the model's own weights back."""
        self._hold(False)

    def on_predict_begin(self, logs=None):
        """Predict with the average."""
        self._hold(True)

    def on_predict_end(self, logs=None):
        """Put the model's own weights back."""
        self._hold(False)
