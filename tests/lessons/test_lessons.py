"""Every lesson: its shape, its saved outputs, its exercises' checks."""

import json
import re
from pathlib import Path

import nbformat
import numpy as np
import pytest

import teachkeras as keras
from teachkeras_widgets import lesson as lesson_module
from teachkeras_widgets.lesson import UNANSWERED, check

LESSONS = sorted((Path(__file__).parents[2] / "lessons").glob("*.ipynb"))
lessons = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


@lessons
def test_form(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert re.fullmatch(r"\d\d_[a-z0-9_]+\.ipynb", path.name) and path.stat().st_size < 1_000_000
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids), "every cell has an id of its own"
    assert all(re.fullmatch(r"[a-z0-9-]+", i) for i in ids), "ids are stable and speak"
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert text.startswith("# ") and "?" in text.split("##")[0], "a lesson opens with a question"
    assert "## Exercises" in text and "The way on" in text
    assert not re.search(r"https?://", "\n".join(c.source for c in notebook.cells if c.cell_type == "code"))


@lessons
def test_saved_outputs_are_complete_and_say_nothing_of_the_run(path):
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            assert output.output_type != "error", cell.id
            data = output.get("data", {})
            assert "application/vnd.jupyter.widget-view+json" not in data and "text/html" not in data, cell.id
            assert "image/svg+xml" not in data
            words = json.dumps(output.get("text", "")) + json.dumps(data.get("text/plain", ""))
            assert not re.search(r"\d\s?(ms|us|seconds)\b|/home|/tmp|0x[0-9a-f]{6}", words), cell.id
    source = "\n".join(cell.source for cell in notebook.cells)
    printing = [cell for cell in notebook.cells if cell.cell_type == "code" and "print(" in cell.source]
    assert all(cell.outputs for cell in printing), "run save.py"
    assert "check(" in source


def said(number, answer, capsys):
    check(number, answer)
    return capsys.readouterr().out.strip()


def model(hidden=16, activation="tanh", units=10, last="softmax", compiled=True):
    dense = keras.layers.Dense
    made = keras.Sequential([keras.layers.Flatten(input_shape=(8, 8)), dense(hidden, activation), dense(units, last)])
    if compiled:
        made.compile("adam", "categorical_crossentropy")
    return made


SOLUTIONS = {"1.1": lambda: 2410, "1.2": lambda: 0.5, "1.3": model}
PLANTED = [  # (exercise, wrong answer, a word the hint must hold)
    ("1.1", lambda: 2368, "bias"),
    ("1.1", lambda: 2080, "second"),
    ("1.1", lambda: 2730, "64 pixels"),
    ("1.1", lambda: 9610, "128"),
    ("1.1", lambda: 2410.5, "whole number"),
    ("1.2", lambda: 0.0, "bias"),
    ("1.2", lambda: 4.5, "sign"),
    ("1.2", lambda: -1.5, "ReLU"),
    ("1.2", lambda: "half", "could not be checked"),
    ("1.3", lambda: model(hidden=32), "16 units"),
    ("1.3", lambda: model(activation="relu"), "tanh"),
    ("1.3", lambda: model(units=9), "ten digits"),
    ("1.3", lambda: model(last="sigmoid"), "softmax"),
    ("1.3", lambda: model(compiled=False), "compile"),
    ("1.3", lambda: 3, "a model"),
]


@pytest.mark.parametrize("number", SOLUTIONS)
def test_check_takes_the_solution_and_waits_for_an_answer(number, capsys):
    assert said(number, SOLUTIONS[number](), capsys) == "Right."
    assert said(number, None, capsys) == UNANSWERED
    assert said(number, np.float64(1e9), capsys).startswith("Not yet: ")


@pytest.mark.parametrize(("number", "answer", "hint"), PLANTED)
def test_check_names_what_is_wrong(number, answer, hint, capsys):
    text = said(number, answer(), capsys)
    assert text.startswith("Not yet: ") and hint in text


def test_every_exercise_of_every_lesson_is_solved_here():
    asked = {n for path in LESSONS for n in re.findall(r'check\(\\"(\d+\.\d+)\\"', path.read_text())}
    check("1.1", None)
    assert asked == set(SOLUTIONS) == set(lesson_module._CHECKS)
    for number in SOLUTIONS:
        assert len([n for n, _, _ in PLANTED if n == number]) >= 3
