"""Types, shapes and attributes of HDF5 files.

Source: The HDF Group, "HDF5 File Format Specification", version 3.0, sections IV.A.2.b, d, m and III.E.
"""

from __future__ import annotations

import math

import numpy as np

INTEGER, FLOAT, TEXT, OPAQUE, ENUM, VARIABLE = 0, 1, 3, 5, 8, 9
FLOATS = {(2, 5, 10): "f2", (4, 8, 23): "f4", (8, 11, 52): "f8"}  # (bytes, bits of exponent, bits of mantissa)
LONGEST = 1 << 27  # bytes of one attribute


def numpy_type(file, at: int) -> tuple[np.dtype | None, int, int]:
    """Return (the NumPy type, HDF5's class, bytes of an element); None stands for a type that weights never have."""
    head, bits, size = file.unpack("BBxxI", at)
    kind, order = head & 15, "><"[not bits & 1]
    if not 0 < size < 2**31:
        raise file.broken(f"elements of {size} bytes")
    dtype = None
    if kind == INTEGER and size in (1, 2, 4, 8):
        dtype = np.dtype(f"{order}{'i' if bits & 8 else 'u'}{size}")
    elif kind == FLOAT:
        exponent, mantissa = file.unpack("xBxB", at + 12)
        dtype = np.dtype(order + FLOATS[size, exponent, mantissa]) if (size, exponent, mantissa) in FLOATS else None
    elif kind == OPAQUE:
        dtype = np.dtype(f"V{size}")
    elif kind == TEXT:
        dtype = np.dtype(f"S{size}")
    elif kind == ENUM and size == 1:
        dtype = np.dtype(bool)
    return dtype, kind, size


def shape(file, at: int) -> tuple[int, ...]:
    """Return the lengths of the axes."""
    version, rank, _, kind = file.unpack("4B", at)
    if version not in (1, 2) or rank > 32:
        raise file.broken(f"a shape of version {version} with {rank} axes")
    if version == 2 and kind == 2:
        return (0,)  # "null": no value at all
    lengths = file.unpack(f"{rank}Q", at + (8 if version == 1 else 4))
    if math.prod(lengths) >= 2**60:
        raise file.broken(f"the shape {lengths}")
    return lengths


def attribute(file, at: int) -> tuple[str, object]:
    """Return (name, value) of an attribute: a number, a text, an array of them."""
    version, _, name_size, type_size, space_size = file.unpack("BBHHH", at)
    if version not in (1, 2, 3):
        raise file.broken(f"an attribute of version {version}")

    def padded(size: int) -> int:
        return (size + 7) // 8 * 8 if version == 1 else size

    name_at = at + (9 if version == 3 else 8)
    type_at = name_at + padded(name_size)
    space_at = type_at + padded(type_size)
    data_at = space_at + padded(space_size)
    name = bytes(file.cut(name_at, name_size)).split(b"\0")[0].decode("utf-8", "replace")
    dtype, kind, size = numpy_type(file, type_at)
    lengths = shape(file, space_at)
    count = math.prod(lengths)
    if count * size > LONGEST:
        raise file.broken(f"attribute {name!r} of {count * size} bytes")
    raw = file.cut(data_at, count * size)
    if kind == VARIABLE:
        values = [_from_heap(file, bytes(raw[i * size : (i + 1) * size])) for i in range(count)]
        return name, values[0] if lengths == () else values
    if dtype is None:
        return name, None
    numbers = np.frombuffer(raw, dtype).reshape(lengths)
    if kind == TEXT:
        numbers = np.char.decode(numbers, "utf-8", "replace")
    return name, numbers.tolist() if kind in (TEXT, INTEGER, FLOAT) else numbers


def _from_heap(file, reference: bytes) -> str:
    """Return a text of the global heap: (length, address of the collection, number in it)."""
    length, heap, number = (int.from_bytes(reference[a:b], "little") for a, b in ((0, 4), (4, 12), (12, 16)))
    if length == 0:
        return ""
    file.expect(b"GCOL", heap)
    (size,) = file.unpack("Q", heap + 8)
    file.cut(heap, size)
    at, end = heap + 16, heap + size
    while at + 16 <= end:
        found, stored = file.unpack("H6xQ", at)
        if found == number and found:
            if length > stored:
                break
            return bytes(file.cut(at + 16, length)).rstrip(b"\0").decode("utf-8", "replace")
        if found == 0:
            break
        at += 16 + (stored + 7) // 8 * 8
    raise file.broken(f"a text that is not where it should be (byte {heap})")
