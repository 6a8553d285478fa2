"""Resizing without distortion: the middle is cut out in the wanted proportions first."""

import numpy as np

from teachkeras.errors import ArgumentError
from teachkeras.ops import image
from teachkeras.ops._layout import is_first
from teachkeras.ops.shapes import as_tensor, get_item
from teachkeras.tensor import as_array


def smart_resize(x, size, interpolation="bilinear", data_format="channels_last", **kwargs):
    """Resize images to `size` without distorting them: the middle part of the right proportions is resized.

    Args:
        x: One image or a batch of them, array or tensor; the result is of the same kind.
        size: (height, width).
        interpolation: As in ``ops.image.resize``.
        data_format: Where the channels stand.

    Shapes:
        x (n, height, width, channels) → (n, *size, channels); the same without n

    Raises:
        ArgumentError: `size` is not two numbers, or `x` has neither three nor four axes.
        TypeError: an argument of another name.

    Example:
        >>> smart_resize(np.ones((4, 8, 3), "float32"), (2, 2)).shape
        (2, 2, 3)

    Source: ``keras.preprocessing.image.smart_resize``.
    """
    if kwargs:
        raise TypeError(f"smart_resize() got unexpected keyword arguments: {list(kwargs)}")
    if len(size) != 2:
        raise ArgumentError(f"Expected `size` to be a tuple of 2 integers, but got: {size}.")
    images = as_tensor(x)
    if len(images.shape) not in (3, 4):
        raise ArgumentError(
            "Expected an image array with shape `(height, width, channels)`, or "
            f"`(batch_size, height, width, channels)`, but got input with incorrect rank, of shape {images.shape}."
        )
    rows = len(images.shape) - (2 if is_first(data_format) else 3)
    height, width = images.shape[rows : rows + 2]
    high = max(min(height, int(width * size[0] / size[1])), 1)
    wide = max(min(width, int(height * size[1] / size[0])), 1)
    top, left = (height - high) // 2, (width - wide) // 2
    part = (slice(None),) * rows + (slice(top, top + high), slice(left, left + wide))
    images = image.resize(get_item(images, key=part), size, interpolation, data_format=data_format)
    return as_array(images) if isinstance(x, np.ndarray) else images
