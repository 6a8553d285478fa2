"""CIFAR-100: 60,000 small colour pictures of 100 kinds of things, in 20 groups."""

from __future__ import annotations

from teachkeras.datasets import _cifar
from teachkeras.errors import UnknownNameError

ORIGIN = "https://www.cs.toronto.edu/~kriz/cifar-100-python.tar.gz"
SHA256 = "85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7"


def load_data(label_mode="fine", path=None) -> tuple[_cifar.Pair, _cifar.Pair]:
    """Return ``(x_train, y_train), (x_test, y_test)``, downloading them (170 MB) the first time.

    Shapes: x (50000, 32, 32, 3) and (10000, 32, 32, 3), uint8 (channels first if ``config.image_data_format()`` says
    so); y (50000, 1) and (10000, 1).

    Args:
        label_mode: ``"fine"`` for the 100 kinds, ``"coarse"`` for the 20 groups.
        path: An .npz file of yours with ``x_train``, ``y_train``, ``x_test``, ``y_test``, in place of the download
            (Keras has no such argument).

    Raises:
        UnknownNameError: another ``label_mode``.
        DownloadError: not in the cache and not to be had.
        CorruptFileError: a damaged file. Nothing in it is run: its pickles may hold arrays only.

    Source: A. Krizhevsky, *Learning multiple layers of features from tiny images*, 2009; ``keras.datasets.cifar100``.
    """
    if label_mode not in ("fine", "coarse"):
        raise UnknownNameError(f"`label_mode` must be one of `'fine'`, `'coarse'`. Received: label_mode={label_mode}.")
    archive = ("cifar-100-python-target", ORIGIN, SHA256)
    return _cifar.load(
        "cifar100.load_data", path, archive, "cifar-100-python", ("train", "test"), f"{label_mode}_labels", "int64"
    )
