"""Checks of lesson 48, why is it slow."""

from teachkeras_widgets.checks import common
from teachkeras_widgets.lesson import exercise


@exercise("48.1")
def operations(answer):
    """6·50·200·100."""
    known = [
        (1_000_000, "these are the products forward; each is multiplied and added, and backward costs twice as much."),
        (2_000_000, "this is forward only; backward costs twice as much again."),
        (120_000, "the batch is missing: times 50."),
        (4_000_000, "this is backward only."),
        (6 * 50 * 300, "inputs *times* units."),
    ]
    return common.number(answer, 6_000_000, known, within=1e-6)


@exercise("48.2")
def epoch(answer):
    """Calls rounded up, and the samples."""
    if hint := common.function(answer):
        return hint
    cases = [(1000, 10), (1000, 300), (7, 8)]
    got = [answer(n, batch) for n, batch in cases]
    if any(each is None for each in got):
        return "it gives nothing back: return the milliseconds."
    known = [
        ([n // b * 2 + n * 0.01 for n, b in cases], "the last, smaller batch is a call, too: round up."),
        ([n / b * 2 + n * 0.01 for n, b in cases], "there are no half calls: round up."),
        ([-(-n // b) * 2 for n, b in cases], "the time of the samples is missing."),
        ([-(-n // b) * (2 + 0.01 * b) for n, b in cases], "the last batch may be smaller: count samples, n * 0.01."),
        ([n * 2.01 for n, b in cases], "a call for each batch, not for each sample."),
        ([(n // b + 1) * 2 + n * 0.01 for n, b in cases], "one call too many when the batches fill evenly."),
    ]
    return common.array(got, [-(-n // b) * 2 + n * 0.01 for n, b in cases], known, within=1e-6)
