"""The UCI handwritten digits: 1,797 real digits of 8x8 pixels, embedded, so that lessons need no network."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from teachkeras.datasets import _npz

FILE = Path(__file__).parent / "data" / "digits.npz"
TRAIN = 1437  # the first so many of the file are for training, the last 360 for testing

Pair = tuple[np.ndarray, np.ndarray]


def load_data() -> tuple[Pair, Pair]:
    """Return ``(x_train, y_train), (x_test, y_test)``: 1,437 digits to train on and 360 to test on.

    Shapes: x (1437, 8, 8) and (360, 8, 8), uint8, 0 (paper) to 16 (ink); y (1437,) and (360,), uint8, 0 to 9.

    The split is fixed: the last fifth of the file, in the order of the source, is the test set; each digit is in it 33
    to 37 times. Thirteen people wrote the file, and digits near each other in it look like one hand; so the end of the
    file asks a model to read writing it has not seen, which is harder, and more honest, than a shuffled split.

    Raises:
        CorruptFileError: the installed file is damaged.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = load_data()
        >>> x_train.shape, x_test.shape, x_train.dtype
        ((1437, 8, 8), (360, 8, 8), dtype('uint8'))
        >>> y_test[:5]
        array([2, 3, 4, 5, 6], dtype=uint8)

    Source: E. Alpaydin, C. Kaynak (1998), *Optical Recognition of Handwritten Digits*, UCI Machine Learning Repository,
    https://doi.org/10.24432/C50P49, CC BY 4.0; the test part, unchanged (``data/SOURCE.md``).
    """
    x, y = _npz.read(FILE, ("x", "y"), fix="install teachkeras again")
    return (x[:TRAIN].copy(), y[:TRAIN].copy()), (x[TRAIN:].copy(), y[TRAIN:].copy())
