"""Checks of lesson 28, uses in vision."""

from teachkeras_widgets.checks import common
from teachkeras_widgets.lesson import exercise


@exercise("28.1")
def iou(answer):
    """15 / 35."""
    known = [
        (15 / 50, "the 15 common pixels are counted twice in 20 + 30; the union has them once."),
        (15 / 30, "this is the share of the true area that was found; divide by the union."),
        (15 / 20, "this is the share of what was found that is true; divide by the union."),
        (15 / 25, "the union is not the mean of the two areas: 20 + 30 - 15."),
        (35, "this is the union; it divides."),
        (35 / 15, "upside down: the common part goes on top."),
    ]
    return common.number(answer, 15 / 35, known)


def _box(a, b, clip=True, once=True, below=None):
    high, wide = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    both = max(0, high) * max(0, wide) if clip else high * wide
    first, second = (a[2] - a[0]) * (a[3] - a[1]), (b[2] - b[0]) * (b[3] - b[1])
    return both / ({"first": first, "second": second}.get(below) or first + second - both * once)


@exercise("28.2")
def box_iou(answer):
    """Common part over union."""
    if hint := common.function(answer):
        return hint
    pairs = [
        ((0, 0, 4, 4), (2, 1, 6, 5)),
        ((0, 0, 2, 2), (3, 4, 5, 9)),
        ((1, 1, 3, 5), (1, 1, 3, 5)),
        ((0, 0, 2, 2), (0, 5, 2, 9)),
    ]
    got = [answer(a, b) for a, b in pairs]
    if any(each is None for each in got):
        return "it gives nothing back: return the quotient."
    known = [
        ([_box(*p, clip=False) for p in pairs], "boxes that do not touch: a negative height or width must become 0."),
        ([_box(*p, once=False) for p in pairs], "the union counts the common part once: areas - both."),
        ([_box(*p, below="first") for p in pairs], "divide by the union, not by the first box."),
        ([_box(*p, below="second") for p in pairs], "divide by the union, not by the second box."),
    ]
    return common.array(got, [_box(*p) for p in pairs], known)
