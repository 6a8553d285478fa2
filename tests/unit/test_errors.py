"""Errors: laid out in one way, caught as Keras's would be, and carrying what was wrong."""

import inspect

import pytest

from teachkeras import errors
from teachkeras.errors import ShapeError, TeachKerasError, UnknownNameError, describe, did_you_mean

CLASSES = [
    c
    for _, c in inspect.getmembers(errors, inspect.isclass)
    if issubclass(c, TeachKerasError) and c is not TeachKerasError
]
BUILT_IN = {
    "ShapeError": ValueError,
    "ArgumentError": ValueError,
    "ArgumentTypeError": TypeError,
    "UnknownNameError": ValueError,
    "NotBuiltError": ValueError,
    "NotCompiledError": ValueError,
    "DataError": ValueError,
    "NonFiniteError": ArithmeticError,
    "StaleVariableError": RuntimeError,
    "NoGradientError": TypeError,
    "CorruptFileError": OSError,
    "DownloadError": OSError,
    "MissingPackageError": ImportError,
    "ConcurrentFitError": RuntimeError,
}


@pytest.mark.parametrize("cls", CLASSES, ids=lambda c: c.__name__)
def test_each_error_is_also_a_built_in_one(cls):
    built_in = [
        base for base in cls.__mro__ if base.__module__ == "builtins" and base not in (Exception, BaseException, object)
    ]
    assert built_in
    if cls.__name__ in BUILT_IN:
        assert issubclass(cls, BUILT_IN[cls.__name__])
    with pytest.raises(built_in[0], match="the place"):
        raise cls("the place", expected="this", got="that", fix="do so")


@pytest.mark.parametrize("cls", CLASSES, ids=lambda c: c.__name__)
def test_each_error_takes_one_text(cls):
    assert str(cls("just this")) == "just this"


def test_layout_leaves_out_what_is_not_said():
    assert describe("here", got="x") == "here\n  got:      x"
    assert describe("here", "a", "b", "c").splitlines() == ["here", "  expected: a", "  got:      b", "  fix:      c"]


def test_parts_can_be_read():
    error = ShapeError("dense", expected="a", got="b", fix="c")
    assert (error.where, error.expected, error.got, error.fix) == ("dense", "a", "b", "c")


def test_location_is_added_once_by_the_innermost_layer():
    error = ShapeError("matmul", got="b").located("model/dense_1")
    assert str(error).splitlines()[0] == "ShapeError in model/dense_1: matmul"
    assert error.located("model") is error
    assert str(error).count("in model") == 1
    assert str(ShapeError("x").located("")) == "x"


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("sofmax", "softmax"),
        ("RELU", "relu"),
        ("thanh", "tanh"),
        ("categorical_crossentropi", "categorical_crossentropy"),
    ],
)
def test_did_you_mean(name, nearest):
    assert did_you_mean(name, ["relu", "softmax", "tanh", "categorical_crossentropy"]) == f"did you mean {nearest!r}?"


def test_did_you_mean_lists_the_choices_where_none_is_near():
    assert did_you_mean("zzz", ["b", "a"]) == "use one of a, b"
    assert did_you_mean(7, ["b"]) == "use one of b"


def test_unknown_name_is_a_value_error_as_in_keras():
    with pytest.raises(ValueError):
        raise UnknownNameError("Could not interpret activation function identifier: sofmax")
