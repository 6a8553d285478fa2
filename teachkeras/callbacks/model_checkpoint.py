"""ModelCheckpoint: the model, or its weights, into a file as training goes on."""

import os
import warnings

import numpy as np

from teachkeras.callbacks._errors import UnknownPlaceholderError
from teachkeras.callbacks._monitor import MonitorCallback
from teachkeras.errors import ArgumentError, CorruptFileError


class ModelCheckpoint(MonitorCallback):
    """Save the model after each epoch, or every so many batches, always or only when it is the best so far.

    Args:
        filepath: Where to; names in braces are filled from the logs: ``"{epoch:02d}-{val_loss:.2f}.keras"``. It ends in
            ``.weights.h5`` where only weights are saved, else in ``.keras`` (or ``.h5``).
        monitor: The number that tells what is best.
        verbose: 1 to say what is saved.
        save_best_only: Whether to save only what beats all before.
        save_weights_only: Whether to save the weights alone.
        mode: ``"min"``, ``"max"``, or ``"auto"`` to tell by the metric.
        save_freq: ``"epoch"``, or a number of batches.
        initial_value_threshold: The value to beat first.

    Raises:
        ArgumentError: a file name with another ending, an unknown ``save_freq``; mode is "auto" and the metric does not
            tell which way is better.
        UnknownPlaceholderError: a name in braces is not in the logs; it is a KeyError.
        CorruptFileError: the path is a folder.

    With ``save_best_only`` and no such number in the logs, a warning is given and the model saved, as in Keras 3.15.

    Example:
        >>> class Stub:
        ...     metrics = []
        ...     def save(self, path, overwrite): print("saved", path)
        >>> keep = ModelCheckpoint("{epoch}-{loss:.1f}.keras", "loss", save_best_only=True)
        >>> keep.set_model(Stub())
        >>> for epoch, loss in enumerate([3.0, 4.0, 2.0]):
        ...     keep.on_epoch_end(epoch, {"loss": loss})
        saved 1-3.0.keras
        saved 3-2.0.keras

    Source: ``keras.callbacks.ModelCheckpoint``.
    """

    def __init__(self, filepath, monitor="val_loss", verbose=0, save_best_only=False, save_weights_only=False,
                 mode="auto", save_freq="epoch", initial_value_threshold=None):  # fmt: skip
        super().__init__(monitor, mode, initial_value_threshold)
        self.filepath, self.verbose = os.fspath(filepath), verbose
        self.save_best_only, self.save_weights_only, self.save_freq = save_best_only, save_weights_only, save_freq
        self._epoch = self._batches = 0
        self._last_batch: int | None = None
        if save_freq != "epoch" and not isinstance(save_freq, int):
            raise ArgumentError(
                f"Unrecognized save_freq: {save_freq}. Expected save_freq are 'epoch' or integer values"
            )
        if save_weights_only and not self.filepath.endswith(".weights.h5"):
            raise ArgumentError(
                "When using `save_weights_only=True` in `ModelCheckpoint`, the filepath provided must end in "
                f"`.weights.h5` (Keras weights format). Received: filepath={self.filepath}"
            )
        if not save_weights_only and not self.filepath.endswith((".keras", ".h5")):
            raise ArgumentError(
                f"The filepath provided must end in `.keras` (Keras model format). Received: filepath={self.filepath}"
            )

    def on_epoch_begin(self, epoch, logs=None):
        """Remember the epoch."""
        self._epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        """Save, if it is time."""
        if self.save_freq == "epoch":
            return
        is_new_epoch = self._last_batch is None or batch <= self._last_batch
        self._batches += batch + 1 if is_new_epoch else batch - self._last_batch  # several, where one call runs several
        self._last_batch = batch
        if self._batches >= self.save_freq:
            self._batches = 0
            self._save(self._epoch, batch, logs)

    def on_epoch_end(self, epoch, logs=None):
        """Save, if it is time."""
        if self.save_freq == "epoch":
            self._save(epoch, None, logs)

    def _save(self, epoch: int, batch: int | None, logs: dict | None) -> None:
        path = self._path(epoch, batch, logs or {})
        if not self._is_wanted(epoch, path, logs or {}):
            return
        folder = os.path.dirname(path)
        if folder:
            os.makedirs(folder, exist_ok=True)
        if os.path.isdir(path):
            raise CorruptFileError(
                "ModelCheckpoint", expected="filepath, a file's name", got=f"{path}, which is a folder"
            )
        if self.save_weights_only:
            self.model.save_weights(path, overwrite=True)
        else:
            self.model.save(path, overwrite=True)
        if self.verbose:
            print(f"\nEpoch {epoch + 1}: finished saving model to {path}")

    def _is_wanted(self, epoch: int, path: str, logs: dict) -> bool:
        """Tell whether to save, say so if asked, and note a new best value."""
        if not self.save_best_only:
            self._say(f"\nEpoch {epoch + 1}: saving model to {path}")
            return True
        value = logs.get(self.monitor)
        if value is None:
            warnings.warn(f"Can save best model only with {self.monitor} available.", stacklevel=4)
            return True
        if np.ndim(value) > 0:
            warnings.warn(
                f"Can save best model only when `monitor` is a scalar value. Received: {value}. Falling back to "
                "`save_best_only=False`.", stacklevel=4,
            )  # fmt: skip
            return True
        if not self._sign:
            self.find_direction()
        best = "None" if self.best is None else f"{self.best:.5f}"
        if not self.is_better(value, self.best):
            self._say(f"\nEpoch {epoch + 1}: {self.monitor} did not improve from {best}")
            return False
        self._say(f"\nEpoch {epoch + 1}: {self.monitor} improved from {best} to {value:.5f}, saving model to {path}")
        self.best = value
        return True

    def _say(self, text: str) -> None:
        if self.verbose:
            print(text)

    def _path(self, epoch: int, batch: int | None, logs: dict) -> str:
        has_no_batch = batch is None or "batch" in logs
        numbers = {"epoch": epoch + 1} if has_no_batch else {"epoch": epoch + 1, "batch": batch + 1}
        try:
            return self.filepath.format(**numbers, **logs)
        except KeyError as error:
            raise UnknownPlaceholderError(
                f'Failed to format this callback filepath: "{self.filepath}". Reason: {error}',
                fix="use names of the logs: " + ", ".join([*numbers, *logs]),
            ) from error
