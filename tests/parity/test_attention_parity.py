"""Attention layers beside Keras's: numbers, weights, gradients, masks, shapes, configs, errors."""

import numpy as np
import pytest
from beside import signature
from layer_twins import array, feed, layers_of, numbers, same_layer, same_weights
from twins import assert_alike, outcome

import teachkeras

pytestmark = [pytest.mark.parity, pytest.mark.filterwarnings("ignore")]

PAIR, TRIPLE, SELF = [(2, 3, 4), (2, 5, 4)], [(2, 3, 4), (2, 5, 6), (2, 5, 4)], [(2, 4, 4), (2, 4, 4)]
SINGLE = [
    *[("Attention", more, shapes) for more in [{}, {"use_scale": True}, {"score_mode": "concat"},
        {"score_mode": "concat", "use_scale": True}, {"dropout": 0.3, "seed": 1}] for shapes in (PAIR, TRIPLE)],
    *[("AdditiveAttention", more, shapes) for more in [{}, {"use_scale": False}] for shapes in (PAIR, TRIPLE)],
]  # fmt: skip
NAMED = {"query": (2, 3, 4), "value": (2, 5, 4)}
WITH_KEY = {"query": (2, 3, 4), "value": (2, 5, 6), "key": (2, 5, 3)}
PLANE, VOLUME = {"query": (2, 3, 2, 4), "value": (2, 5, 2, 4)}, {"query": (2, 3, 2, 4), "value": (2, 3, 5, 4)}
H = {"num_heads": 2, "key_dim": 3}
MANY = [
    *[("MultiHeadAttention", H | more, NAMED) for more in [{}, {"value_dim": 5, "dropout": 0.1}, {"use_bias": False}, {"output_shape": 6},
        {"output_shape": (2, 3)}, {"use_gate": True}, {"use_gate": True, "value_dim": 5, "dropout": 0.1}, {"dropout": 0.3, "seed": 1},
        {"kernel_regularizer": "l2"}, {"attention_axes": 1}, {"sliding_window": 2}]],
    ("MultiHeadAttention", H, WITH_KEY), ("MultiHeadAttention", H, PLANE | {"value": (2, 3, 2, 4)}),
    ("MultiHeadAttention", H | {"attention_axes": (1,)}, PLANE), ("MultiHeadAttention", H | {"attention_axes": (2,)}, VOLUME),
    *[("GroupQueryAttention", {"head_dim": 3, "num_query_heads": 4, "num_key_value_heads": n, **more}, shapes)
        for n, more, shapes in [(2, {}, NAMED), (1, {"use_gate": True}, NAMED), (4, {"use_bias": False}, NAMED),
            (2, {"sliding_window": 2}, NAMED), (2, {"dropout": 0.2}, NAMED)]],
]  # fmt: skip


@pytest.mark.parametrize(("name", "more", "shape"), [*SINGLE, *MANY], ids=str)
def test_layer(keras, name, more, shape):
    theirs, ours = same_layer(keras, name, (), more, shape, 5e-5)
    assert theirs.supports_masking == ours.supports_masking
    if isinstance(shape, dict) or name == "Attention":
        found = [array(feed(layer, numbers(shape), return_attention_scores=True)) for layer in (theirs, ours)]
        assert_alike(*[list(f) for f in found], 5e-5, 5e-5)


def twins_of(keras, name, more, inputs):
    theirs, ours = layers_of(keras, name, (), more)
    feed(theirs, inputs), feed(ours, inputs)
    same_weights(theirs, ours)
    return theirs, ours


QUERY, VALUE = np.array([[1, 1, 0], [1, 1, 1]], bool), np.array([[1, 1, 0, 0, 0], [1, 1, 1, 1, 0]], bool)
NONE_SEEN = np.array([[0, 0, 0, 0, 0], [1, 1, 1, 1, 0]], bool)


@pytest.mark.parametrize("mask", [[QUERY, None], [None, VALUE], [QUERY, VALUE], [None, NONE_SEEN]], ids=range(4))
@pytest.mark.parametrize("name", ["Attention", "AdditiveAttention"])
def test_masks_of_one_head(keras, name, mask):
    inputs = numbers(PAIR)
    theirs, ours = twins_of(keras, name, {}, inputs)
    found = [array(layer(inputs, mask=mask, return_attention_scores=True)) for layer in (theirs, ours)]
    assert_alike(*[list(f) for f in found], 5e-5, 5e-5)
    found = [layer.compute_mask(inputs, mask) for layer in (theirs, ours)]
    assert_alike(*[None if m is None else array(m) for m in found])


@pytest.mark.parametrize("name", ["Attention", "AdditiveAttention"])
def test_causal_mask_of_one_head(keras, name):
    inputs = numbers(SELF)
    mask = [None, np.array([[1, 1, 0, 1], [1, 1, 1, 0]], bool)]
    for layer_mask in (None, mask):
        found = [array(layer(inputs, mask=layer_mask, use_causal_mask=True, return_attention_scores=True))
            for layer in twins_of(keras, name, {}, inputs)]  # fmt: skip
        assert_alike(*[list(f) for f in found], 5e-5, 5e-5)


ATTENTION_MASK = np.random.default_rng(3).integers(0, 2, (2, 3, 5)).astype(bool)
CALLS = [
    {"query_mask": QUERY}, {"value_mask": VALUE}, {"query_mask": QUERY, "value_mask": VALUE, "key_mask": VALUE},
    {"value_mask": NONE_SEEN}, {"attention_mask": ATTENTION_MASK}, {"attention_mask": ATTENTION_MASK[0]},
    {"attention_mask": ATTENTION_MASK[:, None]}, {"attention_mask": ATTENTION_MASK[:, :1]},
    {"attention_mask": ATTENTION_MASK, "value_mask": VALUE}, {"use_causal_mask": True},
    {"use_causal_mask": True, "value_mask": VALUE},
]  # fmt: skip


@pytest.mark.parametrize("call", CALLS, ids=lambda c: "-".join(c))
@pytest.mark.parametrize(("name", "more"), [("MultiHeadAttention", H), ("MultiHeadAttention", H | {"sliding_window": 2}),
    ("GroupQueryAttention", {"head_dim": 3, "num_query_heads": 4, "num_key_value_heads": 2})], ids=range(3))  # fmt: skip
def test_masks_of_many_heads(keras, name, more, call):
    inputs = numbers(NAMED)
    theirs, ours = twins_of(keras, name, more, inputs)
    assert_alike(array(feed(theirs, inputs, **call)), array(feed(ours, inputs, **call)), 5e-5, 5e-5)
    found = [array(feed(layer, inputs, **call, return_attention_scores=True)) for layer in (theirs, ours)]
    assert_alike(*[list(f) for f in found], 5e-5, 5e-5)


def test_masks_that_inputs_carry():
    """A mask that an input carries reaches attention by itself, and goes on; it acts like one that is given."""
    x, kept = numbers((2, 4, 6)), np.array([[1, 1, 0, 0], [1, 1, 1, 0]], bool)
    x[~kept] = 0.0
    masked, layers = teachkeras.layers.Masking()(x), teachkeras.layers
    many, one = layers.MultiHeadAttention(2, 3), layers.Attention()
    by_itself = [many(masked, masked), one([masked, masked])]
    given = [many(x, x, value_mask=kept), one([x, x], mask=[kept, kept])]
    for a, b in zip(by_itself, given, strict=True):
        assert np.array_equal(array(a.mask), kept)
        assert_alike(array(a), array(b))


def test_no_two_projections_start_alike():
    layer = teachkeras.layers.MultiHeadAttention(2, 3)
    layer(np.ones((1, 2, 4)), np.ones((1, 2, 4)))
    assert not np.array_equal(layer.weights[0].numpy(), layer.weights[2].numpy())


def test_dropout_acts_on_weights(keras):
    inputs = numbers([(2, 60, 4), (2, 60, 4)])
    for name, more in [("Attention", {"dropout": 0.4}), ("MultiHeadAttention", H | {"dropout": 0.4})]:
        shares = []
        for engine in (keras, teachkeras):
            layer = getattr(engine.layers, name)(**more)
            call = (lambda **k: layer(inputs, **k)) if name == "Attention" else (lambda **k: layer(*inputs, **k))  # noqa: B023
            assert np.allclose(array(call()), array(call()))
            assert not np.allclose(array(call(training=True)), array(call(training=True)))
            shares.append(np.mean(array(call(training=True, return_attention_scores=True)[1]) == 0))
        assert abs(shares[0] - shares[1]) < 0.03


def test_symbolic(keras):
    for build in (
        lambda e: e.layers.MultiHeadAttention(2, 3)(e.Input((None, 4)), e.Input((5, 6))),
        lambda e: e.layers.MultiHeadAttention(2, 3)(e.Input((3, 4)), e.Input((3, 6)), return_attention_scores=True),
        lambda e: e.layers.Attention()([e.Input((3, 4)), e.Input((5, 4))], return_attention_scores=True),
        lambda e: e.layers.GroupQueryAttention(3, 4, 2)(e.Input((3, 4)), e.Input((5, 4))),
    ):
        theirs, ours = build(keras), build(teachkeras)
        theirs, ours = ([t.shape for t in (out if isinstance(out, (tuple, list)) else [out])] for out in (theirs, ours))
        assert theirs == ours


@pytest.mark.parametrize("more", [{}, {"is_causal": True}, {"scale": 0.3},
    {"mask": np.random.default_rng(1).integers(0, 2, (2, 1, 3, 5)).astype(bool)}, {"bias": numbers((2, 2, 3, 5))}],
    ids=lambda m: "-".join(m))  # fmt: skip
def test_dot_product_attention(keras, more):
    q, k, v = numbers([(2, 3, 2, 4), (2, 5, 2, 4), (2, 5, 2, 4)])
    assert_alike(*[array(e.ops.dot_product_attention(q, k, v, **more)) for e in (keras, teachkeras)], 2e-5, 2e-5)


q, v = numbers(PAIR)
BAD = {
    "no list": lambda e: e.layers.Attention()(q), "one": lambda e: e.layers.Attention()([q]),
    "four": lambda e: e.layers.Attention()([q, v, v, v]), "mode": lambda e: e.layers.Attention(score_mode="x"),
    "mask no list": lambda e: e.layers.Attention()([q, v], mask=QUERY), "one mask": lambda e: e.layers.Attention()([q, v],
        mask=[QUERY]), "additive no list": lambda e: e.layers.AdditiveAttention()(q),
    "batch": lambda e: e.layers.Attention()([q, numbers((3, 5, 4))]),
    **{f"mha {k}={b}": lambda e, k=k, b=b: e.layers.MultiHeadAttention(**H | {k: b})
        for k, values in [("num_heads", (0, "a", -1)), ("key_dim", (0,)), ("value_dim", (0,)), ("sliding_window", (0, -1)),
            ("output_shape", (2.5,))] for b in values},
    "mha dropout": lambda e: e.layers.MultiHeadAttention(**H, dropout=2)(q, v),
    "mha axes": lambda e: e.layers.MultiHeadAttention(**H, attention_axes=5)(q, v),
    "mha one": lambda e: e.layers.MultiHeadAttention(**H)(q),
    "mha places": lambda e: e.layers.MultiHeadAttention(**H)(q, v, numbers((2, 4, 4))),
    "gqa heads": lambda e: e.layers.GroupQueryAttention(3, 4, 3), "keyword": lambda e: e.layers.Attention(nonsense=1),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_arguments(keras, case):
    theirs, ours = outcome(BAD[case], keras), outcome(BAD[case], teachkeras)
    assert isinstance(theirs, Exception), "this case is not one"
    assert_alike(theirs, ours)


@pytest.mark.parametrize("name", ["Attention", "AdditiveAttention", "MultiHeadAttention", "GroupQueryAttention"])
def test_signature(keras, name):
    assert signature(getattr(keras.layers, name)) == signature(getattr(teachkeras.layers, name))
    for method in ("call", "compute_output_shape", "compute_mask"):
        theirs, ours = (getattr(getattr(e.layers, name), method) for e in (keras, teachkeras))
        assert signature(theirs) == signature(ours), method
