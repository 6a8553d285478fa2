"""What all tests share: the helper modules in this folder can be imported by their own names."""

import contextlib
import os
import sys
from pathlib import Path

import pytest

with contextlib.suppress(ImportError):
    import matplotlib.font_manager  # noqa: F401  builds its cache now; a kernel that had to would say so in a lesson's output

sys.path.insert(0, str(Path(__file__).parent))


def pytest_xdist_auto_num_workers(config):
    """Spread the whole suite over the cores, a file to a worker; run what was picked by hand here."""
    if config.args_source is not config.ArgsSource.TESTPATHS or config.option.collectonly:
        return 0
    return min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, 4)


@pytest.fixture
def reference():
    """Run on the reference routines: the truth."""
    from teachkeras import config

    before = config.backend()
    config.set_backend("numpy")
    yield
    config.set_backend(before)
