"""A pytest plugin: every test of the run on the stand-in for CuPy, in place of the processor.

PYTHONPATH=tests/gpu python -m pytest -n0 -p everywhere tests/contract
"""

import sys

import fakecupy

from teachkeras import config


def pytest_configure():
    """Set the back end for the whole run."""
    sys.modules["cupy"] = fakecupy.module()
    config.set_backend("cupy")
