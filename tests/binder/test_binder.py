"""Binder: the files are accepted, postBuild runs for an ordinary user, and what it leaves runs the first lesson."""

import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import threading
import time
import tomllib

import psutil
import pytest

from tests.binder.image import CHECKOUT, Image, can_isolate

BINDER = CHECKOUT / "binder"
LESSON = "lessons/01_digits_in_ten_lines.ipynb"
MEMORY = 1_000_000_000 - 150_000_000  # what Binder gives, less what JupyterLab's own server takes

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Binder's images are Linux")


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    if not can_isolate(offline=False):
        pytest.skip("this machine can't run a command as another user (setpriv)")
    return Image(tmp_path_factory.mktemp("binder") / "image")


@pytest.fixture(scope="module")
def built(image):
    """The image after postBuild."""
    image.done = image.run("./binder/postBuild")
    return image


def pins():
    lines = (BINDER / "constraints.txt").read_text().splitlines()
    return dict(line.split("==") for line in lines if not line.startswith("#"))


def test_everything_is_pinned_and_nothing_large_is_asked_for():
    assert all(re.fullmatch(r"\d[\w.]*", version) for version in pins().values())
    assert "-c constraints.txt" in (BINDER / "requirements.txt").read_text()
    wanted = (BINDER / "requirements.txt").read_text() + " ".join(project()["optional-dependencies"]["lab"])
    assert not re.search("tensorflow|torch|jax|keras[>=<]", wanted)
    major, minor = (BINDER / "runtime.txt").read_text().strip().removeprefix("python-").split(".")
    assert (int(major), int(minor)) >= (3, 11)


def project():
    return tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]


def test_every_pin_lies_in_the_range_that_pyproject_gives():
    packaging = pytest.importorskip("packaging.requirements")
    ranges = project()["dependencies"] + [
        one for extra in ("lab", "test") for one in project()["optional-dependencies"][extra]
    ]
    for requirement in map(packaging.Requirement, ranges):
        if requirement.name != "teachkeras":
            assert pins()[requirement.name] in requirement.specifier, requirement


def test_scripts_are_executable():
    for script in (BINDER / "postBuild", CHECKOUT / ".ci" / "run"):
        assert script.stat().st_mode & 0o111 == 0o111
        assert subprocess.run(["bash", "-n", str(script)]).returncode == 0


def test_post_build_needs_no_privilege(built):
    assert built.done.returncode == 0, built.done.stdout
    assert "routines ready" in built.done.stdout
    defaults = built.env / "etc" / "jupyter" / "labconfig" / "default_setting_overrides.json"
    assert '"saveState": true' in defaults.read_text()


@pytest.mark.skipif(platform.machine() != "x86_64", reason="Binder's processors are x86-64")
def test_compiled_routines_are_reused_on_another_processor(built):
    before = built.compiled()
    assert before, built.done.stdout
    count = (
        "from teachkeras import kernels; kernels.warmup();"
        "from teachkeras.kernels import cpu;"
        "print([sum(fast.stats.cache_misses.values()) for fast, _ in cpu._compiled])"
    )
    another = (
        "import llvmlite.binding as llvm;"
        "real = dict(llvm.get_host_cpu_features());"
        "llvm.get_host_cpu_name = lambda: 'another-cpu';"
        "features = llvm.FeatureMap({**real, 'avx512f': not real.get('avx512f')});"
        "llvm.get_host_cpu_features = lambda: features;"
    )
    done = built.run(built.python, "-c", another + count)
    assert done.returncode == 0, done.stdout
    assert set(re.findall(r"\d+", done.stdout)) == {"0"}, done.stdout
    assert built.compiled() == before
    other_target = {"NUMBA_CPU_NAME": "x86-64-v2", "NUMBA_CPU_FEATURES": ""}  # the count does tell a miss
    assert "0" not in built.run(built.python, "-c", count, **other_target).stdout


def test_the_first_lesson_runs_offline_in_a_gigabyte(built):
    if not (CHECKOUT / LESSON).exists():
        pytest.skip(f"{LESSON} is not written yet")
    if not can_isolate(offline=True):
        pytest.skip("this machine can't take the network from a command (unshare --net)")
    code = (
        "import nbformat, sys; from nbclient import NotebookClient;"
        f"notebook = nbformat.read('{LESSON}', 4);"
        "NotebookClient(notebook, timeout=120, resources={'metadata': {'path': 'lessons'}}).execute()"
    )
    command = built.command(built.python, "-c", code, offline=True)
    log = built.root / "lesson.log"
    with log.open("w") as out:
        lesson = subprocess.Popen(command, cwd=built.repo, env=built.environment(), stdout=out, stderr=out)
        peak = watch_memory(lesson)
    assert lesson.returncode == 0, log.read_text()
    assert 0 < peak < MEMORY, f"{peak / 1e6:.0f} MB"


def watch_memory(process: subprocess.Popen) -> int:
    """Wait for a process and return the peak of the memory that it and its children held together, in bytes."""
    peak, waiter = 0, threading.Thread(target=process.wait)
    waiter.start()
    while waiter.is_alive():
        try:
            top = psutil.Process(process.pid)
            peak = max(peak, sum(one.memory_info().rss for one in [top, *top.children(recursive=True)]))
        except psutil.Error:
            pass  # one of them has just ended
        time.sleep(0.05)
    return peak


def test_offline_means_offline(image):
    if not can_isolate(offline=True):
        pytest.skip("this machine can't take the network from a command (unshare --net)")
    code = "import socket; socket.create_connection(('192.0.2.1', 80), 2)"
    assert "unreachable" in image.run(image.python, "-c", code, offline=True).stdout
    code = (
        "import socket as s; x = s.create_server(('127.0.0.1', 0)); s.create_connection(x.getsockname()); print('own')"
    )
    assert image.run(image.python, "-c", code, offline=True).stdout == "own\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="not run as root: nothing to give up")
def test_unprivileged_means_unprivileged(image):
    done = image.run(image.python, "-c", f"open({str(pathlib.Path(sys.prefix) / 'x')!r}, 'w')")
    assert "PermissionError" in done.stdout


@pytest.mark.full
@pytest.mark.skipif(not shutil.which("jupyter-repo2docker"), reason="jupyter-repo2docker is not installed")
def test_repo2docker_accepts_it(tmp_path):
    subprocess.run(["git", "clone", "-q", str(CHECKOUT), str(tmp_path / "clone")], check=True)
    user = ["--user-id", "1000", "--user-name", "jovyan"]
    command = ["jupyter-repo2docker", "--no-build", "--debug", *user, str(tmp_path / "clone")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    dockerfile = done.stdout + done.stderr
    assert dockerfile.index("COPY --chown=1000:1000 src/ ${REPO_DIR}/") < dockerfile.index(
        '-r "binder/requirements.txt"'
    )
    assert "RUN ./binder/postBuild" in dockerfile
