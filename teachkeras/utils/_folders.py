"""Folders of files, one folder for each class: which files, which labels, which part; batches of them."""

from __future__ import annotations

import math
import os
from collections.abc import Callable

import numpy as np

from teachkeras.errors import ArgumentError
from teachkeras.utils.pydataset import PyDataset


class FileDataset(PyDataset):
    """Batches of what a folder's files hold; pass it to ``fit``, ``evaluate`` or ``predict``, or loop over it.

    Attributes:
        file_paths: The files, in the order they are read.
        labels: Their labels, or None.
        class_names: The classes' names, in the order of their numbers.
    """

    def __init__(self, read: Callable, paths: list, labels: list | None, settings: dict):
        super().__init__()
        self._read, self.file_paths, self.labels = read, paths, labels
        self.class_names, self._mode = settings["class_names"], settings["label_mode"]
        self.batch_size, self._shuffled = settings["batch_size"], settings["shuffle"]
        self._rng = np.random.RandomState(settings["seed"])
        self._order = np.arange(len(paths))

    def __len__(self):
        return math.ceil(len(self.file_paths) / (self.batch_size or 1))

    def __getitem__(self, index):
        size = self.batch_size or 1
        chosen = self._order[size * index : size * (index + 1)]
        x = self._joined([self._read(self.file_paths[i]) for i in chosen])
        x = x if self.batch_size else x[0]
        if self.labels is None:
            return x
        y = _as_labels([self.labels[i] for i in chosen], self._mode, len(self.class_names or ()))
        return x, y if self.batch_size else y[0]

    def _joined(self, parts: list) -> np.ndarray:
        return np.stack(parts)

    def __iter__(self):
        self.on_epoch_begin()
        return (self[i] for i in range(len(self)))

    def on_epoch_begin(self):
        """Draw a new order."""
        if self._shuffled:
            self._order = self._rng.permutation(len(self.file_paths))

    def take(self, count):
        """Return the first batches."""
        return [batch for _, batch in zip(range(count), self, strict=False)]


def from_folder(make: Callable, read: Callable, endings: tuple, settings: dict) -> object:
    """Return the data set(s) of a folder: one, or with ``subset="both"`` training and validation.

    Args:
        make: The class of the data set.
        read: What turns a path into a sample.
        endings: Of the files that count.
        settings: The arguments of the public function, its ``locals()``.

    Raises:
        ArgumentError: arguments that contradict each other, or no file.
    """
    _check(settings)
    paths, labels, names = _found(settings, endings)
    settings = settings | {"class_names": names}
    if settings["label_mode"] == "binary" and len(names) != 2:
        raise ArgumentError(
            'When passing `label_mode="binary"`, there must be exactly 2 class_names.', got=f"class_names={names}"
        )
    if settings["shuffle"]:
        if settings["seed"] is None:
            settings["seed"] = int(np.random.randint(1_000_000))  # noqa: NPY002 (as Keras draws it)
        for column in (paths, labels):
            if column is not None:
                np.random.RandomState(settings["seed"]).shuffle(column)
    wanted, said = settings["subset"], settings["verbose"]
    if said:
        classes = f" belonging to {len(names)} classes" if names is not None else ""
        print(f"Found {len(paths)} files{classes}.")
    parts = [_part(paths, labels, settings["validation_split"], which, said)
             for which in (("training", "validation") if wanted == "both" else (wanted,))]  # fmt: skip
    for part, _ in parts:
        if not part:
            raise ArgumentError(
                f"No {wanted or ''} files found in directory {settings['directory']}. Allowed format(s): {endings}"
            )
    made = [make(read, part, marks, settings) for part, marks in parts]
    if wanted == "both":
        made[1]._shuffled = False
    return made if wanted == "both" else made[0]


def _check(s: dict) -> None:
    if s["labels"] not in ("inferred", None) and not isinstance(s["labels"], (list, tuple)):
        raise ArgumentError(
            "`labels` argument should be a list/tuple of integer labels, of the same size as the number of files in "
            "the target directory. If you wish to infer the labels from the subdirectory names, pass "
            '`labels="inferred"`. If you wish to get a dataset that only contains samples, pass `labels=None`. '
            f"Received: {s['labels']}"
        )
    if s["class_names"] and s["labels"] != "inferred":
        raise ArgumentError('You can only pass `class_names` if `labels="inferred"`.', got=str(s["class_names"]))
    if s["label_mode"] not in ("int", "categorical", "binary", None):
        raise ArgumentError(
            '`label_mode` argument must be one of "int", "categorical", "binary", or None. '
            f"Received: label_mode={s['label_mode']}"
        )
    split, subset = s["validation_split"], s["subset"]
    if split is not None and not 0 < split < 1:
        raise ArgumentError(f"`validation_split` must be between 0 and 1, received: {split}")
    if (split or subset) and not (split and subset):
        raise ArgumentError("If `subset` is set, `validation_split` must be set, and inversely.")
    if subset not in ("training", "validation", "both", None):
        raise ArgumentError(f'`subset` must be either "training", "validation" or "both", received: {subset}')
    if split and s["shuffle"] and s["seed"] is None:
        raise ArgumentError(
            "If using `validation_split` and shuffling the data, you must provide a `seed` argument, to make sure that "
            "there is no overlap between the training and validation subset."
        )


def _found(s: dict, endings: tuple) -> tuple[list, list | None, list | None]:
    """Return the files, their labels and the classes' names."""
    root, inferred = os.fspath(s["directory"]), s["labels"] == "inferred"
    folders = sorted(d for d in os.listdir(root) if os.path.isdir(os.path.join(root, d)) and not d.startswith("."))
    names = list(s["class_names"] or folders) if inferred else None
    if inferred and s["class_names"] and set(s["class_names"]) != set(folders):
        raise ArgumentError(
            "The `class_names` passed did not match the names of the subdirectories of the target directory. "
            f"Expected: {folders}, but received: {s['class_names']}"
        )
    paths, labels = [], []
    for number, start in enumerate([os.path.join(root, n) for n in names] if inferred else [root]):
        for folder, inside, files in sorted(os.walk(start, followlinks=s["follow_links"]), key=lambda step: step[0]):
            inside.sort()
            kept = [os.path.join(folder, f) for f in sorted(files) if f.lower().endswith(endings)]
            paths += kept
            labels += [number] * len(kept)
    if isinstance(s["labels"], (list, tuple)):
        if len(s["labels"]) != len(paths):
            raise ArgumentError(
                "Expected the lengths of `labels` to match the number of files in the target directory. "
                f"len(labels) is {len(s['labels'])} while we found {len(paths)} files in directory {root}."
            )
        labels, names = list(s["labels"]), [str(label) for label in sorted(set(s["labels"]))]
    return paths, None if s["labels"] is None or s["label_mode"] is None else labels, names


def _part(paths: list, labels: list | None, split: float | None, subset: str | None, said: bool) -> tuple:
    """Return the files and labels of a subset: validation the last of them."""
    if not split:
        return paths, labels
    cut = len(paths) - int(split * len(paths))
    part = slice(0, cut) if subset == "training" else slice(cut, None)
    if said:
        print(f"Using {len(paths[part])} files for {subset}.")
    return paths[part], None if labels is None else labels[part]


def _as_labels(labels: list, mode: str, classes: int) -> np.ndarray:
    if mode == "categorical":
        return np.eye(classes, dtype="float32")[labels]
    return np.array(labels, "float32").reshape(-1, 1) if mode == "binary" else np.array(labels, "int32")
