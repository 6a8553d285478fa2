"""How a matrix product uses the cores.

With the second core busy (the normal state of a shared host) a product on two BLAS threads waits for its turn again and
again: an MLP's step took 20 ms in place of 1. So while a model trains, BLAS has one thread, and :func:`product` cuts a
large product into four parts that this thread and a helper thread per further core take one after the other. Where a
helper gets no core, this thread does all the parts itself. The cut depends on the shapes alone, so the bits do not
depend on who did what. Outside of a training loop nothing is touched.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import os
import queue
import threading
from collections.abc import Iterator

import numpy as np

from teachkeras import config

SPLIT = 6_000_000  # multiply-adds from which a product in parts is faster: a helper is awake after about 20 µs
PARTS = 4

_managed = False
_most = 1


@functools.cache
def _libraries() -> list:
    """Return the controllers of the BLAS libraries in this process; empty without threadpoolctl."""
    try:
        import threadpoolctl
    except ImportError:
        return []
    return threadpoolctl.ThreadpoolController().select(user_api="blas").lib_controllers


def library_paths() -> list[str]:
    """Return the files of the BLAS libraries in this process."""
    return [library.filepath for library in _libraries()]


@contextlib.contextmanager
def managed() -> Iterator[None]:
    """Give BLAS one thread inside a ``with`` block, large products to the helpers; afterwards all is as it was."""
    global _managed, _most
    if _managed or not _libraries():
        yield
        return
    before = [library.num_threads for library in _libraries()]
    if max(before) < 2:  # the user has settled it
        yield
        return
    _managed, _most = True, min(max(before), config.threads())
    for library in _libraries():
        library.set_num_threads(1)
    try:
        yield
    finally:
        _managed = False
        for library, threads in zip(_libraries(), before, strict=True):
            library.set_num_threads(threads)


def is_managed() -> bool:
    """Tell whether products are cut into parts now: their last bits differ from those of BLAS's own threads."""
    return _managed


def product(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the matrix product of a (…, k) and b (k, n); tensors go to ``np.matmul``."""
    if not _managed or type(a) is not np.ndarray or type(b) is not np.ndarray or a.ndim < 2 or b.ndim != 2:
        return np.matmul(a, b)
    if a.size * b.shape[1] < SPLIT or _most == 1:
        return np.matmul(a, b)
    return _in_parts(a.reshape(-1, a.shape[-1]), b).reshape((*a.shape[:-1], b.shape[1]))


def products(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the products of stacked matrices, a (g, m, k) and b (g, k, n)."""
    if len(a) > 1 or type(a) is not np.ndarray or type(b) is not np.ndarray:
        return np.matmul(a, b)
    return product(a[0], b[0])[None]


def _in_parts(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return a·b, its rows or columns (whichever are more) computed in parts."""
    m, n = len(a), b.shape[1]
    out = np.empty((m, n), np.result_type(a, b))
    cuts = [max(m, n) * i // PARTS for i in range(PARTS + 1)]
    if m >= n:
        parts = [(a[i:j], b, out[i:j]) for i, j in itertools.pairwise(cuts)]
    else:
        parts = [(a, b[:, i:j], out[:, i:j]) for i, j in itertools.pairwise(cuts)]
    share([functools.partial(np.matmul, left, right, out=into) for left, right, into in parts])
    return out


def share(works: list) -> None:
    """Do independent pieces of work, each a function without arguments, here and on the helper threads."""
    if not _managed or _most == 1 or len(works) == 1:
        for work in works:
            work()
        return
    todo, done = iter(works), queue.SimpleQueue()
    for _ in range(_most - 1):
        _helpers().put((todo, done))
    _take(todo, done)
    for _ in works:
        if (error := done.get()) is not None:
            raise error


def _take(todo: Iterator, done: queue.SimpleQueue) -> None:
    """Do pieces until none is left; an iterator over a list hands each out once, whichever thread asks."""
    for work in todo:
        try:
            work()
        except Exception as error:  # told to the thread that waits
            done.put(error)
        else:
            done.put(None)


@functools.cache
def _helpers() -> queue.SimpleQueue:
    """Return the queue that the helper threads listen on, one thread per further core; they sleep while it is empty."""
    jobs: queue.SimpleQueue = queue.SimpleQueue()

    def listen() -> None:
        while True:
            _take(*jobs.get())

    for number in range(_most - 1):
        threading.Thread(target=listen, daemon=True, name=f"teachkeras-product-{number}").start()
    return jobs


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_helpers.cache_clear)  # threads don't survive a fork
