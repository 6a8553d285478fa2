"""Samples of the random routines (no arrays go in), and of the cross-entropy of logits."""

import numpy as np

SHAPES = [(1,), (15,), (16,), (17,), (5, 7), (64, 33), (3, 4, 5), (0, 3)]
ROWS = [(1, 1), (3, 4), (32, 10), (5, 1), (1, 9), (20, 65), (0, 3)]

SAMPLES = {
    "keep": (SHAPES, lambda rng, s: (s, rng.choice([0.0, 0.2, 0.5, 1.0]).item(), int(rng.integers(2**32)), len(s))),
    "spread": (SHAPES, lambda rng, s: (s, -0.37, 1.3, int(rng.integers(2**32)), len(s))),
    "logit_crossentropy": (ROWS, lambda rng, s: (rng.dirichlet(np.ones(s[1]), s[0]), rng.normal(0, 4, s), -1)),
    "logit_crossentropy_vjp": (ROWS, lambda rng, s: (rng.normal(size=(s[0], 1)), rng.dirichlet(np.ones(s[1]), s[0]),
                                                     rng.normal(0, 4, s), -1)),
}  # fmt: skip
