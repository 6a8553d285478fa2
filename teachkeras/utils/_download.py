"""Downloads: a whole right file, or what was there before."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import os
import secrets
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import BinaryIO

from teachkeras.errors import CorruptFileError, DownloadError

TIMEOUT = 30.0  # seconds without a byte before a download is given up
CHUNK = 1 << 16


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
