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

    @functools.cache
    def names() -> dict[str, object]:
        found = {}
        for family in families.split():
            found |= public(importlib.import_module(f"teachkeras.ops.{family}"))
        everything = importlib.import_module("teachkeras.ops")
        return found | {n: getattr(everything, n) for n in also.split()}

    def __getattr__(wanted: str) -> object:
        if wanted.startswith("__"):
            raise AttributeError(wanted)
        if (found := names().get(wanted)) is None:
            raise AttributeError(f"module {name!r} has no attribute {wanted!r}; {did_you_mean(wanted, names())}")
        return found

    def __dir__() -> list[str]:
        return sorted(names())

    return names, __getattr__, __dir__
