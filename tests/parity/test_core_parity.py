"""Identity, Lambda and EinsumDense beside Keras's: numbers, gradients, shapes, masks, configs, errors."""

import numpy as np
import pytest
from beside import signature
from layer_twins import array, numbers, same_layer
from twins import assert_alike, outcome

import teachkeras

pytestmark = [pytest.mark.parity, pytest.mark.filterwarnings("ignore")]

EINSUM = [
    ("ab,bc->ac", 3, {}, (2, 4)), ("ab,bc->ac", (3,), {"bias_axes": "c", "activation": "tanh"}, (2, 4)),
    ("abc,cd->abd", (None, 3), {"bias_axes": "d"}, (2, 5, 4)), ("abc,cd->abd", (5, 3), {"bias_axes": "bd"}, (2, 5, 4)),
    ("...x,xy->...y", 3, {"bias_axes": "y"}, (2, 5, 4)), ("...x,xy->...y", 3, {}, (2, 3, 3, 4)),
    ("abc,cde->abde", (None, 2, 3), {"bias_axes": "de"}, (2, 5, 4)), ("abc,cde->abde", (None, 2, 3), {"bias_axes": "e"}, (2, 5,
        4)), ("abcd,cde->abe", (None, 3), {"bias_axes": "e"}, (2, 5, 2, 4)),
    ("ab...,bc->ac...", 3, {"bias_axes": "c"}, (2, 4, 5)),
    ("abc,bd->adc", (3, 4), {"bias_axes": "d", "kernel_regularizer": "l2", "bias_regularizer": "l1"}, (2, 5, 4)),
]  # fmt: skip


@pytest.mark.parametrize(("equation", "output_shape", "more", "shape"), EINSUM, ids=str)
def test_einsum_dense(keras, equation, output_shape, more, shape):
    same_layer(keras, "EinsumDense", (equation, output_shape), more, shape, 5e-5)


@pytest.mark.parametrize("shape", [(2, 3), (2, 3, 4)], ids=str)
def test_identity(keras, shape):
    theirs, ours = same_layer(keras, "Identity", (), {}, shape)
    assert theirs.supports_masking == ours.supports_masking


LAMBDAS = {
    "square": lambda e: e.layers.Lambda(lambda x: x**2), "times": lambda e: e.layers.Lambda(lambda x, k=1: x * k,
        arguments={"k": 3}), "shape": lambda e: e.layers.Lambda(lambda x: x[:, :2], output_shape=(2,)),
    "shape function": lambda e: e.layers.Lambda(lambda x: x, output_shape=lambda s: s),
    "relu": lambda e: e.layers.Lambda(e.ops.relu),
    "training": lambda e: e.layers.Lambda(lambda x, training=None: x * 2 if training else x),
    "sum": lambda e: e.layers.Lambda(lambda x: e.ops.sum(x, axis=-1)),
}  # fmt: skip


@pytest.mark.parametrize("case", LAMBDAS)
def test_lambda(keras, case):
    x, found = numbers((4, 3)), []
    for engine in (keras, teachkeras):
        layer = LAMBDAS[case](engine)
        found.append([array(layer(x)), array(layer(x, training=True)), layer.compute_output_shape((None, 3))])
    assert_alike(*found)


def test_lambda_masks(keras):
    x = numbers((4, 3))
    for mask, previous in [(5, None), (lambda i, m: 7, 4), (None, 4)]:
        theirs, ours = (e.layers.Lambda(lambda x: x, mask=mask).compute_mask(x, previous) for e in (keras, teachkeras))
        assert theirs == ours


def named(x):
    return x * 2


def test_lambda_configs(keras):
    same = lambda x: x * 2  # noqa: E731
    for function, more in [(named, {}), (same, {}), (named, {"output_shape": (4,), "mask": 3, "arguments": {"k": 1}})]:
        theirs, ours = (e.layers.Lambda(function, name="a", **more).get_config() for e in (keras, teachkeras))
        assert_alike(dict(sorted(theirs.items())), dict(sorted(ours.items())))
    described = teachkeras.layers.Lambda(named).get_config()
    again = teachkeras.layers.Lambda.from_config(described, custom_objects={"named": named})
    assert float(again(np.ones((1, 1)))[0, 0]) == 2.0
    with pytest.raises(ValueError, match="code of a lambda"):
        teachkeras.layers.Lambda.from_config(teachkeras.layers.Lambda(same).get_config())


BAD = {
    **{f"einsum {eq}": lambda e, eq=eq: e.layers.EinsumDense(eq, 3)(np.zeros((2, 4)))
        for eq in ("a,b", "ab,bc->ad", "ab,bc", "abc,cd->abd", "...b,bc->ac")},
    "einsum bias": lambda e: e.layers.EinsumDense("ab,bc->ac", 3, bias_axes="d")(np.zeros((2, 4))),
    "einsum None": lambda e: e.layers.EinsumDense("ab,bc->ac", None),
    "einsum shared": lambda e: e.layers.EinsumDense("abc,cd->abd", (3, 3))(np.zeros((2, 5, 4))),
    "einsum unknown": lambda e: e.layers.EinsumDense("ab,bc->ac", 3)(e.Input((None,))),
    "lambda 3": lambda e: e.layers.Lambda(3), "wrapper 3": lambda e: e.layers.Wrapper(3),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_arguments(keras, case):
    theirs, ours = outcome(BAD[case], keras), outcome(BAD[case], teachkeras)
    assert isinstance(theirs, Exception), "this case is not one"
    assert_alike(theirs, ours)


@pytest.mark.parametrize("name", ["EinsumDense", "Lambda", "Identity", "Wrapper"])
def test_signature(keras, name):
    assert signature(getattr(keras.layers, name)) == signature(getattr(teachkeras.layers, name))
