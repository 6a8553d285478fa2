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
