"""What all tests share: the helper modules in this folder can be imported by their own names."""

import contextlib
import sys
from pathlib import Path

import pytest

with contextlib.suppress(ImportError):
    import matplotlib.font_manager  # noqa: F401  builds its cache now; a kernel that had to would say so in a lesson's output

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def reference():
    """Run on the reference routines: the truth."""
    from teachkeras import config

    before = config.backend()
    config.set_backend("numpy")
    yield
    config.set_backend(before)
