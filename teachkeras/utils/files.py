"""Files from elsewhere: fetched once, checked by hash, kept in Keras's cache folder, unpacked with care.

Nothing here leaves a wrong file behind. A download goes to a temporary file of its own beside its target and is renamed
over it when its length and hash are right and it has reached the disk; an archive is unpacked into a temporary folder,
which is renamed when whole. So two processes that want the same file at once may both fetch it; either result is right.
"""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import os
import secrets
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import BinaryIO

from teachkeras import config
from teachkeras.errors import ArgumentError, CorruptFileError, DownloadError, UnknownNameError, did_you_mean
from teachkeras.utils import archives

TIMEOUT = 30.0  # seconds without a byte before a download is given up
CHUNK = 1 << 16
DIGITS = {"sha256": 64, "md5": 32}  # how many hexadecimal digits each hash has


def get_file(
    fname: str | os.PathLike | None = None,
    origin: str | None = None,
    untar: bool = False,
    md5_hash: str | None = None,
    file_hash: str | None = None,
    cache_subdir: str = "datasets",
    hash_algorithm: str = "auto",
    extract: bool = False,
    archive_format: str | list[str] | None = "auto",
    cache_dir: str | os.PathLike | None = None,
    force_download: bool = False,
) -> str:
    """Return the path of a file from `origin`, downloading it where it is not yet in the cache.

    The file lands in ``cache_dir/cache_subdir/fname``, by default ``~/.keras/datasets/fname``. A cached file whose hash
    is not `file_hash` is fetched again, and replaced only when the new one is right.

    Args:
        fname: Name in the cache, without folders; by default the last part of `origin`.
        origin: Address of the file (http, https, ftp or file).
        untar: The older spelling of ``extract=True, archive_format="tar"``.
        md5_hash: The older spelling of `file_hash` with MD5.
        file_hash: Hexadecimal hash that the file must have.
        cache_subdir: Folder inside `cache_dir`; an absolute path is used as it is.
        hash_algorithm: ``"sha256"``, ``"md5"``, or ``"auto"``, which tells them by their length.
        extract: Unpack the archive beside it and return the folder.
        archive_format: ``"tar"``, ``"zip"``, a list of them, ``"auto"`` (both) or None (neither).
        cache_dir: The cache folder; by default ``KERAS_HOME`` or ``~/.keras``.
        force_download: Fetch the file even where it is cached.

    Returns:
        The path of the file, or with `extract` that of the folder: `fname` up to its first dot and ``_extracted``, or
        where it has no dot or is not given, just the name.

    Raises:
        ArgumentError: no `origin`, an `fname` with folders, or a `file_hash` that is no hash.
        DownloadError: the file could not be fetched whole; the message says where to put it by hand.
        CorruptFileError: the file or archive is not what it should be. What was in the cache stays as it was.

    Example:
        >>> import pathlib, tempfile
        >>> folder = pathlib.Path(tempfile.mkdtemp())
        >>> _ = (folder / "origin.txt").write_text("x")
        >>> path = get_file("copy.txt", (folder / "origin.txt").as_uri(), cache_dir=folder)
        >>> pathlib.Path(path).relative_to(folder).as_posix()
        'datasets/copy.txt'

    Source: the signature, the names in the cache and their order are those of ``keras.utils.get_file`` (Keras 3).
    """
    if origin is None:
        raise ArgumentError(
            "get_file", expected="origin, the file's address", got="None", fix="pass origin='https://…'"
        )
    if md5_hash is not None and file_hash is None:
        file_hash, hash_algorithm = md5_hash, "md5"
    algorithm = resolve_algorithm(hash_algorithm, file_hash)
    folder = cache_folder(cache_dir, cache_subdir)
    target, unpacked = cache_names(folder, fname, origin, extract or untar)
    cached = is_cached(target, file_hash, algorithm)
    if force_download or not cached:
        download(origin, target, file_hash, algorithm, wrong_in_cache=not cached and os.path.exists(target))
    if unpacked is None:
        return target
    archives.extract(target, unpacked, "tar" if untar else archive_format)
    return unpacked


def resolve_algorithm(algorithm: str, file_hash: str | None) -> str:
    """Return ``"sha256"`` or ``"md5"``; ``"auto"`` tells them by the length of `file_hash`.

    >>> resolve_algorithm("auto", "0" * 32)
    'md5'
    """
    if algorithm not in ("auto", *DIGITS):
        fix = did_you_mean(algorithm, ["auto", *DIGITS])
        raise UnknownNameError("get_file(hash_algorithm)", expected="auto, sha256 or md5", got=repr(algorithm), fix=fix)
    for name, digits in DIGITS.items():
        fits = file_hash is None or (len(file_hash) == digits and not set(file_hash.lower()) - set("0123456789abcdef"))
        if fits and algorithm in ("auto", name):
            return name
    raise ArgumentError(
        f"get_file(hash_algorithm={algorithm!r})",
        expected="a file_hash of 64 (sha256) or 32 (md5) hexadecimal digits",
        got=f"{file_hash!r} of {len(str(file_hash))}",
        fix="compute it with `sha256sum FILE`",
    )


def cache_folder(cache_dir: str | os.PathLike | None, cache_subdir: str) -> str:
    """Return the folder to cache in, made if need be; below the temporary folder where `cache_dir` can't be written."""
    base = os.path.expanduser(config.keras_home() if cache_dir is None else cache_dir)
    try:
        folder = os.path.join(base, cache_subdir)
        os.makedirs(folder, exist_ok=True)
        if os.access(folder, os.W_OK):
            return folder
    except OSError:
        pass
    folder = os.path.join(tempfile.gettempdir(), ".keras", cache_subdir)
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        raise DownloadError(
            "get_file",
            expected="a cache folder that can be written",
            got=f"{error} ({base} can't be written either)",
            fix="set KERAS_HOME to a folder of yours",
        ) from error
    return folder


def cache_names(folder: str, fname: object, origin: str, extract: bool) -> tuple[str, str | None]:
    """Return the path to download to and, with `extract`, the folder to unpack into, named as Keras names them.

    >>> cache_names("d", "a.tar.gz", "http://h/x.tgz", True)
    ('d/a.tar.gz', 'd/a_extracted')
    >>> cache_names("d", None, "http://h/x.tgz?v=1", True)
    ('d/x.tgz_archive', 'd/x.tgz')
    """
    given = os.fspath(fname) if fname else ""
    name = given or os.path.basename(urllib.parse.unquote(urllib.parse.urlsplit(origin).path))
    if name in ("", ".", "..") or "/" in name or "\\" in name or "\0" in name:
        raise ArgumentError(
            "get_file",
            expected="fname, a file's name without folders",
            got=f"fname={fname!r}, origin={origin!r}",
            fix="pass fname='name.npz', and cache_dir or cache_subdir for the folder",
        )
    if not extract:
        return os.path.join(folder, name), None
    if "." in given:
        return os.path.join(folder, name), os.path.join(folder, name[: name.find(".")] + "_extracted")
    return os.path.join(folder, name + "_archive"), os.path.join(folder, name)


def hash_file(path: str | os.PathLike, algorithm: str = "sha256") -> str:
    """Return the hexadecimal hash of a file."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, algorithm).hexdigest()


def is_cached(target: str, file_hash: str | None, algorithm: str) -> bool:
    """Return whether `target` exists and has the hash; say so where it exists and has not."""
    if not os.path.exists(target):
        return False
    if file_hash is None or hash_file(target, algorithm) == file_hash.lower():
        return True
    print(f"{target} is incomplete or outdated ({algorithm} differs); fetching it again", file=sys.stderr)
    return False


def download(origin: str, target: str, file_hash: str | None, algorithm: str, wrong_in_cache: bool = False) -> None:
    """Fetch `origin` to `target`, which afterwards is the whole right file, or what it was before.

    `wrong_in_cache` says that `target` exists and is not to be used, which a message then mentions.

    Raises:
        DownloadError: not reachable, refused, too slow, or cut off.
        CorruptFileError: fetched, but its hash is not `file_hash`.
    """
    print(f"Downloading data from {origin}", file=sys.stderr)
    part = os.path.join(os.path.dirname(target), f".{os.path.basename(target)}.{secrets.token_hex(6)}.part")
    try:
        with told_as_download_error(origin, target, wrong_in_cache):
            with open(part, "xb") as file:
                found = fetch(origin, file, algorithm)
                file.flush()
                os.fsync(file.fileno())
            if file_hash is not None and found != file_hash.lower():
                raise CorruptFileError(
                    f"get_file {origin}",
                    expected=f"{algorithm} {file_hash}",
                    got=f"{algorithm} {found} in {os.path.getsize(part)} bytes",
                    fix=f"try again later; the file was thrown away, {target} is unchanged",
                )
            os.replace(part, target)
            sync_folder(os.path.dirname(target))
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.remove(part)


def fetch(origin: str, file: BinaryIO, algorithm: str) -> str:
    """Write what is at `origin` into `file` and return its hash; fewer bytes than announced are an error."""
    hasher = hashlib.new(algorithm, usedforsecurity=False)
    with urllib.request.urlopen(origin, timeout=TIMEOUT) as answer:
        announced = answer.headers.get("Content-Length")
        total = int(announced) if announced and announced.isdigit() else None
        received = 0
        with progress(total) as show:
            while chunk := answer.read(CHUNK):
                file.write(chunk)
                hasher.update(chunk)
                received += len(chunk)
                show(received)
    if total is not None and received != total:
        raise urllib.error.ContentTooShortError(f"{received} of {total} bytes", (origin, None))
    return hasher.hexdigest()


@contextlib.contextmanager
def told_as_download_error(origin: str, target: str, wrong_in_cache: bool) -> Iterator[None]:
    """Turn whatever the network may raise into a DownloadError that says how to go on without it."""
    try:
        yield
    except CorruptFileError:
        raise
    except (OSError, http.client.HTTPException, ValueError) as error:
        instead = ", in place of the corrupt file that is there now" if wrong_in_cache else ""
        raise DownloadError(
            f"get_file {origin}",
            expected="the file, downloaded whole",
            got=network_trouble(error),
            fix=f"check the connection, or fetch the file elsewhere and put it at {target}{instead}",
        ) from error


def network_trouble(error: Exception) -> str:
    """Say in a few words what went wrong on the way.

    >>> network_trouble(urllib.error.URLError(TimeoutError()))
    'no data for 30 s'
    """
    reason = getattr(error, "reason", error)  # what urllib wraps
    if isinstance(error, urllib.error.HTTPError):
        error.close()
        return f"HTTP status {error.code} {reason}"
    if isinstance(reason, TimeoutError):
        return f"no data for {TIMEOUT:g} s"
    if isinstance(error, urllib.error.ContentTooShortError):
        return f"{reason}, then the connection was cut"
    return f"{type(reason).__name__}: {reason}"


@contextlib.contextmanager
def progress(total: int | None) -> Iterator:
    """Yield a function that shows how many bytes have come, ten times a second at most, on a terminal only."""
    if not sys.stderr.isatty():
        yield lambda received: None
        return
    shown = 0.0

    def show(received: int) -> None:
        nonlocal shown
        if time.monotonic() - shown < 0.1 and received != total:
            return
        shown = time.monotonic()
        bar = "" if not total else "━" * (30 * received // total)
        of = f" of {total / 1e6:.1f}" if total else ""
        print(f"\r{bar:<30} {received / 1e6:.1f}{of} MB", end="", file=sys.stderr, flush=True)

    try:
        yield show
    finally:
        print(file=sys.stderr)


def sync_folder(folder: str) -> None:
    """Bring a rename in `folder` to the disk, where the system can."""
    with contextlib.suppress(OSError, AttributeError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
