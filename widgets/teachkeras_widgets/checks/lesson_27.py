"""Checks of lesson 27, sentiment."""

from teachkeras_widgets.checks import common
from teachkeras_widgets.lesson import exercise


@exercise("27.1")
def row(answer):
    """[0, 0, 7, 3, 9]."""
    known = [
        ([7, 3, 9, 0, 0], "Keras fills up in front (padding='pre')."),
        ([0, 7, 3, 9, 0], "all zeros stand in front."),
        ([0, 0, 9, 3, 7], "the order of the words stays."),
        ([1, 1, 7, 3, 9], "it fills up with 0."),
    ]
    return common.array(answer, [0, 0, 7, 3, 9], known)


@exercise("27.2")
def count(answer):
    """5,000·32 = 160,000."""
    known = [
        (5000 * 32 + 32, "a table has no biases."),
        (5001 * 32, "the numbers 0 to 4,999 are 5,000 rows."),
        (5032, "rows times columns, not plus."),
        (5000, "each word has a row of 32 numbers."),
    ]
    return common.number(answer, 160000, known, within=1e-6)


@exercise("27.3")
def cut(answer):
    """Numbers from `size` on become `unknown`."""
    if hint := common.function(answer):
        return hint
    rows = [[1, 99, 4], [5, 2], [], [4, 6, 3, 5]]
    right = [[1, 2, 4], [2, 2], [], [4, 2, 3, 2]]
    got = [[int(n) for n in row] for row in answer(rows, 5, 2)]
    if got == right:
        return None
    if got == rows:
        return "nothing was replaced."
    if [len(row) for row in got] != [len(row) for row in right]:
        return "numbers got lost: they are replaced, not left out."
    if got == [[1, 2, 4], [5, 2], [], [4, 2, 3, 5]]:
        return "a table of 5 rows holds the numbers 0 to 4: 5 itself must be replaced too."
    if got == [[2, 99, 2], [5, 2], [], [2, 6, 2, 5]]:
        return "the wrong side was replaced: those that are *not* below the size."
    return f"{rows} should become {right}; it became {got}."
