"""Samples of ops on matrices, and of writing into tensors."""

import numpy as np
from op_samples import Sample, reals

square = reals(3, 3) + 3 * np.eye(3)
batch = reals(2, 3, 3) + 3 * np.eye(3)
tall, wide = reals(4, 3), reals(3, 4)
positive = np.matmul(batch, batch.transpose(0, 2, 1))
symmetric = square + square.T
at = (np.array([0, 2]),)

SAMPLES = {
    "inv": [Sample((square,)), Sample((batch,))],
    "det": [Sample((square,)), Sample((batch,))],
    "_logabsdet": [Sample((square,)), Sample((batch,))],
    "_solve": [Sample((square, reals(3, 2))), Sample((batch, reals(2, 3, 2)))],
    "_cholesky": [Sample((positive,), smooth=False)],
    "qr": [Sample((square,)), Sample((tall,)), Sample((reals(2, 4, 3),))],
    "eigh": [Sample((symmetric,)), Sample((batch + batch.transpose(0, 2, 1),))],
    "_svd": [Sample((square,)), Sample((tall,)), Sample((wide,)), Sample((batch,))],
    "_written": [
        Sample((reals(3, 4), reals(2, 4)), {"key": at}),
        Sample((reals(3, 4), reals(2, 2)), {"key": (slice(1, 3), slice(0, 2))}),
    ],
}
