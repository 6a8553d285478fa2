"""Unpacking tar and zip archives from strangers: inside the folder, files and folders only, whole or not at all.

An archive that names a place outside the folder, an absolute path, a link or a device is refused as a whole, before a
byte of it is written. Owners and modes stored in it are not taken over.
"""

from __future__ import annotations

import contextlib
import lzma
import os
import secrets
import shutil
import tarfile
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from teachkeras.errors import CorruptFileError, UnknownNameError, did_you_mean

FORMATS = ("tar", "zip")
BROKEN = (tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError, OSError, ValueError)


class Member(NamedTuple):
    """One entry: its name, its size in bytes (None for a folder), and what opens it for reading (None refuses it)."""

    name: str
    size: int | None
    entry: tarfile.TarInfo | zipfile.ZipInfo | None


def extract(path: str, folder: str, archive_format: str | list[str] | None = "auto") -> bool:
    """Unpack the archive at `path` as `folder`; return whether it is an archive of one of the formats.

    A folder that already holds every file of the archive in its size is left alone; otherwise it is replaced by the
    whole content at once. A file that is no such archive gives a warning, as in Keras.

    Args:
        path: The archive.
        folder: The folder to make; its parent must exist.
        archive_format: ``"tar"`` (also compressed), ``"zip"``, a list of them, ``"auto"`` (both) or None (neither).

    Raises:
        CorruptFileError: the archive is broken or would write outside `folder`; nothing has changed.
        UnknownNameError: `archive_format` names no format.
    """
    formats = [archive_format] if isinstance(archive_format, str) else archive_format or []
    for name in FORMATS if formats == ["auto"] else formats:
        if name not in FORMATS:
            raise UnknownNameError(
                "archive_format", expected="tar, zip, auto or None", got=repr(name), fix=did_you_mean(name, FORMATS)
            )
        if (tarfile.is_tarfile if name == "tar" else zipfile.is_zipfile)(path):
            with _told_as_corrupt(path):
                _unpack(path, name, folder)
            return True
    warnings.warn(f"Could not extract {path}: it is no archive of the format {archive_format!r}", stacklevel=3)
    return False


def _unpack(path: str, archive_format: str, folder: str) -> None:
    with tarfile.open(path) if archive_format == "tar" else zipfile.ZipFile(path) as archive:
        members = list(_members(archive))
        for member in members:
            _refuse_if_unsafe(path, member)
        if _is_complete(folder, members):
            return
        fresh = f"{folder}.{secrets.token_hex(6)}.part"
        try:
            _write(archive, members, fresh)
            _swap(fresh, folder)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)


def _members(archive: tarfile.TarFile | zipfile.ZipFile) -> Iterator[Member]:
    if isinstance(archive, zipfile.ZipFile):
        for info in archive.infolist():
            is_link = (info.external_attr >> 16) & 0o170000 == 0o120000
            yield Member(info.filename, None if info.is_dir() else info.file_size, None if is_link else info)
    else:
        for info in archive:
            plain = info.isreg() or info.isdir()
            yield Member(info.name, None if info.isdir() else info.size, info if plain else None)
        while archive.fileobj.read(1 << 20):  # a compressed stream is checked at its very end only, after tar's own
            pass


def _refuse_if_unsafe(path: str, member: Member) -> None:
    parts = member.name.replace("\\", "/").split("/")
    drive = os.path.splitdrive(member.name)[0] or (len(parts[0]) == 2 and parts[0].endswith(":"))
    if member.entry is None:
        got = f"{member.name!r}, a link or a device"
    elif ".." in parts or member.name.startswith(("/", "\\")) or drive or "\0" in member.name:
        got = f"{member.name!r}, a place outside the folder"
    else:
        return
    raise CorruptFileError(
        f"archive {path}",
        expected="plain files and folders inside the folder",
        got=got,
        fix="do not use this archive; nothing of it was unpacked",
    )


def _is_complete(folder: str, members: list[Member]) -> bool:
    def has(member: Member) -> bool:
        place = os.path.join(folder, member.name)
        if member.size is None:
            return os.path.isdir(place)
        return os.path.isfile(place) and os.path.getsize(place) == member.size

    return os.path.isdir(folder) and all(map(has, members))


def _write(archive: tarfile.TarFile | zipfile.ZipFile, members: list[Member], folder: str) -> None:
    os.mkdir(folder)
    for member in members:
        place = os.path.join(folder, member.name)
        if member.size is None:
            os.makedirs(place, exist_ok=True)
            continue
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with _reader(archive, member) as source, open(place, "wb") as file:
            shutil.copyfileobj(source, file)


def _reader(archive: tarfile.TarFile | zipfile.ZipFile, member: Member) -> BinaryIO:
    return archive.open(member.entry) if isinstance(archive, zipfile.ZipFile) else archive.extractfile(member.entry)


def _swap(fresh: str, folder: str) -> None:
    # Two renames, since no folder can be renamed over a full one. Who loses a race finds the other's, as good.
    old = f"{folder}.{secrets.token_hex(6)}.old"
    with contextlib.suppress(FileNotFoundError):
        os.rename(folder, old)
    try:
        os.rename(fresh, folder)
    except OSError:
        if not os.path.isdir(folder):
            raise
    shutil.rmtree(old, ignore_errors=True)


@contextlib.contextmanager
def _told_as_corrupt(path: str) -> Iterator[None]:
    try:
        yield
    except CorruptFileError:
        raise
    except BROKEN as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the disk's trouble (full, read-only), not the archive's
        raise CorruptFileError(
            f"archive {path}",
            expected="an archive that can be read to its end",
            got=f"{type(error).__name__}: {error}",
            fix="delete it, or fetch it again with force_download=True",
        ) from error
