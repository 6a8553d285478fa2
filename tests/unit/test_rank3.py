"""Activations, initializers, regularizers, constraints, labels."""

import numpy as np
import pytest

from teachkeras import activations, constraints, initializers, ops, regularizers, utils
from teachkeras.errors import ArgumentError, ArgumentTypeError, DataError, ShapeError, UnknownNameError
from teachkeras.initializers.scaling import _Random
from teachkeras.random import SeedGenerator
from teachkeras.symbolic import SymbolicTensor
from teachkeras.tape import GradientTape
from teachkeras.tensor import Tensor

X = np.linspace(-4, 4, 24, dtype="float32").reshape(4, 6) + 0.01


@pytest.mark.parametrize("name", sorted(n for n in activations.names() if n not in ("threshold",)))
def test_activation_keeps_float32_and_has_a_name(name):
    function = activations.get(name)
    y = function(Tensor(X))
    assert y.dtype == np.float32 and activations.get(function) is function
    assert activations.deserialize(activations.serialize(function)) is function
    if name not in ("sparsemax",):
        assert function(SymbolicTensor((None, 6))).shape[0] is None


PLAIN = ["relu", "sigmoid", "tanh", "softmax", "softplus", "elu", "selu", "silu", "leaky_relu"]


@pytest.mark.parametrize("name", PLAIN)
def test_a_plain_activation_is_one_record(name):
    x = Tensor(X)
    with GradientTape() as tape:
        tape.watch(x)
        activations.get(name)(x)
    assert [record.op.name for record in tape.records] == [name]


def test_relu_variants():
    x = [-2.0, 0.5, 3.0, 8.0]
    assert activations.relu(x, negative_slope=0.5).tolist() == [-1.0, 0.5, 3.0, 8.0]
    assert activations.relu(x, max_value=6.0).tolist() == [0.0, 0.5, 3.0, 6.0]
    assert activations.relu(x, threshold=1.0).tolist() == [0.0, 0.0, 3.0, 8.0]
    assert activations.relu(x, 0.5, 6.0, 1.0).tolist() == [-1.5, -0.25, 3.0, 6.0]
    assert activations.relu(np.array([-1, 2], "int32")).dtype == np.int32


def test_softmax_over_one_class_warns():
    with pytest.warns(UserWarning, match="sigmoid"):
        activations.softmax(np.zeros((3, 1), "float32"))


def test_sparsemax_is_on_the_simplex():
    p = activations.sparsemax(X).numpy()
    assert np.allclose(p.sum(-1), 1, atol=1e-6) and p.min() == 0


def test_unknown_activation():
    assert activations.get(None) is activations.linear
    with pytest.raises(UnknownNameError, match="did you mean 'softmax'"):
        activations.get("sofmax")
    with pytest.raises(ArgumentTypeError):
        activations.get(3)


RANDOM = sorted(n for n, t in initializers.names().items() if n[0].isupper() and issubclass(t, _Random))


@pytest.mark.parametrize("name", RANDOM)
def test_seeds_of_initializers(name):
    cls = getattr(initializers, name)
    shape = (6, 4)
    assert np.array_equal(cls(seed=3)(shape).numpy(), cls(seed=3)(shape).numpy())
    assert not np.array_equal(cls(seed=3)(shape).numpy(), cls(seed=4)(shape).numpy())
    one = cls()
    assert np.array_equal(one(shape).numpy(), one(shape).numpy()) and one.get_config()["seed"] is None
    assert not np.array_equal(one(shape).numpy(), cls()(shape).numpy())
    chain = cls(seed=SeedGenerator(3, name="chain"))
    assert not np.array_equal(chain(shape).numpy(), chain(shape).numpy())
    again = initializers.deserialize(initializers.serialize(chain))
    assert isinstance(again.seed, SeedGenerator)
    assert one(shape, dtype="float64").dtype == np.float64


def test_set_random_seed_settles_fresh_initializers():
    utils.set_random_seed(1)
    first = initializers.GlorotUniform()((3, 3)).numpy()
    utils.set_random_seed(1)
    assert np.array_equal(initializers.GlorotUniform()((3, 3)).numpy(), first)


@pytest.mark.parametrize(
    ("name", "variance"),
    [("glorot_uniform", 2 / 500), ("glorot_normal", 2 / 500), ("he_normal", 2 / 300), ("he_uniform", 2 / 300),
     ("lecun_normal", 1 / 300), ("lecun_uniform", 1 / 300)],
)  # fmt: skip
def test_variances(name, variance):
    w = getattr(initializers, name)(seed=1)((300, 200)).numpy()
    assert abs(w.var() / variance - 1) < 0.02
    k = getattr(initializers, name)(seed=1)((3, 4, 25, 200 * 25 // 300)).numpy()
    assert abs(k.mean()) < 0.01


def test_orthogonal():
    q = initializers.Orthogonal(gain=2.0, seed=1)((3, 2, 4)).numpy().reshape(6, 4)
    assert np.allclose(q.T @ q, 4 * np.eye(4), atol=1e-5)


def test_bad_initializers():
    for call in (
        lambda: initializers.VarianceScaling(scale=0),
        lambda: initializers.VarianceScaling(mode="fan"),
        lambda: initializers.VarianceScaling(distribution="even"),
        lambda: initializers.GlorotUniform(seed="1"),
    ):
        with pytest.raises(ArgumentError):
            call()
    for initializer in (initializers.Identity(), initializers.Orthogonal()):
        with pytest.raises(ShapeError):
            initializer((3,))
    with pytest.raises(UnknownNameError, match="did you mean 'glorot_uniform'"):
        initializers.get("glorot_unifrom")
    with pytest.raises(TypeError):
        initializers.Zeros(3)


@pytest.mark.parametrize("wrong", [-1.0, float("nan"), float("inf"), "0.1"])
def test_bad_prices(wrong):
    with pytest.raises(ArgumentError):
        regularizers.L2(wrong)


def test_a_regularizer_has_a_gradient():
    w = Tensor(np.array([1.0, -2.0], "float32"))
    with GradientTape() as tape:
        tape.watch(w)
        price = regularizers.L1L2(l1=0.5, l2=0.25)(w)
    assert price.dtype == np.float32 and tape.gradient(price, w).tolist() == [1.0, -1.5]


def test_constraints_hold():
    w = np.random.default_rng(0).normal(size=(5, 4)).astype("float32") * 3
    length = lambda t: np.linalg.norm(t.numpy(), axis=0)  # noqa: E731
    assert length(constraints.MaxNorm(1.5)(w)).max() <= 1.5
    assert np.allclose(length(constraints.UnitNorm()(w)), 1, atol=1e-5)
    assert constraints.NonNeg()(w).numpy().min() == 0
    bounded = length(constraints.MinMaxNorm(0.5, 1.0)(w))
    assert bounded.min() >= 0.499 and bounded.max() <= 1.0


def test_to_categorical():
    assert utils.to_categorical([[0], [2]]).tolist() == [[1, 0, 0], [0, 0, 1]]
    assert utils.to_categorical([1, 0], 4).shape == (2, 4)
    assert utils.to_categorical(ops.convert_to_tensor([1, 0]), 3).dtype == np.float32
    assert utils.np_utils.to_categorical is utils.to_categorical
    for labels, classes in (([0, 3], 3), ([-1, 0], None), ([], None)):
        with pytest.raises(DataError):
            utils.to_categorical(labels, classes)


def test_normalize():
    x = np.array([[3.0, 4.0], [0.0, 0.0]])
    assert utils.normalize(x).tolist() == [[0.6, 0.8], [0.0, 0.0]]
    assert np.allclose(utils.normalize(Tensor(x)).numpy(), utils.normalize(x))
    assert np.allclose(utils.normalize(Tensor(x + 1), order=1).numpy(), utils.normalize(x + 1, order=1))
