"""Models for the tests of files and exports: one for each layer of the catalogue, and a zoo of larger ones.

Each is a function of an engine (teachkeras, or real Keras beside it) and of the shapes of what it is fed.
"""

import importlib
import inspect
import pathlib

import numpy as np

IMAGE, SERIES, VOLUME, FLAT = (8, 8, 3), (6, 4), (5, 5, 5, 2), (4,)
BY_AXES = {"1D": SERIES, "2D": IMAGE, "3D": VOLUME}
PAIR = [SERIES, SERIES]
# What a layer is given, and the shape(s) of its inputs: a list is a list of inputs, a dict inputs by name. Where layers
# are given to it, a function of ``engine.layers`` makes the layer. Layers that stand in none of these: () and (4,).
CASES = [
    ("Dense", {"units": 3, "activation": "relu", "kernel_regularizer": "l2", "bias_constraint": "non_neg"}, FLAT),
    ("EinsumDense", {"equation": "abc,cd->abd", "output_shape": (6, 5), "bias_axes": "d"}, SERIES),
    ("Activation", {"activation": "gelu"}, FLAT), ("ReLU", {"max_value": 6.0, "negative_slope": 0.1, "threshold": 0.2}, FLAT),
    ("PReLU", {"shared_axes": [1]}, SERIES), ("Reshape", {"target_shape": (4, -1)}, SERIES), ("Permute", {"dims": (2, 1)}, SERIES),
    ("RepeatVector", {"n": 3}, FLAT), ("Flatten", {}, SERIES), ("Cropping2D", {"cropping": ((1, 1), (2, 0))}, IMAGE), ("ZeroPadding1D", {"padding": 2}, SERIES),
    ("ZeroPadding2D", {"padding": (1, 2)}, IMAGE), ("UpSampling2D", {"size": (2, 3), "interpolation": "bilinear"}, IMAGE),
    ("Dropout", {"rate": 0.5, "seed": 1}, FLAT), ("ActivityRegularization", {"l1": 0.1}, FLAT), ("Masking", {}, SERIES),
    *[(f"SpatialDropout{n}", {"rate": 0.5}, shape) for n, shape in BY_AXES.items()],
    *[(name, {"rate": 0.5}, FLAT) for name in ("AlphaDropout", "GaussianDropout")], ("GaussianNoise", {"stddev": 0.5}, FLAT),
    ("BatchNormalization", {"axis": 1, "scale": False}, IMAGE), ("BatchNormalization", {}, IMAGE),
    ("LayerNormalization", {}, SERIES), ("GroupNormalization", {"groups": 2}, SERIES), ("RMSNormalization", {}, SERIES),
    ("SpectralNormalization", lambda L: L.SpectralNormalization(L.Dense(3)), FLAT), ("Rescaling", {"scale": 0.5, "offset": 1.0}, FLAT),
    *[(f"Conv{n}", {"filters": 2, "kernel_size": 3, "padding": "same", "activation": "relu"}, shape) for n, shape in BY_AXES.items()],
    ("Conv1D", {"filters": 2, "kernel_size": 3, "padding": "causal", "dilation_rate": 2}, SERIES),
    ("Conv2D", {"filters": 6, "kernel_size": 3, "groups": 3, "strides": 2}, IMAGE),
    *[(f"Conv{n}Transpose", {"filters": 2, "kernel_size": 3, "strides": 2, "padding": "same"}, shape) for n, shape in BY_AXES.items()],
    ("Conv2DTranspose", {"filters": 2, "kernel_size": 3, "strides": 2}, IMAGE), ("DepthwiseConv1D", {"kernel_size": 3}, SERIES),
    ("DepthwiseConv2D", {"kernel_size": 3, "depth_multiplier": 2}, IMAGE), ("SeparableConv1D", {"filters": 2, "kernel_size": 3}, SERIES),
    ("SeparableConv2D", {"filters": 2, "kernel_size": 3, "strides": 2, "padding": "same"}, IMAGE),
    *[(f"{kind}Pooling{n}", {"pool_size": 2, "padding": p}, s) for kind in ("Max", "Average") for n, s in BY_AXES.items() for p in ("valid", "same")],
    *[(f"Adaptive{kind}Pooling{n}", {"output_size": 2}, s) for kind in ("Max", "Average") for n, s in BY_AXES.items()],
    *[(f"{kind}{n}", {}, shape) for kind in ("GlobalMaxPooling", "GlobalAveragePooling", "UpSampling", "ZeroPadding", "Cropping") for n, shape in BY_AXES.items()],
    ("SimpleRNN", {"units": 3}, SERIES), ("GRU", {"units": 3, "return_sequences": True}, SERIES),
    ("GRU", {"units": 3, "reset_after": False, "go_backwards": True}, SERIES),
    ("LSTM", {"units": 3, "dropout": 0.1, "recurrent_dropout": 0.1}, SERIES), ("LSTM", {"units": 3, "return_state": True}, SERIES),
    *[(f"ConvLSTM{n}", {"filters": 2, "kernel_size": 2, "padding": "same"}, (3, *[4] * int(n[0]), 2)) for n in BY_AXES],
    *[(f"{name}Cell", lambda L, name=name: L.RNN(getattr(L, f"{name}Cell")(3), return_sequences=True), SERIES) for name in ("SimpleRNN", "GRU", "LSTM")],
    ("RNN", lambda L: L.RNN([L.LSTMCell(3), L.GRUCell(2)]), SERIES),
    ("StackedRNNCells", lambda L: L.RNN(L.StackedRNNCells([L.GRUCell(3), L.SimpleRNNCell(2)])), SERIES),
    ("Bidirectional", lambda L: L.Bidirectional(L.LSTM(3, return_sequences=True)), SERIES),
    ("Bidirectional", lambda L: L.Bidirectional(L.GRU(3), merge_mode="sum", backward_layer=L.SimpleRNN(3, go_backwards=True)), SERIES),
    ("TimeDistributed", lambda L: L.TimeDistributed(L.Dense(3, "tanh")), SERIES),
    ("TimeDistributed", lambda L: L.TimeDistributed(L.Conv2D(2, 3)), (3, *IMAGE)),
    *[(name, {}, PAIR) for name in ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate", "Attention", "AdditiveAttention")],
    ("Add", {}, [SERIES, (1, 4), (4,)]), ("Dot", {"axes": 2, "normalize": True}, PAIR), ("Concatenate", {"axis": 1}, PAIR),
    ("Attention", {"use_scale": True, "score_mode": "concat"}, [*PAIR, SERIES]),
    ("MultiHeadAttention", {"num_heads": 2, "key_dim": 3}, {"query": SERIES, "value": (5, 4)}),
    ("MultiHeadAttention", {"num_heads": 2, "key_dim": 3, "output_shape": 5}, {"query": SERIES, "value": (5, 4), "key": (5, 3)}),
    ("GroupQueryAttention", {"head_dim": 3, "num_query_heads": 4, "num_key_value_heads": 2}, {"query": SERIES, "value": (5, 4)}),
    ("Embedding", {"input_dim": 9, "output_dim": 3, "mask_zero": True}, (6,)),
    ("CategoryEncoding", {"num_tokens": 9}, (6,)), ("Normalization", {"mean": [0.0, 1, 2, 3], "variance": [1.0, 2, 3, 4]}, FLAT),
    ("Normalization", lambda L: adapted(L.Normalization(axis=-1)), SERIES), ("Resizing", {"height": 5, "width": 3}, IMAGE),
    ("CenterCrop", {"height": 5, "width": 3}, IMAGE), ("RandomContrast", {"factor": 0.5}, IMAGE), ("RandomFlip", {"seed": 3}, IMAGE),
    *[(name, {"factor": 0.2}, IMAGE) for name in ("RandomBrightness", "RandomRotation")], ("RandomZoom", {"height_factor": 0.2}, IMAGE),
    ("RandomTranslation", {"height_factor": 0.2, "width_factor": 0.1}, IMAGE),
]  # fmt: skip
INTEGERS = {"Embedding", "CategoryEncoding", "Hashing", "ReversibleEmbedding"}
# Not a layer by itself, or one whose inputs are words or whose code is a function: tested on their own.
ELSEWHERE = {"Layer", "InputLayer", "Wrapper", "Lambda", "StringLookup", "IntegerLookup", "TextVectorization"}


def adapted(layer):
    """Return a layer that has seen data."""
    layer.adapt(np.random.default_rng(8).normal(2, 3, (20, 6, 4)).astype("float32"))
    return layer


def catalogue(engine):
    """Return the names of the layers in ``engine.layers``, aliases left out."""
    found = {n: getattr(engine.layers, n, None) for n in dir(engine.layers)}
    kinds = {n: c for n, c in found.items() if isinstance(c, type) and issubclass(c, engine.layers.Layer)}
    return sorted(n for n, c in kinds.items() if n == vars(c).get("public_name", c.__name__))


def all_cases(engine):
    """Return the cases of every layer of the catalogue; one without an entry here gets the contract's arguments."""
    known = {name for name, _, _ in CASES} | ELSEWHERE
    more = {}
    for file in sorted(pathlib.Path(__file__).parent.glob("contract_cases_*.py")):
        family = importlib.import_module(file.stem)
        shapes = getattr(family, "SHAPES", {})
        for name in catalogue(engine):
            if name not in known and name in {*family.ARGUMENTS, *shapes}:
                more[name] = (family.ARGUMENTS.get(name, {}), (shapes.get(name) or [(2, 4)])[0][1:])
    rest = [(n, *more.get(n, ({}, FLAT))) for n in catalogue(engine) if n not in known]
    return [*CASES, *rest]


def inputs_of(engine, name, shapes):
    """Return symbolic inputs in the nesting of the shapes."""
    dtype = "int32" if name in INTEGERS else "float32"
    if isinstance(shapes, dict):
        return {key: engine.layers.Input(shape, name=key, dtype=dtype) for key, shape in shapes.items()}
    if isinstance(shapes, list):
        return [engine.layers.Input(shape, dtype=dtype) for shape in shapes]
    return engine.layers.Input(shapes, dtype=dtype)


def layer_model(engine, name, given, shapes):
    """Return a model of that one layer."""
    layer = given(engine.layers) if inspect.isfunction(given) else getattr(engine.layers, name)(**given)
    x = inputs_of(engine, name, shapes)
    y = layer(**x) if isinstance(x, dict) else layer(x)
    return engine.Model(list(x.values()) if isinstance(x, dict) else x, y)


def sample(name, shapes, rows=3):
    """Return what such a model is fed: an array, or a list of them."""
    rng = np.random.default_rng(1)
    flat = list(shapes.values()) if isinstance(shapes, dict) else shapes if isinstance(shapes, list) else [shapes]
    if name in INTEGERS:
        arrays = [rng.integers(0, 9, (rows, *shape)).astype("int32") for shape in flat]
    else:
        arrays = [rng.normal(size=(rows, *shape)).astype("float32") for shape in flat]
    return arrays if isinstance(shapes, (dict, list)) else arrays[0]


# --- the zoo ---------------------------------------------------------------------------------------------------------


def numbers(shape, seed=1):
    """Return three samples of that shape."""
    return np.random.default_rng(seed).normal(size=(3, *shape)).astype("float32")


def embedding(e):
    return e.Sequential([e.layers.Input((6,)), e.layers.Embedding(9, 4, mask_zero=True), e.layers.LSTM(3)])


def both_ways(e):
    inner = e.layers.LSTM(3, return_sequences=True)
    return e.Sequential(
        [e.layers.Input(SERIES), e.layers.Bidirectional(inner), e.layers.Bidirectional(e.layers.GRU(2))]
    )


def cells(e):
    stack = [e.layers.LSTMCell(3), e.layers.GRUCell(2)]
    return e.Sequential(
        [e.layers.Input(SERIES), e.layers.RNN(stack, return_sequences=True), e.layers.RNN(e.layers.SimpleRNNCell(2))]
    )


def over_time(e):
    return e.Sequential([e.layers.Input(SERIES), e.layers.TimeDistributed(e.layers.Dense(3))])


def nested(e):
    inner = e.Sequential([e.layers.Input((3,)), e.layers.Dense(4, "tanh"), e.layers.Dropout(0.2)], name="inner")
    deeper = e.Sequential([e.layers.Input((4,)), inner_of(e), e.layers.Dense(2)], name="deeper")
    return e.Sequential([e.layers.Input((5,)), e.layers.Dense(3), inner, deeper])


def inner_of(e):
    return e.Sequential([e.layers.Input((4,)), e.layers.Dense(3, name="again")], name="innermost")


def mixed(e):
    return e.Sequential(
        [e.layers.Input((4,)), e.layers.Dense(3, dtype="mixed_float16"), e.layers.Dense(2, dtype="float16")]
    )


def functional(e):
    L = e.layers
    a, b = L.Input((4,), name="a"), L.Input((4,), name="b")
    shared = L.Dense(3, activation="relu", name="shared")
    joined = L.Concatenate()([shared(a), shared(b)])
    left, right = L.Dense(2, name="left")(joined), L.Dense(1, name="right")(L.Add()([shared(a), shared(b)]))
    return e.Model([a, b], [left, right], name="two")


def nested_functional(e):
    L = e.layers
    i = L.Input((4,))
    inner = e.Model(i, L.Dense(3, "tanh")(i), name="inner")
    x = L.Input((4,))
    y = L.Add()([inner(x), inner(x)])
    stack = e.Sequential([L.Input((3,)), L.Dense(2), L.BatchNormalization()], name="stack")
    return e.Model(x, stack(y), name="outer")


def residual(e):
    L = e.layers
    i = L.Input((8, 8, 3))
    x = L.Conv2D(4, 3, padding="same")(i)
    y = L.BatchNormalization()(x)
    y = L.Conv2D(4, 3, padding="same", activation="relu")(y)
    x = L.Add()([x, y])
    return e.Model(i, L.Dense(2)(L.GlobalAveragePooling2D()(x)))


def convolutional_memory(e):
    L = e.layers
    stack = [
        L.ConvLSTM2D(2, 2, return_sequences=True),
        L.BatchNormalization(),
        L.ConvLSTM2D(2, 2),
        L.Flatten(),
        L.Dense(2),
    ]
    return e.Sequential([L.Input((3, 5, 5, 2)), *stack])


def stacked_both_ways(e):
    L = e.layers
    cells = L.StackedRNNCells([L.LSTMCell(3), L.GRUCell(2)])
    inner = L.Bidirectional(L.RNN(cells, return_sequences=True), merge_mode="concat")
    return e.Sequential([L.Input(SERIES), inner, L.TimeDistributed(L.Dense(2, "relu")), L.GlobalMaxPooling1D()])


def encoder_decoder(e):
    L = e.layers
    told, said = L.Input((6,), name="told"), L.Input((5,), name="said")
    words = L.Embedding(9, 4, mask_zero=True)
    _, h, c = L.LSTM(3, return_state=True, name="encoder")(words(told))
    y = L.LSTM(3, return_sequences=True, name="decoder")(words(said), initial_state=[h, c])
    return e.Model([told, said], L.Dense(9, "softmax")(y), name="translator")


def transformer(e):
    L = e.layers
    i = L.Input((6,))
    x = L.Embedding(9, 4, mask_zero=True)(i)
    x = L.LayerNormalization()(L.Add()([x, L.MultiHeadAttention(2, 3)(x, x, use_causal_mask=True)]))
    x = L.LayerNormalization()(L.Add()([x, L.Dense(4)(L.Dense(8, "gelu")(x))]))
    return e.Model(i, L.Dense(2)(L.GlobalAveragePooling1D()(x)))


def twins(e):
    L = e.layers
    a, b = L.Input(SERIES, name="left"), L.Input(SERIES, name="right")
    reader = e.Sequential([L.Input(SERIES), L.Conv1D(4, 3, activation="relu"), L.GRU(3)], name="reader")
    return e.Model(
        {"left": a, "right": b}, {"near": L.Dot(-1, normalize=True)([reader(a), reader(b)]), "left": reader(a)}
    )


def u_shaped(e):
    L = e.layers
    i = L.Input((8, 8, 1))
    down = L.SeparableConv2D(3, 3, padding="same", activation="relu")(i)
    x = L.Conv2D(4, 3, strides=2, padding="same", activation="swish")(down)
    up = L.Concatenate()([L.Conv2DTranspose(3, 3, strides=2, padding="same")(x), L.UpSampling2D()(x), down])
    return e.Model(i, L.Conv2D(1, 1, activation="sigmoid")(up))


def with_ops(e):
    L, ops = e.layers, e.ops
    i = L.Input(SERIES)
    x = ops.concatenate([i[:, 1:], ops.tanh(i[:, :-1]) * 2.0], axis=-1)
    x = L.Dense(3)(ops.mean(x, axis=1) - ops.max(x, axis=1) / 3.0)
    return e.Model(i, ops.softmax(ops.reshape(x, (-1, 3, 1)), axis=1))


ZOO = {
    "embedding": (embedding, np.array([[1, 2, 3, 0, 0, 0], [4, 5, 6, 7, 8, 1]])), "bidirectional": (both_ways, numbers(SERIES)),
    "cells": (cells, numbers(SERIES)), "time distributed": (over_time, numbers(SERIES)), "nested": (nested, numbers((5,))),
    "mixed": (mixed, numbers((4,))), "functional": (functional, [numbers((4,)), numbers((4,), 2)]),
    "nested functional": (nested_functional, numbers((4,))), "residual": (residual, numbers((8, 8, 3))),
    "convolutional memory": (convolutional_memory, numbers((3, 5, 5, 2))), "stacked both ways": (stacked_both_ways, numbers(SERIES)),
    "encoder decoder": (encoder_decoder, [np.array([[1, 2, 3, 0, 0, 0], [4, 5, 6, 7, 8, 1]]), np.array([[1, 2, 3, 4, 0], [5, 1, 0, 0, 0]])]),
    "transformer": (transformer, np.array([[1, 2, 3, 0, 0, 0], [4, 5, 6, 7, 8, 1]])),
    "twins": (twins, {"left": numbers(SERIES), "right": numbers(SERIES, 2)}), "u-shaped": (u_shaped, numbers((8, 8, 1))),
    "ops": (with_ops, numbers(SERIES)),
}  # fmt: skip
