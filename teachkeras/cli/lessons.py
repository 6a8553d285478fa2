"""Laying the lessons into a folder that belongs to the user: what they changed is never overwritten.

A manifest in the folder keeps the hash of each file as it was laid, so that a later version can tell a file nobody
touched (it is brought up to date) from one somebody worked in (it stays, and the new one is laid beside it, once).
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from teachkeras.errors import DataError, DownloadError

PACKAGE = Path(__file__).parents[1]
MANIFEST = ".teachkeras-lessons.json"


class Laid(NamedTuple):
    """What became of one lesson: ``"new"``, ``"same"``, ``"updated"``, ``"kept"`` or ``"beside"`` (kept too)."""

    name: str
    what: str


def source() -> Path:
    """Return the folder of the lessons as shipped: inside the installed package, or the checkout's own.

    Raises:
        DownloadError: there is none.
    """
    checkout = PACKAGE.parent
    for folder in (PACKAGE / "_lessons", checkout / "lessons"):
        if any(files(folder)) and (folder.parent == PACKAGE or (checkout / "pyproject.toml").exists()):
            return folder
    raise DownloadError(
        "the lessons",
        expected=f"notebooks in {PACKAGE / '_lessons'}",
        got="none",
        fix="install teachkeras again: python -m pip install --force-reinstall 'teachkeras[lab]'",
    )


def files(folder: Path) -> Iterator[Path]:
    """Yield the lessons' files below `folder` in order, relative to it; nothing hidden, nothing made by a run."""
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_file() and not any(part.startswith((".", "__")) for part in inside.parts):
            yield inside


def first(folder: Path) -> str:
    """Return the name of the lesson to begin with."""
    return next((path.as_posix() for path in files(folder) if path.suffix == ".ipynb"), "")


def lay(folder: Path, lessons: Path | None = None) -> list[Laid]:
    """Lay the lessons into `folder` and return what became of each.

    Raises:
        DataError: `folder` is a file, or can't be written.
    """
    lessons = lessons or source()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        known = read_manifest(folder)
        laid = [lay_one(folder, path.as_posix(), (lessons / path).read_bytes(), known) for path in files(lessons)]
        write(folder / MANIFEST, json.dumps({"version": 1, "files": known}, indent=1).encode())
    except OSError as error:
        raise DataError(
            "teachkeras lab",
            expected="a folder for the lessons that can be written",
            got=f"{error}",
            fix="name another folder: teachkeras lab FOLDER",
        ) from error
    return laid


def lay_one(folder: Path, name: str, new: bytes, known: dict[str, str]) -> Laid:
    """Lay one file, and note in `known` the hash of what was offered under that name."""
    target, before, offered = folder / name, known.get(name), digest(new)
    known[name] = offered
    if not target.exists():
        write(target, new)
        return Laid(name, "new")
    there = digest(target.read_bytes())
    if there == offered:
        return Laid(name, "same")
    if there == before:
        write(target, new)
        return Laid(name, "updated")
    if offered == before:
        return Laid(name, "kept")
    beside = f"{os.path.splitext(name)[0]}.new{os.path.splitext(name)[1]}"
    return Laid(name, "kept" if lay_one(folder, beside, new, known).what in ("kept", "same") else "beside")


def digest(content: bytes) -> str:
    """Return the hash by which the manifest knows a file."""
    return hashlib.sha256(content).hexdigest()


def read_manifest(folder: Path) -> dict[str, str]:
    """Return {name: hash} of what was laid; nothing for a missing or damaged manifest, so that all files are kept."""
    try:
        known = json.loads((folder / MANIFEST).read_text())["files"]
        return {str(name): str(value) for name, value in known.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        part.write_bytes(content)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
