"""How far somebody has come: what ``check`` found, kept beside the lessons, and the map drawn from it.

The record is a small file in the folder of the notebooks (two people in two folders never meet, and whoever deletes the
folder deletes it). It holds the numbers of the exercises and nothing else; nothing is sent anywhere.
"""

import contextlib
import io
import json
import os
import re
import secrets
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from . import kernel

RECORD = ".teachkeras-progress.json"
PART = re.compile(r"^\| (\w[^|]*) \| (\[\d\d .*) \|$", re.M)  # a row of the map in lessons/README.md


def read(folder="."):
    """Return {exercise: was it right?} of all that were tried; nothing where no record is, or a damaged one.

    >>> read("no-such-folder")
    {}
    """
    try:
        kept = json.loads((Path(folder) / RECORD).read_text(encoding="utf-8"))
        return {number: False for number in kept["tried"]} | {number: True for number in kept["right"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def note(number, right, folder="."):
    """Keep that an exercise was tried, and whether its answer was right; once right, it stays so.

    Only a notebook keeps a record. Where the folder can't be written, none is kept, and the lesson goes on.
    """
    if kernel.shell() is None:
        return
    known = read(folder)
    known[number] = right or known.get(number, False)
    kept = {"version": 1, "right": _sorted(n for n in known if known[n]), "tried": _sorted(known)}
    part = Path(folder) / f"{RECORD}.{secrets.token_hex(4)}.part"
    with contextlib.suppress(OSError):
        try:
            part.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
            os.replace(part, Path(folder) / RECORD)
        finally:
            part.unlink(missing_ok=True)


def _sorted(numbers):
    return sorted(numbers, key=lambda number: [int(piece) for piece in re.findall(r"\d+", number)])


def exercises():
    """Return {lesson: its exercises} of all lessons, from their checks.

    >>> exercises()[1]
    ['1.1', '1.2', '1.3']
    """
    from .lesson import _CHECKS

    package = import_module("teachkeras_widgets.checks")
    for module in iter_modules(package.__path__):
        import_module(f"{package.__name__}.{module.name}")
    found = {}
    for number in _sorted(_CHECKS):
        found.setdefault(int(number.split(".")[0]), []).append(number)
    return found


def parts(folder="."):
    """Return {part of the course: its lessons' numbers}, as the map in ``README.md`` beside the lessons has them."""
    text = (Path(folder) / "README.md").read_text(encoding="utf-8")
    return {name: [int(n) for n in re.findall(r"\[(\d\d) ", row)] for name, row in PART.findall(text)}


def progress(folder="."):
    """Show the map of the lessons, filled as far as their exercises have been answered; constant text beside it.

    Args:
        folder: Where the lessons lie; a notebook's own folder by default.
    """
    from IPython.display import Image, display

    asked, known, plan = exercises(), read(folder), parts(folder)
    lessons = [lesson for row in plan.values() for lesson in row]
    picture = io.BytesIO()
    figure(plan, asked, known).savefig(picture, format="png", dpi=110, metadata={"Software": None})
    display(Image(picture.getvalue(), alt=_headline(plan, asked, known)))
    print(
        f"{len(lessons)} lessons with {sum(len(asked.get(n, ())) for n in lessons)} exercises: the picture shows yours."
    )


def figure(plan, asked, known):
    """Draw a row for each part and a box for each lesson, filled by the share of its exercises that are right."""
    from matplotlib.figure import Figure

    from .style import INK, LINE, MUTED, TRAIN, VALIDATION, drawing

    with drawing():
        page = Figure(figsize=(8, 0.36 * len(plan) + 0.7), layout="constrained", facecolor="white")
        axes = page.subplots()
        for y, (part, lessons) in enumerate(plan.items()):
            axes.text(-0.3, y, part, ha="right", va="center", fontsize=9, color=INK)
            for x, lesson in enumerate(lessons):
                mine = [known.get(number) for number in asked.get(lesson, ())]
                share, tried = sum(map(bool, mine)) / max(len(mine), 1), any(answer is not None for answer in mine)
                axes.barh(y, 0.86 * share, left=x, height=0.72, align="center", color=TRAIN, alpha=0.45)
                edge = VALIDATION if tried and share < 1 else TRAIN if share == 1 else LINE
                axes.barh(y, 0.86, left=x, height=0.72, fill=False, edgecolor=edge, lw=1.4)
                axes.text(x + 0.43, y, f"{lesson:02d}", ha="center", va="center", fontsize=8.5, color=INK)
        axes.set(xlim=(-3, max(map(len, plan.values()), default=1)), ylim=(len(plan) - 0.4, -0.6))
        axes.axis("off")
        axes.set_title(_headline(plan, asked, known), fontsize=10, color=MUTED, loc="left")
    return page


def _headline(plan, asked, known):
    """Say how many are right and where to go on: the first lesson with an exercise that is not."""
    right = sum(known.get(number, False) for numbers in asked.values() for number in numbers)
    open_ = (n for row in plan.values() for n in row if not all(known.get(number) for number in asked.get(n, ())))
    after = next((f"go on with lesson {n}" for n in open_), "all done")
    return f"{right} of {sum(map(len, asked.values()))} exercises right; {after}"
