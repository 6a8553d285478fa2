"""Tests of the GPU path. What needs a GPU skips with the reason; the rest runs on the processor (``fakecupy.py``)."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import emulator
import fakecupy

from teachkeras import config


def _gpu_reason():
    """Return why no GPU can be used, or "" where one can."""
    try:
        import cupy

        cupy.zeros(1).sum()
    except Exception as error:
        return f"no GPU for CuPy: {type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
    return ""


REASON = _gpu_reason()


@pytest.fixture
def gpu():
    """Run on a real GPU."""
    if REASON:
        pytest.skip(REASON)
    before = config.backend()
    config.set_backend("cupy")
    yield
    config.set_backend(before)


@pytest.fixture
def pretended(monkeypatch):
    """Run on the stand-in, its kernels emulated; the log starts empty."""
    if emulator.COMPILER is None:
        pytest.skip("no C++ compiler to emulate the CUDA kernels with")
    monkeypatch.setitem(sys.modules, "cupy", fakecupy.module())
    before = config.backend()
    config.set_backend("cupy")
    fakecupy.log.clear()
    yield fakecupy
    fakecupy.limit = None
    config.set_backend(before)
