"""What the fused recurrent steps promise: the accuracy of their tanh, and NaN that stays NaN."""

import numpy as np
import pytest

pytest.importorskip("numba")

from teachkeras import kernels
from teachkeras.kernels import blas
from teachkeras.kernels.cpu import gates, recurrent, sgemm
from teachkeras.kernels.reference import recurrent as reference
from tests.kernels.routine_samples_recurrent import SAMPLES


def prepared(arguments, dtype):
    return [a.astype(dtype) if isinstance(a, np.ndarray) and a.dtype.kind == "f" else a for a in arguments]


def activated(z, activate):
    z = z.astype("float32")
    activate(z, np.zeros_like(z))
    return z


@pytest.mark.parametrize("span", [1e-30, 1e-3, 1.0, 12.0, 1e4, 3e38])
def test_tanh_and_sigmoid_are_within_4e_7(span):
    x = np.concatenate([np.linspace(-span, span, 100_001), [0.0]]).astype("float32")
    exact = x.astype("float64")
    assert np.max(np.abs(activated(x, gates.tanh_of) - np.tanh(exact))) < 4e-7
    assert np.max(np.abs(activated(x, gates.sigmoid_of) - (0.5 + 0.5 * np.tanh(0.5 * exact)))) < 4e-7


def test_infinities_and_nan():
    for activate, ends in ((gates.tanh_of, [-1.0, 1.0]), (gates.sigmoid_of, [0.0, 1.0])):
        found = activated(np.array([-np.inf, np.inf, np.nan]), activate)
        np.testing.assert_allclose(found[:2], ends, atol=4e-7)
        assert np.isnan(found[2])


@pytest.mark.parametrize("name", ["lstm", "gru", "simple_rnn"])
def test_a_nan_comes_out(name):
    gates_count = {"lstm": 4, "gru": 3, "simple_rnn": 1}[name]
    zx = np.zeros((3, 2, 8 * gates_count), "float32")
    zx[1, 0, 3] = np.nan
    start = [np.zeros((2, 8), "float32")] * (2 if name == "lstm" else 1)
    kernel = np.ones((8, 8 * gates_count), "float32")
    arguments = (zx, *start, kernel, *([None] if name == "gru" else []), None, None)
    found = getattr(kernels, name)(*arguments)
    hidden = found if name == "simple_rnn" else found[-1]
    assert np.isnan(hidden[2:, 0]).all(axis=0)[3] and not np.isnan(hidden[:, 1]).any()


def test_a_hundred_steps_stay_near_float64():
    """Errors do not pile up: a long sequence, forward and backward, against the reference in float64."""
    rng = np.random.default_rng(0)
    zx, h, c = rng.normal(size=(100, 4, 80)), np.zeros((4, 20)), np.zeros((4, 20))
    kernel = rng.normal(0, 0.2, (20, 80))
    small = [a.astype("float32") for a in (zx, h, c, kernel)]
    exact, found = reference.lstm(zx, h, c, kernel, None, None), recurrent.lstm(*small, None, None)
    for a, b in zip(exact, found, strict=True):
        np.testing.assert_allclose(b, a, atol=5e-6)
    bar = rng.normal(size=(100, 4, 20))
    want = reference.lstm_vjp(bar, h, c, kernel, *exact[:2], None, None)
    got = recurrent.lstm_vjp(*[a.astype("float32") for a in (bar, h, c, kernel)], *found[:2], None, None)
    for a, b in zip(want, got, strict=True):
        np.testing.assert_allclose(b, a, atol=2e-5)


def test_gradients_too_small_to_matter_do_not_slow_a_step():
    """Denormal numbers take a processor ten times longer: what shrinks below 1e-30 becomes 0."""
    rng = np.random.default_rng(1)
    gate = rng.uniform(0.4, 0.6, (60, 4, 32)).astype("float32")
    cells, kernel = np.zeros((61, 4, 8), "float32"), np.full((8, 32), 1e-3, "float32")
    bar = np.full((4, 8), 1e-20, "float32")
    for found in recurrent.lstm_vjp(None, bar, bar, kernel, gate, cells, None, None):
        tiny = np.finfo("float32").tiny
        assert not np.any((found != 0) & (np.abs(found) < tiny))


@pytest.mark.parametrize("name", ["lstm", "lstm_vjp", "gru", "gru_vjp", "simple_rnn", "simple_rnn_vjp"])
@pytest.mark.parametrize("shape", [(4, 3, 5), (12, 32, 40)])
def test_without_blas_plain_loops_multiply(name, shape, monkeypatch):
    """Where NumPy brought another BLAS than OpenBLAS, the same numbers come more slowly."""
    arguments = prepared(SAMPLES[name][1](np.random.default_rng(2), shape), "float32")
    fast = getattr(recurrent, name)
    with_blas = fast(*arguments)
    monkeypatch.setattr(sgemm, "address", lambda: 0)
    without = fast(*arguments)
    for a, b in zip(*((r if isinstance(r, tuple) else (r,)) for r in (with_blas, without)), strict=True):
        np.testing.assert_allclose(a, b, atol=2e-5)


def test_the_parts_of_a_batch_give_the_same_bits_whoever_does_them():
    rng = np.random.default_rng(3)
    arguments = prepared(SAMPLES["lstm"][1](rng, (12, 64, 40)), "float32")
    alone = recurrent.lstm(*arguments)
    with blas.managed():
        shared = recurrent.lstm(*arguments)
    assert all(np.array_equal(a, b) for a, b in zip(alone, shared, strict=True))
