"""Files written here and read by real Keras, and the other way round: every layer, every format."""

import io
import json
import warnings
import zipfile

import h5py
import numpy as np
import pytest
from model_zoo import ZOO, nested_functional, numbers

import teachkeras

pytestmark = [pytest.mark.parity, pytest.mark.filterwarnings("ignore")]

FORMATS = ["m.keras", "m.h5", "m.weights.h5"]


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
