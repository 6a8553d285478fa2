"""Whole suites of the engine on the back end "cupy": on the stand-in, and on a GPU where there is one."""

import os
import subprocess
import sys
from pathlib import Path

import emulator
import pytest

HERE = Path(__file__).parent
SUITES = ["contract", "unit/test_metrics.py", "unit/test_losses.py"]


def run(suite, plugin, **environment):
    """Run a suite in a process of its own; show its failures."""
    command = [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", *plugin, str(HERE.parent / suite)]
    environment |= {"PYTHONPATH": os.pathsep.join([str(HERE), os.environ.get("PYTHONPATH", "")])}
    done = subprocess.run(
        command, cwd=HERE.parents[1], env={**os.environ, **environment}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.full
@pytest.mark.parametrize("suite", SUITES)
def test_on_the_stand_in(suite):
    if emulator.COMPILER is None:
        pytest.skip("no C++ compiler to emulate the CUDA kernels with")
    run(suite, ["-p", "everywhere"])


@pytest.mark.full
@pytest.mark.parametrize("suite", [*SUITES, "parity"])
def test_on_a_gpu(gpu, suite):
    run(suite, [], TEACHKERAS_BACKEND="cupy")
