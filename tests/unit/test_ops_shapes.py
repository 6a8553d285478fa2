"""Symbolic calls give the shape and dtype of real ones; float32 stays float32."""

import numpy as np
import op_checks
import op_samples
import pytest

from teachkeras import ops
from teachkeras.errors import ArgumentTypeError, ShapeError
from teachkeras.ops.op import OPS
from teachkeras.symbolic import SymbolicTensor

pytestmark = pytest.mark.usefixtures("reference")
CASES = [pytest.param(name, sample, id=f"{name}-{k}") for name, k, sample in op_samples.named()]
NUMBERS = ("float32", "int32", "bool")


@pytest.mark.parametrize(("name", "sample"), CASES)
def test_symbolic_call_gives_the_real_shape_and_dtype(name, sample):
    op_checks.shapes(OPS[name], sample)


@pytest.mark.parametrize(("name", "sample"), CASES)
def test_float32_never_becomes_float64(name, sample):
    op_checks.no_float64(OPS[name], sample)


@pytest.mark.parametrize("name", sorted(n for n, o in OPS.items() if o.kind in ("elementwise", "reduction")))
def test_symbolic_dtype_is_the_real_one_for_every_mix(name):
    op = OPS[name]
    ran = 0
    for first in NUMBERS:
        for second in NUMBERS if len(op.inputs) > 1 else [None]:
            inputs = [np.ones((2, 3), kind) for kind in (first, second) if kind] + [np.ones(3, "float32")] * (
                len(op.inputs) - 2
            )
            try:
                with np.errstate(all="ignore"):
                    real = op(*inputs)
            except TypeError:  # NumPy subtracts no truth values
                continue
            ran += 1
            made = op(*[SymbolicTensor(x.shape, x.dtype) for x in inputs])
            assert (made.shape, made.dtype) == (real.shape, real.dtype.name), (first, second)
            assert "float64" not in made.dtype
    assert ran


def test_nothing_runs_on_symbolic_tensors(monkeypatch):
    def never(*args, **kwargs):
        raise AssertionError("a routine ran")

    monkeypatch.setattr(OPS["affine"], "function", never)
    huge = SymbolicTensor((None, 10**6))
    assert ops.affine(huge, SymbolicTensor((10**6, 10**6)), SymbolicTensor((10**6,))).shape == (None, 10**6)


def test_operators_and_numpy_work_on_symbolic_tensors():
    x = SymbolicTensor((None, 4))
    assert (2 * x + 1).shape == (None, 4)
    assert (x > 0).dtype == "bool"
    assert np.exp(x).shape == (None, 4)
    assert np.concatenate([x, x], axis=-1).shape == (None, 8)
    assert x[:, 0].shape == (None,)
    assert x[0].shape == (4,)
    assert x.T.shape == (4, None)
    assert x.mean(axis=0).shape == (4,)
    assert (x @ np.ones((4, 2), "float32")).shape == (None, 2)


def test_a_node_remembers_the_call():
    a, b = SymbolicTensor((None, 4)), SymbolicTensor((4,), "int32")
    y = ops.add(a, b)
    assert y.node.operation is OPS["add"]
    assert y.node.inputs == [a, b]
    assert y.node.outputs == [y]
    assert y.dtype == "float32"


def test_what_needs_numbers_says_so():
    x = SymbolicTensor((None, 4))
    for function in (np.asarray, bool, np.linalg.svd):
        with pytest.raises(ArgumentTypeError, match="symbolic tensor"):
            function(x)


@pytest.mark.parametrize(
    "call",
    [
        lambda kind: ops.add(kind((2, 3)), kind((4,))),
        lambda kind: ops.matmul(kind((2, 3)), kind((4, 5))),
        lambda kind: ops.affine(kind((2, 3)), kind((4, 5)), kind((5,))),
        lambda kind: ops.reshape(kind((2, 3)), (4, 2)),
        lambda kind: ops.concatenate([kind((2, 3)), kind((3, 4))], axis=0),
    ],
    ids=["add", "matmul", "affine", "reshape", "concatenate"],
)
@pytest.mark.parametrize("kind", [SymbolicTensor, lambda shape: np.ones(shape, "float32")], ids=["symbolic", "real"])
def test_shapes_that_do_not_fit_raise(call, kind):
    with pytest.raises(ShapeError):
        call(kind)
