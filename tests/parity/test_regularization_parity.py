"""Layers that act at random beside Keras's: what they do outside of training, their statistics in it, configs, errors."""

import numpy as np
import pytest
from beside import signature
from layer_twins import layers_of, same_config, same_layer
from twins import assert_alike, outcome

import teachkeras

pytestmark = [pytest.mark.parity, pytest.mark.filterwarnings("ignore")]

SPATIAL = [("SpatialDropout1D", {}, (4, 3, 5)), ("SpatialDropout2D", {}, (4, 3, 2, 5)),
    ("SpatialDropout2D", {"data_format": "channels_first"}, (4, 5, 3, 2)),
    ("SpatialDropout3D", {}, (2, 3, 2, 2, 5)),
    ("SpatialDropout3D", {"data_format": "channels_first"}, (2, 5, 3, 2, 2))]  # fmt: skip
CASES = [
    *[(name, {"rate": rate, "seed": 1, **more}, shape) for name, more, shape in SPATIAL for rate in (0, 0.3, 1)],
    *[("GaussianNoise", {"stddev": s, "seed": 1}, (3, 4)) for s in (0, 0.3, 1)],
    *[("GaussianDropout", {"rate": r}, (3, 4)) for r in (0, 0.3, 0.9)],
    *[("AlphaDropout", {"rate": r, "noise_shape": n}, (3, 4)) for r in (0.0, 0.3) for n in (None, (3, 1), (1,))],
    *[("ActivityRegularization", more, (3, 4)) for more in ({}, {"l1": 0.1}, {"l2": 0.2}, {"l1": 0.3, "l2": 0.1})],
    ("GaussianNoise", {"stddev": 0.2, "dtype": "float16"}, (3, 4)), ("SpatialDropout1D", {"rate": 0.2,
        "dtype": "float16"}, (3, 4, 2)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "more", "shape"), CASES, ids=str)
def test_outside_of_training(keras, name, more, shape):
    theirs, ours = same_layer(keras, name, (), more, shape, 2e-3 if "dtype" in more else 2e-5)
    assert theirs.supports_masking == ours.supports_masking and theirs.built == ours.built
    if more.get("rate") in (0, 1) and name != "ActivityRegularization":
        x = np.ones(shape, "float32")
        assert_alike(np.asarray(theirs(x, training=True)), ours(x, training=True).numpy())


LARGE = [("SpatialDropout1D", {"rate": 0.3}, (100, 7, 50), 1), ("SpatialDropout2D", {"rate": 0.3}, (100, 3, 3, 50), (1, 2)),
    ("SpatialDropout2D", {"rate": 0.3, "data_format": "channels_first"}, (100, 50, 3, 3), (2, 3)),
    ("SpatialDropout3D", {"rate": 0.3}, (100, 2, 2, 2, 50), (1, 2, 3)),
    ("GaussianNoise", {"stddev": 0.7}, (200, 300), None), ("GaussianDropout", {"rate": 0.3}, (200, 300), None),
    ("AlphaDropout", {"rate": 0.3}, (200, 300), None), ("AlphaDropout", {"rate": 0.3, "noise_shape": (2000, 1)},
        (2000, 3), 1)]  # fmt: skip


@pytest.mark.parametrize(("name", "more", "shape", "together"), LARGE, ids=str)
def test_statistics_in_training(keras, name, more, shape, together):
    """Mean, spread, the values taken, and which entries share their fate."""
    found = []
    for layer in layers_of(keras, name, (), {"seed": 5, **more}):
        y = np.asarray(layer(np.full(shape, 2.0, "float32"), training=True))
        assert not np.array_equal(y, np.asarray(layer(np.full(shape, 2.0, "float32"), training=True)))
        if together is not None:
            assert np.ptp(y, axis=together).max() == 0
        values = np.unique(np.round(y, 4))
        found.append([float(y.mean()), float(y.std()), values if len(values) < 5 else np.zeros(0)])
    (mean, spread, values), (our_mean, our_spread, our_values) = found
    assert abs(mean - our_mean) < 0.1 and abs(spread - our_spread) < 0.1
    np.testing.assert_allclose(values, our_values, rtol=1e-3)


def test_same_seed_same_noise():
    x = np.ones((4, 5), "float32")
    for cls, more in [("GaussianNoise", {"stddev": 0.5}), ("GaussianDropout", {"rate": 0.5}),
        ("AlphaDropout", {"rate": 0.5})]:  # fmt: skip
        one, two = (getattr(teachkeras.layers, cls)(seed=3, **more) for _ in range(2))
        first = one(x, training=True).numpy()
        assert np.array_equal(first, two(x, training=True).numpy())
        assert not np.array_equal(first, one(x, training=True).numpy())


BAD = {
    **{f"{name} {bad}": lambda e, name=name, bad=bad: getattr(e.layers, name)(bad)
        for name in ("SpatialDropout1D", "SpatialDropout3D", "GaussianNoise", "GaussianDropout", "AlphaDropout")
        for bad in (-1, 1.5, 2, "a", None)},
    "data_format": lambda e: e.layers.SpatialDropout2D(0.5, data_format="x"),
    "rank": lambda e: e.layers.SpatialDropout1D(0.5)(np.zeros((2, 3))),
    "rank 2D": lambda e: e.layers.SpatialDropout2D(0.5)(np.zeros((2, 3, 4))),
    "keyword": lambda e: e.layers.SpatialDropout1D(0.5, noise_shape=3),
    "trainable": lambda e: e.layers.SpatialDropout1D(0.5, trainable=False),
    "rate 1": lambda e: e.layers.GaussianDropout(1)(np.ones((2, 3)), training=True),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_arguments(keras, case):
    theirs, ours = outcome(BAD[case], keras), outcome(BAD[case], teachkeras)
    assert isinstance(theirs, Exception), "this case is not one"
    assert_alike(theirs, ours)


NAMES = sorted({case[0] for case in CASES})


@pytest.mark.parametrize("name", NAMES)
def test_signature(keras, name):
    assert signature(getattr(keras.layers, name)) == signature(getattr(teachkeras.layers, name))


def test_config_of_all(keras):
    for name, more, _ in CASES:
        same_config(keras, *layers_of(keras, name, (), more))
