"""What is said of convolution and pooling beyond single numbers: what is computed at all, what viewers get, graphs."""

import numpy as np
import pytest

import teachkeras
from teachkeras import kernels, ops
from teachkeras.kernels import ROUTINES
from teachkeras.ops.op import OPS
from teachkeras.symbolic import SymbolicTensor
from teachkeras.tape import GradientTape
from teachkeras.variable import Variable


def ones(*shape):
    return np.ones(shape, "float32")


def test_the_gradient_of_the_first_layers_input_is_not_computed(monkeypatch):
    kernels.conv_image  # loads the routines
    asked = []
    monkeypatch.setattr(ROUTINES["conv_image"], "run", lambda *args, **more: asked.append(args))
    w = Variable(ones(3, 3, 2, 4))
    with GradientTape() as tape:
        loss = ops.sum(ops.convolve(ones(1, 6, 6, 2), w))
    assert tape.gradient(loss, w).shape == w.shape and not asked


def test_derived_windows_times_weights_are_the_convolution():
    x, w = np.random.default_rng(0).normal(size=(2, 5, 4, 3)), np.random.default_rng(1).normal(size=(3, 2, 3, 2))
    for how in ({}, {"padding": "same", "strides": 2}, {"dilation_rate": (1, 2)}):
        u = OPS["convolve"].derived["windows"](x, w, **how)
        assert np.allclose(np.einsum("nijabc,abco->nijo", u, w), ops.convolve(x, w, **how).numpy())


def test_bias_and_activation_are_two_steps():
    with GradientTape() as tape:
        teachkeras.layers.Conv2D(2, 3, activation="relu")(ones(1, 5, 5, 1))
    assert [record.op.name for record in tape.records] == ["convolve", "relu"]


def test_a_third_derivative_exists():
    w = Variable(np.full((2, 1, 1), 2.0))
    with GradientTape() as outer:
        with GradientTape() as middle:
            with GradientTape() as inner:
                y = ops.sum(ops.convolve(np.ones((1, 3, 1)), w) ** 3)
            first = ops.sum(inner.gradient(y, w))
        second = ops.sum(middle.gradient(first, w))
    assert np.allclose(outer.gradient(second, w).numpy(), 2 * 6 * 4)  # y = 2·(w₀ + w₁)³


def test_a_graph_runs_no_routine(monkeypatch):
    for name in ("conv", "maxpool", "averagepool"):
        getattr(kernels, name)
        monkeypatch.setattr(ROUTINES[name], "run", lambda *args, **more: pytest.fail("a routine ran"))
    x = teachkeras.layers.Conv2D(8, 3)(SymbolicTensor((None, None, 20, 3)))
    assert x.shape == (None, None, 18, 8)
    x = teachkeras.layers.MaxPooling2D()(x)
    assert teachkeras.layers.AveragePooling2D(3, padding="same")(x).shape == (None, None, 3, 8)


def test_op_graph_with_unknown_lengths_holds_for_any():
    made = ops.max_pool(SymbolicTensor((None, None, 2)), 2)
    node = made.node
    for length in (4, 7):
        assert node.operation(ones(1, length, 2), **node.kwargs).shape == (1, length // 2, 2)
