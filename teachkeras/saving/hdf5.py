"""Reading HDF5 files from strangers: every offset, length and type is checked before it is believed.

The HDF5 library is made for files that it wrote itself: flip bits in one, and of 6,000 tries 6 crash the process and
19 never end. So what a model file needs of the format is read here, in plain Python, and the library only writes.
Groups are the classic kind (symbol tables), arrays lie in one piece; that is what Keras writes and published weights
are. Other storage (chunks, compression, new-style groups) raises :class:`UncommonStorage`, and ``foreign`` has another
process rewrite the file.

Words: an *object header* is a list of *messages* (type, size, content) that says what a group or an array is.

Source: The HDF Group, "HDF5 File Format Specification", version 3.0, sections II-IV.
"""

from __future__ import annotations

import math
import struct

import numpy as np

from teachkeras.errors import CorruptFileError
from teachkeras.saving import _hdf5_types as types

SIGNATURE = b"\x89HDF\r\n\x1a\n"
NOWHERE = 2**64 - 1
MOST_OBJECTS = 1_000_000
DATASPACE, DATATYPE, EXTERNAL, LAYOUT, ATTRIBUTE, CONTINUATION, SYMBOLS = 0x01, 0x03, 0x07, 0x08, 0x0C, 0x10, 0x11
NEW_STYLE = {0x02: "new-style groups", 0x06: "new-style links", 0x15: "many attributes"}


class UncommonStorage(CorruptFileError):
    """An HDF5 file that may be right, but is stored in a way that this reader does not know."""


class Bytes:
    """The file as bytes that can only be read inside their bounds."""

    def __init__(self, data: bytes, where: str):
        self.data, self.where = memoryview(data), where

    def broken(self, got: str, expected: str = "a whole HDF5 file") -> CorruptFileError:
        """Return the error for a place where the file is not what it should be."""
        return CorruptFileError(self.where, expected=expected, got=got, fix="get or save the file again")

    def cut(self, start: int, length: int) -> memoryview:
        """Return `length` bytes from `start`."""
        if start < 0 or length < 0 or start + length > len(self.data):
            raise self.broken(f"a reference to bytes {start} to {start + length} of {len(self.data)}")
        return self.data[start : start + length]

    def unpack(self, form: str, start: int) -> tuple:
        """Return the little-endian numbers at `start`."""
        return struct.unpack("<" + form, self.cut(start, struct.calcsize("<" + form)))

    def expect(self, mark: bytes, start: int) -> None:
        """Check that a structure begins with its mark."""
        if bytes(self.cut(start, len(mark))) != mark:
            raise self.broken(f"no {mark.decode('ascii', 'replace')!r} at byte {start}")

    def text(self, start: int) -> str:
        """Return the text up to the next zero byte."""
        end = bytes(self.data[start : start + 4096]).find(b"\0")
        if not 0 <= start < len(self.data) or end < 0:
            raise self.broken(f"a name without end at byte {start}")
        return bytes(self.data[start : start + end]).decode("utf-8", "replace")


def open_file(data: bytes, where: str) -> Node:
    """Return the root group of an HDF5 file.

    Raises:
        CorruptFileError: it is not an HDF5 file, or not a whole one.
    """
    file = Bytes(data, where)
    if bytes(file.data[:8]) != SIGNATURE:
        raise file.broken(f"a file that begins with {bytes(file.data[:8])!r}", "an HDF5 file")
    (version,) = file.unpack("B", 8)
    if version > 1:
        raise UncommonStorage(where, expected="superblock version 0 or 1", got=f"version {version}")
    if file.unpack("2B", 13) != (8, 8):
        raise UncommonStorage(where, expected="offsets and lengths of 8 bytes", got=str(file.unpack("2B", 13)))
    start = 24 + 4 * version
    base, _, end, _, _, root = file.unpack("6Q", start)
    if base != 0 or end > len(file.data):
        raise file.broken(f"{len(file.data)} bytes", f"{end} bytes" if base == 0 else "a file that starts at byte 0")
    return Node(file, root, "", [0])


class Node:
    """A group or an array of the file.

    Attributes:
        name: Its path.
        attrs: What is noted about it: numbers, texts, arrays of texts.
        is_group: Whether it holds others.
        shape, dtype: Those of an array; the dtype is None where it is none that weights have.
    """

    def __init__(self, file: Bytes, address: int, name: str, count: list[int], parents: frozenset = frozenset()):
        self.file, self.address, self.name, self._count = file, address, name, count
        self._parents = parents | {address}
        count[0] += 1
        if count[0] > MOST_OBJECTS:
            raise file.broken(f"more than {MOST_OBJECTS} objects")
        if address in parents:
            raise file.broken(f"a group that contains itself ({name!r})", "a tree of groups")
        self._messages = list(self._read_messages())
        self.is_group = any(kind == SYMBOLS for kind, _, _ in self._messages)
        if not self.is_group:
            self.shape = self._shape()
            self.dtype = types.numpy_type(file, self._message(DATATYPE)[0])[0]
        self._children: dict[str, int] | None = None
        self._nodes: dict[str, Node] = {}

    # --- what it is ---

    def _read_messages(self):
        version, count, size = self.file.unpack("BxH4xI", self.address)
        if version != 1:
            if bytes(self.file.cut(self.address, 4)) == b"OHDR":
                raise UncommonStorage(self.file.where, expected="object headers of version 1", got="version 2")
            raise self.file.broken(f"no object at byte {self.address} ({self.name!r})")
        blocks, seen = [(self.address + 16, size)], set()
        while blocks:
            at, left = blocks.pop(0)
            if at in seen:
                raise self.file.broken(f"an object header that leads back to itself ({self.name!r})")
            seen.add(at)
            self.file.cut(at, left)
            while left >= 8 and count > 0:
                kind, length, flags = self.file.unpack("HHB", at)
                start, at, left, count = at + 8, at + 8 + length, left - 8 - length, count - 1
                if left < 0:
                    raise self.file.broken(f"a message longer than its header ({self.name!r})")
                if kind == CONTINUATION:
                    blocks.append(self.file.unpack("QQ", start))
                elif kind in NEW_STYLE:
                    raise UncommonStorage(self.file.where, expected="plain groups", got=NEW_STYLE[kind])
                elif kind == EXTERNAL:
                    raise self.file.broken(f"{self.name!r} keeps its numbers in another file", "all data in one file")
                elif flags & 2 and kind in (DATASPACE, DATATYPE, LAYOUT, ATTRIBUTE):
                    raise UncommonStorage(self.file.where, expected="types of their own", got="a shared type")
                else:
                    yield kind, start, length

    def _message(self, kind: int) -> tuple[int, int]:
        found = [(start, length) for k, start, length in self._messages if k == kind]
        if len(found) != 1:
            raise self.file.broken(f"{self.name!r} has {len(found)} messages of kind {kind}", "one")
        return found[0]

    def _shape(self) -> tuple[int, ...]:
        return types.shape(self.file, self._message(DATASPACE)[0])

    @property
    def attrs(self) -> dict[str, object]:
        """What is noted about it."""
        return dict(types.attribute(self.file, start) for kind, start, _ in self._messages if kind == ATTRIBUTE)

    # --- a group's content ---

    @property
    def children(self) -> dict[str, int]:
        """The names of what a group holds, and where each lies."""
        if self._children is None:
            self._children = {}
            if self.is_group:
                tree, heap = self.file.unpack("QQ", self._message(SYMBOLS)[0])
                self.file.expect(b"HEAP", heap)
                size, _, names = self.file.unpack("QQQ", heap + 8)
                self.file.cut(names, size)
                self._walk(tree, (names, size), 16, set())
        return self._children

    def _walk(self, at: int, heap: tuple[int, int], highest: int, seen: set[int]) -> None:
        """Collect the entries below a node of the group's B-tree, of level `highest` or lower."""
        if at in seen or len(seen) > MOST_OBJECTS:
            raise self.file.broken(f"a tree that leads back to itself ({self.name!r})")
        seen.add(at)
        if bytes(self.file.cut(at, 4)) == b"SNOD":  # a leaf
            self._take_symbols(at, heap)
            return
        self.file.expect(b"TREE", at)
        kind, level, used = self.file.unpack("BBH", at + 4)
        if kind != 0 or level > highest:
            raise self.file.broken(f"a tree of kind {kind}, level {level} in group {self.name!r}")
        for i in range(used):
            (below,) = self.file.unpack("Q", at + 32 + 16 * i)
            self._walk(below, heap, level - 1, seen)

    def _take_symbols(self, at: int, heap: tuple[int, int]) -> None:
        (count,) = self.file.unpack("H", at + 6)
        for i in range(count):
            name_at, address, cached = self.file.unpack("QQI", at + 8 + 40 * i)
            if cached == 2 or address == NOWHERE:
                raise self.file.broken(f"a link in group {self.name or '/'!r}", "arrays and groups, no links")
            if name_at >= heap[1]:
                raise self.file.broken(f"a name outside its heap in group {self.name!r}")
            name = self.file.text(heap[0] + name_at)
            if name in self._children or name in ("", ".", "..") or "/" in name:
                raise self.file.broken(f"the name {name!r} in group {self.name!r}", "names without slashes, each once")
            self._children[name] = address

    def __contains__(self, path: str) -> bool:
        return self.get(path) is not None

    def get(self, path: str) -> Node | None:
        """Return what lies at a path below this group, None if there is nothing."""
        node = self
        for name in [part for part in path.split("/") if part]:
            if not node.is_group or name not in node.children:
                return None
            if name not in node._nodes:
                child = Node(node.file, node.children[name], f"{node.name}/{name}", node._count, node._parents)
                node._nodes[name] = child
            node = node._nodes[name]
        return node

    # --- an array's content ---

    def array(self) -> np.ndarray:
        """Return the numbers, as a read-only view of the file's bytes.

        Raises:
            CorruptFileError: the shape asks for more bytes than the file holds.
        """
        if self.is_group or self.dtype is None:
            raise self.file.broken(
                f"{self.name!r} is {'a group' if self.is_group else 'no array of numbers'}", "numbers"
            )
        size = math.prod(self.shape) * self.dtype.itemsize
        start, _ = self._message(LAYOUT)
        version, kind = self.file.unpack("BB", start)
        if version not in (3, 4):
            raise UncommonStorage(self.file.where, expected="layout version 3", got=f"version {version}")
        if kind == 0:
            (stored,) = self.file.unpack("H", start + 2)
            place = start + 4
        elif kind == 1:
            place, stored = self.file.unpack("QQ", start + 2)
        elif kind == 3:
            raise self.file.broken(f"{self.name!r} is a virtual dataset", "all data in one file")
        else:
            raise UncommonStorage(self.file.where, expected="arrays in one piece", got="chunks")
        if kind == 1 and place == NOWHERE and size == 0:
            return np.zeros(self.shape, self.dtype)
        if stored < size or place == NOWHERE:
            raise self.file.broken(f"{stored} bytes for {self.name!r}", f"{size} bytes (shape {self.shape})")
        numbers = np.frombuffer(self.file.cut(place, size), self.dtype).reshape(self.shape)
        return numbers.view(self.dtype.newbyteorder("=")) if self.dtype.isnative else numbers.astype(self.dtype.name)
