"""TensorBoard's event files, written by hand: protocol buffers inside length-and-checksum records.

A file is a row of records; a record holds one message ``Event``; an event holds a time, a step and a ``Summary`` with
one value: a tag and a tensor, and the name of the TensorBoard plugin that shows it::

    record   uint64 length | uint32 mask(crc(length)) | the message | uint32 mask(crc(message))      little-endian
    Event    1: double wall_time   2: int64 step   3: string file_version   5: Summary
    Summary  1: Value { 1: string tag   8: Tensor   9: Metadata { 1: { 1: string plugin }   4: class of data } }
    Tensor   1: int32 dtype   2: shape { 2: { 1: int64 size } }   4: bytes content   8: strings

Each field of a message is its number and kind as one varint, then the value. The field numbers and the checksum's
masking are facts of the formats' public descriptions.

Source: TensorFlow's ``event.proto``, ``summary.proto``, ``tensor.proto`` and the TFRecord format's documentation;
Protocol Buffers, "Encoding"; CRC-32C: RFC 3720, appendix B.4.
"""

from __future__ import annotations

import itertools
import os
import socket
import struct
import time
import zlib

import numpy as np

DT_FLOAT, DT_DOUBLE, DT_STRING = 1, 2, 7
SCALAR, TENSOR, BLOBS = 1, 2, 3  # classes of data, by which TensorBoard keeps them
_numbers = itertools.count()


def _crc_table() -> list[int]:
    """Return the checksum of each single byte: long division by the polynomial 0x1EDC6F41, bits reversed."""
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    return table


_TABLE = _crc_table()


def crc32c(data: bytes) -> int:
    """Return the CRC-32C checksum.

    >>> hex(crc32c(b"123456789"))
    '0xe3069283'
    """
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ _TABLE[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


def masked(data: bytes) -> int:
    """Return the checksum as records hold it: turned by 15 bits, plus a constant, so that it never sums to itself."""
    crc = crc32c(data)
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def record(message: bytes) -> bytes:
    """Return a message with its length and both checksums."""
    length = struct.pack("<Q", len(message))
    return b"".join([length, struct.pack("<I", masked(length)), message, struct.pack("<I", masked(message))])


def varint(number: int) -> bytes:
    """Return a whole number in groups of seven bits, the lowest first; the eighth bit says that more follow.

    >>> varint(300).hex()
    'ac02'
    """
    groups = []
    number &= 0xFFFFFFFFFFFFFFFF
    while number > 0x7F:
        groups.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*groups, number])


def field(number: int, value: int | float | bytes | str) -> bytes:
    """Return one field of a message: a whole number, a double, or bytes (text, or a message inside).

    >>> field(1, 150).hex(), field(2, "testing").hex()
    ('089601', '120774657374696e67')
    """
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    if isinstance(value, float):
        return varint(number << 3 | 1) + struct.pack("<d", value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def tensor(value: np.ndarray | list) -> bytes:
    """Return a TensorProto of a float array, or of a list of texts or bytes."""
    if isinstance(value, list):
        return field(1, DT_STRING) + _shape((len(value),)) + b"".join(field(8, item) for item in value)
    kind = DT_FLOAT if value.dtype == np.float32 else DT_DOUBLE
    return field(1, kind) + _shape(value.shape) + field(4, value.astype(value.dtype.newbyteorder("<")).tobytes())


def _shape(sizes: tuple) -> bytes:
    return field(2, b"".join(field(2, field(1, size)) for size in sizes))


def png(pixels: np.ndarray) -> bytes:
    """Return a grey or colour picture, uint8 ``(height, width, 1 or 3)``, as a PNG file.

    Source: W3C, *Portable Network Graphics*, third edition, section 5.
    """

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    height, width, channels = pixels.shape
    header = struct.pack(">IIBBBBB", width, height, 8, 2 if channels == 3 else 0, 0, 0, 0)
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)  # each row begins with its filter, 0 for none
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def buckets(values: np.ndarray, count: int = 30) -> np.ndarray:
    """Return a histogram as rows (left edge, right edge, how many).

    >>> buckets(np.array([0.0, 1.0, 1.0]), 2)
    array([[0. , 0.5, 1. ],
           [0.5, 1. , 2. ]])
    """
    values = np.ravel(values).astype("float64")
    values = values[np.isfinite(values)]
    if not values.size:
        return np.zeros((0, 3))
    low, high = values.min(), values.max()
    if low == high:
        return np.array([[low - 0.5, high + 0.5, values.size]])
    counts, edges = np.histogram(values, count, (low, high))
    return np.stack([edges[:-1], edges[1:], counts], axis=1)


class EventFile:
    """An open event file in `folder`; each method adds one value of a tag at a step."""

    def __init__(self, folder: str):
        os.makedirs(folder, exist_ok=True)
        now = time.time()
        name = f"events.out.tfevents.{int(now)}.{socket.gethostname()}.{os.getpid()}.{next(_numbers)}.v2"
        self.path = os.path.join(folder, name)
        self._file = open(self.path, "wb")
        self._write(field(1, now) + field(3, "brain.Event:2"))

    def scalar(self, tag: str, value: float, step: int) -> None:
        """Add a number."""
        self._add(tag, step, "scalars", SCALAR, tensor(np.asarray(value, "float32")))

    def histogram(self, tag: str, values: np.ndarray, step: int) -> None:
        """Add how an array's entries are spread."""
        self._add(tag, step, "histograms", TENSOR, tensor(buckets(values)))

    def images(self, tag: str, pictures: list[np.ndarray], step: int) -> None:
        """Add pictures of one size, uint8 ``(height, width, 1 or 3)``."""
        height, width = pictures[0].shape[:2]
        parts = [str(width), str(height), *[png(picture) for picture in pictures]]
        self._add(tag, step, "images", BLOBS, tensor(parts))

    def text(self, tag: str, text: str, step: int, plugin: str = "text") -> None:
        """Add a text."""
        self._add(tag, step, plugin, TENSOR, tensor([text]))

    def _add(self, tag: str, step: int, plugin: str, kind: int, content: bytes) -> None:
        about = field(1, field(1, plugin)) + field(4, kind)
        value = field(1, tag) + field(8, content) + field(9, about)
        self._write(field(1, time.time()) + field(2, int(step)) + field(5, field(1, value)))

    def _write(self, event: bytes) -> None:
        self._file.write(record(event))

    def flush(self) -> None:
        """Let readers see what was added."""
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()
