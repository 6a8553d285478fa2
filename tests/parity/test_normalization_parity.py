"""Normalising layers beside Keras's: both modes, gradients, moving averages, masks, freezing, shapes, configs, errors."""

import numpy as np
import pytest
from beside import signature
from layer_twins import array, layers_of, numbers, same_layer, same_weights
from twins import assert_alike, outcome

import teachkeras

pytestmark = [pytest.mark.parity, pytest.mark.filterwarnings("ignore")]

BATCH = [
    ({}, (6, 3)), ({}, (2, 3, 4, 3)), ({"axis": 1}, (4, 3, 5)), ({"axis": 1}, (2, 3, 4, 4)),
    ({"center": False}, (6, 3)), ({"scale": False}, (6, 3)), ({"center": False, "scale": False}, (6, 3)),
    ({"momentum": 0.5, "epsilon": 0.1}, (6, 3)), ({"trainable": False}, (6, 3)),
    ({"gamma_regularizer": "l2", "beta_regularizer": "l1", "gamma_constraint": "non_neg"}, (6, 3)),
    ({"renorm": True, "renorm_momentum": 0.7}, (6, 3)),
    ({"renorm": True, "renorm_clipping": {"rmax": 1.2, "rmin": 0.9, "dmax": 0.1}, "scale": False}, (6, 3)),
]  # fmt: skip
OTHERS = [
    *[("LayerNormalization", more, shape) for more, shape in [({}, (4, 5)), ({}, (2, 3, 4)), ({"axis": 1}, (2, 3, 4)),
        ({"axis": (1, 2)}, (2, 3, 4)), ({"axis": [1, 2], "epsilon": 0.1}, (2, 3, 4)), ({"center": False}, (4, 5)),
        ({"scale": False}, (4, 5)), ({"rms_scaling": True}, (4, 5)), ({"axis": (1, 3)}, (2, 3, 2, 4)),
        ({"gamma_initializer": "uniform", "beta_constraint": "max_norm"}, (4, 5))]],
    *[("GroupNormalization", more, shape) for more, shape in [({"groups": 2}, (3, 4)), ({"groups": 1}, (2, 3, 4)),
        ({"groups": -1}, (2, 3, 4)), ({"groups": 2}, (2, 3, 3, 4)), ({"groups": 3, "axis": 1}, (2, 6, 2)),
        ({"groups": 2, "axis": 2}, (2, 3, 4, 2)), ({"groups": 2, "center": False}, (2, 3, 4)),
        ({"groups": 2, "scale": False, "epsilon": 0.1}, (2, 3, 4))]],
    *[("RMSNormalization", more, shape) for more, shape in [({}, (4, 5)), ({}, (2, 3, 4)), ({"axis": (1, 2)}, (2, 3, 4)),
        ({"epsilon": 0.1}, (4, 5))]],
    *[("UnitNormalization", more, (2, 3, 4)) for more in [{}, {"axis": 1}, {"axis": (1, 2)}, {"axis": [1, -1]}]],
]  # fmt: skip


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize(("more", "shape"), BATCH, ids=str)
def test_batch_normalization(keras, more, shape, training):
    theirs, ours = same_layer(keras, "BatchNormalization", (), more, shape, 1e-4, training=training)
    assert theirs.supports_masking == ours.supports_masking
    for step in range(3):  # the moving averages keep pace
        x = numbers(shape, step) * (step + 1) + step
        assert_alike(array(theirs(x, training=training)), array(ours(x, training=training)), 1e-4, 1e-4)
    assert_alike([array(w) for w in theirs.weights], [w.numpy() for w in ours.weights])


@pytest.mark.parametrize(("name", "more", "shape"), OTHERS, ids=str)
def test_layer(keras, name, more, shape):
    theirs, ours = same_layer(keras, name, (), more, shape, 1e-4)
    assert theirs.supports_masking == ours.supports_masking and theirs.built == ours.built


MASKS = {
    "some": ((4, 5, 3), {}, np.random.default_rng(1).integers(0, 2, (4, 5))),
    "rows": ((6, 3), {}, np.array([1, 1, 0, 1, 0, 1])), "images": ((2, 3, 4, 3), {}, np.random.default_rng(2).integers(0, 2, (2, 3,
        4))), "none": ((4, 5, 3), {}, np.zeros((4, 5))), "all": ((4, 5, 3), {}, np.ones((4, 5))),
    "axis 1": ((4, 3, 5), {"axis": 1}, np.random.default_rng(1).integers(0, 2, (4, 3))),
    "renorm": ((4, 5, 3), {"renorm": True}, np.random.default_rng(1).integers(0, 2, (4, 5))),
}  # fmt: skip


@pytest.mark.parametrize("case", MASKS)
def test_batch_normalization_of_masked_inputs(keras, case):
    shape, more, mask = MASKS[case]
    tolerance = 1e-3 if case == "none" else 1e-4
    same_layer(keras, "BatchNormalization", (), more, shape, tolerance, training=True, mask=mask.astype(bool))
    theirs, ours = layers_of(keras, "BatchNormalization", (), more)
    for layer in (theirs, ours):
        layer(numbers(shape), training=True, mask=mask.astype(bool))
    assert_alike([array(w) for w in theirs.weights], [w.numpy() for w in ours.weights])


def test_freezing_means_inference(keras):
    found = []
    theirs, ours = layers_of(keras, "BatchNormalization", (), {})
    theirs(numbers((4, 3))), ours(numbers((4, 3)))
    same_weights(theirs, ours)
    for layer in (theirs, ours):
        layer.trainable = False
        y = array(layer(numbers((4, 3)), training=True))
        layer.trainable = True
        found.append([y, array(layer(numbers((4, 3)), training=True)), [array(w) for w in layer.weights]])
    assert_alike(*found)


@pytest.mark.parametrize("dtype", ["float16", "mixed_float16", "float64"])
@pytest.mark.parametrize("name", ["BatchNormalization", "LayerNormalization", "RMSNormalization", "GroupNormalization"])
def test_number_types(keras, name, dtype):
    if dtype == "float64":
        pytest.skip("JAX computes it in float32 unless told otherwise")
    more = {"groups": 1} if name == "GroupNormalization" else {}
    x = (numbers((4, 3)) * 100).astype("float16")
    training = {"training": True} if name == "BatchNormalization" else {}
    theirs, ours = (array(layer(x, **training)) for layer in layers_of(keras, name, (), {"dtype": dtype, **more}))
    assert theirs.dtype == ours.dtype
    assert_alike(theirs, ours, 2e-3, 2e-3)


@pytest.mark.parametrize("dtype", ["int32", "float32"])
def test_whole_numbers_become_floats(keras, dtype):
    x = np.arange(6).reshape(3, 2).astype(dtype)
    assert_alike(*[array(e.layers.BatchNormalization()(x, training=True)) for e in (keras, teachkeras)])


def twice(layer, one, two):
    layer(np.zeros(one))
    return layer(np.zeros(two))


x = np.ones((4, 5, 3), "float32")
BAD = {
    **{f"batch axis {a}": lambda e, a=a: e.layers.BatchNormalization(axis=a)(x) for a in ("a", (1, 2), 5, None)},
    **{f"layer axis {a}": lambda e, a=a: e.layers.LayerNormalization(axis=a)(x) for a in ("a", 1.5, 5, None)},
    **{f"groups {g}": lambda e, g=g: e.layers.GroupNormalization(g)(x) for g in (0, -2, 2, 5, "a", 1.5, None)},
    **{f"rms axis {a}": lambda e, a=a: e.layers.RMSNormalization(axis=a)(x) for a in ("a", 5)},
    **{f"unit axis {a}": lambda e, a=a: e.layers.UnitNormalization(axis=a)(x) for a in ("a", 1.5, None)},
    **{f"{n} unknown": lambda e, n=n: getattr(e.layers, n)()(e.Input((None,)))
        for n in ("BatchNormalization", "LayerNormalization", "GroupNormalization", "RMSNormalization")},
    **{f"mask {m}": lambda e, m=m: e.layers.BatchNormalization()(x, training=True, mask=np.ones(m, bool))
        for m in ((4,), (4, 5, 3), (4, 5, 1))},
    "another length": lambda e: twice(e.layers.BatchNormalization(), (2, 3), (2, 4)),
    "another rank": lambda e: twice(e.layers.BatchNormalization(), (2, 3), (2, 4, 3)),
    "group length": lambda e: twice(e.layers.GroupNormalization(1), (2, 3), (2, 4)),
    "keyword": lambda e: e.layers.BatchNormalization(nonsense=1),
    "initializer": lambda e: e.layers.LayerNormalization(gamma_initializer="nonsense"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_arguments(keras, case):
    theirs, ours = outcome(BAD[case], keras), outcome(BAD[case], teachkeras)
    assert isinstance(theirs, Exception), "this case is not one"
    assert_alike(theirs, ours)


def test_another_length_is_refused():
    with pytest.raises(ValueError, match="parameters of shape"):
        twice(teachkeras.layers.LayerNormalization(), (2, 3), (2, 4))


@pytest.mark.parametrize("name", ["BatchNormalization", *sorted({case[0] for case in OTHERS})])
def test_signature(keras, name):
    assert signature(getattr(keras.layers, name)) == signature(getattr(teachkeras.layers, name))


@pytest.mark.parametrize("name", ["batch_normalization", "layer_normalization", "rms_normalization", "normalize"])
def test_ops(keras, name):
    x, p = numbers((4, 5, 3)), [np.abs(numbers((3,), k)) + 0.1 for k in range(4)]
    calls = {
        "batch_normalization": [lambda f: f(x, p[0], p[1], -1), lambda f: f(x, p[0], p[1], -1, p[2], p[3], 0.1),
            lambda f: f(x, numbers((5,)), np.ones(5, "float32"), 1, scale=np.ones(5, "float32"))],
        "layer_normalization": [lambda f: f(x), lambda f: f(x, p[0], p[1]), lambda f: f(x, axis=-1, epsilon=0.1)],
        "rms_normalization": [lambda f: f(x), lambda f: f(x, p[0]), lambda f: f(x, axis=-1, epsilon=0.1)],
        "normalize": [lambda f: f(x), lambda f: f(x, axis=1), lambda f: f(x, order=1), lambda f: f(x, order=3, epsilon=0.1),
            lambda f: f(np.zeros((2, 3), "float32"))],
    }[name]  # fmt: skip
    for call in calls:
        assert_alike(array(call(getattr(keras.ops, name))), array(call(getattr(teachkeras.ops, name))), 1e-5, 1e-5)
