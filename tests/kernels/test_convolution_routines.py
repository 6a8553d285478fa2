"""Fast convolution and pooling against the float64 reference over whatever geometry Hypothesis thinks of; bits; parts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teachkeras import config, kernels
from teachkeras.kernels import ROUTINES, blas
from teachkeras.kernels.geometry import Geometry, windows_of_transposed, windows_on
from teachkeras.kernels.registry import load_reference

pytest.importorskip("numba")
load_reference()
FAST = dict(kernels.implementations("numba"))


@st.composite
def geometries(draw, dilated=True):
    """Windows on one to three axes, with every stride, border and dilation, some of them transposed."""
    rank = draw(st.integers(1, 3))
    axes = lambda low, high: tuple(draw(st.integers(low, high)) for _ in range(rank))  # noqa: E731
    size, strides, dilation = axes(1, 3), axes(1, 3), axes(1, 2) if dilated else (1,) * rank
    if dilated and draw(st.booleans()):
        return windows_of_transposed(axes(1, 4), size, strides, dilation, draw(st.sampled_from(["valid", "same"])))
    least = max((k - 1) * d + 1 for k, d in zip(size, dilation, strict=True))
    return windows_on(axes(least, least + 4), size, strides, dilation, draw(st.sampled_from(["valid", "same", "causal"])))


def agree(name, arguments, others, tolerance=None):
    """Hold the fast routine in float32 to the reference in float64."""
    want = ROUTINES[name].on["reference"](*arguments, *others)
    got = FAST[name](*[a.astype("float32") if a.dtype.kind == "f" else a for a in arguments], *others)
    for g, w in zip(*[r if isinstance(r, tuple) else (r,) for r in (got, want)], strict=True):
        assert g.shape == w.shape
        if w.size:
            assert np.max(np.abs(g - w)) <= (tolerance or ROUTINES[name].tolerance) * max(1.0, np.max(np.abs(w)))


QUICK = settings(max_examples=40, deadline=None, derandomize=True)


@QUICK
@given(geometries(), st.integers(1, 3), st.sampled_from([(1, 1, 1), (3, 4, 1), (4, 6, 2), (3, 3, 3), (2, 6, 2), (16, 8, 1)]))
def test_convolution_of_any_geometry(g, n, channels):
    c, o, groups = channels
    rng = np.random.default_rng(n)
    x, z = rng.normal(size=(n, *g.lengths, c)), rng.normal(size=(n, *g.windows, o))
    w, b = rng.normal(size=(*g.size, c // groups, o)), rng.normal(size=o)
    agree("conv", (x, w, b), (g, groups))
    agree("conv_image", (z, w), (g, groups))
    agree("conv_kernel", (z, x), (g, groups))


@QUICK
@given(geometries(dilated=False), st.integers(1, 3), st.sampled_from([1, 3, 16]))
def test_pooling_of_any_geometry(g, n, c):
    rng = np.random.default_rng(n)
    x, y = np.round(rng.normal(size=(n, *g.lengths, c)), 1), rng.normal(size=(n, *g.windows, c))
    place = ROUTINES["maxpool"].on["reference"](x, g)[1]
    agree("maxpool", (x,), (g,))
    agree("maxpool_vjp", (y, place), (g,))
    agree("averagepool", (x,), (g,))
    agree("averagepool_vjp", (y,), (g,))


def test_one_sum_in_three_roles():
    """Σ z·conv(x, w) = Σ x·conv_image(z, w) = Σ w·conv_kernel(z, x)."""
    rng, g = np.random.default_rng(0), windows_on((7, 6), (3, 2), (2, 1), None, "same")
    x, w, z = rng.normal(size=(2, 7, 6, 3)), rng.normal(size=(3, 2, 3, 4)), rng.normal(size=(2, *g.windows, 4))
    sums = (np.sum(z * kernels.conv(x, w, None, g)), np.sum(x * kernels.conv_image(z, w, g)),
            np.sum(w * kernels.conv_kernel(z, x, g)))  # fmt: skip
    assert np.ptp(sums) < 1e-10


def test_bits_do_not_depend_on_the_number_of_cores(monkeypatch):
    rng, g = np.random.default_rng(0), windows_on((40, 40), (3, 3), padding="same")
    x, w = rng.normal(size=(9, 40, 40, 32)).astype("float32"), rng.normal(size=(3, 3, 32, 16)).astype("float32")
    z, found = rng.normal(size=(9, *g.windows, 16)).astype("float32"), []
    for threads in (1, 2):
        monkeypatch.setattr(config, "threads", lambda threads=threads: threads)
        with blas.managed():
            found.append((FAST["conv"](x, w, None, g), FAST["conv_image"](z, w, g), FAST["conv_kernel"](z, x, g)))
    assert all(np.array_equal(a, b) for a, b in zip(*found, strict=True))


def test_an_error_on_a_helper_thread_is_told(monkeypatch):
    def work(k):
        if k == 3:
            raise ArithmeticError("the fourth piece")

    monkeypatch.setattr(config, "threads", lambda: 2)
    with blas.managed(), pytest.raises(ArithmeticError, match="fourth"):
        blas.share([lambda k=k: work(k) for k in range(6)])


@pytest.mark.parametrize("special", [np.nan, np.inf, -np.inf])
def test_maxpool_passes_on_what_is_no_number(special):
    x, g = np.zeros((1, 4, 2), "float32"), windows_on((4,), (2,), (2,))
    x[0, 1, 0] = special
    (y, place), (want, wanted) = FAST["maxpool"](x, g), ROUTINES["maxpool"].on["reference"](x, g)
    assert np.array_equal(y, want, equal_nan=True) and np.array_equal(place, wanted)


def test_windows_look_where_the_formula_says():
    g = Geometry((5,), (3,), (2,), (1,), (1,), (3,))
    from teachkeras.kernels.reference.convolution import windows

    u = windows(np.arange(1.0, 6.0).reshape(1, 5, 1), g)[0, ..., 0]
    assert u.tolist() == [[0, 1, 2], [2, 3, 4], [4, 5, 0]]
