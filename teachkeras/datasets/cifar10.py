"""CIFAR-10: 60,000 small colour pictures of 10 kinds of things."""

from __future__ import annotations

from teachkeras.datasets import _cifar

ORIGIN = "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz"
SHA256 = "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce"
FILES = (*(f"data_batch_{k}" for k in range(1, 6)), "test_batch")


def load_data(path=None) -> tuple[_cifar.Pair, _cifar.Pair]:
    """Return ``(x_train, y_train), (x_test, y_test)``, downloading them (170 MB) the first time.

    Shapes: x (50000, 32, 32, 3) and (10000, 32, 32, 3), uint8 (channels first if ``config.image_data_format()`` says
    so); y (50000, 1) and (10000, 1): 0 airplane, 1 automobile, 2 bird, 3 cat, 4 deer, 5 dog, 6 frog, 7 horse, 8 ship, 9
    truck.

    Args:
        path: An .npz file of yours with ``x_train``, ``y_train``, ``x_test``, ``y_test``, in place of the download
            (Keras has no such argument).

    Raises:
        DownloadError: not in the cache and not to be had.
        CorruptFileError: a damaged file. Nothing in it is run: its pickles may hold arrays only.

    Example:
        >>> import numpy as np, os, tempfile
        >>> own = os.path.join(tempfile.mkdtemp(), "own.npz")
        >>> x, y = np.zeros((4, 32, 32, 3), "uint8"), np.arange(4, dtype="uint8")
        >>> np.savez(own, x_train=x, y_train=y, x_test=x, y_test=y)
        >>> (x_train, y_train), _ = load_data(own)
        >>> x_train.shape, y_train.shape
        ((4, 32, 32, 3), (4, 1))

    Source: A. Krizhevsky, *Learning multiple layers of features from tiny images*, 2009; ``keras.datasets.cifar10``.
    """
    archive = ("cifar-10-batches-py-target", ORIGIN, SHA256)
    return _cifar.load("cifar10.load_data", path, archive, "cifar-10-batches-py", FILES, "labels", "uint8")
