"""What is kept of somebody's answers, and the map drawn from it."""

import json

import pytest

from teachkeras_widgets import kernel, progress
from teachkeras_widgets.lesson import check
from tests.lessons.exercises import LESSONS, asked


@pytest.fixture
def notebook(tmp_path, monkeypatch):
    """A notebook's kernel in a folder of its own."""
    monkeypatch.setattr(kernel, "shell", lambda: object())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_check_keeps_what_it_found(notebook, capsys):
    check("1.2", None)
    assert not list(notebook.iterdir()), "no answer, no record"
    check("1.2", 4.5)
    check("1.1", 2410)
    check("1.2", 0.5)
    check("1.1", 3)  # once right, it stays so
    assert progress.read() == {"1.1": True, "1.2": True}
    check("10.1", 0)
    assert json.loads((notebook / progress.RECORD).read_text())["tried"] == ["1.1", "1.2", "10.1"]
    assert [path.name for path in notebook.iterdir()] == [progress.RECORD]


def test_outside_a_notebook_nothing_is_kept(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    check("1.1", 2410)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("text", ["", "{", "[]", '{"right": 3, "tried": []}', '{"version": 1}'])
def test_a_damaged_record_counts_as_none(notebook, text, capsys):
    (notebook / progress.RECORD).write_text(text)
    assert progress.read() == {}
    check("1.1", 2410)
    assert progress.read() == {"1.1": True}


def test_a_folder_that_cannot_be_written_stops_no_lesson(notebook, capsys):
    progress.note("1.1", True, notebook / "missing")
    assert progress.read(notebook / "missing") == {}


def test_the_map_knows_every_exercise_and_says_where_to_go_on():
    plan, known = progress.parts(LESSONS), progress.exercises()
    assert [number for numbers in known.values() for number in numbers] == asked()
    assert [lesson for row in plan.values() for lesson in row] == list(known)
    title = (
        progress.figure(plan, known, {"1.1": True, "1.2": True, "1.3": True, "2.1": False}).axes[0].get_title("left")
    )
    assert title == f"3 of {len(asked())} exercises right; go on with lesson 2"
    everything = {number: True for number in asked()}
    assert progress.figure(plan, known, everything).axes[0].get_title("left").endswith("all done")
