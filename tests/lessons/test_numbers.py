"""Every number in a lesson's prose is one that a cell printed or holds; published facts stand in a short list."""

import re

import nbformat
import pytest

from tests.lessons.exercises import LESSONS

NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?!\w)")
NOT_SAID = [  # what holds digits but states no figure: formulas, code, links, other lessons, list marks, years
    re.compile(r"\$\$.*?\$\$|\$[^$]*\$|```.*?```|`[^`]*`|\]\([^)]*\)|^\d+\. ", re.S | re.M),
    re.compile(r"[Ll]essons? \d+(?:(?:, | and | to |–)\d+)*|\b(?:1[89]|20)\d\d\b"),
]
SMALL = {0, 1, 2, 3, 10, 100}  # counting words, and "of 100"
FACTS = {  # lesson: numbers that are published elsewhere, or belong to a story told
    "01": {70_000, 97},  # MNIST, and what the switch reaches
    "27": {50_000, 88_000},  # IMDB: reviews, words
    "33": {70_000, 28, 60_000},  # MNIST, CIFAR-10
    "34": {1.3, 59},  # ImageNet: millions of photos; VGG16's file in MB
    "35": {7},  # a 7, perhaps a 1
    "37": {200},  # a loan
}


def numbers(text):
    """Return the numbers in a text, with how many decimals each has."""
    found = (match.replace(",", "").rstrip(".") for match in NUMBER.findall(text))
    return [(float(n), len(n.partition(".")[2])) for n in found]


def shown(cells):
    """All that code cells hold and print."""
    parts = []
    for cell in cells:
        parts.append(cell.source.replace("_", ""))
        for output in cell.outputs:
            parts += [output.get("text", ""), output.get("data", {}).get("text/plain", "")]
    return "\n".join(parts)


def unfounded(path):
    """Yield (cell, number) of prose behind the first code cell that no cell shows, rounded as the prose says it."""
    cells = nbformat.read(path, as_version=4).cells
    known = {n for n, _ in numbers(shown([cell for cell in cells if cell.cell_type == "code"]))}
    first = next(i for i, cell in enumerate(cells) if cell.cell_type == "code")
    for cell in cells[first:]:
        if cell.cell_type == "code" or cell.id.startswith("exercise"):
            continue
        text = cell.source
        for pattern in NOT_SAID:
            text = pattern.sub(" ", text)
        for n, decimals in numbers(text):
            if n not in SMALL | FACTS.get(path.name[:2], set()) and n not in {round(k, decimals) for k in known}:
                yield cell.id, n


@pytest.mark.parametrize("path", sorted(LESSONS.glob("[0-9]*.ipynb")), ids=lambda path: path.stem)
def test_prose_says_what_cells_show(path):
    assert list(unfounded(path)) == []


def test_a_made_up_number_is_found(tmp_path):
    book = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell("1_437"), nbformat.v4.new_markdown_cell("1,438 digits")]
    )
    nbformat.write(book, tmp_path / "99_x.ipynb")
    assert [n for _, n in unfounded(tmp_path / "99_x.ipynb")] == [1438]
