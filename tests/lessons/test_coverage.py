"""Every heading of the source documents has a place: a cell that exists, or a lesson that is announced."""

import re

import nbformat
import pytest

from tests.lessons.exercises import LESSONS, lesson

HEADINGS = {"A": 22, "B": 12, "C": 13, "D": 101, "E": 9}  # B has one heading; its sections without number stand for it
TEXT = (LESSONS / "coverage.md").read_text()
PARTS = dict(re.findall(r"^## Document (\w)\n(.*?)(?=^## |\Z)", TEXT, re.M | re.S))
ROWS = [row.split(" | ") for row in re.findall(r"^\| (?!section|---)(.*) \|$", TEXT, re.M)]


def test_no_heading_is_forgotten():
    assert {letter: len(re.findall(r"^\| (?!section|---)", part, re.M)) for letter, part in PARTS.items()} == HEADINGS


@pytest.mark.parametrize("row", [row for row in ROWS if "to come" not in row[2]], ids=lambda row: row[1])
def test_cell_exists(row):
    number, name, cell = re.fullmatch(r"\[(\d\d)\]\((\S+)\) (\S+)", f"{row[2]} {row[3].strip('`')}").groups()
    assert (LESSONS / name).exists() and name.startswith(number)
    assert cell in lesson(number)


def test_no_lesson_points_to_a_lesson_that_is_not_there():
    there = {path.name[:2] for path in LESSONS.glob("[0-9]*.ipynb")}
    for number in there:
        said = re.findall(r"lessons? (\d+)(?: and (\d+))?", "\n".join(lesson(number).values()))
        assert {f"{int(n):02d}" for pair in said for n in pair if n} <= there, number


def test_the_map_and_the_index_name_every_lesson():
    there = sorted(path.name for path in LESSONS.glob("[0-9]*.ipynb"))
    assert re.findall(r"\]\((\d\S+\.ipynb)\)", (LESSONS / "README.md").read_text()) == there
    index = {cell.id: cell.source for cell in nbformat.read(LESSONS / "index.ipynb", as_version=4).cells}
    assert re.findall(r"\]\((\S+\.ipynb)\)", index["lessons"]) == there
    said = {int(n) for n in re.findall(r"\b\d\d\b", index["ways"])}
    assert said <= {int(name[:2]) for name in there}


def test_links_between_the_pages_hold():
    for page in LESSONS.glob("*.md"):
        for link in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
            assert (LESSONS / link).exists(), (page.name, link)


@pytest.mark.parametrize("path", sorted(LESSONS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_links_in_lessons_hold(path):
    cells = nbformat.read(path, as_version=4).cells
    prose = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    links = re.findall(r"\]\(([^)#\s]+)\)", re.sub(r"`[^`]*`|\$[^$]*\$", "", prose))
    assert [link for link in links if not link.startswith("http") and not (LESSONS / link).exists()] == []
