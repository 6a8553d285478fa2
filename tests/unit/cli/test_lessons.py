"""Laying lessons: what the user changed is never overwritten."""

import json
import os

import pytest

from teachkeras.cli import lessons
from teachkeras.errors import DataError, DownloadError

A, B = "01_a.ipynb", "02_b.ipynb"


@pytest.fixture
def shipped(tmp_path):
    folder = tmp_path / "shipped"
    (folder / "figures").mkdir(parents=True)
    (folder / A).write_text("a, version 1")
    (folder / B).write_text("b, version 1")
    (folder / "figures" / "x.png").write_bytes(b"\x89PNG")
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints" / A).write_text("no lesson")
    return folder


@pytest.fixture
def lay(shipped, tmp_path):
    return lambda: {name: what for name, what in lessons.lay(tmp_path / "mine", shipped) if what != "same"}


def test_first_time_and_again(lay, tmp_path):
    assert lay() == {A: "new", B: "new", "figures/x.png": "new"}
    assert lay() == {}
    assert sorted(os.listdir(tmp_path / "mine")) == [lessons.MANIFEST, A, B, "figures"]
    assert lessons.first(tmp_path / "mine") == A


def test_an_untouched_lesson_is_brought_up_to_date(lay, shipped, tmp_path):
    lay()
    (shipped / A).write_text("a, version 2")
    assert lay() == {A: "updated"}
    assert (tmp_path / "mine" / A).read_text() == "a, version 2"


def test_a_changed_lesson_is_kept_and_the_new_one_laid_beside_once(lay, shipped, tmp_path):
    mine = tmp_path / "mine"
    lay()
    (mine / A).write_text("my work")
    assert lay() == {A: "kept"}
    (shipped / A).write_text("a, version 2")
    assert lay() == {A: "beside"}
    assert (mine / A).read_text() == "my work"
    assert (mine / "01_a.new.ipynb").read_text() == "a, version 2"
    (mine / "01_a.new.ipynb").unlink()  # not wanted: it does not come back
    assert lay() == {A: "kept"}
    (shipped / A).write_text("a, version 3")
    assert lay() == {A: "beside"}
    (mine / "01_a.new.ipynb").write_text("my other work")
    (shipped / A).write_text("a, version 4")
    lay()
    assert (mine / A).read_text() == "my work"
    assert (mine / "01_a.new.ipynb").read_text() == "my other work"


def test_a_deleted_lesson_comes_back(lay, tmp_path):
    lay()
    (tmp_path / "mine" / A).unlink()
    assert lay() == {A: "new"}


@pytest.mark.parametrize("manifest", ["", "[]", "{", '{"files": 3}', '{"files": {"01_a.ipynb": 7}}'])
def test_a_foreign_folder_or_a_damaged_manifest_loses_nothing(lay, tmp_path, manifest):
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / A).write_text("something of mine")
    (mine / lessons.MANIFEST).write_text(manifest)
    assert lay()[A] == "beside"
    assert (mine / A).read_text() == "something of mine"
    assert set(json.loads((mine / lessons.MANIFEST).read_text())["files"]) >= {A, B}


def test_a_failed_write_leaves_what_was_there(lay, shipped, tmp_path, monkeypatch):
    lay()
    (shipped / A).write_text("a, version 2")

    def fail(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(DataError, match="No space left"):
        lay()
    assert (tmp_path / "mine" / A).read_text() == "a, version 1"
    assert not list((tmp_path / "mine").glob("*.part"))


def test_a_file_in_the_way(lay, tmp_path):
    (tmp_path / "mine").write_text("a file")
    with pytest.raises(DataError, match="teachkeras lab FOLDER"):
        lay()


def test_an_installation_without_lessons(tmp_path, monkeypatch):
    monkeypatch.setattr(lessons, "PACKAGE", tmp_path / "site-packages" / "teachkeras")
    (tmp_path / "site-packages" / "lessons").mkdir(parents=True)
    (tmp_path / "site-packages" / "lessons" / "other.ipynb").write_text("somebody else's")
    with pytest.raises(DownloadError, match="install teachkeras again"):
        lessons.source()
    (tmp_path / "site-packages" / "teachkeras" / "_lessons").mkdir(parents=True)
    (tmp_path / "site-packages" / "teachkeras" / "_lessons" / A).write_text("ours")
    assert lessons.source().name == "_lessons"
