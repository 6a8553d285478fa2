"""Files from elsewhere: fetched once, checked by hash, kept in Keras's cache folder, unpacked with care.

Nothing here leaves a wrong file behind. A download goes to a temporary file of its own beside its target and is renamed
over it when its length and hash are right and it has reached the disk; an archive is unpacked into a temporary folder,
which is renamed when whole. So two processes that want the same file at once may both fetch it; either result is right.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import urllib.parse

from teachkeras import config
from teachkeras.errors import ArgumentError, DownloadError, UnknownNameError, did_you_mean

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
    algorithm = _algorithm(hash_algorithm, file_hash)
    name, unpacked = _names(fname, origin, extract or untar)
    folder = _folder(cache_dir, cache_subdir, name)
    target = os.path.join(folder, name)
    cached = _is_cached(target, file_hash, algorithm)
    if force_download or not cached:
        from teachkeras.utils import _download  # the network modules: 50 ms, only for who needs them

        _download.download(origin, target, file_hash, algorithm, wrong_in_cache=not cached and os.path.exists(target))
    if unpacked is None:
        return target
    from teachkeras.utils import _archives

    into = os.path.join(folder, unpacked)
    _archives.extract(target, into, "tar" if untar else archive_format)
    return into


def _algorithm(algorithm: str, file_hash: str | None) -> str:
    """Return ``"sha256"`` or ``"md5"``; ``"auto"`` tells them by the length of `file_hash`.

    >>> _algorithm("auto", "0" * 32)
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


def _folder(cache_dir: str | os.PathLike | None, cache_subdir: str, name: str) -> str:
    """Return the folder to cache in, made if need be.

    Where `cache_dir` can't be written (a class's shared cache, say), it serves if it holds the file called `name`;
    otherwise, as in Keras, a folder below the temporary one takes its place.
    """
    base = os.path.expanduser(config.keras_home() if cache_dir is None else cache_dir)
    try:
        folder = os.path.join(base, cache_subdir)
        os.makedirs(folder, exist_ok=True)
        if os.access(folder, os.W_OK) or os.path.exists(os.path.join(folder, name)):
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


def _names(fname: object, origin: str, extract: bool) -> tuple[str, str | None]:
    """Return the name to download to and, with `extract`, that of the folder to unpack into, as Keras names them.

    >>> _names("a.tar.gz", "http://h/x.tgz", True)
    ('a.tar.gz', 'a_extracted')
    >>> _names(None, "http://h/x.tgz?v=1", True)
    ('x.tgz_archive', 'x.tgz')
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
        return name, None
    if "." in given:
        return name, name[: name.find(".")] + "_extracted"
    return name + "_archive", name


def _hash(path: str | os.PathLike, algorithm: str = "sha256") -> str:
    """Return the hexadecimal hash of a file."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, algorithm).hexdigest()


def _is_cached(target: str, file_hash: str | None, algorithm: str) -> bool:
    """Return whether `target` exists and has the hash; say so where it exists and has not."""
    if not os.path.exists(target):
        return False
    if file_hash is None or _hash(target, algorithm) == file_hash.lower():
        return True
    print(f"{target} is incomplete or outdated ({algorithm} differs); fetching it again", file=sys.stderr)
    return False
