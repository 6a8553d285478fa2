"""How many threads a matrix product gets.

With the second core busy (the normal state of a shared host) a small product on two threads waits for its turn again
and
again: an MLP's step took 20 ms in place of 1. A large product gains from every core. So while a model trains,
    products below ``LARGE`` run on one thread and larger ones on all; outside of a training loop nothing is touched.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator

from teachkeras import config

LARGE = 60_000_000  # multiply-adds: about a millisecond on one core

_managed = False
_now = _most = 1


@functools.cache
def _libraries() -> list:
    """Return the controllers of the BLAS libraries in this process; empty without threadpoolctl."""
    try:
        import threadpoolctl
    except ImportError:
        return []
    return threadpoolctl.ThreadpoolController().select(user_api="blas").lib_controllers


def _set(threads: int) -> None:
    global _now
    for library in _libraries():
        library.set_num_threads(threads)
    _now = threads


def prepare(multiply_adds: int) -> None:
    """Give the next product the threads that its size deserves."""
    if _managed:
        wanted = _most if multiply_adds >= LARGE else 1
        if wanted != _now:
            _set(wanted)


@contextlib.contextmanager
def managed() -> Iterator[None]:
    """Choose threads product by product inside a ``with`` block; afterwards all is as it was."""
    global _managed, _most
    if _managed or not _libraries():
        yield
        return
    before = [library.num_threads for library in _libraries()]
    if max(before) < 2:  # the user has settled it
        yield
        return
    _managed, _most = True, min(max(before), config.threads())
    _set(1)
    try:
        yield
    finally:
        _managed = False
        for library, threads in zip(_libraries(), before, strict=True):
            library.set_num_threads(threads)
