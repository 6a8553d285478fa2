"""One wheel: two import packages and the lessons as data; nothing else becomes importable."""

import json
import os
import pathlib
import subprocess
import sys
import zipfile

import pytest

CHECKOUT = pathlib.Path(__file__).parents[2]
LOOK = """
import importlib.util, json, teachkeras, teachkeras_widgets
from teachkeras.cli import lessons
from teachkeras.datasets import digits
print(json.dumps({
    "files": [teachkeras.__file__, teachkeras_widgets.__file__],
    "stray": [name for name in ("widgets", "lessons", "tests", "binder") if importlib.util.find_spec(name)],
    "first": lessons.first(lessons.source()),
    "digits": len(digits.load_data()[0][0]),
}))
"""


def look(folder, **environment):
    """Run LOOK in `folder`, outside any checkout."""
    environment = {**os.environ, **environment}
    done = subprocess.run([sys.executable, "-c", LOOK], cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (path,) = folder.glob("*.whl")
    return path


def shipped(folder):
    """Return what of a source folder belongs in the wheel."""
    done = subprocess.run(["git", "ls-files", "-z", folder], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    return {path.removeprefix(f"{folder}/") for path in done.stdout.split("\0") if path and (CHECKOUT / path).exists()}


def test_the_wheel_holds_what_it_should(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"teachkeras", "teachkeras_widgets"}
    assert not [name for name in names if name.endswith((".pyc", ".nbi", ".nbc")) or ".ipynb_checkpoints" in name]
    assert {f"teachkeras/_lessons/{path}" for path in shipped("lessons")} <= names
    assert {f"teachkeras/{path}" for path in shipped("teachkeras")} <= names
    assert {f"teachkeras_widgets/{path}" for path in shipped("widgets/teachkeras_widgets")} <= names
    assert any(name.endswith("dist-info/licenses/LICENSE") for name in names)


def test_the_wheel_works_where_there_is_no_checkout(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    found = look(tmp_path, PYTHONPATH=str(tmp_path / "site"))
    assert all(file.startswith(str(tmp_path / "site")) for file in found["files"])
    assert (found["stray"], found["digits"]) == ([], 1437)
    assert found["first"].endswith(".ipynb")


def test_the_installed_package_brings_nothing_else(tmp_path):
    found = look(tmp_path)
    assert found["stray"] == []
    assert found["first"].endswith(".ipynb")
