"""A lesson's exercises, run in place: the setup cell, an answer instead of ``None``, the cell's own ``check``."""

import re
from functools import cache
from pathlib import Path

import nbformat

LESSONS = Path(__file__).parents[2] / "lessons"


@cache
def lesson(number):
    """Return {cell id: source} of a lesson by its number."""
    (path,) = LESSONS.glob(f"{int(number):02d}_*.ipynb")
    return {cell.id: cell.source for cell in nbformat.read(path, as_version=4).cells}


@cache
def solutions(number):
    """Return {cell id: code} of a lesson's solutions, as a teacher reads them."""
    (path,) = (LESSONS / "solutions").glob(f"{int(number):02d}_*.md")
    return dict(re.findall(r"^## (exercise-\d+)\n\n```python\n(.*?)\n```$", path.read_text(), re.M | re.S))


def asked():
    """Return the numbers of all exercises, such as "3.2", in order."""
    found = [n for path in LESSONS.glob("*.ipynb") for n in re.findall(r'check\(\\"(\d+\.\d+)\\"', path.read_text())]
    return sorted(found, key=lambda n: [int(part) for part in n.split(".")])


def answered(number, code, capsys):
    """Run an exercise's cell with `code` (an expression, or lines) as the answer; return what its check printed."""
    which, index = number.split(".")
    cells = lesson(which)
    line = next(line for line in cells[f"exercise-{index}"].splitlines() if line.startswith("check("))
    name = re.fullmatch(r'check\("[\d.]+", (\w+)\)', line).group(1)
    names = {}
    exec(cells["setup"], names)
    try:
        names[name] = eval(code, names)
    except SyntaxError:
        exec(code, names)
    capsys.readouterr()
    exec(line, names)
    return capsys.readouterr().out.strip()
