"""Samples of the recurrent ops: with and without bias, mask, dropout."""

import numpy as np
from op_samples import Sample, reals

MASK = np.array([[True, True, False], [True, False, True]])


def _of(gates, states, bias=True, mask=None, drop=False, wide_bias=False, **params):
    """Two sequences of three steps, three inputs, two units."""
    columns = 2 * gates
    shape = (2, columns) if wide_bias else (columns,)
    b = reals(*shape, low=-0.5, high=0.5, seed=5) if bias else None
    weights = reals(3, columns, low=-0.7, high=0.7), reals(2, columns, low=-0.8, high=0.8, seed=1)
    start = [reals(2, 2, low=-1, high=1, seed=k) for k in range(states)]
    if drop:
        params |= {"h_drop": reals(gates, 2, 2, low=0.0, high=2.0, seed=8).astype("float32")}
        if gates > 1:
            params |= {"x_drop": reals(gates, 2, 3, low=0.0, high=2.0, seed=9).astype("float32")}
    return Sample((reals(2, 3, 3, low=-1, high=1), *start, *weights, b, mask), params)


SAMPLES = {
    "lstm": [_of(4, 2), _of(4, 2, mask=MASK), _of(4, 2, bias=False, drop=True), _of(4, 2, mask=MASK, drop=True)],
    "gru": [
        _of(3, 1, wide_bias=True), _of(3, 1, wide_bias=True, mask=MASK, drop=True), _of(3, 1, bias=False),
        _of(3, 1, reset_after=False), _of(3, 1, reset_after=False, mask=MASK, drop=True),
        _of(3, 1, bias=False, mask=MASK, reset_after=False),
    ],
    "simple_rnn": [_of(1, 1), _of(1, 1, mask=MASK, drop=True), _of(1, 1, bias=False)],
}  # fmt: skip
