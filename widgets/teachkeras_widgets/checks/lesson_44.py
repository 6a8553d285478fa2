"""Checks of lesson 44, over-fitting."""

from teachkeras_widgets.checks import common
from teachkeras_widgets.lesson import exercise


@exercise("44.1")
def stopped(answer):
    """The third is the best; three more: 6."""
    known = [
        (3, "this is the best epoch; training goes on for three more without a lower one."),
        (4, "patience=3 waits for three epochs without improvement, not for one."),
        (5, "epoch 5 is lower than epoch 4, but not lower than the best, epoch 3; it waits one more."),
        (7, "there are three epochs without a lower loss behind the third: the sixth is the last."),
    ]
    return common.number(answer, 6, known, within=1e-6)


@exercise("44.2")
def restored(answer):
    """The third."""
    known = [
        (6, "that is where it stops; the weights kept are those of the lowest validation loss."),
        (5, "0.52 is low, but 0.5 is lower."),
        (2, "epochs are counted from 1 here: 0.5 is the third."),
        (1, "the lowest validation loss is meant."),
    ]
    return common.number(answer, 3, known, within=1e-6)


def _stops(losses, patience, reset=True, last=False):
    lowest, waited = float("inf"), 0
    for epoch, loss in enumerate(losses, start=1):
        if loss < lowest:
            lowest, waited = loss, 0 if reset else waited
        else:
            waited += 1
        lowest = loss if last else lowest
        if waited >= patience:
            return epoch
    return len(losses)


@exercise("44.3")
def stops(answer):
    """Count the epochs since the lowest."""
    if hint := common.function(answer):
        return hint
    cases = [([0.9, 0.6, 0.5, 0.55, 0.52, 0.6, 0.7], 3), ([5, 6, 4, 6, 3, 7, 8], 2), ([3, 2, 1], 2), ([2, 2, 2], 2)]
    for losses, patience in cases:
        right = _stops(losses, patience)
        got = answer(list(losses), patience)
        if got == right:
            continue
        if got is None:
            return "it gives nothing back if training never stops: return len(losses) at the end."
        if got == right - 1 or got == right - patience:
            return f"for {losses}, patience {patience}: after {right}, not {got}; epochs count from 1, and it waits."
        if got == _stops(losses, patience, reset=False):
            return "a new lowest loss starts the waiting again from 0."
        if got == _stops(losses, patience, last=True):
            return "compare with the lowest so far, not with the epoch before."
        return f"for {losses}, patience {patience}, it should stop after {right}; yours says {got}."
    return None
