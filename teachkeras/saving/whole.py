"""Files written whole or not at all, whatever happens to the process meanwhile."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from typing import BinaryIO


@contextlib.contextmanager
def written_whole(path: str | os.PathLike) -> Iterator[BinaryIO]:
    """Open a file for writing that takes the name `path` only once it is complete and on the disk.

    What is written goes to a file beside `path`; at the end of the block it is synced and renamed. If the block fails,
    or the process dies, the file that was at `path` before is still there, untouched. (A process that was killed may
    leave a file ``NAME.….part``.)

    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "note.txt"
    >>> with written_whole(path) as file:
    ...     _ = file.write(b"whole")
    >>> path.read_bytes(), len(list(path.parent.iterdir()))
    (b'whole', 1)
    """
    path = os.path.realpath(path)
    part = f"{path}.{secrets.token_hex(6)}.part"
    try:
        with open(part, "xb+") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.remove(part)
        raise
    _sync_folder(os.path.dirname(path))


def _sync_folder(folder: str) -> None:
    """Bring the new name to the disk, where the system lets one."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
