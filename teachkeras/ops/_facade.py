"""Keras's sub-namespaces of ops: views of the families' files, without code of their own."""

import functools
import importlib
from collections.abc import Callable

from teachkeras.errors import did_you_mean
from teachkeras.namespace import public


def facade(name: str, families: str, also: str = "") -> tuple[Callable, Callable, Callable]:
    """Return (names, __getattr__, __dir__) that show the public functions of some files, and a few more by name.

    Args:
        name: The namespace.
        families: The files, separated by blanks.
        also: Functions from elsewhere in ``ops``.
    """
    more = also.split()

    @functools.cache
    def own() -> dict[str, object]:
        found = {}
        for family in families.split():
            found |= public(importlib.import_module(f"teachkeras.ops.{family}"))
        return found

    def names() -> dict[str, object]:
        return own() | {n: __getattr__(n) for n in more}

    def __getattr__(wanted: str) -> object:
        if wanted in more:
            return getattr(importlib.import_module("teachkeras.ops"), wanted)
        if wanted in ("APART", "aliases") or wanted.startswith("__") or wanted not in own():
            raise AttributeError(f"module {name!r} has no attribute {wanted!r}; {did_you_mean(wanted, more)}")
        return own()[wanted]

    def __dir__() -> list[str]:
        return sorted({*own(), *more})

    return names, __getattr__, __dir__
