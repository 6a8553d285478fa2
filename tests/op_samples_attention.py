"""Samples of attention: one head and two, a bias, a mask, a scale."""

import numpy as np
from op_samples import Sample, reals, truths

MASK = truths(2, 1, 3, 4)
MASK[..., 0] = True
Q, K, V = reals(2, 3, 2, 5), reals(2, 4, 2, 5, seed=1), reals(2, 4, 2, 3, seed=2)
SAMPLES = {
    "attend": [
        Sample((Q, K, V, None, None)),
        Sample((Q, K, V, None, MASK), {"scale": 0.4}),
        Sample((Q, K, V, reals(2, 2, 3, 4, seed=3), None), {"scale": 0.4}),
        Sample((Q, K, V, reals(3, 4, seed=3), MASK)),
        Sample((Q, K, V, None, np.zeros((1, 1, 3, 4), bool))),
    ],
}
