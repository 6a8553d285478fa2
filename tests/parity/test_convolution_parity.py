"""Layers with windows beside Keras's: outputs, gradients to weights and inputs, shapes, configs, signatures, errors."""

import itertools

import numpy as np
import pytest
from beside import signature
from twins import assert_alike, outcome

import teachkeras
from teachkeras.tape import GradientTape
from teachkeras.tensor import Tensor

pytestmark = [pytest.mark.parity, pytest.mark.filterwarnings("ignore")]
LENGTHS = {1: (9,), 2: (7, 8), 3: (5, 6, 4)}
FULL = {  # settings tried in every combination where that is asked for (-m full)
    "kernel_size": [1, 2, 3], "strides": [1, 2, 3], "padding": ["valid", "same"], "dilation_rate": [1, 2],
    "data_format": ["channels_last", "channels_first"],
}  # fmt: skip


def shape_of(name, more, channels=4):
    rank = next(int(letter) for letter in name if letter in "123")
    lengths = LENGTHS[rank]
    return (2, channels, *lengths) if more.get("data_format") == "channels_first" else (2, *lengths, channels)


def _each(name, *settings):
    return [(name, more, shape_of(name, more)) for more in settings]


CASES = [
    *_each("Conv1D", {}, {"padding": "causal", "dilation_rate": 2}, {"strides": 2, "padding": "same", "activation": "relu"},
        {"groups": 2, "use_bias": False}, {"padding": "causal", "data_format": "channels_first"}),
    *_each("Conv2D", {}, {"padding": "same", "strides": (2, 3), "activation": "tanh"}, {"dilation_rate": (2, 1)}, {"groups": 2},
        {"data_format": "channels_first", "padding": "SAME"}, {"kernel_size": 1}, {"kernel_size": (1, 4), "use_bias": False},
        {"kernel_regularizer": "l2", "bias_regularizer": "l1", "activity_regularizer": "l2"}, {"dtype": "float16"},
        {"kernel_constraint": "non_neg", "kernel_initializer": "he_normal"}, {"trainable": False}),
    *_each("Conv3D", {}, {"padding": "same", "strides": 2}, {"data_format": "channels_first", "kernel_size": (1, 2, 3)}),
    *_each("Conv1DTranspose", {}, {"strides": 2, "padding": "same"}, {"strides": 3, "output_padding": 1, "padding": "same"}),
    *_each("Conv2DTranspose", {}, {"strides": 2, "padding": "same"}, {"strides": (3, 2), "output_padding": (2, 0)},
        {"dilation_rate": 2, "use_bias": False}, {"data_format": "channels_first", "strides": 3, "activation": "relu"}),
    *_each("Conv3DTranspose", {}, {"strides": (1, 2, 3), "padding": "same"}),
    *_each("DepthwiseConv1D", {}, {"depth_multiplier": 2, "strides": 2, "padding": "same"}, {"dilation_rate": 2}),
    *_each("DepthwiseConv2D", {}, {"depth_multiplier": 2, "padding": "same", "activation": "relu"},
        {"data_format": "channels_first", "use_bias": False}, {"strides": 2, "depthwise_regularizer": "l2"}),
    *_each("SeparableConv1D", {}, {"depth_multiplier": 2, "padding": "same", "dilation_rate": 2}),
    *_each("SeparableConv2D", {}, {"depth_multiplier": 2, "strides": 2, "padding": "same", "activation": "relu"},
        {"data_format": "channels_first", "use_bias": False}, {"pointwise_regularizer": "l2", "depthwise_regularizer": "l1"}),
    *[case for name, axes in itertools.product(("MaxPooling", "AveragePooling"), (1, 2, 3))
        for case in _each(f"{name}{axes}D", {}, {"pool_size": 3, "strides": 2, "padding": "same"}, {"strides": 1},
            {"data_format": "channels_first", "padding": "same"})],
    *_each("MaxPooling2D", {"pool_size": (1, 3), "strides": (3, 1)}),
    *[case for name, axes in itertools.product(("GlobalMaxPooling", "GlobalAveragePooling"), (1, 2, 3))
        for case in _each(f"{name}{axes}D", {}, {"keepdims": True}, {"data_format": "channels_first"})],
    *[case for name, axes in itertools.product(("AdaptiveMaxPooling", "AdaptiveAveragePooling"), (1, 2, 3))
        for case in _each(f"{name}{axes}D", {}, {"output_size": 3}, {"data_format": "channels_first", "output_size": 5})],
    *_each("UpSampling1D", {}, {"size": 3}), *_each("UpSampling3D", {}, {"size": (1, 2, 3), "data_format": "channels_first"}),
    *_each("UpSampling2D", {}, {"size": (3, 2)}, {"data_format": "channels_first"}, {"interpolation": "bilinear"},
        {"interpolation": "bicubic", "size": 3}, {"interpolation": "lanczos3"}, {"interpolation": "lanczos5"},
        {"interpolation": "bilinear", "data_format": "channels_first"}),
    *_each("ZeroPadding1D", {}, {"padding": (0, 2)}, {"data_format": "channels_first"}),
    *_each("ZeroPadding2D", {}, {"padding": 2}, {"padding": ((1, 2), (0, 3))}, {"padding": (2, 0), "data_format": "channels_first"}),
    *_each("ZeroPadding3D", {}, {"padding": 2}, {"padding": (1, 0, 2)}),
    *_each("Cropping1D", {}, {"cropping": 2}, {"cropping": (0, 3)}),
    *_each("Cropping2D", {}, {"cropping": 2}, {"cropping": ((1, 2), (0, 3))}, {"cropping": (1, 0), "data_format": "channels_first"}),
    *_each("Cropping3D", {}, {"cropping": (1, 0, 1)}),
]  # fmt: skip
FIRST = [next(case for case in CASES if case[0] == name) for name in sorted({name for name, _, _ in CASES})]
QUICK = [
    next(case for case in CASES if case[0] == name and case[1].get("padding") == "same")
    for name in ("Conv2D", "Conv2DTranspose", "DepthwiseConv2D", "SeparableConv2D", "MaxPooling2D", "AveragePooling2D")
] + [next(case for case in CASES if case[0] == name) for name in ("Conv2D", "AdaptiveMaxPooling1D", "ZeroPadding2D")]
GRID = [
    (name, dict(zip(FULL, values, strict=True)) | extra, shape_of(name, {"data_format": values[-1]}))
    for name, extra in [("Conv1D", {}), ("Conv2D", {}), ("Conv3D", {}), ("Conv2D", {"groups": 2}), ("Conv1DTranspose", {}),
        ("Conv2DTranspose", {}), ("Conv3DTranspose", {}), ("DepthwiseConv2D", {}), ("DepthwiseConv1D", {}), ("SeparableConv2D", {})]
    for values in itertools.product(*FULL.values())
    if not (values[1] > 1 and values[3] > 1)
]  # fmt: skip


def arguments(name, more):
    """Return all settings: what the class needs beside those of the case."""
    need = {}
    if "Conv" in name:
        need = {"kernel_size": 3} | ({} if "Depthwise" in name else {"filters": 6})
    elif name.startswith("Average"):
        need = {"pool_size": 2}
    elif name.startswith("Adaptive"):
        need = {"output_size": 2}
    return {**need, **more, "name": "mine"}


def both(keras, name, more):
    return [getattr(engine.layers, name)(**arguments(name, more)) for engine in (keras, teachkeras)]


def compare(keras, name, more, shape):
    import jax

    theirs, ours = both(keras, name, more)
    x = np.random.default_rng(1).normal(size=shape).astype("float32")
    theirs(x), ours(x)
    ours.set_weights([np.asarray(w) for w in theirs.get_weights()])
    tolerance = 2e-2 if more.get("dtype") == "float16" else 2e-5
    a, b = np.asarray(theirs(x)), ours(x).numpy()
    assert a.dtype == b.dtype
    assert_alike(a, b, tolerance, tolerance)
    assert_alike([float(v) for v in theirs.losses], [float(v) for v in ours.losses], tolerance, tolerance)
    assert [(w.name, w.path, w.shape, w.dtype, w.trainable) for w in theirs.weights] == [
        (w.name, w.path, w.shape, w.dtype, w.trainable) for w in ours.weights
    ]
    y_bar = np.random.default_rng(2).normal(size=a.shape).astype(a.dtype)
    kept, fixed = [w.value for w in theirs.trainable_variables], [w.value for w in theirs.non_trainable_variables]
    total = lambda weights, q: keras.ops.sum(theirs.stateless_call(weights, fixed, q)[0] * y_bar)  # noqa: E731
    slopes = jax.tree.leaves(jax.grad(total, argnums=(0, 1))(kept, x))
    watched = Tensor(x)
    with GradientTape() as tape:
        tape.watch(watched)
        loss = teachkeras.ops.sum(ours(watched) * y_bar)
    for slope, gradient in zip(slopes, tape.gradient(loss, [*ours.trainable_weights, watched]), strict=True):
        assert_alike(np.asarray(slope), np.asarray(gradient), 5 * tolerance, 5 * tolerance)


@pytest.mark.parametrize(("name", "more", "shape"), QUICK, ids=str)
def test_numbers_and_gradients(keras, name, more, shape):
    compare(keras, name, more, shape)


@pytest.mark.full
@pytest.mark.parametrize(("name", "more", "shape"), [*[case for case in CASES if case not in QUICK], *GRID], ids=str)
def test_numbers_and_gradients_of_every_combination(keras, name, more, shape):
    compare(keras, name, more, shape)


@pytest.mark.parametrize(("name", "more", "shape"), FIRST, ids=str)
def test_config_and_shapes(keras, name, more, shape):
    compare_config(keras, name, more, shape)


@pytest.mark.full
@pytest.mark.parametrize(("name", "more", "shape"), [case for case in CASES if case not in FIRST], ids=str)
def test_config_and_shapes_of_every_case(keras, name, more, shape):
    compare_config(keras, name, more, shape)


def compare_config(keras, name, more, shape):
    theirs, ours = both(keras, name, more)
    assert_alike(*[dict(sorted(layer.get_config().items())) for layer in (theirs, ours)])
    again = type(ours).from_config(ours.get_config())
    assert again.get_config() == ours.get_config()
    for given in (shape, (None, *shape[1:])):
        assert theirs.compute_output_shape(given) == ours.compute_output_shape(given)
    unknown = [None if k not in (1 if more.get("data_format") == "channels_first" else len(shape) - 1,) else n
               for k, n in enumerate(shape)]  # fmt: skip
    if not name.startswith("UpSampling2D"):
        made = [engine.layers.Input(batch_shape=tuple(unknown)) for engine in (keras, teachkeras)]
        theirs, ours = outcome(lambda: theirs(made[0]).shape), outcome(lambda: ours(made[1]).shape)
        assert_alike(theirs, ours) if isinstance(theirs, Exception) else assert_alike(tuple(theirs), tuple(ours))


IMAGE = np.ones((1, 5, 5, 3), "float32")
BAD = {
    "filters 0": lambda e: e.layers.Conv2D(0, 3), "filters -1": lambda e: e.layers.Conv2D(-1, 3),
    "kernel 0": lambda e: e.layers.Conv2D(2, 0), "kernel pair": lambda e: e.layers.Conv2D(2, (3, 3, 3)),
    "kernel text": lambda e: e.layers.Conv2D(2, "ab"), "kernel None": lambda e: e.layers.Conv2D(2, None),
    "strides 0": lambda e: e.layers.Conv2D(2, 3, strides=0), "groups 0": lambda e: e.layers.Conv2D(2, 3, groups=0),
    "groups": lambda e: e.layers.Conv2D(3, 3, groups=2), "both": lambda e: e.layers.Conv2D(2, 3, strides=2, dilation_rate=2),
    "padding": lambda e: e.layers.Conv2D(2, 3, padding="full"), "causal": lambda e: e.layers.Conv2D(2, 3, padding="causal"),
    "format": lambda e: e.layers.Conv2D(2, 3, data_format="rows"), "keyword": lambda e: e.layers.Conv2D(2, 3, nonsense=1),
    "activation": lambda e: e.layers.Conv2D(2, 3, activation="nonsense"), "no kernel": lambda e: e.layers.Conv2D(2),
    "rank": lambda e: e.layers.Conv2D(2, 3)(np.ones((5, 5, 3))), "small": lambda e: e.layers.Conv2D(2, 7)(IMAGE),
    "channels in groups": lambda e: e.layers.Conv2D(4, 3, groups=2)(IMAGE),
    "other channels": lambda e: call_twice(e.layers.Conv2D(2, 3)),
    "unknown channels": lambda e: e.layers.Conv2D(2, 3)(e.layers.Input((5, 5, None))),
    "symbolic small": lambda e: e.layers.Conv2D(2, 7)(e.layers.Input((5, 5, 3))),
    "transposed output_padding": lambda e: e.layers.Conv2DTranspose(2, 3, strides=2, output_padding=2),
    "transposed causal": lambda e: e.layers.Conv1DTranspose(2, 3, padding="causal"),
    "transposed both": lambda e: e.layers.Conv1DTranspose(2, 3, strides=2, dilation_rate=2),
    "depth 0": lambda e: e.layers.DepthwiseConv2D(3, depth_multiplier=0),
    "separable filters": lambda e: e.layers.SeparableConv2D(0, 3), "pool 0": lambda e: e.layers.MaxPooling2D(0),
    "pool pair": lambda e: e.layers.MaxPooling2D((2, 2, 2)), "pool -1": lambda e: e.layers.MaxPooling2D(2, strides=-1),
    "pool padding": lambda e: e.layers.MaxPooling2D(2, padding="full")(IMAGE), "pool small": lambda e: e.layers.MaxPooling2D(6)(e.layers.Input((5, 5, 3))),
    "pool rank": lambda e: e.layers.MaxPooling2D(2)(IMAGE[0]), "global rank": lambda e: e.layers.GlobalMaxPooling2D()(IMAGE[0]),
    "no pool": lambda e: e.layers.AveragePooling2D(), "adaptive text": lambda e: e.layers.AdaptiveMaxPooling2D("3"),
    "adaptive long": lambda e: e.layers.AdaptiveMaxPooling1D((2, 3)), "adaptive format": lambda e: e.layers.AdaptiveMaxPooling1D(2, "x"),
    "size float": lambda e: e.layers.UpSampling1D(2.0), "size 0": lambda e: e.layers.UpSampling1D(0),
    "size -1": lambda e: e.layers.UpSampling2D(-1), "interpolation": lambda e: e.layers.UpSampling2D(2, interpolation="x")(IMAGE),
    "padding -1": lambda e: e.layers.ZeroPadding1D(-1), "padding three": lambda e: e.layers.ZeroPadding2D((1, 2, 3)),
    "cropping -1": lambda e: e.layers.Cropping2D(-1), "cropping all": lambda e: e.layers.Cropping2D(3)(IMAGE),
    "cropping float": lambda e: e.layers.Cropping2D(1.5), "cropping 1d": lambda e: e.layers.Cropping1D(4)(IMAGE[0]),
}  # fmt: skip


def call_twice(layer):
    layer(IMAGE)
    return layer(np.ones((1, 5, 5, 4), "float32"))


@pytest.mark.parametrize("case", BAD)
def test_bad_arguments(keras, case):
    theirs, ours = outcome(BAD[case], keras), outcome(BAD[case], teachkeras)
    assert isinstance(theirs, Exception), "this case is not one"
    assert_alike(theirs, ours)


NAMES = [name for name, _, _ in FIRST]
ALIASES = [
    *[f"{kind}{n}D" for kind in ("MaxPool", "AvgPool", "GlobalMaxPool", "GlobalAvgPool", "Convolution") for n in (1, 2, 3)],
    *[f"Convolution{n}DTranspose" for n in (1, 2, 3)], "SeparableConvolution1D", "SeparableConvolution2D",
]  # fmt: skip
OPS = ["conv", "conv_transpose", "depthwise_conv", "separable_conv", "max_pool", "average_pool", "adaptive_max_pool",
    "adaptive_average_pool"]  # fmt: skip


@pytest.mark.parametrize("name", [*NAMES, *ALIASES])
def test_signature(keras, name):
    theirs, ours = getattr(keras.layers, name), getattr(teachkeras.layers, name)
    assert signature(theirs) == signature(ours)
    assert theirs.__name__ == ours.__name__


@pytest.mark.parametrize("name", OPS)
def test_op_signature(keras, name):
    assert signature(getattr(keras.ops, name)) == signature(getattr(teachkeras.ops, name))


def test_masked_mean(keras):
    x, mask = np.random.default_rng(3).normal(size=(2, 4, 3)).astype("float32"), np.array([[1, 1, 0, 0], [1, 0, 1, 1]], bool)
    for more in ({}, {"keepdims": True}):
        theirs, ours = both(keras, "GlobalAveragePooling1D", more)
        assert_alike(np.asarray(theirs(x, mask=mask)), ours(x, mask=mask).numpy())


def test_ties_go_to_the_first(keras):
    """After a ReLU many windows hold nothing but zeros."""
    import jax

    x = np.round(np.random.default_rng(5).normal(size=(2, 6, 6, 3)), 0).astype("float32")
    for padding, strides in itertools.product(("valid", "same"), (1, 2)):
        slope = jax.grad(lambda q, how=(padding, strides): keras.ops.sum(keras.ops.max_pool(q, 2, how[1], how[0]) ** 2))(x)
        watched = Tensor(x)
        with GradientTape() as tape:
            tape.watch(watched)
            loss = teachkeras.ops.sum(teachkeras.ops.max_pool(watched, 2, strides, padding) ** 2)
        assert_alike(np.asarray(slope), tape.gradient(loss, watched).numpy())
