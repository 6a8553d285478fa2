"""California housing: 20,640 districts of the census of 1990, and what a house cost there."""

from __future__ import annotations

from teachkeras.datasets import _npz, _table
from teachkeras.datasets._source import locate
from teachkeras.errors import UnknownNameError

ORIGIN = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/california_housing.npz"
SHA256 = "1a2e3a52e0398de6463aebe6f4a8da34fb21fbb6b934cf88c3425e766f2a1a6f"
SMALL = 600  # rows of the small version


def load_data(version="large", path="california_housing.npz", test_split=0.2, seed=113
              ) -> tuple[_table.Pair, _table.Pair]:  # fmt: skip
    """Return ``(x_train, y_train), (x_test, y_test)``, downloading them (0.7 MB) the first time.

    Shapes: x (16512, 8) and (4128, 8), float32: longitude, latitude, age of the houses, rooms, bedrooms, inhabitants,
    households, median income in 10,000 dollars; y (16512,) and (4128,), median price in dollars.

    Args:
        version: ``"large"``, or ``"small"`` for 600 districts.
        path: Name in the cache folder, where the file's hash is checked; an absolute path names a file of yours.
        test_split: Share of the rows to test on.
        seed: Of the shuffling.

    Raises:
        UnknownNameError: another ``version``.
        ArgumentError: ``test_split`` is not a share.
        DownloadError: not in the cache and not to be had.
        CorruptFileError: a damaged file.

    Example:
        >>> import numpy as np, os, tempfile
        >>> own = os.path.join(tempfile.mkdtemp(), "own.npz")
        >>> np.savez(own, x=np.zeros((1000, 8), "float32"), y=np.arange(1000.0))
        >>> (x_train, y_train), (x_test, y_test) = load_data("small", own)
        >>> x_train.shape, x_test.shape
        ((480, 8), (120, 8))

    Source: Pace & Barry, "Sparse spatial autoregressions", 1997; ``keras.datasets``.
    """
    if version not in ("large", "small"):
        raise UnknownNameError(f"Argument `version` must be one of 'small', 'large'. Received: version={version}")
    _table.check_share(test_split)
    path, fix = locate("california_housing.load_data", path, ORIGIN, SHA256)
    x, y = _npz.read(path, ("x", "y"), fix)
    return _table.split(*((x, y) if version == "large" else (x[:SMALL], y[:SMALL])), test_split, seed)
