"""What all families share: the input, the top, the weights, and the functions that stand beside each network."""

from __future__ import annotations

import os
import warnings

from teachkeras import config
from teachkeras.applications import imagenet_utils
from teachkeras.errors import ArgumentError, ShapeError
from teachkeras.layers.core.dense import Dense
from teachkeras.layers.core.input_layer import Input
from teachkeras.layers.pooling.global_pooling import GlobalAveragePooling2D, GlobalMaxPooling2D
from teachkeras.models.functional import Functional

BUCKET = "https://storage.googleapis.com/tensorflow/keras-applications/"


class Network:
    """One network being built: the image's shape, where the graph stands (`x`), and how it ends.

    Args:
        arguments: The arguments of the public function, its ``locals()``.
        size: Default height and width.
        smallest: The least height and width that leave something after the last pooling.
        any_size: Whether images of any size can come in, also where the top stands.
    """

    def __init__(self, arguments: dict, size: int, smallest: int = 32, any_size: bool = False):
        for key in ("include_top", "weights", "input_tensor", "input_shape", "pooling", "classes", "name"):
            setattr(self, key, arguments[key])
        self.activation = arguments["classifier_activation"]
        self.axis = 3 if config.image_data_format() == "channels_last" else 1
        self.any_size = any_size
        self._check()
        self.input_shape = self._shape(size, smallest)
        if self.input_tensor is None:
            self.x = Input(shape=self.input_shape)
        else:
            self.x = self.input_tensor
        self.inputs = _sources(self.x)

    def _check(self) -> None:
        if not (self.weights in {"imagenet", None} or os.path.exists(self.weights)):
            raise ArgumentError(
                "The `weights` argument should be either `None` (random initialization), `imagenet` (pre-training on "
                "ImageNet), or the path to the weights file to be loaded.", got=f"weights={self.weights}"
            )  # fmt: skip
        if self.weights == "imagenet" and self.include_top and self.classes != 1000:
            raise ArgumentError(
                'If using `weights="imagenet"` with `include_top=True`, `classes` should be 1000.',
                got=f"classes={self.classes}", fix="pass include_top=False and put a Dense of your own on top",
            )  # fmt: skip

    def _shape(self, size: int, smallest: int) -> tuple:
        """Return the shape of an image: what was asked for, checked, or the default."""
        last, shape = self.axis == 3, self.input_shape
        shape = None if shape is None else tuple(shape)
        channels = 3 if shape is None or len(shape) != 3 or self.weights == "imagenet" else shape[2 if last else 0]
        default = (size, size, channels) if last else (channels, size, size)
        if shape is None:
            settled = self.include_top and not self.any_size
            return default if settled else tuple(None if n == size else n for n in default)
        if self.weights == "imagenet" and self.include_top and shape != default:
            raise ShapeError(
                f"When setting `include_top=True` and loading `imagenet` weights, `input_shape` should be {default}.",
                got=f"input_shape={shape}",
            )  # fmt: skip
        if len(shape) != 3:
            raise ShapeError("`input_shape` must be a tuple of three integers.", got=f"input_shape={shape}")
        places = shape[:2] if last else shape[1:]
        if any(n is not None and n < smallest for n in places):
            raise ShapeError(
                f"Input size must be at least {smallest}x{smallest}", got=f"input_shape={shape}",
                fix="enlarge the images first (Resizing)",
            )  # fmt: skip
        if self.include_top and None in shape and not self.any_size:
            raise ShapeError(
                "If `include_top` is True, you should specify a static `input_shape`.", got=f"input_shape={shape}"
            )
        return shape

    def add(self, *layers: object) -> object:
        """Call layers one after the other; returns where the graph stands then."""
        for layer in layers:
            self.x = layer(self.x)
        return self.x

    def classify(self, pool_name: str | None = "avg_pool") -> None:
        """Put the usual top on: average over the places, then one dense layer; without top, the pooling asked for."""
        if self.include_top:
            self.add(GlobalAveragePooling2D(name=pool_name))
            self.add(Dense(self.classes, activation=self.activation, name="predictions"))
        else:
            self.pool()

    def pool(self) -> None:
        """Add the pooling that was asked for."""
        if self.pooling in ("avg", "max"):
            self.add(GlobalAveragePooling2D() if self.pooling == "avg" else GlobalMaxPooling2D())

    def model(self, file: tuple[str, str | None] | None) -> Functional:
        """Return the model, with weights where asked for; `file` is the published file's address and hash."""
        model = Functional(self.inputs[0] if len(self.inputs) == 1 else self.inputs, self.x, name=self.name)
        if self.weights == "imagenet":
            from teachkeras.utils import get_file

            origin, md5 = file
            model.load_weights(get_file(origin.rsplit("/", 1)[1], origin, cache_subdir="models", file_hash=md5))
        elif self.weights is not None:
            model.load_weights(self.weights)
        return model


def published(folder: str, stem: str, include_top: bool, hashes: tuple[str, str]) -> tuple[str, str]:
    """Return address and MD5 of the weights that Keras publishes, with or without top."""
    end = "" if include_top else "_notop"
    name = f"{stem}_weights_tf_dim_ordering_tf_kernels{end}.h5"
    return f"{BUCKET}{folder}/{name}", hashes[0 if include_top else 1]


def trained_size(input_shape: tuple | None, sizes: tuple, default: int = 224) -> int:
    """Return the size of image whose published weights fit best."""
    if input_shape is not None:
        rows = input_shape[0 if config.image_data_format() == "channels_last" else 1]
        columns = input_shape[1 if config.image_data_format() == "channels_last" else 2]
        if rows == columns and rows in sizes:
            return rows
    return default


def warn_of_size(input_shape: tuple | None, sizes: tuple, default: int = 224) -> None:
    """Say that weights of the default size will be loaded where the images' size has none of its own."""
    warnings.warn(
        f"`input_shape` is undefined or non-square, or `rows` is not in {list(sizes)}. Weights for input shape "
        f"({default}, {default}) will be loaded as the default.",
        stacklevel=4,
    )


def beside(module: str, mode: str | None) -> tuple:
    """Return a family's ``preprocess_input`` and ``decode_predictions``; mode None leaves images as they are."""

    def preprocess_input(x, data_format=None):
        return x if mode is None else imagenet_utils.preprocess_input(x, data_format=data_format, mode=mode)

    def decode_predictions(preds, top=5):
        return imagenet_utils.decode_predictions(preds, top=top)

    what = f'``imagenet_utils.preprocess_input(mode="{mode}")``' if mode else "nothing: the network scales by itself"
    preprocess_input.__doc__ = f"Prepare images (0 to 255, RGB): {what}."
    decode_predictions.__doc__ = imagenet_utils.decode_predictions.__doc__
    return preprocess_input, decode_predictions


def _sources(x: object) -> list:
    """Return the tensors of ``Input`` that a symbolic tensor was made from."""
    node = x.node
    if node is None or not (before := node.inputs):
        return [x]
    found: dict = {}
    for t in before:
        found.update((source.uid, source) for source in _sources(t))
    return list(found.values())
