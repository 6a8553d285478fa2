"""Where a data set's file comes from: Keras's public location and cache, or a local file that the user vouches for."""

from __future__ import annotations

import os

from teachkeras.errors import DownloadError
from teachkeras.utils.files import get_file


def locate(who: str, path: str | os.PathLike, origin: str, file_hash: str | None, **options: object) -> tuple[str, str]:
    """Return (the file's path, what to tell the user to do if it is no good).

    Args:
        who: The function that asks, for messages.
        path: A name in the cache, or an absolute path, which is taken as it is.
        origin: The public location.
        file_hash: What the file's hash must be.
        options: More arguments of ``get_file``.

    Raises:
        DownloadError: no file at the absolute path, or none to be had.
    """
    path = os.fspath(path)
    if not os.path.isabs(path):
        found = get_file(path, origin, file_hash=file_hash, **options)
        return found, f"delete {found} and load again"
    name = os.path.basename(path)
    if not os.path.exists(path):
        raise DownloadError(
            who, expected=f"a file at {path}", got="no file there",
            fix="correct the path, or give only a name, to download the data once",
        )  # fmt: skip
    return path, f"pass the path of a whole file, or only a name such as {name!r}, to download it"
