"""Samples of the embedding: rows that repeat, rows never asked for."""

import numpy as np
from op_samples import Sample, integers, reals

SAMPLES = {
    "embed": [
        Sample((integers(5, high=4), reals(6, 3))),
        Sample((integers(2, 3, high=4), reals(4, 2))),
        Sample((np.array(2, "int32"), reals(3, 2))),
    ],
}
