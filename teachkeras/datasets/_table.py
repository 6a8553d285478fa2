"""Small tables of numbers: shuffled by a seed, cut into a part to train on and one to test on."""

from __future__ import annotations

import csv
import os

import numpy as np

from teachkeras.errors import ArgumentError, CorruptFileError

Pair = tuple[np.ndarray, np.ndarray]


def split(x: np.ndarray, y: np.ndarray, test_split: float, seed: int) -> tuple[Pair, Pair]:
    """Return ``(x_train, y_train), (x_test, y_test)``, in the order that Keras draws.

    Raises:
        ArgumentError: `test_split` is not a share from 0 to below 1.
    """
    check_share(test_split)
    order = np.arange(len(x))
    np.random.RandomState(seed).shuffle(order)
    x, y = x[order], y[order]
    cut = int(len(x) * (1 - test_split))
    return (x[:cut], y[:cut]), (x[cut:], y[cut:])


def check_share(test_split: float) -> None:
    """Refuse a share that leaves nothing to train on."""
    if not 0 <= test_split < 1:
        raise ArgumentError(
            f"Invalid `test_split` argument: {test_split}. It must be between 0 and 1 (exclusive of 1)."
        )


def read_csv(path: str | os.PathLike) -> tuple[np.ndarray, np.ndarray]:
    """Return (x, y) of an embedded table: a heading, then rows of numbers whose last is the class."""
    try:
        with open(path, newline="", encoding="utf-8") as file:
            _, *rows = csv.reader(file)
        table = np.array(rows, "float64")
        return table[:, :-1].astype("float32"), table[:, -1].astype("uint8")
    except (OSError, ValueError, IndexError) as error:
        raise CorruptFileError(
            f"data file {path}", expected="a table of numbers", got=str(error), fix="install teachkeras again"
        ) from error
