"""What the fused normalisation promises: exact statistics of many rows, any β, the same gradients through a layer."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("numba")

from teachkeras import kernels, ops
from teachkeras.kernels.cpu import normalization as fast
from teachkeras.kernels.reference import normalization as reference
from teachkeras.tape import GradientTape
from teachkeras.variable import Variable

EPSILON = np.float32(1e-3)


@pytest.mark.parametrize("channels", [3, 16, 64, 300])
def test_statistics_of_many_rows_far_from_zero(channels):
    x = np.random.default_rng(0).normal(50.0, 1.0, (4096, channels)).astype("float32")
    _, mean, variance, _ = fast.standardize(x, None, None, (0,), EPSILON)
    np.testing.assert_allclose(mean[0], x.mean(axis=0, dtype="float64"), rtol=2e-7)
    np.testing.assert_allclose(variance[0], x.var(axis=0, dtype="float64"), rtol=2e-6)


@settings(max_examples=40, deadline=None)
@given(
    shape=st.lists(st.integers(1, 9), min_size=2, max_size=4),
    rows=st.booleans(),
    with_gamma=st.booleans(),
    with_beta=st.booleans(),
    seed=st.integers(0, 99),
)
def test_every_shape_and_choice_of_parameters(shape, rows, with_gamma, with_beta, seed):
    rng, axes = np.random.default_rng(seed), (len(shape) - 1,) if rows else tuple(range(len(shape) - 1))
    x, y_bar = rng.normal(1.0, 2.0, (2, *shape))
    gamma, beta = (rng.normal(size=shape[-1]) if wanted else None for wanted in (with_gamma, with_beta))
    small = [a if a is None else a.astype("float32") for a in (x, gamma, beta, y_bar)]
    want = reference.standardize(x, gamma, beta, axes, 1e-3)
    got = fast.standardize(*small[:3], axes, EPSILON)
    for a, b in zip(got, want, strict=True):
        np.testing.assert_allclose(a, b, atol=2e-4, rtol=1e-5)
    x_bar, gamma_bar, beta_bar = reference.standardize_vjp(y_bar, want[3], want[2], gamma, axes, 1e-3)
    arrays = small[3], want[3].astype("float32"), want[2].astype("float32"), small[1]
    found = fast.standardize_vjp(*arrays, axes, EPSILON)
    np.testing.assert_allclose(found[0], x_bar, atol=1e-3 * max(1.0, np.abs(x_bar).max()))
    for a, b in ((found[1], gamma_bar), (found[2], beta_bar)):
        np.testing.assert_allclose(a, b.reshape(-1, shape[-1]).sum(axis=0), atol=1e-3)


@pytest.mark.parametrize("shape", [(4,), (3, 4), (1, 4)])
def test_a_beta_of_another_shape_than_gamma_gets_its_gradient(shape):
    rng = np.random.default_rng(1)
    x, gamma, beta = (Variable(rng.normal(size=s).astype("float32")) for s in ((3, 4), (4,), shape))
    with GradientTape() as tape:
        y = ops.standardize(x, gamma, beta, axis=0)[0]
        loss = ops.sum(y * np.arange(12, dtype="float32").reshape(3, 4))
    whole = np.arange(12.0).reshape(3, 4)
    want = whole if shape == (3, 4) else whole.sum(axis=0).reshape(shape)
    np.testing.assert_allclose(tape.gradient(loss, beta), want)
    assert kernels.standardize_vjp.best("numba") is fast.standardize_vjp
