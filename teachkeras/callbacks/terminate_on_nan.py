"""TerminateOnNaN: stop when the loss is no number any more."""

import math

from teachkeras.callbacks._errors import NonFiniteLossError
from teachkeras.training.callback import Callback


class TerminateOnNaN(Callback):
    """End training after the batch whose loss is NaN or infinite.

    Args:
        raise_error: Whether to raise instead, so that ``on_train_end`` is not reached.

    Raises:
        NonFiniteLossError: the loss is NaN or infinite and ``raise_error`` is set; it is a RuntimeError.

    Example:
        >>> import numpy as np, teachkeras as tk, warnings
        >>> model = tk.Sequential([tk.layers.Dense(1)])
        >>> model.compile(tk.optimizers.SGD(1e20), "mse")
        >>> with warnings.catch_warnings():
        ...     warnings.simplefilter("ignore")
        ...     h = model.fit(np.ones((4, 2)), np.ones(4), epochs=9, callbacks=[TerminateOnNaN()], verbose=0)
        Batch 0: Invalid loss, terminating training
        >>> len(h.epoch) < 9
        True

    Source: ``keras.callbacks.TerminateOnNaN``.
    """

    def __init__(self, raise_error: bool = False):
        super().__init__()
        self.raise_error = raise_error

    def on_batch_end(self, batch, logs=None):
        """Look at the loss."""
        loss = (logs or {}).get("loss")
        if loss is None or math.isfinite(loss):
            return
        if self.raise_error:
            raise NonFiniteLossError(
                f"NaN or Inf loss encountered at batch {batch}. Loss value: {loss}. Terminating training immediately."
            )
        print(f"Batch {batch}: Invalid loss, terminating training")
        self.model.stop_training = True
