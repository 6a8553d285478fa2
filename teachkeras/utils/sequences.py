"""Sequences of unequal length as one array."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from teachkeras.errors import ArgumentError, DataError


def pad_sequences(sequences: Sequence, maxlen: int | None = None, dtype: object = "int32", padding: str = "pre",
                  truncating: str = "pre", value: float | str = 0.0) -> np.ndarray:  # fmt: skip
    """Return sequences as rows of one length: short ones filled up, long ones cut.

    Args:
        sequences: Lists of numbers (or of arrays of one shape).
        maxlen: The length; by default that of the longest.
        dtype: The type of the entries; ``object`` for words.
        padding: ``"pre"`` to fill up in front, ``"post"`` at the end.
        truncating: ``"pre"`` to cut off the start, ``"post"`` the end.
        value: What to fill up with.

    Shapes: N sequences of (length, …); the result (N, maxlen, …).

    Raises:
        ArgumentError: what is given is no list of sequences, or another ``padding`` or ``truncating``.
        DataError: entries of different shapes.

    >>> pad_sequences([[1], [2, 3], [4, 5, 6]], maxlen=2)
    array([[0, 1],
           [2, 3],
           [5, 6]], dtype=int32)

    Source: ``keras.utils.pad_sequences``.
    """
    _check(sequences, dtype, value)
    lengths = [len(sequence) for sequence in sequences]
    if maxlen is None:
        maxlen = max(lengths, default=0)
    entry = next((np.shape(sequence)[1:] for sequence in sequences if len(sequence)), ())
    rows = np.full((len(sequences), maxlen, *entry), value, dtype)
    for number, (row, sequence) in enumerate(zip(rows, sequences, strict=True)):
        if not len(sequence):
            continue
        if truncating not in ("pre", "post"):
            raise ArgumentError(f'Truncating type "{truncating}" not understood')
        kept = np.asarray(sequence[-maxlen:] if truncating == "pre" else sequence[:maxlen], dtype)
        if kept.shape[1:] != entry:
            raise DataError(
                f"Shape of sample {kept.shape[1:]} of sequence at position {number} is different from expected shape "
                f"{entry}"
            )
        if padding not in ("pre", "post"):
            raise ArgumentError(f'Padding type "{padding}" not understood')
        if padding == "post":
            row[: len(kept)] = kept
        else:
            row[maxlen - len(kept) :] = kept
    return rows


def _check(sequences: object, dtype: object, value: object) -> None:
    if not hasattr(sequences, "__len__"):
        raise ArgumentError("`sequences` must be iterable.", got=repr(sequences))
    for sequence in sequences:
        if not hasattr(sequence, "__len__"):
            raise ArgumentError(f"`sequences` must be a list of iterables. Found non-iterable: {sequence}")
    if isinstance(value, str) and dtype is not object and not np.issubdtype(dtype, np.str_):
        raise ArgumentError(
            f"`dtype` {dtype} is not compatible with `value`'s type: {type(value)}\n"
            "You should set `dtype=object` for variable length strings."
        )
