"""Boston housing: 506 districts of Boston in the 1970s, and what a house cost there."""

from __future__ import annotations

from teachkeras.datasets import _npz, _table
from teachkeras.datasets._source import locate

ORIGIN = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/boston_housing.npz"
SHA256 = "f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5"


def load_data(path="boston_housing.npz", test_split=0.2, seed=113) -> tuple[_table.Pair, _table.Pair]:
    """Return ``(x_train, y_train), (x_test, y_test)``, downloading them (57 kB) the first time.

    Shapes: x (404, 13) and (102, 13), float64; y (404,) and (102,), median price in 1,000 dollars.

    One of the 13 features counts Black inhabitants, on the authors' assumption that segregation raises prices. Use
    ``california_housing`` unless that is your subject.

    Args:
        path: Name in the cache folder, where the file's hash is checked; an absolute path names a file of yours.
        test_split: Share of the rows to test on.
        seed: Of the shuffling.

    Raises:
        ArgumentError: ``test_split`` is not a share.
        DownloadError: not in the cache and not to be had.
        CorruptFileError: a damaged file.

    Example:
        >>> import numpy as np, os, tempfile
        >>> own = os.path.join(tempfile.mkdtemp(), "own.npz")
        >>> np.savez(own, x=np.zeros((10, 13)), y=np.arange(10.0))
        >>> (x_train, y_train), (x_test, y_test) = load_data(own)
        >>> x_train.shape, x_test.shape
        ((8, 13), (2, 13))

    Source: Harrison & Rubinfeld, "Hedonic prices and the demand for clean air", 1978; ``keras.datasets``.
    """
    _table.check_share(test_split)
    path, fix = locate("boston_housing.load_data", path, ORIGIN, SHA256)
    x, y = _npz.read(path, ("x", "y"), fix)
    return _table.split(x, y, test_split, seed)
