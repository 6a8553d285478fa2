"""Samples of the routines of convolution and pooling: many geometries, so small that every border matters, and larger ones."""

import numpy as np

from teachkeras.kernels.geometry import windows_of_transposed, windows_on
from teachkeras.kernels.reference.pooling import maxpool

# (images, lengths, size, strides, dilation, padding, input channels, output channels, groups)
CONVS = [
    (2, (5, 4), (3, 2), (1, 1), (1, 1), "valid", 3, 4, 1), (1, (6, 7), (3, 3), (2, 1), (1, 1), "same", 2, 5, 1),
    (3, (9,), (3,), (1,), (2,), "causal", 4, 3, 1), (2, (9,), (2,), (3,), (1,), "valid", 1, 1, 1),
    (1, (3, 4, 5), (2, 3, 2), (1, 1, 1), (1, 1, 1), "same", 2, 3, 1), (2, (6, 6), (2, 2), (1, 1), (1, 1), "valid", 4, 6, 2),
    (2, (6, 5), (3, 3), (1, 1), (1, 1), "same", 5, 5, 5), (1, (8,), (3,), (2,), (1,), "same", 3, 6, 3),
    (2, (4, 4), (1, 1), (1, 1), (1, 1), "valid", 6, 3, 1), (4, (12, 12), (3, 3), (1, 1), (1, 1), "same", 16, 32, 1),
    (2, (17, 16), (3, 3), (1, 1), (1, 1), "valid", 64, 64, 1), (2, (7, 7), (5, 5), (1, 1), (2, 2), "same", 3, 8, 1),
    (3, (13, 11), (3, 3), (1, 1), (1, 1), "valid", 32, 48, 1),
    (2, (61, 60), (3, 3), (1, 1), (1, 1), "same", 32, 4, 1), (1, (9000,), (5,), (2,), (1,), "same", 16, 3, 1),
    (2, (28, 30), (3, 3), (1, 1), (1, 1), "same", 64, 64, 1), (1, (30, 32), (3, 3), (1, 1), (1, 1), "valid", 65, 70, 1),
]  # fmt: skip
BACK = (2, (3, 4), (3, 2), (2, 3), (1, 1), "same", 3, 4, 1)  # windows of a transposed convolution
POOLS = [
    (2, (6, 6), (2, 2), (2, 2), "valid", 4), (1, (5, 7), (3, 2), (2, 1), "same", 3), (2, (9,), (3,), (1,), "same", 8),
    (2, (4, 6, 5), (2, 2, 2), (2, 1, 2), "valid", 2), (3, (7, 7), (2, 2), (3, 3), "valid", 16), (1, (5,), (2,), (2,), "same", 1),
    (2, (8, 9), (3, 3), (2, 2), "same", 33),
]  # fmt: skip


def _conv(case):
    n, lengths, size, strides, dilation, padding, c, o, groups = case
    make = windows_of_transposed if case is BACK else windows_on
    g = make(lengths, size, strides, dilation, padding)
    return n, g, c, o, groups


def conv(rng, case):
    n, g, c, o, groups = _conv(case)
    return rng.normal(size=(n, *g.lengths, c)), rng.normal(size=(*g.size, c // groups, o)), rng.normal(size=o), g, groups


def image(rng, case):
    n, g, c, o, groups = _conv(case)
    return rng.normal(size=(n, *g.windows, o)), rng.normal(size=(*g.size, c // groups, o)), g, groups


def kernel(rng, case):
    n, g, c, o, groups = _conv(case)
    return rng.normal(size=(n, *g.windows, o)), rng.normal(size=(n, *g.lengths, c)), g, groups


def _pool(case):
    n, lengths, size, strides, padding, c = case
    return windows_on(lengths, size, strides, None, padding), n, c


def pool(rng, case):
    g, n, c = _pool(case)
    return np.round(rng.normal(size=(n, *g.lengths, c)), 1), g  # rounded: ties are common


def back(rng, case):
    g, n, c = _pool(case)
    return rng.normal(size=(n, *g.windows, c)), g


def put(rng, case):
    g, n, c = _pool(case)
    return rng.normal(size=(n, *g.windows, c)), maxpool(rng.normal(size=(n, *g.lengths, c)), g)[1], g


def pick(rng, case):
    g, n, c = _pool(case)
    x = rng.normal(size=(n, *g.lengths, c))
    return x, maxpool(rng.normal(size=x.shape), g)[1], g


SAMPLES = {
    "conv": ([*CONVS, BACK], conv), "conv_image": ([*CONVS, BACK], image), "conv_kernel": ([*CONVS, BACK], kernel),
    "channel_sums": ([(3, 4), (2, 3, 4), (2, 5, 5, 1), (40, 30, 30, 7)], lambda rng, s: (rng.normal(size=s),)),
    "maxpool": (POOLS, pool), "maxpool_vjp": (POOLS, put), "maxpool_pick": (POOLS, pick), "averagepool": (POOLS, pool),
    "averagepool_vjp": (POOLS, back),
}  # fmt: skip
