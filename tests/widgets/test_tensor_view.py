"""The tensor view without a browser: slices, limits, what is wrong."""

import numpy as np
import pytest

import teachkeras as tk
from teachkeras.errors import ArgumentError, ShapeError
from teachkeras_widgets import TensorView, tensor_view


def test_tells_shape_strides_and_numbers():
    values = np.arange(24, dtype="int64").reshape(2, 3, 4)
    setup = TensorView(values).setup
    assert (setup["shape"], setup["strides"], setup["dtype"], setup["mean"]) == ([2, 3, 4], [96, 32, 8], "int64", 11.5)
    assert np.array_equal(np.frombuffer(setup["data"]).reshape(2, 3, 4), values)


def test_table_is_the_slice_the_page_shows():
    values = np.arange(24).reshape(2, 3, 4)
    view = TensorView(values)
    assert np.array_equal(view.table(), values[0])
    view.edits = {"axes": [2, 0], "place": [0, 2, 0]}
    assert np.array_equal(view.table(), values[:, 2, :].T)
    assert TensorView(np.zeros((5, 28, 28, 3))).table().shape == (28, 28)


def test_names_come_along():
    layer = tk.layers.Dense(2, name="dense")
    layer(np.ones((1, 3)))
    assert TensorView(layer.kernel).setup["name"] == "dense/kernel"
    assert TensorView(tk.Tensor(np.ones(3)), name="z").setup["name"] == "z"


def test_a_million_numbers_are_cut():
    setup = TensorView(np.zeros((60_000, 28, 28), "uint8")).setup
    assert np.prod(setup["shown"]) <= tensor_view.MOST and setup["shape"] == [60_000, 28, 28]


def test_nan_is_shown_and_counted():
    setup = TensorView([[1.0, np.nan], [np.inf, 2.0]]).setup
    assert (setup["bad"], setup["low"], setup["high"]) == (2, 1.0, 2.0)


def test_figure():
    assert TensorView(np.arange(6.0)).png().startswith(b"\x89PNG")
    assert TensorView(np.full((3, 3), np.nan)).png().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "values, error, says",
    [
        (np.zeros((0, 3)), ArgumentError, "at least one number"),
        (["a"], ArgumentError, "numbers"),
        ([[1], [1, 2]], ArgumentError, "equal length"),
        (np.zeros((1,) * 5), ShapeError, "up to 4 axes"),
    ],
)
def test_says_what_is_wrong(values, error, says):
    with pytest.raises(error, match=says):
        TensorView(values)
