"""Packing (x, y, sample_weight), and telling what a thing is: small helpers of ``keras.utils``."""

from teachkeras import backend, config
from teachkeras.errors import ArgumentError


def pack_x_y_sample_weight(x, y=None, sample_weight=None):
    """Pack what is given into a tuple; `x` alone stays itself unless it is a list or tuple.

    Example:
        >>> pack_x_y_sample_weight(1, 2)
        (1, 2)

    Source: ``keras.utils.pack_x_y_sample_weight``.
    """
    if y is None:
        return (x,) if isinstance(x, (list, tuple)) else x
    return (x, y) if sample_weight is None else (x, y, sample_weight)


def unpack_x_y_sample_weight(data):
    """Return (x, y, sample_weight), with None for what is not there.

    Raises:
        ArgumentError: a tuple longer than three.

    Example:
        >>> unpack_x_y_sample_weight((1, 2))
        (1, 2, None)

    Source: ``keras.utils.unpack_x_y_sample_weight``.
    """
    data = tuple(data) if isinstance(data, list) else data
    if not isinstance(data, tuple):
        return data, None, None
    if not 1 <= len(data) <= 3:
        raise ArgumentError(
            "Data is expected to be in format `x`, `(x,)`, `(x, y)`, or `(x, y, sample_weight)`, "
            f"found: {data}"
        )  # fmt: skip
    return data + (None,) * (3 - len(data))


_SWITCHES = ("enable_interactive_logging", "disable_interactive_logging", "is_interactive_logging_enabled")
aliases = {name: getattr(config, name) for name in _SWITCHES}
aliases |= {"is_keras_tensor": backend.is_keras_tensor, "standardize_dtype": backend.standardize_dtype}
