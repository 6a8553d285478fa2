"""Recurrent layers beside Keras's: outputs, states, masks, gradients to weights, inputs and states."""

import numpy as np
import pytest
from twins import assert_alike

import teachkeras
from teachkeras.tape import GradientTape
from teachkeras.tensor import Tensor

pytestmark = [pytest.mark.parity, pytest.mark.filterwarnings("ignore")]

N, T, D, U = 3, 4, 3, 5
X = np.random.default_rng(1).normal(size=(N, T, D)).astype("float32")
MASK = np.array([[1, 1, 0, 1], [0, 1, 1, 0], [0, 0, 1, 1]], bool)
KINDS = ["LSTM", "GRU", "SimpleRNN"]
MORE = [
    {}, {"return_sequences": True}, {"return_state": True}, {"return_sequences": True, "return_state": True},
    {"go_backwards": True, "return_sequences": True}, {"use_bias": False}, {"activation": "relu"},
    {"activation": None, "return_sequences": True}, {"unroll": True, "return_sequences": True},
    {"zero_output_for_mask": True, "return_sequences": True}, {"kernel_regularizer": "l2", "activity_regularizer": "l2"},
    {"dropout": 0.3}, {"recurrent_dropout": 0.3, "dropout": 0.2}, {"recurrent_initializer": "ones"},
]  # fmt: skip
OWN = {
    "LSTM": [{"recurrent_activation": "hard_sigmoid"}, {"unit_forget_bias": False}],
    "GRU": [{"reset_after": False}, {"reset_after": False, "return_sequences": True, "use_bias": False},
            {"reset_after": False, "activation": "relu"}],
    "SimpleRNN": [],
}  # fmt: skip
CASES = [
    pytest.param(kind, more, marks=[] if (n in (1, 9) and kind == "LSTM") or n == 14 else pytest.mark.full)
    for kind in KINDS
    for n, more in enumerate([*MORE, *OWN[kind]])
]


def pair(keras, kind, arguments):
    """Return the layer in both engines, built, with the same weights of ordinary size."""
    layers = [getattr(engine.layers, kind)(U, name="mine", **arguments) for engine in (keras, teachkeras)]
    return same_weights(*layers)


def same_weights(theirs, ours, x=X):
    theirs(x), ours(x)
    rng = np.random.default_rng(3)
    shapes = [w.shape for w in theirs.trainable_weights]
    assert shapes == [w.shape for w in ours.trainable_weights]
    for a, b in zip(theirs.trainable_weights, ours.trainable_weights, strict=True):
        assert (a.path, a.trainable) == (b.path, b.trainable)
        value = rng.normal(size=a.shape, scale=0.5).astype("float32")
        a.assign(value), b.assign(value)
    return theirs, ours


def flat(y):
    return list(y) if isinstance(y, (tuple, list)) else [y]


def compare(keras, theirs, ours, x=X, **given):
    """Hold outputs and the gradients of a weighted sum of them equal."""
    import jax

    a, b = theirs(x, **given), ours(x, **given)
    assert type(a) is type(b) or not isinstance(a, (tuple, list))
    assert_alike([np.asarray(y) for y in flat(a)], [y.numpy() for y in flat(b)])
    bars = [np.random.default_rng(k).normal(size=y.shape).astype("float32") for k, y in enumerate(flat(a))]

    def total(weights, q, states):
        more = {**given, **({"initial_state": states} if states else {})}
        fixed = [w.value for w in theirs.non_trainable_variables]
        y = theirs.stateless_call(weights, fixed, q, **more)[0]
        return sum(keras.ops.sum(part * bar) for part, bar in zip(flat(y), bars, strict=True))

    states = given.get("initial_state") or []
    kept = [w.value for w in theirs.trainable_variables]
    slopes = jax.tree.leaves(jax.grad(total, argnums=(0, 1, 2))(kept, x, states))
    watched, watched_states = Tensor(x), [Tensor(s) for s in states]
    with GradientTape() as tape:
        tape.watch([watched, *watched_states])
        y = ours(watched, **{**given, **({"initial_state": watched_states} if states else {})})
        loss = sum(teachkeras.ops.sum(part * bar) for part, bar in zip(flat(y), bars, strict=True))
    found = tape.gradient(loss, [*ours.trainable_weights, watched, *watched_states])
    for slope, gradient in zip(slopes, found, strict=True):
        assert_alike(np.asarray(slope), gradient.numpy())


@pytest.mark.parametrize(("kind", "more"), CASES, ids=str)
def test_outputs_and_gradients(keras, kind, more):
    theirs, ours = pair(keras, kind, more)
    masks = [None, MASK] if "zero_output_for_mask" in more or "unroll" in more or not more else [None]
    for mask in masks:
        compare(keras, theirs, ours, mask=mask)
    if kind != "SimpleRNN":  # Keras's forgets its activity_regularizer
        assert_alike([float(v) for v in theirs.losses], [float(v) for v in ours.losses])
    for shape in [(N, T, D), (None, T, D), (None, None, D)]:
        assert theirs.compute_output_shape(shape) == ours.compute_output_shape(shape)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("more", [{"return_sequences": True, "return_state": True, "go_backwards": True},
                                  pytest.param({}, marks=pytest.mark.full)], ids=str)  # fmt: skip
def test_masks_and_initial_states(keras, kind, more):
    theirs, ours = pair(keras, kind, more)
    rng = np.random.default_rng(5)
    states = [rng.normal(size=(N, U)).astype("float32") for _ in range(2 if kind == "LSTM" else 1)]
    compare(keras, theirs, ours, mask=MASK, initial_state=states)


@pytest.mark.full
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("activation", ["tanh", "elu"])
def test_masks_unrolled_and_zeroed(keras, kind, activation):
    for more in ({"unroll": True}, {"zero_output_for_mask": True}):
        more |= {"return_sequences": True, "activation": activation}
        theirs, ours = pair(keras, kind, more)
        compare(keras, theirs, ours, mask=MASK)


@pytest.mark.parametrize("kind", KINDS)
def test_an_embedding_hands_its_mask_on(keras, kind):
    def model(engine):
        layers = [engine.Input((T,)), engine.layers.Embedding(9, D, mask_zero=True)]
        layers += [getattr(engine.layers, kind)(U, return_sequences=True), getattr(engine.layers, kind)(4)]
        return engine.Sequential(layers)

    theirs, ours = model(keras), model(teachkeras)
    rng = np.random.default_rng(0)
    weights = [rng.normal(size=w.shape, scale=0.5).astype("float32") for w in theirs.weights]
    assert [w.shape for w in weights] == [w.shape for w in ours.weights]
    theirs.set_weights(weights), ours.set_weights(weights)
    numbers = np.array([[1, 2, 0, 0], [3, 0, 0, 0], [4, 5, 6, 7]])
    assert_alike(np.asarray(theirs(numbers)), ours(numbers).numpy())


@pytest.mark.parametrize("kind", KINDS)
def test_states_go_on_and_start_anew(keras, kind):
    def layer(engine):
        return getattr(engine.layers, kind)(U, stateful=True, name="mine")

    theirs, ours = layer(keras), layer(teachkeras)
    theirs.build((N, T, D)), ours.build((N, T, D))
    theirs.built = True
    same_weights(theirs, ours)
    for one in (theirs, ours):
        one.reset_state()
    for _ in range(3):
        assert_alike(np.asarray(theirs(X)), ours(X).numpy())
    assert_alike([np.asarray(s) for s in theirs.states], [s.numpy() for s in ours.states])
    assert [w.path for w in theirs.weights] == [w.path for w in ours.weights]
    theirs.reset_states(), ours.reset_states()
    assert all(np.all(s.numpy() == 0) for s in ours.states)
    assert_alike(np.asarray(theirs(X)), ours(X).numpy())


def test_real_data_alone_build_a_stateful_layer():
    layer = teachkeras.layers.GRU(U, stateful=True)
    first, second = layer(X).numpy(), layer(X).numpy()
    assert not np.allclose(first, second)
    with pytest.raises(ValueError, match="batch size 2"):
        layer(X[:2])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("more", [{"dropout": 0.5}, {"recurrent_dropout": 0.5}, {"dropout": 0.4, "recurrent_dropout": 0.4}],
                         ids=str)  # fmt: skip
def test_dropout_in_training(keras, kind, more):
    """Drawn anew at each call, absent outside of training, the same mean as Keras's over many draws."""
    theirs, ours = pair(keras, kind, {**more, "seed": 3})
    x = np.repeat(X[:1], 4000, axis=0)
    a, b = np.asarray(theirs(x, training=True)), ours(x, training=True).numpy()
    np.testing.assert_allclose(a.mean(axis=0), b.mean(axis=0), atol=0.05)
    np.testing.assert_allclose(a.std(axis=0), b.std(axis=0), atol=0.05)
    assert not np.array_equal(b, ours(x, training=True).numpy())
    np.testing.assert_allclose(np.asarray(theirs(x)), ours(x).numpy(), atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("more", [{}, {"dropout": 0.3}, {"dropout": 0.3, "recurrent_dropout": 0.4}], ids=str)
def test_one_op_is_the_cell_run_step_by_step(kind, more):
    """The same draws: a layer over the cell, and the layer of the cell's kind."""
    layer = getattr(teachkeras.layers, kind)(U, return_sequences=True, return_state=True, seed=7, **more)
    cell = getattr(teachkeras.layers, f"{kind}Cell")(U, seed=7, **more)
    steps = teachkeras.layers.RNN(cell, return_sequences=True, return_state=True)
    layer(X), steps(X)
    steps.set_weights(layer.get_weights())
    for training in (False, True):
        for mask in (None, MASK):
            found = []
            for one in (layer, steps):
                watched = Tensor(X)
                with GradientTape() as tape:
                    tape.watch(watched)
                    outputs = one(watched, training=training, mask=mask)
                    loss = sum(teachkeras.ops.sum(teachkeras.ops.sin(y)) for y in outputs)
                found.append([*outputs, *tape.gradient(loss, [*one.trainable_weights, watched])])
            for a, b in zip(*found, strict=True):
                np.testing.assert_allclose(a.numpy(), b.numpy(), atol=2e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_second_derivatives_are_those_of_the_steps(kind):
    layer = getattr(teachkeras.layers, kind)(2, dtype="float64", name="mine")
    steps = teachkeras.layers.RNN(getattr(teachkeras.layers, f"{kind}Cell")(2, dtype="float64"), dtype="float64")
    x = X[:2, :3].astype("float64")
    layer(x), steps(x)
    steps.set_weights(layer.get_weights())
    found = []
    for one in (layer, steps):
        watched = Tensor(x)
        with GradientTape() as outer:
            outer.watch(watched)
            with GradientTape() as inner:
                inner.watch(watched)
                y = teachkeras.ops.sum(one(watched) ** 2)
            norm = teachkeras.ops.sum(inner.gradient(y, watched) ** 2)
        found.append(outer.gradient(norm, [watched, *one.trainable_weights]))
    for a, b in zip(*found, strict=True):
        np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-10, atol=1e-12)
