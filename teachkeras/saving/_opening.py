"""Opening model files: bytes, sizes, JSON; whatever is wrong with a file becomes one kind of error."""

from __future__ import annotations

import contextlib
import json
import os
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from teachkeras.errors import CorruptFileError, TeachKerasError
from teachkeras.saving import hdf5

LARGEST_TEXT = 1 << 28  # bytes of a config
MOST_EXPANSION, SMALL = 100, 1 << 28  # a packed member may be so many times its packed size, or this large
# What reading a damaged config may run into, in our code or in a layer's:
DAMAGE = (
    ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, MemoryError, NotImplementedError,
    RecursionError, RuntimeError, StopIteration, TypeError, ValueError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip


@contextlib.contextmanager
def told_as_corrupt(where: str) -> Iterator[None]:
    """Turn whatever a damaged file causes inside the block into a CorruptFileError; our own errors pass."""
    try:
        yield
    except TeachKerasError:
        raise
    except DAMAGE as error:
        raise CorruptFileError(
            where, expected="a whole file that Keras or teachkeras wrote",
            got=f"{type(error).__name__}: {str(error)[:500]}", fix="get or save the file again; nothing was changed",
        ) from error  # fmt: skip


def content(source: str | os.PathLike | BinaryIO) -> bytes:
    """Return all bytes of a file."""
    if hasattr(source, "read"):
        return source.read()
    with open(source, "rb") as file:
        return file.read()


def name_of(source: object) -> str:
    """Return how a file is called in messages."""
    return f"file {os.fspath(source)!r}" if isinstance(source, (str, os.PathLike)) else "file"


def root_of(data: bytes, where: str) -> hdf5.Node:
    """Return the root group of an HDF5 file, rewritten plainly first where it is stored in an uncommon way."""
    try:
        root = hdf5.open_file(data, where)
        _visit(root)
        return root
    except hdf5.UncommonStorage:
        from teachkeras.saving.foreign import rewritten

        return hdf5.open_file(rewritten(data, where), where)


def _visit(root: hdf5.Node) -> None:
    """Look at every object once, so that a damaged one is found before anything is changed."""
    todo = [root]
    while todo:
        node = todo.pop()
        if node.is_group:
            todo += [node.get(name) for name in node.children]
        elif node.dtype is not None:
            node.array()


def parsed(text: bytes | str, where: str) -> dict:
    """Return the object that a JSON text describes.

    Raises:
        CorruptFileError: it is no JSON, or describes something else.
    """
    if len(text) > LARGEST_TEXT:
        raise CorruptFileError(where, expected=f"a config of at most {LARGEST_TEXT} bytes", got=f"{len(text)}")
    with told_as_corrupt(where):
        found = json.loads(text)
    if not isinstance(found, dict):
        raise CorruptFileError(where, expected="a JSON object that describes a model", got=type(found).__name__)
    return found


def free_memory() -> int:
    """Return how many bytes of memory are free, about."""
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return 1 << 32


def room(stored: int) -> int:
    """Return how many bytes the weights of a model may take whose file stores so many; some layers store in fewer."""
    return min(4 * stored + (1 << 24), max(free_memory(), 1 << 28))
