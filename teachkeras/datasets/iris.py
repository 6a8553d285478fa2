"""Iris: 150 flowers of three kinds, four measures of each, embedded, so that lessons need no network."""

from __future__ import annotations

from pathlib import Path

from teachkeras.datasets import _table

FILE = Path(__file__).parent / "data" / "iris.csv"


def load_data(test_split: float = 0.2, seed: int = 113) -> tuple[_table.Pair, _table.Pair]:
    """Return ``(x_train, y_train), (x_test, y_test)``.

    Shapes: x (120, 4) and (30, 4), float32: length and width of sepal and petal in cm; y (120,) and (30,), uint8: 0
    setosa, 1 versicolor, 2 virginica.

    Args:
        test_split: Share of the rows to test on.
        seed: Of the shuffling.

    Raises:
        ArgumentError: ``test_split`` is not a share.
        CorruptFileError: the installed file is damaged.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = load_data()
        >>> x_train.shape, x_test.shape
        ((120, 4), (30, 4))

    Source: R. A. Fisher (1936), *Iris*, UCI Machine Learning Repository, https://doi.org/10.24432/C56C76, CC BY 4.0
    (``data/SOURCE.md``).
    """
    return _table.split(*_table.read_csv(FILE), test_split, seed)
