"""Samples of the normalisation ops: statistics over columns, rows, groups; with and without γ and β."""

from op_samples import Sample, reals

POSITIVE = reals(4, low=0.3, high=2.0)
SAMPLES = {
    "standardize": [
        Sample((reals(5, 4), reals(4), reals(4, seed=1)), {"axis": 0}),
        Sample((reals(2, 3, 4), reals(4), reals(4, seed=1)), {"axis": (0, 1), "epsilon": 0.1}),
        Sample((reals(3, 4), reals(4), reals(4, seed=1))),
        Sample((reals(2, 3, 4), reals(3, 1), reals(3, 1, seed=1)), {"axis": (0, 2)}),
        Sample((reals(2, 3, 4), reals(3, 4), reals(3, 4, seed=1)), {"axis": [1, 2]}),
        Sample((reals(3, 4), None, reals(4)), {"axis": 0}, spec=False),
        Sample((reals(3, 4), reals(4), None), {"axis": -1}),
        Sample((reals(3, 4), None, None), {"axis": -1}, spec=False),
    ],
    "standardize_by": [
        Sample((reals(5, 4), reals(4, seed=2), POSITIVE, reals(4), reals(4, seed=1))),
        Sample((reals(2, 4, 3), reals(4, 1, seed=2), reals(4, 1, low=0.3), reals(4, 1), None), {"epsilon": 0.1}),
        Sample((reals(5, 4), reals(4, seed=2), POSITIVE, None, reals(4)), spec=False),
    ],
}
