"""Activations, initializers, regularizers and constraints beside Keras's; the signatures of all of rank 3."""

import importlib

import numpy as np
import pytest
from beside import assert_same, outcome, signature

from teachkeras import activations, initializers, regularizers
from teachkeras.tape import GradientTape
from teachkeras.tensor import Tensor

pytestmark = [pytest.mark.parity, pytest.mark.filterwarnings("ignore")]

ARGUMENTS = {
    "relu": [(), (0.1,), (0.0, 6.0), (0.0, 2.0), (0.1, 3.5, 1.0), (0.0, None, 1.0), (0.1, None, 1.0), (0.2, 6.0, 0.0)],
    "softmax": [(), (0,)], "gelu": [(), (True,)], "leaky_relu": [(), (0.3,)], "elu": [(), (0.5,)],
    "threshold": [(0.5, 2.0)],
}  # fmt: skip
# Keras's sparsemax leaves the simplex (see our docstring); at ±1 the slope of a kink is a matter of taste
FUNCTIONS = sorted(n for n in activations.names() if n != "sparsemax")
ODD_SLOPE = ("hard_tanh", "sparse_sigmoid")
INPUTS = [
    np.random.default_rng(0).normal(size=(4, 6)).astype("float32") * 3,
    np.array([-1e3, -20, -6, -3, -1, -0.5, 0, 0.5, 1, 3, 6, 20, 1e3, 30], "float32"),
]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_activation(keras, name):
    import jax

    theirs, ours = getattr(keras.activations, name), getattr(activations, name)
    for arguments in ARGUMENTS.get(name, [()]):
        for x in INPUTS:
            assert_same(outcome(theirs, x, *arguments), outcome(ours, x, *arguments))
            total = lambda q, more=arguments: keras.ops.sum(theirs(q, *more))  # noqa: E731
            slope = np.asarray(jax.grad(total)(x))
            watched = Tensor(x)
            with GradientTape() as tape:
                tape.watch(watched)
                y = ours(watched, *arguments) * 1.0
            judged = np.abs(x) != 1 if name in ODD_SLOPE else np.full(x.shape, True)
            assert_same(slope[judged], tape.gradient(y, watched).data[judged], rtol=1e-5, atol=1e-5)


def random_ones():
    return sorted(n for n, t in initializers.names().items() if n[0].isupper() and n != "Initializer" and "STFT" not in n)


@pytest.mark.parametrize("seed", [None, 7])
@pytest.mark.parametrize("name", random_ones())
def test_initializer(keras, name, seed):
    options = {"seed": seed} if any(p[0] == "seed" for p in signature(getattr(initializers, name))) else {}
    theirs, ours = getattr(keras.initializers, name)(**options), getattr(initializers, name)(**options)
    assert initializers.serialize(ours) == keras.saving.serialize_keras_object(theirs)
    for shape in [(100, 80)] if "Identity" in name else [(100, 80), (3, 3, 40, 20)]:
        a, b = np.asarray(theirs(shape)), ours(shape).data
        assert (a.shape, a.dtype) == (b.shape, b.dtype)
        assert abs(a.mean() - b.mean()) <= 6 * a.std() / np.sqrt(b.size) + 1e-9  # two draws from one distribution
        assert abs(a.std() - b.std()) <= 6 * a.std() / np.sqrt(2 * b.size) + 1e-9
        assert np.array_equal(ours(shape).data, b) == np.array_equal(np.asarray(theirs(shape)), a)


PRICES = [
    ("regularizers", "L1", {}), ("regularizers", "L2", {"l2": 0.3}), ("regularizers", "L1L2", {"l1": 0.1, "l2": 0.2}),
    ("regularizers", "L1L2", {}), ("regularizers", "OrthogonalRegularizer", {}), ("regularizers",
    "OrthogonalRegularizer", {"mode": "columns"}), ("constraints", "MaxNorm", {}), ("constraints", "MaxNorm",
    {"max_value": 1, "axis": 1}), ("constraints", "NonNeg", {}), ("constraints", "UnitNorm", {}), ("constraints",
    "MinMaxNorm", {"min_value": 0.5, "max_value": 1.5, "rate": 0.5}), ("constraints", "MinMaxNorm", {}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "name", "options"), PRICES, ids=str)
def test_regularizer_or_constraint(keras, kind, name, options):
    w = np.random.default_rng(0).normal(size=(5, 4)).astype("float32")
    theirs = getattr(getattr(keras, kind), name)(**options)
    ours = getattr(importlib.import_module(f"teachkeras.{kind}"), name)(**options)
    assert_same(outcome(theirs, keras.ops.convert_to_tensor(w)), outcome(ours, Tensor(w)))
    expected, got = keras.saving.serialize_keras_object(theirs), regularizers.serialize(ours)
    rounded = {k: float(np.float32(v)) if isinstance(v, float) else v for k, v in got["config"].items()}
    assert {**got, "config": rounded} == expected or got == expected  # Keras keeps some factors in float32


@pytest.mark.parametrize("namespace", ["activations", "initializers", "regularizers", "constraints", "random",
"losses", "metrics"])
def test_signatures(keras, namespace):
    theirs, ours = getattr(keras, namespace), importlib.import_module(f"teachkeras.{namespace}")
    shared = [n for n in dir(theirs) if not n.startswith("_") and hasattr(ours, n)]
    different = {
        n: (signature(getattr(theirs, n)), signature(getattr(ours, n)))
        for n in shared
        if callable(getattr(ours, n)) and signature(getattr(theirs, n)) != signature(getattr(ours, n))
    }
    assert not different
    assert len(shared) >= 8


@pytest.mark.parametrize("side", ["real", "imag"])
@pytest.mark.parametrize("more", [{}, {"window": None}, {"scaling": "spectrum", "periodic": True}], ids=str)
def test_stft_initializer(keras, side, more):
    theirs, ours = (kind.STFT(side=side, **more) for kind in (keras.initializers, initializers))
    np.testing.assert_allclose(ours((16, 1, 20)).data, np.asarray(theirs((16, 1, 20))), atol=1e-5)
    assert initializers.serialize(ours) == keras.saving.serialize_keras_object(theirs)
