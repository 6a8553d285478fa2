"""Files written here and read by real Keras, and the other way round: every layer, every format."""

import io
import json
import warnings
import zipfile

import h5py
import numpy as np
import pytest

import teachkeras

pytestmark = [pytest.mark.parity, pytest.mark.filterwarnings("ignore")]

IMAGE, SERIES, VOLUME = (8, 8, 3), (6, 4), (5, 5, 5, 2)
LAYERS = [  # class, keyword arguments, shape of a sample
    ("Dense", {"units": 3, "activation": "relu", "kernel_regularizer": "l2"}, (4,)),
    ("EinsumDense", {"equation": "abc,cd->abd", "output_shape": (6, 5), "bias_axes": "d"}, SERIES),
    ("Activation", {"activation": "gelu"}, (4,)), ("ReLU", {"max_value": 6.0}, (4,)), ("LeakyReLU", {}, (4,)),
    ("PReLU", {"shared_axes": [1]}, SERIES), ("ELU", {}, (4,)), ("Softmax", {}, (4,)), ("Identity", {}, (4,)),
    ("Flatten", {}, SERIES), ("Reshape", {"target_shape": (4, 6)}, SERIES), ("Permute", {"dims": (2, 1)}, SERIES),
    ("RepeatVector", {"n": 3}, (4,)), ("Cropping1D", {"cropping": 1}, SERIES),
    ("Cropping2D", {"cropping": ((1, 1), (2, 0))}, IMAGE), ("Cropping3D", {}, VOLUME),
    ("ZeroPadding1D", {"padding": 2}, SERIES), ("ZeroPadding2D", {"padding": (1, 2)}, IMAGE),
    ("ZeroPadding3D", {}, VOLUME), ("UpSampling1D", {}, SERIES), ("UpSampling2D", {}, IMAGE),
    ("UpSampling3D", {}, VOLUME), ("Dropout", {"rate": 0.5, "seed": 1}, (4,)),
    ("SpatialDropout1D", {"rate": 0.5}, SERIES), ("SpatialDropout2D", {"rate": 0.5}, IMAGE),
    ("SpatialDropout3D", {"rate": 0.5}, VOLUME), ("AlphaDropout", {"rate": 0.5}, (4,)),
    ("GaussianDropout", {"rate": 0.5}, (4,)), ("GaussianNoise", {"stddev": 0.5}, (4,)),
    ("ActivityRegularization", {"l1": 0.1}, (4,)), ("Masking", {"mask_value": 0.0}, SERIES),
    ("BatchNormalization", {}, IMAGE), ("LayerNormalization", {}, SERIES), ("GroupNormalization", {"groups": 2}, SERIES),
    ("RMSNormalization", {}, SERIES), ("UnitNormalization", {}, (4,)), ("Rescaling", {"scale": 0.5, "offset": 1.0}, (4,)),
    ("Conv1D", {"filters": 2, "kernel_size": 3}, SERIES),
    ("Conv2D", {"filters": 2, "kernel_size": 3, "padding": "same", "activation": "relu"}, IMAGE),
    ("Conv3D", {"filters": 2, "kernel_size": 2}, VOLUME),
    ("Conv1DTranspose", {"filters": 2, "kernel_size": 3}, SERIES),
    ("Conv2DTranspose", {"filters": 2, "kernel_size": 3, "strides": 2}, IMAGE),
    ("Conv3DTranspose", {"filters": 2, "kernel_size": 2}, VOLUME),
    ("DepthwiseConv1D", {"kernel_size": 3}, SERIES), ("DepthwiseConv2D", {"kernel_size": 3}, IMAGE),
    ("SeparableConv1D", {"filters": 2, "kernel_size": 3}, SERIES),
    ("SeparableConv2D", {"filters": 2, "kernel_size": 3}, IMAGE),
    *[(f"{kind}Pooling{n}D", {"pool_size": 2}, shape) for kind in ("Max", "Average") for n, shape in ((1, SERIES), (2, IMAGE), (3, VOLUME))],
    *[(f"Global{kind}Pooling{n}D", {}, shape) for kind in ("Max", "Average") for n, shape in ((1, SERIES), (2, IMAGE), (3, VOLUME))],
    ("AdaptiveAveragePooling2D", {"output_size": 2}, IMAGE), ("AdaptiveMaxPooling2D", {"output_size": 2}, IMAGE),
    ("SimpleRNN", {"units": 3}, SERIES), ("GRU", {"units": 3, "return_sequences": True}, SERIES),
    ("GRU", {"units": 3, "reset_after": False}, SERIES),
    ("LSTM", {"units": 3, "dropout": 0.1, "recurrent_dropout": 0.1}, SERIES),
    ("ConvLSTM1D", {"filters": 2, "kernel_size": 2}, (3, 6, 2)), ("ConvLSTM2D", {"filters": 2, "kernel_size": 2}, (3, 5, 5, 2)),
]  # fmt: skip
IDS = [f"{name}-{'-'.join(map(str, more))}-{i}" for i, (name, more, _) in enumerate(LAYERS)]
FORMATS = ["m.keras", "m.h5", "m.weights.h5"]


def here(name):
    if name not in dir(teachkeras.layers):
        pytest.skip(f"teachkeras has no {name} yet")


def numbers(shape, seed=1):
    return np.random.default_rng(seed).normal(size=(3, *shape)).astype("float32")


def predicted(model, x):
    return [np.asarray(y) for y in (lambda p: p if isinstance(p, (list, tuple)) else [p])(model.predict(x, verbose=0))]


def given_other_weights(model):
    """Return the model with weights that no initializer makes."""
    rng = np.random.default_rng(5)
    model.set_weights([np.abs(rng.normal(size=w.shape, scale=0.4)).astype(w.dtype) for w in model.get_weights()])
    return model


def there_and_back(keras, build, x, folder, formats=FORMATS, **options):
    """Hold predictions equal: saved in one engine, read in the other."""
    for source, target in ((keras, teachkeras), (teachkeras, keras)):
        model = given_other_weights(build(source))
        expected = predicted(model, x)
        for name in formats:
            path = str(folder / f"{source.__name__}_{name}")
            if "weights" in name:
                model.save_weights(path)
                other = build(target)
                other.load_weights(path)
            else:
                model.save(path)
                other = target.models.load_model(path, **options)
            for a, b in zip(expected, predicted(other, x), strict=True):
                np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-5, err_msg=f"{name} from {source.__name__}")


QUICK = ("Dense", "BatchNormalization", "Conv2D", "GRU", "LSTM")


@pytest.mark.parametrize(
    ("name", "more", "shape"),
    [pytest.param(*case, id=name, marks=() if case[0] in QUICK else pytest.mark.full) for case, name in zip(LAYERS, IDS, strict=True)],
)  # fmt: skip
def test_layer(keras, tmp_path, name, more, shape):
    here(name)

    def build(engine):
        layers = engine.layers
        return engine.Sequential(
            [layers.Input(shape), getattr(layers, name)(**more), layers.Flatten(), layers.Dense(2)]
        )

    there_and_back(keras, build, numbers(shape), tmp_path)


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


ZOO = {
    "embedding": (embedding, np.array([[1, 2, 3, 0, 0, 0], [4, 5, 6, 7, 8, 1]])), "bidirectional": (both_ways, numbers(SERIES)),
    "cells": (cells, numbers(SERIES)), "time distributed": (over_time, numbers(SERIES)), "nested": (nested, numbers((5,))),
    "mixed": (mixed, numbers((4,))), "functional": (functional, [numbers((4,)), numbers((4,), 2)]),
    "nested functional": (nested_functional, numbers((4,))), "residual": (residual, numbers((8, 8, 3))),
}  # fmt: skip


@pytest.mark.parametrize(
    "name", [name if "functional" in name else pytest.param(name, marks=pytest.mark.full) for name in ZOO]
)
def test_model(keras, tmp_path, name):
    build, x = ZOO[name]
    try:
        build(teachkeras)
    except AttributeError as error:
        pytest.skip(str(error))
    there_and_back(keras, build, x, tmp_path)


@pytest.mark.parametrize("name", ZOO)
def test_json(keras, name):
    build, _ = ZOO[name]
    try:
        ours = build(teachkeras)
    except AttributeError as error:
        pytest.skip(str(error))
    theirs = build(keras)
    assert keras.models.model_from_json(ours.to_json()).count_params() == theirs.count_params()
    assert teachkeras.models.model_from_json(theirs.to_json()).count_params() == theirs.count_params()


def test_the_same_groups_and_arrays(keras, tmp_path):
    def described(file):
        found = {}
        file.visititems(
            lambda name, item: found.update({name: (getattr(item, "shape", None), str(getattr(item, "dtype", "")))})
        )
        return {name: value for name, value in found.items() if "seed_generator" not in name}

    def build(e):
        model = nested_functional(e)
        model.compile(e.optimizers.Adam(use_ema=True, gradient_accumulation_steps=2, amsgrad=True), "mse")
        model.fit(numbers((4,)), np.zeros((3, 2)), verbose=0)
        return model

    files = []
    for engine in (keras, teachkeras):
        build(engine).save(tmp_path / "m.keras")
        with zipfile.ZipFile(tmp_path / "m.keras") as archive:
            files.append(described(h5py.File(io.BytesIO(archive.read("model.weights.h5")))))
            config = json.loads(archive.read("config.json"))
            assert list(config)[:3] == ["module", "class_name", "config"] and config["class_name"] == "Functional"
    assert files[0] == files[1]


OPTIMIZERS = [
    ("SGD", {}), ("SGD", {"momentum": 0.9}), ("RMSprop", {"momentum": 0.5, "centered": True}), ("Adam", {}),
    ("Adam", {"amsgrad": True, "gradient_accumulation_steps": 2}), ("AdamW", {}), ("Adadelta", {}),
    ("Adagrad", {}), ("Adamax", {}), ("Nadam", {}), ("Ftrl", {}), ("Lion", {}), ("Lamb", {}), ("Adafactor", {}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "more"), OPTIMIZERS, ids=[f"{n}-{i}" for i, (n, _) in enumerate(OPTIMIZERS)])
@pytest.mark.full
def test_training_goes_on_in_the_other_engine(keras, tmp_path, name, more):
    if name not in dir(teachkeras.optimizers):
        pytest.skip(f"teachkeras has no {name} yet")
    x, y = numbers((4,)), numbers((2,), 3)
    for source, target in ((keras, teachkeras), (teachkeras, keras)):
        model = source.Sequential([source.layers.Input((4,)), source.layers.Dense(3, "tanh"), source.layers.Dense(2)])
        model.compile(getattr(source.optimizers, name)(learning_rate=0.05, **more), "mse", metrics=["mae"])
        model.fit(x, y, epochs=3, verbose=0)
        model.save(tmp_path / "m.keras")
        other = target.models.load_model(tmp_path / "m.keras")
        for a, b in zip(model.optimizer.variables, other.optimizer.variables, strict=True):
            np.testing.assert_array_equal(np.asarray(a.value), np.asarray(b.value), err_msg=f"{a.path}, {b.path}")
        logs = [m.fit(x, y, epochs=3, verbose=0).history for m in (model, other)]
        np.testing.assert_allclose(logs[0]["loss"], logs[1]["loss"], rtol=1e-4, atol=1e-6)
        np.testing.assert_allclose(logs[0]["mae"], logs[1]["mae"], rtol=1e-4, atol=1e-6)


def scale_of(engine):
    @engine.saving.register_keras_serializable(package="files")
    class Scale(engine.layers.Layer):
        def __init__(self, start=2.0, inner=None, **kwargs):
            super().__init__(**kwargs)
            self.start = start
            self.inner = engine.layers.Dense(3)
            self.rows = [engine.layers.Dense(3), engine.layers.Dense(3)]
            self.by_name = {"b": engine.layers.Dense(3), "a": engine.layers.Dense(3)}

        def build(self, input_shape):
            self.factor = self.add_weight(shape=(input_shape[-1],), initializer="ones", name="factor")
            for layer in (self.inner, *self.rows, *self.by_name.values()):
                if not layer.built:
                    layer.build(input_shape)
                    layer.built = True

        def call(self, x):
            x = self.inner(x) * self.factor * self.start
            for layer in (*self.rows, *self.by_name.values()):
                x = layer(x)
            return x

        def get_config(self):
            return {**super().get_config(), "start": self.start}

    return Scale


def test_a_registered_layer_with_layers_inside(keras, tmp_path):
    classes = {engine: scale_of(engine) for engine in (keras, teachkeras)}
    build = lambda e: e.Sequential([e.layers.Input((3,)), classes[e](start=3.0)])  # noqa: E731
    there_and_back(keras, build, numbers((3,)), tmp_path, FORMATS[:1] + FORMATS[2:])


def test_a_layer_passed_as_custom_object(keras, tmp_path):
    def of(engine):
        class Twice(engine.layers.Layer):
            def call(self, x):
                return x * 2

        return Twice

    classes = {engine: of(engine) for engine in (keras, teachkeras)}
    for source, target in ((keras, teachkeras), (teachkeras, keras)):
        model = source.Sequential([source.layers.Input((3,)), classes[source](), source.layers.Dense(2)])
        model.save(tmp_path / "m.keras")
        other = target.models.load_model(tmp_path / "m.keras", custom_objects={"Twice": classes[target]})
        np.testing.assert_allclose(predicted(model, numbers((3,))), predicted(other, numbers((3,))), atol=1e-5)
        with pytest.raises(TypeError):
            target.models.load_model(tmp_path / "m.keras")


def test_wrong_files_raise_as_in_keras(keras, tmp_path):
    build = lambda e: e.Sequential([e.layers.Input((4,)), e.layers.Dense(3), e.layers.Dense(2)])  # noqa: E731
    build(keras).save_weights(tmp_path / "good.weights.h5")
    for name in ("junk.keras", "junk.h5", "junk.weights.h5"):
        (tmp_path / name).write_bytes(b"junk")
    other = lambda e: e.Sequential([e.layers.Input((4,)), e.layers.Dense(5), e.layers.Dense(2)])  # noqa: E731
    cases = {
        "save as txt": lambda e: build(e).save(tmp_path / "a.txt"),
        "weights as txt": lambda e: build(e).save_weights(tmp_path / "a.txt"),
        "load txt": lambda e: e.models.load_model(tmp_path / "a.txt"),
        "weights from txt": lambda e: build(e).load_weights(tmp_path / "a.txt"),
        "no folder": lambda e: build(e).save(tmp_path / "no" / "m.keras"),
        "no file": lambda e: e.models.load_model(tmp_path / "no.keras"),
        "no h5": lambda e: e.models.load_model(tmp_path / "no.h5"),
        "no weights": lambda e: build(e).load_weights(tmp_path / "no.weights.h5"),
        "junk": lambda e: e.models.load_model(tmp_path / "junk.keras"),
        "junk h5": lambda e: e.models.load_model(tmp_path / "junk.h5"),
        "junk weights": lambda e: build(e).load_weights(tmp_path / "junk.weights.h5"),
        "other shapes": lambda e: other(e).load_weights(tmp_path / "good.weights.h5"),
        "unbuilt": lambda e: e.Sequential([e.layers.Dense(2)]).load_weights(tmp_path / "good.weights.h5"),
        "save unbuilt": lambda e: e.Sequential([e.layers.Dense(2)]).save_weights(tmp_path / "u.weights.h5"),
        "by name": lambda e: build(e).load_weights(tmp_path / "good.weights.h5", by_name=True),
        "unknown class": lambda e: e.saving.deserialize_keras_object({"module": "x", "class_name": "No", "config": {}, "registered_name": "No"}),
    }  # fmt: skip
    for case, run in cases.items():
        errors = []
        for engine in (keras, teachkeras):
            with pytest.raises(Exception) as caught, warnings.catch_warnings():
                warnings.simplefilter("ignore")
                run(engine)
            errors.append(caught.value)
        bases = [b for b in (ValueError, TypeError, OSError, FileNotFoundError) if isinstance(errors[0], b)]
        assert all(isinstance(errors[1], base) for base in bases), f"{case}: keras {errors[0]!r}, ours {errors[1]!r}"


def test_public_names(keras):
    for namespace in ("saving", "models", "utils"):
        known = dir(getattr(teachkeras, namespace))
        wanted = [n for n in dir(getattr(keras, namespace)) if "serial" in n or "custom_object" in n.lower() or "load_" in n
                  or "save_" in n or "registered" in n or n == "model_from_json"]  # fmt: skip
        missing = {n for n in wanted if n not in known} - {"load_img", "save_img"}
        assert not missing, f"{namespace}: {missing}"
