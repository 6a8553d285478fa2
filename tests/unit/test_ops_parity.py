"""The same names, arguments, values and dtypes as ``keras.ops``: real Keras on JAX is run beside."""

import inspect
import itertools
import os
import warnings

import composed_ops_breadth
import numpy as np
import op_checks
import op_samples
import pytest

from teachkeras import ops
from teachkeras.ops.op import OPS, Op

os.environ.setdefault("KERAS_BACKEND", "jax")
jax = pytest.importorskip("jax")
pytestmark = [pytest.mark.parity, pytest.mark.usefixtures("reference")]
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    keras = pytest.importorskip("keras")

PUBLIC = ops.names()
COMMON = sorted(name for name in PUBLIC if hasattr(keras.ops, name))
X, Y = op_samples.reals(3, 4).astype("float32"), op_samples.reals(3, 4, seed=1).astype("float32")
V = op_samples.reals(4).astype("float32")
CUBE = op_samples.reals(2, 3, 4).astype("float32")

# Functions composed of ops: name -> calls, given the namespace (ours, then Keras's)
COMPOSED = {
    "concatenate": [lambda o: o.concatenate([X, Y]), lambda o: o.concatenate([X, Y, X], axis=-1)],
    "stack": [lambda o: o.stack([X, Y]), lambda o: o.stack([X, Y], axis=1), lambda o: o.stack([X, Y], axis=-1)],
    "vstack": [lambda o: o.vstack([X, Y]), lambda o: o.vstack([V, V])],
    "hstack": [lambda o: o.hstack([X, Y]), lambda o: o.hstack([V, V])],
    "einsum": [
        lambda o: o.einsum("ij,kj->ik", X, Y),
        lambda o: o.einsum("ij->ji", X),
        lambda o: o.einsum("bij,ij,j->b", CUBE, X, V),
        lambda o: o.einsum("i,j,k->ijk", V, V, V),
    ],
    "std": [lambda o: o.std(CUBE), lambda o: o.std(CUBE, axis=(0, 2), keepdims=True)],
    "norm": [
        lambda o: o.norm(V),
        lambda o: o.norm(X),
        lambda o: o.norm(X, axis=1, ord=1, keepdims=True),
        lambda o: o.norm(X, axis=0, ord=np.inf),
        lambda o: o.norm(X, axis=-1, ord=3),
        lambda o: o.norm(X, ord="fro"),
    ],
    "average": [
        lambda o: o.average(X),
        lambda o: o.average(X, axis=1, weights=np.abs(V)),
        lambda o: o.average(X, axis=0, weights=np.abs(Y)),
        lambda o: o.average(X, weights=np.abs(Y)),
    ],
    "moments": [lambda o: o.moments(CUBE, axes=[0]), lambda o: o.moments(CUBE, axes=[0, 1], keepdims=True)],
    "glu": [lambda o: o.glu(CUBE)],
    "unstack": [lambda o: o.unstack(CUBE), lambda o: o.unstack(CUBE, axis=-1)],
    "repeat": [lambda o: o.repeat(X, 2), lambda o: o.repeat(X, 3, axis=1),
        lambda o: o.repeat(X, np.array([1, 0, 2]), axis=0)],
    "pad": [
        lambda o: o.pad(X, 1),
        lambda o: o.pad(X, ((1, 2), (0, 3)), constant_values=7.0),
        lambda o: o.pad(X, ((1, 2), (2, 1)), mode="reflect"),
        lambda o: o.pad(X, ((1, 2), (2, 1)), mode="symmetric"),
    ],
    "moveaxis": [lambda o: o.moveaxis(CUBE, 0, -1), lambda o: o.moveaxis(CUBE, (0, 1), (2, 0))],
    "ravel": [lambda o: o.ravel(CUBE)],
    "sort": [lambda o: o.sort(X), lambda o: o.sort(X, axis=0)],
    "top_k": [lambda o: o.top_k(X, 2)],
    "meshgrid": [lambda o: o.meshgrid(V, X[:, 0]), lambda o: o.meshgrid(V, X[:, 0], indexing="ij"),
        lambda o: o.meshgrid(V, V, V)],
    "tensordot": [
        lambda o: o.tensordot(CUBE, X),
        lambda o: o.tensordot(X, Y, axes=[[0], [0]]),
        lambda o: o.tensordot(X, V, axes=1),
        lambda o: o.tensordot(X, V, axes=0),
        lambda o: o.tensordot(CUBE, CUBE, axes=[[0, 2], [0, 2]]),
    ],
    "dot": [
        lambda o: o.dot(X, Y.T),
        lambda o: o.dot(X, V),
        lambda o: o.dot(V, V),
        lambda o: o.dot(X, 2.0),
        lambda o: o.dot(CUBE, V),
        lambda o: o.dot(CUBE, CUBE.transpose(0, 2, 1)),
        lambda o: o.dot(V, CUBE.transpose(0, 2, 1)),
    ],
    "inner": [lambda o: o.inner(X, Y), lambda o: o.inner(V, V), lambda o: o.inner(CUBE, V)],
    "outer": [lambda o: o.outer(V, X[:, 0]), lambda o: o.outer(X, V)],
    "vdot": [lambda o: o.vdot(X, Y)],
    "convert_to_tensor": [
        lambda o: o.convert_to_tensor([1, 2]),
        lambda o: o.convert_to_tensor(1.5),
        lambda o: o.convert_to_tensor([[True]]),
        lambda o: o.convert_to_tensor([1, 2], dtype="float32"),
        lambda o: o.convert_to_tensor(np.arange(3, dtype="uint8")),
    ],
    "array": [lambda o: o.array([1, 2])],
    "convert_to_numpy": [lambda o: o.convert_to_numpy(X)],
    "is_tensor": [lambda o: np.array(o.is_tensor(X)), lambda o: np.array(o.is_tensor(o.ones(2)))],
    "shape": [lambda o: np.array(o.shape(X))],
    "size": [lambda o: np.array(int(o.size(X)))],
    "ndim": [lambda o: np.array(int(o.ndim(X)))],
    "zeros": [lambda o: o.zeros((2, 3)), lambda o: o.zeros((2,), dtype="int32")],
    "ones": [lambda o: o.ones((2, 3)), lambda o: o.ones((2,), dtype="bool")],
    "full": [lambda o: o.full((2, 3), 1.5), lambda o: o.full((2,), 3, dtype="int32")],
    "zeros_like": [lambda o: o.zeros_like(X), lambda o: o.zeros_like(X, dtype="int32")],
    "ones_like": [lambda o: o.ones_like(X), lambda o: o.ones_like(np.arange(3, dtype="int32"))],
    "eye": [lambda o: o.eye(3), lambda o: o.eye(2, 4, k=1, dtype="int32")],
    "identity": [lambda o: o.identity(3), lambda o: o.identity(2, dtype="int32")],
    "arange": [lambda o: o.arange(5), lambda o: o.arange(1, 2, 0.25), lambda o: o.arange(3, dtype="float32")],
    "linspace": [lambda o: o.linspace(0.0, 1.0, 5), lambda o: o.linspace(0.0, 1.0, 4, endpoint=False)],
}  # fmt: skip

COMPOSED |= composed_ops_breadth.COMPOSED

ELSEWHERE = set(  # compared in tests/parity, with their layers
    "adaptive_average_pool adaptive_max_pool average_pool batch_normalization conv conv_transpose depthwise_conv max_pool "
    "dot_product_attention layer_normalization normalize rms_normalization separable_conv".split()
)


def arrays(result):
    return [np.asarray(getattr(r, "data", r) if not hasattr(r, "devices") else r) for r in op_checks.many(result)]


def compare(ours, theirs, tolerance=1e-5):
    ours, theirs = arrays(ours), arrays(theirs)
    assert len(ours) == len(theirs)
    for a, b in zip(ours, theirs, strict=True):
        assert a.dtype == b.dtype
        op_checks.close(a, b, tolerance, floor=0.1)


def beside(function):
    """Run on Keras without its warnings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return function()


@pytest.mark.parametrize("name", COMMON)
def test_every_common_name_is_compared(name):
    assert isinstance(PUBLIC[name], Op) or name in COMPOSED or name in ELSEWHERE


@pytest.mark.parametrize("name", COMMON)
def test_arguments_are_those_of_keras(name):
    """The same names in the same order, defaults too where Keras has them; ours may accept more at the end."""
    mine = list(inspect.signature(PUBLIC[name]).parameters.values())
    theirs = [p for p in inspect.signature(getattr(keras.ops, name)).parameters.values() if p.kind is not p.VAR_KEYWORD]
    assert [p.name for p in mine[: len(theirs)]] == [p.name for p in theirs]
    for a, b in zip(mine, theirs, strict=False):
        assert b.default is b.empty or b.default is None or a.default == b.default, a.name


BEYOND = {
    ("sparse_categorical_crossentropy", 3),
    ("sparse_categorical_crossentropy", 4),
}  # classes not on the last axis
OP_CASES = [
    pytest.param(name, op_checks.with_dtype(sample, "float32"), id=f"{name}-{k}")
    for name, k, sample in op_samples.named()
    if name in COMMON
    and sample is not None
    and (name, k) not in BEYOND
    and sample.params.get("dtype") != "float64"
    and "initial" not in sample.params
]


@pytest.mark.parametrize(("name", "sample"), OP_CASES)
def test_op_computes_what_keras_computes(name, sample):
    op, theirs = PUBLIC[name], getattr(keras.ops, name)
    required = {p.name for p in inspect.signature(theirs).parameters.values() if p.default is p.empty}
    named = dict(zip(op.inputs, sample.inputs, strict=True))
    params = {
        n: tuple(v) if n == "axis" and isinstance(v, list) else v for n, v in sample.params.items()
    }  # as JAX wants
    params |= {n: v for n, v in op.params.items() if n in required and n not in params}
    compare(op(**named, **sample.params), beside(lambda: theirs(**named, **params)))


@pytest.mark.parametrize(
    ("name", "call"), [pytest.param(n, c, id=f"{n}-{k}") for n, cs in COMPOSED.items() for k, c in enumerate(cs)]
)
def test_composed_function_computes_what_keras_computes(name, call):
    compare(call(ops), beside(lambda: call(keras.ops)))


NUMBERS = {
    "float32": np.full((2, 2), 2, "float32"),
    "float16": np.full((2, 2), 2, "float16"),
    "int32": np.full((2, 2), 2, "int32"),
    "uint8": np.full((2, 2), 2, "uint8"),
    "bool": np.ones((2, 2), bool),
    "int": 2,
    "float": 2.0,
}
# Keras takes the Python number for a float32 tensor in two ops, and leaves integers integers in a third
OTHER_DTYPES = {("arctan2", "float", "float16"), ("logaddexp", "float", "float16")}
OTHER_DTYPES |= {("hard_tanh", kind) for kind in ("int32", "uint8", "bool")}
MIXES = [
    pytest.param(name, mix, id=f"{name}-{'-'.join(mix)}")
    for name in COMMON
    if isinstance(PUBLIC[name], Op)
    and PUBLIC[name].kind in ("elementwise", "reduction")
    and len(PUBLIC[name].inputs) < 3
    for mix in itertools.product(NUMBERS, repeat=len(PUBLIC[name].inputs))
    if any(hasattr(NUMBERS[m], "dtype") for m in mix)
]


@pytest.mark.parametrize(("name", "mix"), MIXES)
def test_dtype_of_a_mix_is_that_of_keras(name, mix):
    given = [NUMBERS[m] for m in mix]
    try:
        theirs = beside(lambda: jax.eval_shape(lambda: getattr(keras.ops, name)(*given)))  # nothing is compiled
    except (TypeError, ValueError):
        return  # JAX's own refusal, of a truth value for instance
    with np.errstate(all="ignore"):
        ours = PUBLIC[name](*given)
    if (name, *sorted(mix)) not in OTHER_DTYPES:
        assert ours.dtype.name == str(theirs.dtype)


SPECIAL = [
    pytest.param(name, sample, id=f"{name}-{k}")
    for name, cases in op_samples.SPECIAL.items()
    if name in COMMON and name != "one_hot"
    for k, (sample, _, _) in enumerate(cases)
    if "initial" not in sample.params
]
OTHERWISE = {
    "clip": "JAX halves the gradient at the bounds; TensorFlow, PyTorch and we let it through",
    "absolute": "JAX takes 1 at 0; TensorFlow, PyTorch and we take 0",
    "power": "JAX's gradient to the exponent of a negative base is NaN; ours is 0",
}


@pytest.mark.parametrize(("name", "sample"), SPECIAL)
def test_gradient_at_kinks_and_extremes_is_that_of_jax(name, sample):
    sample = op_checks.with_dtype(sample, "float32")
    at = sample.floats()

    def run(*xs):
        return sample.call(lambda *a, **k: getattr(keras.ops, name)(*a, **k), dict(zip(at, xs, strict=True)))

    y, pullback = beside(lambda: jax.vjp(run, *[np.asarray(sample.inputs[k]) for k in at]))
    wanted = beside(lambda: pullback(np.ones(y.shape, "float32")))
    _, _, bars = op_checks.vjp(OPS[name], sample, y_bars=[np.ones(y.shape, "float32")])
    if name in OTHERWISE:
        assert not all(np.allclose(bar, want) for bar, want in zip(bars, wanted, strict=True))
        return
    for bar, want in zip(bars, wanted, strict=True):
        op_checks.close(bar, np.asarray(want), 1e-5)
