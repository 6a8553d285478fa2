"""What the lessons share: ``check`` for exercises, ``progress`` for the map.

The checks themselves stand in ``checks/``, one file a lesson, out of the notebook's sight. Each says what is wrong:
which term, which shape, which sign.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from teachkeras_widgets.progress import note, progress

__all__ = ["check", "exercise", "progress"]
UNANSWERED = "Not answered yet: put an answer in place of None, run the cell again."
_CHECKS: dict[str, Callable] = {}


def exercise(number: str) -> Callable:
    """Decorator: register the check of an exercise; it returns None for a right answer, else a hint."""

    def register(function: Callable) -> Callable:
        _CHECKS[number] = function
        return function

    return register


def check(number: str, answer: object) -> None:
    """Say at once whether an answer is right and, if not, what to look at; a notebook keeps it for its reader's map.

    Args:
        number: The exercise, such as ``"1.2"``: lesson 1, exercise 2.
        answer: Yours; None if you have not answered yet.

    >>> check("1.1", None)
    Not answered yet: put an answer in place of None, run the cell again.
    """
    import_module(f"teachkeras_widgets.checks.lesson_{int(number.split('.')[0]):02d}")
    if answer is None:
        print(UNANSWERED)
        return
    try:
        hint = _CHECKS[number](answer)
    except Exception as error:  # a wrong answer may be anything at all
        hint = f"this could not be checked ({type(error).__name__}: {error})."
    note(number, hint is None)
    print("Right." if hint is None else f"Not yet: {hint}")
