"""Wine: 178 wines of three growers, 13 measures of each, embedded, so that lessons need no network."""

from __future__ import annotations

from pathlib import Path

from teachkeras.datasets import _table

FILE = Path(__file__).parent / "data" / "wine.csv"


def load_data(test_split: float = 0.2, seed: int = 113) -> tuple[_table.Pair, _table.Pair]:
    """Return ``(x_train, y_train), (x_test, y_test)``.

    Shapes: x (142, 13) and (36, 13), float32, on very different scales (alcohol near 13, proline near 750): standardise
    them; y (142,) and (36,), uint8, the grower.

    Args:
        test_split: Share of the rows to test on.
        seed: Of the shuffling.

    Raises:
        ArgumentError: ``test_split`` is not a share.
        CorruptFileError: the installed file is damaged.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = load_data()
        >>> x_train.shape, x_test.shape
        ((142, 13), (36, 13))

    Source: S. Aeberhard, M. Forina (1992), *Wine*, UCI Machine Learning Repository, https://doi.org/10.24432/C5PC7J,
    CC BY 4.0 (``data/SOURCE.md``).
    """
    return _table.split(*_table.read_csv(FILE), test_split, seed)
