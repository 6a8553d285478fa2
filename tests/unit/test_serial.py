"""Configs: from the constructor's signature to plain JSON and back, users' classes included."""

import json

import numpy as np
import pytest

from teachkeras import ops, serial
from teachkeras.errors import ArgumentTypeError, UnknownNameError
from teachkeras.serial import (
    Configurable,
    CustomObjectScope,
    deserialize,
    is_serialized,
    plain,
    register_keras_serializable,
    resolve,
    serialize,
    signature_of,
)


class Point(Configurable):
    """A base with two arguments."""

    def __init__(self, x, y=2):
        self.x, self._y = x, y


class Spot(Point):
    """One argument more; the rest goes upwards."""

    config_omits_none = frozenset({"label"})

    def __init__(self, colour="red", label=None, **kwargs):
        super().__init__(**kwargs)
        self.colour, self.label = colour, label


class Renamed(Configurable):
    """Keeps its argument under another name."""

    config_skips = frozenset({"secret"})

    def __init__(self, size=3, secret=None):
        self.n = size


@pytest.fixture(autouse=True)
def fresh_registry(monkeypatch):
    monkeypatch.setattr(serial, "_registered", dict(serial._registered))


def test_config_is_the_constructors_arguments():
    assert Point(1).get_config() == {"x": 1, "y": 2}
    assert Spot(x=1, y=5).get_config() == {"x": 1, "y": 5, "colour": "red"}
    assert Spot(x=1, label="a").get_config()["label"] == "a"


def test_arguments_kept_under_another_name_are_remembered():
    assert Renamed().get_config() == {"size": 3}
    assert Renamed(7).get_config() == {"size": 7}
    assert Renamed(size=8, secret="s").get_config() == {"size": 8}


def test_the_signature_follows_kwargs_upwards():
    assert list(signature_of(Spot)) == ["x", "y", "colour", "label"]
    assert list(signature_of(Point)) == ["x", "y"]


def test_from_config_builds_an_equal_object():
    for thing in (Point(1, [1, 2]), Spot(x=None, colour="blue"), Renamed(9)):
        again = type(thing).from_config(json.loads(json.dumps(thing.get_config())))
        assert again.get_config() == thing.get_config()


def test_serialize_names_class_and_module_of_a_users_class():
    described = serialize(Point(1))
    assert described == {
        "module": __name__,
        "class_name": "Point",
        "config": {"x": 1, "y": 2},
        "registered_name": "Point",
    }
    assert is_serialized(described)
    assert not is_serialized({"class_name": "Point"})


def test_the_librarys_classes_are_filed_under_keras():
    from teachkeras import layers

    described = serialize(layers.Dense(3, activation="relu", name="d"))
    assert described["module"] == "keras.layers"
    assert described["registered_name"] is None
    again = deserialize(json.loads(json.dumps(described)))
    assert type(again) is layers.Dense
    assert again.get_config() == layers.Dense(3, activation="relu", name="d").get_config()


def test_nested_objects_travel():
    with CustomObjectScope({"Point": Point, "Spot": Spot}):
        spot = deserialize(json.loads(json.dumps(serialize(Spot(x=Point(4))))))
    assert type(spot.x) is Point
    assert spot.x.x == 4


@pytest.mark.parametrize(
    ("value", "want"),
    [
        (None, None), (True, True), (1.5, 1.5), ("a", "a"), (np.float32(0.5), 0.5), (np.int64(3), 3),
        ((1, [2, (3,)]), (1, [2, (3,)])), ({"a": (1,)}, {"a": (1,)}), (ops.relu, "relu"),
    ],
)  # fmt: skip
def test_plain(value, want):
    assert plain(value) == want
    json.dumps(plain(value))


def test_arrays_travel():
    a = np.arange(6, dtype="float32").reshape(2, 3)
    again = deserialize(json.loads(json.dumps(plain(a))))
    assert again.dtype == a.dtype
    assert np.array_equal(again, a)


def test_a_registered_class_is_found_by_its_name():
    @register_keras_serializable(package="mine")
    class Local(Point):
        def __init__(self, x, y=3):
            super().__init__(x, y)

    described = serialize(Local(1))
    assert described["registered_name"] == "mine>Local"
    assert type(deserialize(described)) is Local
    assert serial.get_registered_name(Local) == "mine>Local"
    assert serial.get_registered_object("mine>Local") is Local


def test_a_registered_function_is_found_by_its_name():
    @register_keras_serializable(name="double")
    def twice(x):
        return x * 2

    described = plain(twice)
    assert described["config"] == "Custom>double"
    assert deserialize(described) is twice


def test_a_subclass_of_a_registered_class_is_not_registered():
    @register_keras_serializable()
    class Parent(Point):
        pass

    class Child(Parent):
        pass

    assert serial.get_registered_name(Child) is None


def test_scopes_nest_and_end():
    first, second = type("First", (Point,), {}), type("First", (Point,), {})
    described = {"module": "elsewhere", "class_name": "First", "config": {"x": 1}, "registered_name": None}
    with CustomObjectScope({"First": first}):
        with CustomObjectScope({"First": second}):
            assert type(deserialize(described)) is second
        assert type(deserialize(described)) is first
        assert type(deserialize(described, custom_objects={"First": second})) is second
    with pytest.raises(UnknownNameError, match="'First'"):
        deserialize(described)


@pytest.mark.parametrize("module", ["keras.layers", "elsewhere", None, "os", "keras.os", "keras.nothing"])
def test_an_unknown_class_is_named_and_nothing_else_is_imported(module):
    with pytest.raises(UnknownNameError) as caught:
        deserialize({"module": module, "class_name": "Dnse", "config": {}, "registered_name": None})
    if module == "keras.layers":
        assert "did you mean 'Dense'?" in str(caught.value)


def test_a_module_path_cannot_reach_outside_the_library():
    for module, name in [
        ("os", "system"),
        ("builtins", "eval"),
        ("subprocess", "Popen"),
        ("keras.serial", "importlib"),
        ("keras.config", "Path"),
    ]:
        with pytest.raises(UnknownNameError):
            deserialize({"module": module, "class_name": name, "config": {}, "registered_name": None})


def test_what_is_not_serialized_passes():
    assert deserialize(3) == 3
    assert deserialize({"a": 1}) == {"a": 1}


def test_a_thing_without_config_is_refused():
    with pytest.raises(ArgumentTypeError, match="get_config"):
        serialize(object())


def test_resolve():
    from teachkeras import activations

    namespace = "teachkeras.activations"
    assert resolve(None, "activation", namespace) is None
    assert resolve("relu", "activation", namespace) is activations.relu
    assert resolve(len, "activation", namespace) is len
    with CustomObjectScope({"mine": abs}):
        assert resolve("mine", "activation", namespace) is abs
    with pytest.raises(UnknownNameError, match="did you mean 'softmax'"):
        resolve("sofmax", "activation", namespace)
    with pytest.raises(ArgumentTypeError, match="Could not interpret activation"):
        resolve(3, "activation", namespace)


def test_resolve_builds_a_class_and_a_description():
    from teachkeras import initializers

    namespace = "teachkeras.initializers"
    assert type(resolve("zeros", "initializer", namespace)) is initializers.Zeros
    assert type(resolve(initializers.Zeros, "initializer", namespace)) is initializers.Zeros
    assert type(resolve(serialize(initializers.Zeros()), "initializer", namespace)) is initializers.Zeros
