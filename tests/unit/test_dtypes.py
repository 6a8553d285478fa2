"""Number types combine as Keras's do, for every pair and every three."""

import itertools
import os
import warnings

import numpy as np
import pytest

from teachkeras import config, dtypes
from teachkeras.errors import UnknownNameError

KINDS = [*dtypes.NAMES, int, float, bool]


@pytest.fixture(scope="module")
def keras_result_type():
    os.environ.setdefault("KERAS_BACKEND", "jax")
    pytest.importorskip("jax")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        keras = pytest.importorskip("keras")
    return keras.backend.result_type


def agree(ours, theirs):
    """Keras on JAX without x64 has no 64-bit types: it gives their 32-bit halves."""
    return ours == theirs or ours.replace("64", "32") == theirs


@pytest.mark.parity
@pytest.mark.parametrize("first", KINDS, ids=str)
def test_pairs_combine_as_in_keras(first, keras_result_type):
    for second in KINDS:
        assert agree(dtypes.result_type(first, second), keras_result_type(first, second)), (first, second)


@pytest.mark.parity
def test_threes_combine_as_in_keras(keras_result_type):
    for three in itertools.combinations(["bool", "uint8", "int32", "float16", "float32", int, float], 3):
        assert agree(dtypes.result_type(*three), keras_result_type(*three)), three


@pytest.mark.parametrize(("a", "b"), list(itertools.product(dtypes.NAMES, repeat=2)))
def test_combining_is_commutative_and_reaches_both(a, b):
    joined = dtypes.result_type(a, b)
    assert joined == dtypes.result_type(b, a)
    assert joined in dtypes.NAMES
    assert dtypes.result_type(joined, a) == joined


@pytest.mark.parametrize("name", dtypes.NAMES)
def test_a_type_alone_stays(name):
    assert dtypes.result_type(name) == name
    assert dtypes.name_of(name) == name
    assert dtypes.result_type(name, name) == name


def test_python_numbers_are_weak():
    assert dtypes.result_type("float16", float) == "float16"
    assert dtypes.result_type("uint8", int) == "uint8"
    assert dtypes.result_type("int32", float) == "float32"
    assert dtypes.result_type("bool", int) == "int32"


def test_floatx_is_what_a_python_float_becomes():
    try:
        config.set_floatx("float16")
        assert dtypes.name_of(None) == dtypes.name_of(float) == "float16"
        assert dtypes.result_type("int32", float) == "float16"
    finally:
        config.set_floatx("float32")


@pytest.mark.parametrize(
    ("given", "name"),
    [(np.float32, "float32"), (np.dtype("int8"), "int8"), (int, "int32"), (bool, "bool"), ("float", "float32")],
)
def test_names(given, name):
    assert dtypes.name_of(given) == name


@pytest.mark.parametrize("given", ["flaot32", "float31", "datetime64", 3.5], ids=str)
def test_an_unknown_type_is_named(given):
    with pytest.raises(UnknownNameError, match="number type"):
        dtypes.name_of(given)


def test_is_float():
    assert [n for n in dtypes.NAMES if dtypes.is_float(n)] == ["float16", "bfloat16", "float32", "float64"]
    assert dtypes.is_float(np.dtype("float32"))
