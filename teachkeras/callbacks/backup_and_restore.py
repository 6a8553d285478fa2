"""BackupAndRestore: go on where an interrupted ``fit`` stopped."""

import json
import os
import shutil

import numpy as np

from teachkeras.errors import ArgumentError, CorruptFileError
from teachkeras.saving.whole import written_whole
from teachkeras.training.callback import Callback

WEIGHTS, PLACE = "latest.weights.h5", "training_metadata.json"


class BackupAndRestore(Callback):
    """Keep weights, optimizer state and epoch on disk; a later ``fit`` with the same folder goes on there.

    Args:
        backup_dir: A folder for this alone.
        save_freq: ``"epoch"``, or a number of batches; an epoch that was interrupted is begun anew.
        double_checkpoint: Whether to keep the backup before the last too, for when the last can't be read.
        delete_checkpoint: Whether to remove the backup when ``fit`` has ended well.

    Raises:
        ArgumentError: no folder, or an unknown ``save_freq``.
        CorruptFileError: a backup that can't be read.

    Example:
        >>> import os
        >>> [os.path.basename(file) for file in BackupAndRestore("somewhere").files]
        ['latest.weights.h5', 'training_metadata.json']

    Source: ``keras.callbacks.BackupAndRestore``; the names of the files are Keras's.
    """

    def __init__(self, backup_dir, save_freq="epoch", double_checkpoint=False, delete_checkpoint=True):
        super().__init__()
        if not backup_dir:
            raise ArgumentError("Empty `backup_dir` argument passed")
        if save_freq != "epoch" and not isinstance(save_freq, int):
            raise ArgumentError(
                f"Invalid value for argument `save_freq`. Received: save_freq={save_freq}. "
                "Expected either 'epoch' or an integer value."
            )
        self.backup_dir = os.fspath(backup_dir)
        self.save_freq, self.double_checkpoint, self.delete_checkpoint = save_freq, double_checkpoint, delete_checkpoint
        self._epoch = self._batches = self._last_batch = 0
        self._noted: dict | None = None  # the place that belongs to the weights on disk

    @property
    def files(self) -> tuple[str, str]:
        """The files of weights and of the place reached."""
        return os.path.join(self.backup_dir, WEIGHTS), os.path.join(self.backup_dir, PLACE)

    def on_train_begin(self, logs=None):
        """Take up the last backup, if there is one."""
        self._batches = 0
        if not os.path.exists(self.files[0]) and not os.path.exists(self.files[0] + ".bkp"):
            return
        self.model.optimizer.build(self.model.trainable_weights)
        try:
            epoch = self._load("")
        except (OSError, ValueError, KeyError, TypeError) as error:
            if not os.path.exists(self.files[0] + ".bkp"):
                raise CorruptFileError(
                    f"backup in {self.backup_dir}", expected="weights of this model and an epoch", got=str(error),
                    fix="delete that folder to begin anew",
                ) from error  # fmt: skip
            epoch = self._load(".bkp")
        self._epoch = self.model._initial_epoch = epoch

    def _load(self, suffix: str) -> int:
        weights, place = (path + suffix for path in self.files)
        if suffix:  # weights are known by their ending
            shutil.copyfile(weights, weights := os.path.join(self.backup_dir, f"previous.{WEIGHTS}"))
        self.model.load_weights(weights)
        with open(place, encoding="utf-8") as file:
            noted = json.load(file)
        if noted.get("iterations", steps := self._steps_made()) != steps:
            noted = noted["previous"]  # interrupted between noting the place and renaming the weights
        self._noted = {key: value for key, value in noted.items() if key != "previous"}
        if noted.get("shuffling"):
            np.random.set_state(noted["shuffling"])  # noqa: NPY002 (what Keras shuffles with)
        return int(noted["epoch"])

    def _steps_made(self) -> int:
        return int(self.model.optimizer.iterations)

    def on_epoch_begin(self, epoch, logs=None):
        """Remember the epoch."""
        self._epoch = epoch

    def on_epoch_end(self, epoch, logs=None):
        """Back up, if it is time."""
        self._epoch, self._last_batch = epoch + 1, 0
        if self.save_freq == "epoch":
            self._save(0)

    def on_train_batch_end(self, batch, logs=None):
        """Back up, if it is time."""
        if self.save_freq and self.save_freq != "epoch":
            self._batches += batch + 1 if batch <= self._last_batch else batch - self._last_batch
            self._last_batch = batch
            if self._batches >= self.save_freq:
                self._batches = 0
                self._save(batch)

    def _save(self, batch: int) -> None:
        """Write beside the old files, then rename: an interruption leaves one whole backup.

        The place is noted before the weights take their name, the place before it along with it; the optimizer's count
        of steps, kept with the weights, tells which of the two belongs to them.
        """
        os.makedirs(self.backup_dir, exist_ok=True)
        weights, place = self.files
        fresh = os.path.join(self.backup_dir, f"new.{WEIGHTS}")
        self.model.save_weights(fresh, overwrite=True)
        name, keys, *rest = np.random.get_state()  # noqa: NPY002
        noted = {"epoch": self._epoch, "batch": batch, "iterations": self._steps_made(),
                 "shuffling": [name, keys.tolist(), *rest]}  # fmt: skip
        if self.double_checkpoint and os.path.exists(weights):
            for path in self.files:
                os.replace(path, path + ".bkp")
        with written_whole(place) as file:
            file.write(json.dumps({**noted, "previous": self._noted}).encode())
        os.replace(fresh, weights)
        self._noted = noted

    def on_train_end(self, logs=None):
        """Remove the backup."""
        if self.delete_checkpoint and os.path.exists(self.backup_dir):
            shutil.rmtree(self.backup_dir)
