"""Every lesson, its outputs compared by nbval: on both back ends, with one thread and with two; and how long it takes."""

import os
import shutil
import subprocess
import sys
import time

import pytest

from tests.lessons.exercises import LESSONS

pytestmark = pytest.mark.full
NAMES = sorted(path.stem for path in LESSONS.glob("*.ipynb"))
PLACES = [(backend, threads) for backend in ("numpy", "numba") for threads in (1, 2)]
LONGEST, ALL = 20, 8 * 60  # seconds on two quiet cores
SLACK = float(os.environ.get("TEACHKERAS_SLACK", 3))  # for a machine that others use, too
took = {}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The lessons, copied, so that nothing of the tests' settings reaches nbval."""
    return shutil.copytree(LESSONS, tmp_path_factory.mktemp("everywhere") / "lessons")


def on(backend, threads):
    """The environment of a process with this back end and so many threads."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
    return {**os.environ, "TEACHKERAS_BACKEND": backend, **{name: str(threads) for name in names}}


@pytest.mark.parametrize(("backend", "threads"), PLACES)
@pytest.mark.parametrize("name", NAMES)
def test_prints_what_is_saved(folder, name, backend, threads):
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--nbval",
        "-q",
        "-c",
        os.devnull,
        "--rootdir=.",
        "-p",
        "no:cacheprovider",
    ]
    start = time.monotonic()
    run = subprocess.run(
        [*command, f"{name}.ipynb"], cwd=folder, env=on(backend, threads), capture_output=True, text=True
    )
    took.setdefault((backend, threads), {})[name] = time.monotonic() - start
    assert run.returncode == 0, run.stdout[-3000:]


@pytest.mark.parametrize(("backend", "threads"), PLACES)
def test_takes_no_longer_than_a_class_can_wait(backend, threads, capsys):
    times = took.get((backend, threads), {})
    if len(times) < len(NAMES):
        pytest.skip("only where all lessons ran before")
    slowest = max(times, key=times.get)
    with capsys.disabled():
        print(
            f"\n{backend}, {threads} threads: {sum(times.values()):.0f} s in all; slowest {slowest} {times[slowest]:.0f} s"
        )
    assert times[slowest] <= SLACK * LONGEST and sum(times.values()) <= SLACK * ALL
