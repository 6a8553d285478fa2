"""Where the channels stand, and numbers per axis: what convolutions and poolings of one, two and three axes share."""

import numpy as np

from teachkeras import config
from teachkeras.errors import ArgumentError, ShapeError


def per_axis(value, rank, what):
    """Return a number per axis, from one for all or a list."""
    values = (value,) * rank if isinstance(value, (int, np.integer)) else tuple(value)
    if len(values) != rank:
        raise ShapeError(f"{what}={value!r}", expected=f"one number, or {rank}, one per axis", got=f"{len(values)}")
    return tuple(int(v) for v in values)


def is_first(data_format):
    """Tell whether the channels stand before the other axes.

    Raises:
        ArgumentError: `data_format` is none of the two.
    """
    data_format = str(data_format or config.image_data_format()).lower()
    if data_format not in ("channels_last", "channels_first"):
        raise ArgumentError("data_format", expected="'channels_last' or 'channels_first'", got=repr(data_format))
    return data_format == "channels_first"


def to_last(x, first):
    """Move the channels to the end, if they stand first."""
    return np.transpose(x, (0, *range(2, x.ndim), 1)) if first else x


def to_first(x, first):
    """Move the channels from the end to where they stood."""
    return np.transpose(x, (0, x.ndim - 1, *range(1, x.ndim - 1))) if first else x


def shape_to_last(shape, first):
    """Return the shape with the channels at the end."""
    return (shape[0], *shape[2:], shape[1]) if first else tuple(shape)


def shape_to_first(shape, first):
    """Return the shape with the channels where they stood."""
    return (shape[0], shape[-1], *shape[1:-1]) if first else tuple(shape)
