"""What all tests share: the helper modules in this folder can be imported by their own names."""

import contextlib
import importlib.util
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


def pytest_collection_modifyitems(items):
    """Leave out the examples of the scikit-learn wrappers where it is not installed."""
    if importlib.util.find_spec("sklearn") is None:
        for item in items:
            if type(item).__name__ == "DoctestItem" and "wrappers.scikit_learn" in item.name:
                item.add_marker(pytest.mark.skip(reason="scikit-learn is not installed"))


@pytest.fixture
def reference():
    """Run on the reference routines: the truth."""
    from teachkeras import config

    before = config.backend()
    config.set_backend("numpy")
    yield
    config.set_backend(before)
