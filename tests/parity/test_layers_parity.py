"""Dense, Flatten, Activation, Dropout and InputLayer beside Keras's: numbers, gradients, shapes, configs, errors."""

import numpy as np
import pytest
from beside import signature
from twins import assert_alike, outcome

import teachkeras
from teachkeras.tape import GradientTape
from teachkeras.tensor import Tensor

pytestmark = [pytest.mark.parity, pytest.mark.filterwarnings("ignore")]

DENSE = [
    {}, {"activation": "relu"}, {"activation": "softmax"}, {"use_bias": False}, {"kernel_regularizer": "l2"},
    {"bias_regularizer": "l1", "activity_regularizer": "l2"}, {"kernel_initializer": "he_normal",
        "bias_initializer": "ones"},
    {"kernel_constraint": "non_neg", "bias_constraint": "max_norm"}, {"trainable": False}, {"dtype": "float16"},
]  # fmt: skip
CASES = [
    *[("Dense", (3,), more, shape) for more in DENSE for shape in [(4, 5), (2, 4, 5)]],
    *[("Flatten", (), {}, shape) for shape in [(4,), (4, 1), (4, 2, 3), (2, 3, 4, 5)]],
    *[("Flatten", ("channels_first",), {}, shape) for shape in [(4, 3), (2, 3, 4), (2, 3, 4, 5)]],
    *[("Activation", (name,), {}, (3, 4)) for name in ("relu", "tanh", "softmax", "sigmoid", "elu", "linear")],
    *[("Dropout", (rate,), {"seed": 3}, (3, 4)) for rate in (0, 0.0, 0.3, 1.0, 1)],
]
IDS = [f"{name}-{args}-{more}-{shape}" for name, args, more, shape in CASES]


def both(keras, name, args, more):
    """Return the layer in both engines, under one name."""
    return [getattr(engine.layers, name)(*args, name="mine", **more) for engine in (keras, teachkeras)]


@pytest.mark.parametrize(("name", "args", "more", "shape"), CASES, ids=IDS)
def test_layer(keras, name, args, more, shape):
    import jax

    theirs, ours = both(keras, name, args, more)
    x = np.random.default_rng(1).normal(size=shape).astype("float32")
    theirs(x), ours(x)
    ours.set_weights([np.asarray(w) for w in theirs.get_weights()])
    tolerance = 2e-3 if more.get("dtype") == "float16" else 1e-5
    a, b = np.asarray(theirs(x)), ours(x).numpy()
    assert a.dtype == b.dtype
    assert_alike(a, b, tolerance, tolerance)
    assert_alike([float(v) for v in theirs.losses], [float(v) for v in ours.losses], tolerance, tolerance)
    assert theirs.compute_output_shape(shape) == ours.compute_output_shape(shape) == a.shape
    open_shape = (None, *shape[1:])
    assert theirs.compute_output_shape(open_shape) == ours.compute_output_shape(open_shape)
    assert [(w.name, w.path, w.shape, w.dtype, w.trainable) for w in theirs.weights] == [
        (w.name, w.path, w.shape, w.dtype, w.trainable) for w in ours.weights
    ]
    y_bar = np.random.default_rng(2).normal(size=a.shape).astype(a.dtype)
    kept = [w.value for w in theirs.trainable_variables]
    fixed = [w.value for w in theirs.non_trainable_variables]
    total = lambda weights, q: keras.ops.sum(theirs.stateless_call(weights, fixed, q)[0] * y_bar)  # noqa: E731
    slopes = jax.tree.leaves(jax.grad(total, argnums=(0, 1))(kept, x))
    watched = Tensor(x)
    with GradientTape() as tape:
        tape.watch(watched)
        loss = teachkeras.ops.sum(ours(watched) * y_bar * 1)
    for slope, gradient in zip(slopes, tape.gradient(loss, [*ours.trainable_weights, watched]), strict=True):
        assert_alike(np.asarray(slope), np.asarray(gradient), tolerance, tolerance)


@pytest.mark.parametrize(("name", "args", "more", "shape"), CASES, ids=IDS)
def test_config(keras, name, args, more, shape):
    theirs, ours = both(keras, name, args, more)
    assert_alike(*[dict(sorted(layer.get_config().items())) for layer in (theirs, ours)])
    x = np.zeros(shape, "float32")
    theirs(x), ours(x)
    ours, theirs = (engine.saving.serialize_keras_object(layer) if engine is keras else engine.layers.serialize(layer)
                    for engine, layer in ((teachkeras, ours), (keras, theirs)))  # fmt: skip
    for described in (ours, theirs):  # Keras keeps the first batch's length
        if "build_config" in described:
            described["build_config"] = list(described["build_config"]["input_shape"][1:])
        described["config"] = dict(sorted(described["config"].items()))
    assert_alike(theirs, ours)


INPUTS = [
    (((4,),), {}), ((), {"shape": (4,)}), ((), {"batch_shape": (2, 4)}), ((None,), {"batch_shape": (None, 4)}),
    (((4,),), {"batch_size": 3}), (((4, None),), {"dtype": "int32"}), (((),), {}), ((), {}), ((), {"shape": (2,),
        "batch_shape": (1, 2)}),
    (((4,),), {"sparse": True}), (((4,),), {"optional": True}),
]  # fmt: skip


@pytest.mark.parametrize(("args", "more"), INPUTS, ids=str)
def test_input_layer(keras, args, more):
    def describe(engine):
        layer = engine.layers.InputLayer(*args, **more, name="in")
        return {"shape": list(layer.batch_shape), "dtype": layer.dtype, "config": str(layer.get_config())}

    if more.get("sparse"):
        pytest.skip("sparse data: teachkeras has none, and says so")
    assert_alike(outcome(describe, keras), outcome(describe, teachkeras))


BAD = {
    "units 0": lambda e: e.layers.Dense(0), "units -1": lambda e: e.layers.Dense(-1),
    "units float": lambda e: e.layers.Dense(2.5), "units text": lambda e: e.layers.Dense("3"),
    "units None": lambda e: e.layers.Dense(None), "no units": lambda e: e.layers.Dense(),
    "activation": lambda e: e.layers.Dense(2, activation="nonsense"),
    "initializer": lambda e: e.layers.Dense(2, kernel_initializer="nonsense"),
    "regularizer": lambda e: e.layers.Dense(2, kernel_regularizer="nonsense"),
    "constraint": lambda e: e.layers.Dense(2, kernel_constraint="nonsense"),
    "keyword": lambda e: e.layers.Dense(2, nonsense=1), "name": lambda e: e.layers.Dense(2, name=3),
    "rank 1": lambda e: e.layers.Dense(2)(np.zeros(3)), "last axis": lambda e: call_twice(e.layers.Dense(2)),
    "unknown axis": lambda e: e.layers.Dense(2)(e.layers.Input((None,))),
    "rate 2": lambda e: e.layers.Dropout(2), "rate -1": lambda e: e.layers.Dropout(-0.1),
    "unknown activation": lambda e: e.layers.Activation("nonsense"), "no activation": lambda e: e.layers.Activation(),
    "data_format": lambda e: e.layers.Flatten("nonsense"), "no call": lambda e: e.layers.Layer()(np.zeros(3)),
    "weights": lambda e: e.layers.Dense(2).set_weights([np.zeros(2)]),
        "count": lambda e: e.layers.Dense(2).count_params(),
    "kernel": lambda e: e.layers.Dense(2).kernel, "dtype": lambda e: e.layers.Dense(2, dtype="nonsense"),
    "noise_shape": lambda e: e.layers.Dropout(0.5, noise_shape=(3,))(np.zeros((2, 4)), training=True),
}  # fmt: skip


def call_twice(layer):
    layer(np.zeros((2, 3)))
    return layer(np.zeros((2, 4)))


@pytest.mark.parametrize("case", BAD)
def test_bad_arguments(keras, case):
    theirs, ours = outcome(BAD[case], keras), outcome(BAD[case], teachkeras)
    assert isinstance(theirs, Exception), "this case is not one"
    assert_alike(theirs, ours)


@pytest.mark.parametrize("name", ["Dense", "Flatten", "Activation", "Dropout", "InputLayer", "Input", "InputSpec"])
def test_signature(keras, name):
    assert signature(getattr(keras.layers, name)) == signature(getattr(teachkeras.layers, name))


@pytest.mark.parametrize("noise_shape", [None, (1, 200), (None, 1), (500, 1)])
def test_dropout_statistics(keras, noise_shape):
    x = np.ones((500, 200), "float32")
    for layer in both(keras, "Dropout", (0.3,), {"seed": 1, "noise_shape": noise_shape}):
        y = np.asarray(layer(x, training=True))
        assert set(np.round(np.unique(y), 4)) == {0.0, np.float32(np.round(1 / 0.7, 4))} and abs(y.mean() - 1) < 0.2
        constant = {(1, 200): 0, (None, 1): 1, (500, 1): 1}.get(noise_shape)
        assert constant is None or np.ptp(y, axis=constant).max() == 0
        assert not np.array_equal(y, np.asarray(layer(x, training=True)))
