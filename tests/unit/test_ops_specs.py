"""Each op's specs against the code, and the vjp's spec against ``sympy.diff`` of the forward spec."""

import numpy as np
import op_checks
import op_samples
import pytest
import spec_numpy
import spec_sympy
import sympy as sp

from teachkeras.ops.op import OPS
from teachkeras.ops.spec import tree

pytestmark = pytest.mark.usefixtures("reference")
CASES = [pytest.param(name, sample, id=f"{name}-{k}") for name, k, sample in op_samples.named()]


@pytest.mark.parametrize(("name", "sample"), CASES)
def test_spec_is_what_the_code_computes(name, sample):
    assert op_checks.spec_forward(OPS[name], sample) <= 1e-6  # float64: 1e-9, inside


@pytest.mark.parametrize(("name", "sample"), CASES)
def test_vjp_spec_is_what_the_code_and_sympy_compute(name, sample):
    assert op_checks.spec_gradient(OPS[name], sample) <= 1e-9


@pytest.mark.parametrize("name", sorted(n for n, o in OPS.items() if o.spec and o.__module__.startswith("teachkeras.")))
def test_every_spec_is_really_compared(name):
    assert any(sample.spec for sample in op_samples.samples(OPS[name]))


@pytest.mark.parametrize(
    "name", sorted(n for n, o in OPS.items() if o.kind == "elementwise" and o.spec and len(o.inputs) == 1)
)
def test_spec_on_a_grid(name):
    """The formula that a page draws, on the whole of its range and not at sample points only."""
    op = OPS[name]
    sample = op_samples.samples(op)[0]
    low, high = float(np.nanmin(sample.inputs[0])), float(np.nanmax(sample.inputs[0]))
    x = np.linspace(low, high, 401)
    x = x[np.abs(x - np.round(x)) > 1e-6]
    x = x[np.abs(x) > 0.3] if op_samples.DOMAINS.get(name) is op_samples.nonzero else x
    grid = sample._replace(inputs=(x,))
    op_checks.spec_forward(op, grid)
    op_checks.spec_gradient(op, grid)


def test_tree_refuses_what_a_browser_cannot_evaluate():
    for spec in ("[1, 2]", "x.shape", "x if y else z", "'text'", "f(x)(y)", "a < b < c", "+x"):
        with pytest.raises(ValueError, match="numbers, names"):
            tree(spec)


def test_sympy_reads_every_operator():
    x = sp.Symbol("x", real=True)
    (expr,) = spec_sympy.expression("where((x > 1) * (x <= 2), -x ** 2 / 3, max(x, 0) - min(x, 1))", {"x": x})
    at = np.array([-1.0, 0.5, 1.5, 3.0])
    want = np.where((at > 1) & (at <= 2), -(at**2) / 3, np.maximum(at, 0) - np.minimum(at, 1))
    assert np.allclose(spec_sympy.evaluate(expr, {x: at}), want)


def test_spec_einsum_sums_what_the_output_lacks():
    a, b = np.arange(24.0).reshape(2, 3, 4), np.arange(30.0).reshape(2, 3, 5)
    assert np.allclose(spec_numpy.einsum("...i,...o->io", a, b), np.einsum("pqi,pqo->io", a, b))
    assert np.allclose(spec_numpy.einsum("...o->o", a), a.sum(axis=(0, 1)))
    assert np.allclose(spec_numpy.einsum("...i,...i->...", a, a[:1]), np.einsum("pqi,qi->pq", a, a[0]))
