"""Every exercise's check: takes the teacher's solution, waits for an answer, and names what is wrong with a wrong one."""

import numpy as np
import pytest

from teachkeras_widgets.lesson import UNANSWERED
from tests.lessons import planted_core, planted_maths, planted_projects, planted_uses
from tests.lessons.exercises import answered, asked, solutions

PLANTED = {**planted_core.PLANTED, **planted_maths.PLANTED, **planted_projects.PLANTED, **planted_uses.PLANTED}
exercises = pytest.mark.parametrize("number", asked())


@exercises
def test_takes_the_solution(number, capsys):
    which, index = number.split(".")
    assert answered(number, solutions(which)[f"exercise-{index}"], capsys) == "Right."


@exercises
def test_waits_for_an_answer(number, capsys):
    assert answered(number, "None", capsys) == UNANSWERED
    assert answered(number, "np.float64(1e9)", capsys).startswith("Not yet: ")
    assert answered(number, "object()", capsys).startswith("Not yet: ")


@pytest.mark.parametrize(
    ("number", "answer", "hint"), [(n, answer, hint) for n, wrong in PLANTED.items() for answer, hint in wrong]
)
def test_names_what_is_wrong(number, answer, hint, capsys):
    text = answered(number, answer, capsys)
    assert text.startswith("Not yet: ") and hint in text, text


def test_every_exercise_has_three_wrong_answers_planted():
    assert set(PLANTED) == set(asked())
    assert {n: len(wrong) for n, wrong in PLANTED.items() if len(wrong) < 3} == {}
    assert np.mean([len(wrong) for wrong in PLANTED.values()]) >= 3
