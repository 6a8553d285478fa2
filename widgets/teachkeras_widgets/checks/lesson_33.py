"""Checks of lesson 33, installation, back ends, data."""

import numpy as np

from teachkeras_widgets.checks import common
from teachkeras_widgets.lesson import exercise


@exercise("33.1")
def size(answer):
    """10,000·784·4 = 31,360,000."""
    known = [
        (7_840_000, "these are the numbers; each float32 has four bytes."),
        (62_720_000, "eight bytes is float64; float32 has four."),
        (31.36, "in bytes, not in millions of bytes."),
        (3136, "this is one picture."),
        (250_880_000, "32 bits are four bytes."),
    ]
    return common.number(answer, 31_360_000, known, within=1e-9)


@exercise("33.2")
def offline(answer):
    """The digits."""
    fetched = "this set is fetched once, from the network."
    return common.choice(answer, "digits", {"mnist": fetched, "imdb": fetched, "cifar10": fetched})


@exercise("33.3")
def split(answer):
    """Shuffle together, then cut."""
    if hint := common.function(answer):
        return hint
    x, y = np.arange(20).reshape(10, 2), np.arange(10)
    (x1, y1), (x2, y2) = answer(x, y, 0.35, np.random.default_rng(1))
    if (len(x1), len(x2)) == (3, 7):
        return "the parts have changed places: `share` of the samples goes into the second one."
    if (len(x1), len(x2)) != (7, 3):
        return f"of 10 samples with share 0.35, 7 and 3 are asked for; these are {len(x1)} and {len(x2)}."
    everything_x, everything_y = np.concatenate([x1, x2]), np.concatenate([y1, y2])
    if sorted(everything_y) != list(range(10)):
        return "some samples occur twice, others not at all: shuffle with a permutation."
    if not np.array_equal(everything_x[:, 0] // 2, everything_y):
        return "samples and targets no longer belong together: use the same order for both."
    if np.array_equal(everything_y, np.arange(10)):
        return "nothing was shuffled."
    return None
