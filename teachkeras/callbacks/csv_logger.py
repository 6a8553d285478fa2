"""CSVLogger: the numbers of every epoch in a file."""

import csv
import os
from collections.abc import Iterable

import numpy as np

from teachkeras.training.callback import Callback


class CSVLogger(Callback):
    """Write one row per epoch into a text file: ``epoch,accuracy,loss,val_accuracy,val_loss``.

    The columns are the names of the first epoch's numbers, in alphabetical order; where none of them is of validation,
    each gets a ``val_`` column beside it, as validation may come in a later epoch. What an epoch lacks is ``NA``.

    Args:
        filename: The file.
        separator: What stands between two numbers.
        append: Whether to add to the file that is there; otherwise it is overwritten.

    Example:
        >>> import numpy as np, pathlib, tempfile, teachkeras as tk
        >>> model = tk.Sequential([tk.layers.Dense(1, kernel_initializer="zeros")])
        >>> model.compile("sgd", "mse")
        >>> file = pathlib.Path(tempfile.mkdtemp(), "log.csv")
        >>> _ = model.fit(np.zeros((4, 2)), np.zeros(4), epochs=2, callbacks=[CSVLogger(file)], verbose=0)
        >>> file.read_text().split()
        ['epoch,loss,val_loss', '0,0.0,NA', '1,0.0,NA']

    Source: ``keras.callbacks.CSVLogger``.
    """

    def __init__(self, filename, separator=",", append=False):
        super().__init__()
        self.filename, self.sep, self.append = os.fspath(filename), separator, append
        self.keys: list[str] | None = None
        self.append_header = True
        self.csv_file = self.writer = None

    def on_train_begin(self, logs=None):
        """Open the file."""
        if self.append and os.path.exists(self.filename):
            self.append_header = os.path.getsize(self.filename) == 0
        if self.csv_file is None or self.csv_file.closed:
            self.csv_file = open(self.filename, "a" if self.append else "w", newline="", encoding="utf-8")
        self.writer, self.keys = None, self.keys if self.append else None

    def on_epoch_end(self, epoch, logs=None):
        """Write a row."""
        logs = logs or {}
        if self.keys is None:
            self.keys = sorted(logs)
            if not any(name.startswith("val_") for name in self.keys):  # validation may come in a later epoch
                self.keys += [f"val_{name}" for name in self.keys]
        if self.writer is None:
            self.writer = csv.DictWriter(self.csv_file, ["epoch", *self.keys], delimiter=self.sep)
            if self.append_header:
                self.writer.writeheader()
        row = {"epoch": epoch} | {name: _cell(logs[name]) if name in logs else "NA" for name in self.keys}
        self.writer.writerow(row)
        self.csv_file.flush()

    def on_train_end(self, logs=None):
        """Close the file."""
        self.csv_file.close()
        self.writer = None


def _cell(value: object) -> object:
    """Return what stands in a cell: a number as it is, several in brackets.

    >>> _cell(0.5), _cell([1, 2])
    (0.5, '"[1, 2]"')
    """
    if isinstance(value, str) or (isinstance(value, np.ndarray) and value.ndim == 0):
        return value
    return f'"[{", ".join(map(str, value))}]"' if isinstance(value, Iterable) else value
