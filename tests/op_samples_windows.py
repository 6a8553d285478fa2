"""Samples of convolutions and poolings: strides, borders, dilation, groups, both data formats, one to three axes."""

from op_samples import MISFITS, Sample, reals

from teachkeras.kernels.geometry import windows_of_transposed, windows_on

PLAIN = windows_on((5, 4), (3, 2))
EDGED = windows_on((5, 6), (3, 2), (2, 3), None, "same")
WIDE = windows_on((7,), (3,), None, (2,), "causal")
BACK = windows_of_transposed((2, 3), (3, 2), (2, 2), (1, 1), "same", (1, 0))


def _x(*shape, seed=0):
    return reals(*shape, seed=seed)


def _conv(x, w, bias=True, spec=True, **params):
    o = w[-2] if "output_padding" in params or params.pop("back", False) else w[-1]
    return Sample((_x(*x), _x(*w, seed=1), _x(o, seed=2) if bias else None), params, spec)


def _pool(*shape, spec=True, **params):
    return Sample((_x(*shape),), params, spec)


def _places(g, n, c):
    """Places inside every window that lie on the image."""
    from teachkeras.kernels.reference.pooling import maxpool

    return maxpool(_x(n, *g.lengths, c, seed=5), g)[1]


POOLS = [
    _pool(2, 5, 4, 3),
    _pool(1, 5, 6, 2, pool_size=(3, 2), strides=(2, 1), padding="same"),
    _pool(2, 7, 1, pool_size=3, strides=2, padding="same"),
    _pool(2, 2, 4, 5, pool_size=2, strides=1, data_format="channels_first", spec=False),
    _pool(1, 3, 4, 3, 2, pool_size=2, strides=(1, 2, 1)),
    _pool(1, 7, 2, pool_size=2, strides=3),
]
SAMPLES = {
    "convolve": [
        _conv((2, 5, 4, 2), (3, 2, 2, 3)),
        _conv((1, 6, 5, 2), (3, 3, 2, 2), strides=(2, 1), padding="same"),
        _conv((2, 7, 1), (3, 1, 2), padding="causal", dilation_rate=2),
        _conv((2, 7, 2), (2, 2, 2), bias=False, strides=3),
        _conv((1, 6, 5, 4), (2, 2, 2, 6), groups=None, spec=False),
        _conv((1, 6, 3), (3, 1, 6), spec=False, padding="same"),
        _conv((2, 2, 5, 4), (2, 3, 2, 3), data_format="channels_first", padding="same", spec=False),
        _conv((1, 3, 4, 3, 2), (2, 3, 1, 2, 2)),
        _conv((2, 4, 3), (1, 3, 2)),
    ],
    "convolve_transposed": [
        _conv((2, 3, 2, 2), (3, 2, 3, 2), back=True, strides=2),
        _conv((1, 3, 4, 2), (3, 3, 1, 2), back=True, padding="same", strides=(2, 1)),
        _conv((1, 4, 2), (2, 3, 2), padding="same", strides=3, output_padding=2),
        _conv((1, 4, 2), (3, 2, 2), output_padding=1, strides=2),
        _conv((2, 4, 1), (3, 2, 1), bias=False, back=True, dilation_rate=2),
        _conv((2, 2, 3, 2), (2, 2, 3, 2), back=True, data_format="channels_first", spec=False),
        _conv((1, 2, 3, 2, 1), (2, 1, 2, 2, 1), back=True, strides=2),
        _conv((1, 3, 2), (1, 2, 2), back=True, strides=3),
    ],
    "_conv": [
        Sample((_x(2, 5, 4, 2), _x(3, 2, 2, 3)), {"geometry": PLAIN}),
        Sample((_x(1, 5, 6, 2), _x(3, 2, 2, 2)), {"geometry": EDGED}),
        Sample((_x(1, 7, 4), _x(3, 2, 6)), {"geometry": WIDE, "groups": 2}, spec=False),
        Sample((_x(1, *BACK.lengths, 2), _x(3, 2, 2, 3)), {"geometry": BACK}),
    ],
    "_conv_image": [
        Sample((_x(2, *PLAIN.windows, 3), _x(3, 2, 2, 3)), {"geometry": PLAIN}),
        Sample((_x(1, *EDGED.windows, 2), _x(3, 2, 2, 2)), {"geometry": EDGED}),
        Sample((_x(1, *WIDE.windows, 6), _x(3, 2, 6)), {"geometry": WIDE, "groups": 2}, spec=False),
        Sample((_x(1, *BACK.windows, 3), _x(3, 2, 2, 3)), {"geometry": BACK}),
    ],
    "_conv_kernel": [
        Sample((_x(2, *PLAIN.windows, 3), _x(2, 5, 4, 2)), {"geometry": PLAIN}),
        Sample((_x(1, *EDGED.windows, 2), _x(1, 5, 6, 2)), {"geometry": EDGED}),
        Sample((_x(1, *WIDE.windows, 6), _x(1, 7, 4)), {"geometry": WIDE, "groups": 2}, spec=False),
        Sample((_x(1, *BACK.windows, 3), _x(1, *BACK.lengths, 2)), {"geometry": BACK}),
    ],
    "maxpool": POOLS,
    "averagepool": POOLS,
    "_maxpool_put": [Sample((_x(2, *g.windows, 2), _places(g, 2, 2)), {"geometry": g}) for g in (PLAIN, EDGED)],
    "_maxpool_pick": [Sample((_x(2, *g.lengths, 2), _places(g, 2, 2)), {"geometry": g}) for g in (PLAIN, EDGED)],
    "_averagepool_spread": [Sample((_x(2, *g.windows, 2),), {"geometry": g}) for g in (PLAIN, EDGED)],
}
for _sample in SAMPLES["convolve"]:
    _sample.params.pop("groups", None)

MISFITS |= {
    "convolve": [
        Sample((_x(1, 5, 5, 3), _x(2, 2, 2, 4))),
        Sample((_x(1, 5, 5, 4), _x(2, 2, 2, 3))),
        Sample((_x(1, 5, 5), _x(2, 2, 2, 4))),
        Sample((_x(1, 2, 5, 2), _x(3, 2, 2, 4))),
        Sample((_x(1, 5, 5, 2), _x(2, 2, 2, 4)), {"padding": "causal"}),
        Sample((_x(1, 5, 5, 2), _x(2, 2, 2, 4)), {"strides": (1, 1, 1)}),
        Sample((_x(1, 5, 5, 2), _x(2, 2, 2, 4)), {"data_format": "rows"}),
    ],
    "convolve_transposed": [
        Sample((_x(1, 3, 3, 2), _x(2, 2, 2, 3))),
        Sample((_x(1, 3, 2), _x(2, 2, 2, 2))),
        Sample((_x(1, 3, 2), _x(2, 3, 2)), {"padding": "causal"}),
    ],
    "maxpool": [Sample((_x(1, 2, 2, 1),), {"pool_size": 3}), Sample((_x(1, 4, 1),), {"padding": "causal"}),
        Sample((_x(1, 4, 1),), {"pool_size": (2, 2)}), Sample((_x(1, 4, 1),), {"strides": 0})],
}  # fmt: skip
