"""Reshaping and activation layers beside Keras's: numbers, gradients, shapes, masks, configs, errors."""

import numpy as np
import pytest
from beside import signature
from layer_twins import array, same_layer
from twins import assert_alike, outcome

import teachkeras
from teachkeras.symbolic import SymbolicTensor

pytestmark = [pytest.mark.parity, pytest.mark.filterwarnings("ignore")]

CASES = [
    *[("Reshape", (target,), {}, (2, 6)) for target in [(2, 3), (-1, 2), (-1,), (6,), (3, -1, 1), [3, 2]]],
    ("Reshape", ((4, 3),), {}, (5, 2, 6)),
    *[("Permute", (dims,), {}, (2, 3, 4)) for dims in [(1, 2), (2, 1), [2, 1]]], ("Permute", ((3, 1, 2),), {}, (2, 3, 4, 5)),
    *[("RepeatVector", (n,), {}, (2, 3)) for n in (1, 4)],
    *[("ReLU", (), more, (4, 5)) for more in [{}, {"max_value": 0.7}, {"negative_slope": 0.1}, {"threshold": 0.3},
        {"max_value": 1, "negative_slope": 0.2, "threshold": 0.5}, {"max_value": 6}, {"max_value": 0}]],
    *[("LeakyReLU", (), more, (4, 5)) for more in [{}, {"negative_slope": 0.1}, {"alpha": 0.2}]],
    *[("PReLU", (), more, (2, 3, 4, 5)) for more in [{}, {"alpha_initializer": "ones"}, {"shared_axes": [1, 2]},
        {"shared_axes": 1}, {"alpha_regularizer": "l2", "alpha_constraint": "non_neg"}]],
    *[("ELU", (), more, (4, 5)) for more in [{}, {"alpha": 0.3}, {"alpha": -1}]],
    *[("Softmax", (axis,), {}, (2, 3, 4)) for axis in (-1, 1, (1, 2), [1, 2])],
]  # fmt: skip


@pytest.mark.parametrize(("name", "args", "more", "shape"), CASES, ids=str)
def test_layer(keras, name, args, more, shape):
    theirs, ours = same_layer(keras, name, args, more, shape)
    assert theirs.supports_masking == ours.supports_masking and theirs.built == ours.built


UNKNOWN = [("Reshape", ((2, 3),), (None, None)), ("Reshape", ((-1, 2),), (None, None)), ("Reshape", ((3, -1),), (None, None,
    6)), ("Permute", ((2, 1),), (None, None, 3)), ("RepeatVector", (2,), (None, None)), ("PReLU", (), (None, None, 3)),
    ("Softmax", (), (None, None)), ("Reshape", ((4,),), (None, 6)), ("ReLU", (), (None,))]  # fmt: skip


@pytest.mark.parametrize(("name", "args", "shape"), UNKNOWN, ids=str)
def test_shapes_with_unknown_lengths(keras, name, args, shape):
    theirs = outcome(lambda: getattr(keras.layers, name)(*args)(keras.Input(batch_shape=shape)).shape)
    ours = outcome(lambda: getattr(teachkeras.layers, name)(*args)(SymbolicTensor(shape)).shape)
    assert_alike(theirs, ours)


@pytest.mark.parametrize("axis", [-1, 1, (1, 2)])
@pytest.mark.parametrize("kind", ["bool", "float32", "int32"])
def test_softmax_mask(keras, axis, kind):
    rng = np.random.default_rng(1)
    x = rng.normal(size=(3, 4, 5)).astype("float32")
    for mask in (rng.integers(0, 2, x.shape), np.zeros(x.shape), np.ones(x.shape)):
        assert_alike(*[array(e.layers.Softmax(axis)(x, mask=mask.astype(kind))) for e in (keras, teachkeras)])


BAD = {
    "reshape size": lambda e: e.layers.Reshape((4,))(np.zeros((2, 6))),
    "reshape two": lambda e: e.layers.Reshape((-1, -1)), "reshape int": lambda e: e.layers.Reshape(6),
    "reshape 0": lambda e: e.layers.Reshape((0, -1))(np.zeros((2, 6))),
    "reshape remainder": lambda e: e.layers.Reshape((4, -1))(np.zeros((2, 6))),
    **{f"permute {d}": lambda e, d=d: e.layers.Permute(d) for d in [(0, 1), (1, 3), (2, 2), 3, (1.5, 2)]},
    "permute rank": lambda e: e.layers.Permute((2, 1, 3))(np.zeros((2, 3, 4))),
    **{f"repeat {n}": lambda e, n=n: e.layers.RepeatVector(n) for n in (0, -1, 2.0, "a", None)},
    "repeat rank": lambda e: e.layers.RepeatVector(2)(np.zeros((2, 3, 4))),
    **{f"relu {k} {v}": lambda e, k=k, v=v: e.layers.ReLU(**{k: v})
        for k in ("max_value", "negative_slope", "threshold") for v in (-1, "a")},
    "relu slope None": lambda e: e.layers.ReLU(negative_slope=None),
    "relu threshold None": lambda e: e.layers.ReLU(threshold=None),
    "relu alpha": lambda e: e.layers.ReLU(alpha=0.1), "leaky -1": lambda e: e.layers.LeakyReLU(-1),
    "leaky None": lambda e: e.layers.LeakyReLU(None), "prelu rank": lambda e: twice(e.layers.PReLU(), (2, 3), (2, 3, 3)),
    "prelu length": lambda e: twice(e.layers.PReLU(), (2, 3), (2, 4)),
    "prelu shared length": lambda e: twice(e.layers.PReLU(shared_axes=[1]), (2, 3, 4), (2, 3, 5)),
}  # fmt: skip


def twice(layer, one, two):
    layer(np.zeros(one))
    return layer(np.zeros(two))


@pytest.mark.parametrize("case", BAD)
def test_bad_arguments(keras, case):
    theirs, ours = outcome(BAD[case], keras), outcome(BAD[case], teachkeras)
    assert isinstance(theirs, Exception), "this case is not one"
    assert_alike(theirs, ours)


@pytest.mark.parametrize("name", sorted({case[0] for case in CASES}))
def test_signature(keras, name):
    assert signature(getattr(keras.layers, name)) == signature(getattr(teachkeras.layers, name))
