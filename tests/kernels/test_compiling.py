"""What is said when a routine is compiled for the first time, and that a cached one is loaded in silence."""

import io
import os
import subprocess
import sys

import pytest

pytest.importorskip("numba")

from teachkeras.kernels import cpu

STATEMENT = (
    "import io, sys, numpy as np; sys.__stderr__ = T = type('T', (io.StringIO,), {'isatty': lambda s: True})(); "
)
STATEMENT += "from teachkeras import kernels; a = np.ones(3, 'float32'); kernels.sgd(a, a.copy(), 0.1); "
STATEMENT += "kernels.relu_vjp(a, a); print(T.getvalue().count('warmup'))"


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_the_first_compilation_is_announced_once_and_only_in_a_terminal(monkeypatch):
    @cpu.numba.njit
    def ours(x):
        return x + 1

    ours.py_func.__module__ = "teachkeras.planted"
    event = cpu.event.Event("numba:compile", cpu.event.EventStatus.START, {"dispatcher": ours})
    announcer, terminal = cpu._Announcer(), Terminal()
    monkeypatch.setattr(sys, "__stderr__", io.StringIO())
    announcer.on_start(event)
    assert not sys.__stderr__.getvalue()
    monkeypatch.setattr(sys, "__stderr__", terminal)
    announcer.on_start(event), announcer.on_start(event)
    assert terminal.getvalue().count("teachkeras warmup") == 1


def test_cold_speaks_and_warm_is_silent(tmp_path):
    env = dict(os.environ, NUMBA_CACHE_DIR=str(tmp_path))
    said = [
        subprocess.run([sys.executable, "-c", STATEMENT], env=env, capture_output=True, text=True) for _ in range(2)
    ]
    assert [done.stdout.strip() for done in said] == ["1", "0"], said[0].stderr + said[1].stderr
