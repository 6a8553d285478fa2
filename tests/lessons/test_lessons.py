"""Every lesson: its shape and its saved outputs."""

import json
import re
from pathlib import Path

import nbformat
import pytest

LESSONS = sorted((Path(__file__).parents[2] / "lessons").glob("[0-9]*.ipynb"))
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
