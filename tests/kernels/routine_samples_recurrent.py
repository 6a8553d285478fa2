"""Samples of the recurrent routines: shapes (steps, sequences, units), with and without mask and dropout.

The masks and the like go by the shape, so that each shape is another combination.
"""

import numpy as np

SHAPES = [(1, 1, 1), (4, 3, 5), (6, 2, 9), (3, 5, 8), (7, 4, 17), (30, 6, 33), (12, 32, 40)]


def live(rng, s):
    """Return a mask for every second shape."""
    return rng.random(s[:2]) < 0.7 if s[0] % 2 == 0 else None


def drop(rng, s, gates, d):
    """Return dropout masks for every third shape."""
    return rng.choice([0.0, 1.25], (gates, s[1], d)) if s[2] % 3 == 0 else None


def gates_of(rng, s, gates):
    return rng.uniform(0.1, 0.9, (*s[:2], gates * s[2]))


def states(rng, s):
    return rng.uniform(-0.9, 0.9, (s[0] + 1, *s[1:]))


def kernel(rng, s, gates, d=None):
    return rng.normal(0, 0.5 / np.sqrt(s[2]), (d or s[2], gates * s[2]))


def y_bar(rng, s):
    return rng.normal(size=s) if s[2] % 2 else None


def projection(rng, s):
    d = s[2] + 1
    bias = rng.normal(size=4 * s[2]) if s[0] % 3 else None
    return rng.normal(size=(*s[:2], d)), kernel(rng, s, 4, d), bias, drop(rng, s, 4, d)


SAMPLES = {
    "project": (SHAPES, projection),
    "project_back": (SHAPES, lambda rng, s: (gates_of(rng, s, 4), kernel(rng, s, 4, 6), drop(rng, s, 4, 6))),
    "project_kernel": (SHAPES, lambda rng, s: (rng.normal(size=(*s[:2], 4 * s[2])), rng.normal(size=(*s[:2], 6)),
                                               drop(rng, s, 4, 6))),
    "simple_rnn": (SHAPES, lambda rng, s: (rng.normal(size=s), rng.normal(size=s[1:]), kernel(rng, s, 1), live(rng, s),
                                           drop(rng, s, 1, s[2]))),
    "simple_rnn_vjp": (SHAPES, lambda rng, s: (y_bar(rng, s), rng.normal(size=s[1:]), kernel(rng, s, 1), states(rng, s),
                                               live(rng, s), drop(rng, s, 1, s[2]))),
    "lstm": (SHAPES, lambda rng, s: (rng.normal(0, 2, (*s[:2], 4 * s[2])), *rng.normal(size=(2, *s[1:])),
                                     kernel(rng, s, 4), live(rng, s), drop(rng, s, 4, s[2]))),
    "lstm_vjp": (SHAPES, lambda rng, s: (y_bar(rng, s), *rng.normal(size=(2, *s[1:])), kernel(rng, s, 4),
                                         gates_of(rng, s, 4), states(rng, s), live(rng, s), drop(rng, s, 4, s[2]))),
    "gru": (SHAPES, lambda rng, s: (rng.normal(0, 2, (*s[:2], 3 * s[2])), rng.normal(size=s[1:]), kernel(rng, s, 3),
                                    rng.normal(size=3 * s[2]) if s[1] % 2 else None, live(rng, s),
                                    drop(rng, s, 3, s[2]))),
    "gru_vjp": (SHAPES, lambda rng, s: (y_bar(rng, s), rng.normal(size=s[1:]), kernel(rng, s, 3), gates_of(rng, s, 3),
                                        rng.normal(size=s), states(rng, s), live(rng, s), drop(rng, s, 3, s[2]))),
    "gru_before": (SHAPES, lambda rng, s: (rng.normal(0, 2, (*s[:2], 3 * s[2])), rng.normal(size=s[1:]),
                                           kernel(rng, s, 3), live(rng, s), drop(rng, s, 3, s[2]))),
    "gru_before_vjp": (SHAPES, lambda rng, s: (y_bar(rng, s), rng.normal(size=s[1:]), kernel(rng, s, 3),
                                               gates_of(rng, s, 3), states(rng, s), live(rng, s),
                                               drop(rng, s, 3, s[2]))),
}  # fmt: skip
