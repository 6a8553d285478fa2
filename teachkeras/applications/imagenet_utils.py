"""Images on their way into a network trained on ImageNet, and class names on the way out."""

from __future__ import annotations

import json

import numpy as np

from teachkeras import config
from teachkeras.errors import ArgumentError, ShapeError
from teachkeras.tensor import Operators

APART = True  # these names are not those of ``applications`` itself

CLASS_INDEX = (
    "https://storage.googleapis.com/download.tensorflow.org/data/imagenet_class_index.json",
    "c2c37ea517e94d9795004a39431a14cb",
)
MEAN_BGR = (103.939, 116.779, 123.68)  # of ImageNet, 0 to 255
MEAN_RGB, STD_RGB = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of ImageNet, 0 to 1


def preprocess_input(x, data_format=None, mode="caffe"):
    """Bring images (0 to 255, RGB) to the numbers that a network was trained on.

    Math:
        caffe: RGB → BGR, x - mean; tf: x/127.5 - 1; torch: (x/255 - mean) / std.

    Args:
        x: Images ``(n, h, w, 3)`` or one ``(h, w, 3)``. A float NumPy array is changed in place.
        data_format: ``"channels_last"``, ``"channels_first"`` or None for the configured one.
        mode: ``"caffe"``, ``"tf"`` or ``"torch"``.

    Raises:
        ArgumentError: another mode or data format.

    Example:
        >>> preprocess_input(np.full((1, 1, 3), 255.0), mode="tf").tolist()
        [[[1.0, 1.0, 1.0]]]

    Source: ``keras.applications.imagenet_utils.preprocess_input``.
    """
    if mode not in ("caffe", "tf", "torch"):
        raise ArgumentError(
            "Expected mode to be one of `caffe`, `tf` or `torch`.", got=f"mode={mode}", fix="see the family's file"
        )
    data_format = config.image_data_format() if data_format is None else data_format
    if data_format not in ("channels_first", "channels_last"):
        raise ArgumentError("Expected data_format to be one of `channels_first` or `channels_last`.", got=data_format)
    if not isinstance(x, Operators) and not issubclass(x.dtype.type, np.floating):
        x = x.astype(config.floatx())
    first = data_format == "channels_first"
    if mode == "tf":
        return _affine(x, 1 / 127.5, -1.0, 127.5)
    channels = (-1, 1, 1) if first else (-1,)
    if mode == "torch":
        x = _affine(x, 1 / 255.0, 0.0, 255.0)
        mean, std = (np.reshape(np.asarray(v, _float(x)), channels) for v in (MEAN_RGB, STD_RGB))
        if isinstance(x, np.ndarray):
            x -= mean
            x /= std
            return x
        return (x - mean) / std
    x = x[..., ::-1, :, :] if first else x[..., ::-1]
    mean = np.reshape(np.asarray(MEAN_BGR, _float(x)), channels)
    if isinstance(x, np.ndarray):
        x -= mean
        return x
    return x - mean


def _float(x) -> object:
    return x.dtype if isinstance(x, np.ndarray) else config.floatx()


def _affine(x, scale: float, offset: float, divisor: float):
    """Return ``x · scale + offset``; arrays in place, by division as Keras rounds them."""
    if isinstance(x, np.ndarray):
        x /= divisor
        x += offset
        return x
    return x * scale + offset


def decode_predictions(preds, top=5):
    """Name the classes of the highest probabilities.

    Args:
        preds: Probabilities ``(n, 1000)``.
        top: How many for each image.

    Returns:
        For each image a list of (WordNet id, name, probability), highest first.

    Raises:
        ShapeError: the predictions are not ``(n, 1000)``.

    The names are downloaded once, into the cache folder.
    """
    shape = tuple(np.shape(preds))
    if len(shape) != 2 or shape[1] != 1000:
        raise ShapeError(
            "`decode_predictions` expects a batch of predictions (i.e. a 2D array of shape (samples, 1000)).",
            got=f"array with shape {shape}", fix="use a model with include_top=True and classes=1000",
        )  # fmt: skip
    from teachkeras.utils import get_file

    origin, md5 = CLASS_INDEX
    path = get_file("imagenet_class_index.json", origin, cache_subdir="models", file_hash=md5)
    with open(path, encoding="utf-8") as file:
        names = json.load(file)
    preds = np.asarray(preds)
    best = np.argsort(preds, axis=1)[:, : -top - 1 : -1]
    return [[(*names[str(k)], row[k]) for k in ks] for row, ks in zip(preds, best, strict=True)]
