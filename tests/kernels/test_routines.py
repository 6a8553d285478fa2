"""Every fast routine against the float64 reference: random shapes, strided and transposed arrays, at its tolerance."""

import copy
import importlib
import pathlib
import sys

import numpy as np
import pytest

from teachkeras import config, kernels
from teachkeras.kernels import ROUTINES
from teachkeras.kernels.registry import load_reference

pytest.importorskip("numba")
load_reference()
FAST = dict(kernels.implementations("numba"))
SHAPES = [(1,), (7,), (64,), (1000,), (3, 4), (32, 10), (5, 1), (1, 9), (128, 65), (300, 40), (2, 3, 4), (0, 3)]
MATRICES = [shape for shape in SHAPES if len(shape) == 2]
CLASSES = [(2, 2), *[s for s in MATRICES if s[1] > 1]]  # of one class, p = 1 - eps, which float32 can hardly hold


def rows(rng, shape):
    """Probabilities, not yet normalised, some of them so small that clipping catches them."""
    q = rng.uniform(0.01, 1.0, shape)
    q[rng.random(shape) < 0.1] = 1e-12
    return q


def one_hot(rng, shape):
    return np.eye(shape[1])[rng.integers(0, shape[1], shape[0])] if shape[0] else np.zeros(shape)


def positive(rng, shape):
    return rng.uniform(0.0, 2.0, shape)


# routine -> (shapes, from a generator and a shape to the arguments); float arrays are float64, the rest as it is
SAMPLES = {
    "affine": (MATRICES, lambda rng, s: (rng.normal(size=s), rng.normal(size=(s[1], 6)), rng.normal(size=6))),
    "sigmoid": (SHAPES, lambda rng, s: (rng.normal(0, 4, s),)),
    "erf": (SHAPES, lambda rng, s: (rng.normal(0, 2, s),)),
    "softmax": ([*MATRICES, (2, 3, 4)], lambda rng, s: (rng.normal(0, 4, s), -1)),
    "softmax_vjp": ([*MATRICES, (2, 3, 4)],
        lambda rng, s: (rng.normal(size=s), rng.dirichlet(np.ones(s[-1]), s[:-1]), -1)),
    "relu_vjp": (SHAPES, lambda rng, s: (rng.normal(size=s), np.maximum(rng.normal(size=s), 0.0))),
    "crossentropy": (CLASSES, lambda rng, s: (one_hot(rng, s), rows(rng, s), 1e-7, -1)),
    "crossentropy_vjp": (CLASSES, lambda rng, s: (rng.normal(size=(s[0], 1)), one_hot(rng, s), rows(rng, s), 1e-7, -1)),
    "sgd": (SHAPES, lambda rng, s: (rng.normal(size=s), rng.normal(size=s), 0.1)),
    "momentum": (SHAPES, lambda rng, s: (*rng.normal(size=(3, *s)), 0.1, 0.9, len(s) == 1)),
    "rmsprop": (SHAPES, lambda rng, s: (*rng.normal(size=(2, *s)), positive(rng, s), 0.01, 0.9, 1e-7)),
    "adagrad": (SHAPES, lambda rng, s: (*rng.normal(size=(2, *s)), positive(rng, s), 0.01, 1e-7)),
    "adam": (SHAPES, lambda rng, s: (*rng.normal(size=(3, *s)), positive(rng, s), 0.001, 0.9, 0.999, 1e-7)),
}  # fmt: skip


def for_all(one):
    """Samples of an update of all weights at once: those of one weight, and a second weight of another shape."""

    def make(rng, shape):
        arrays, numbers = [], None
        for s in (shape, (3, 5)):
            arguments = one(rng, s)
            arrays.append([a for a in arguments if is_float(a)])
            numbers = numbers or arguments[len(arrays[0]) :]
        return (*map(list, zip(*arrays, strict=True)), *numbers)

    return make


for _name in ("sgd", "momentum", "rmsprop", "adagrad", "adam"):
    SAMPLES[f"{_name}_many"] = SAMPLES[_name][0], for_all(SAMPLES[_name][1])

MAY_SUM = {
    "standardize_vjp"
}  # gradients of what was repeated: a routine may sum them over the repetitions, or leave that to the tape

# families keep their samples in files of their own: tests/kernels/routine_samples_<family>.py, each with a dict SAMPLES
sys.path.insert(0, str(pathlib.Path(__file__).parent))
for _file in sorted(pathlib.Path(__file__).parent.glob("routine_samples_*.py")):
    SAMPLES |= importlib.import_module(_file.stem).SAMPLES


def is_float(a):
    if isinstance(a, list):
        return bool(a) and is_float(a[0])
    return isinstance(a, np.ndarray) and a.dtype.kind == "f"


def strided(a):
    """The same numbers, every second entry of a larger array."""
    wide = np.zeros((*a.shape[:-1], 2 * a.shape[-1]), a.dtype)
    wide[..., ::2] = a
    return wide[..., ::2]


LAYOUTS = {
    "contiguous": lambda a: a.copy(),
    "strided": strided,
    "transposed": lambda a: np.asfortranarray(a),
    "reversed": lambda a: a[::-1].copy()[::-1],
}


def prepared(arguments, dtype, layout=LAYOUTS["contiguous"], only=None):
    """Copy the arguments, arrays in that dtype and layout (all of them, or the one at place `only`)."""

    def one(a, k):
        if isinstance(a, list):
            return [one(b, k) for b in a]
        return (
            (layout if only in (None, k) else LAYOUTS["contiguous"])(a.astype(dtype)) if is_float(a) else copy.copy(a)
        )

    return [one(a, k) for k, a in enumerate(arguments)]


def outcome(function, arguments):
    """Run; return the result and, since some routines work in place, every array argument afterwards."""
    result = function(*arguments)
    results = list(result) if isinstance(result, tuple) else [] if result is None else [result]
    for a in arguments:
        results += a if isinstance(a, list) else [a] if is_float(a) else []
    return results


def assert_like(name, got, want):
    assert len(got) == len(want)
    for g, w in zip(got, want, strict=True):
        if name in MAY_SUM and g.ndim < w.ndim:
            w = w.sum(axis=tuple(range(w.ndim - g.ndim)))
        assert g.shape == w.shape
        if w.dtype.kind != "f":  # places, which no rounding may change
            assert g.dtype == w.dtype and np.array_equal(g, w), name
            continue
        assert g.dtype == np.float32, f"{name} gives {g.dtype} from float32"
        if g.size:
            error = float(np.max(np.abs(g - w)) / max(1e-6, float(np.max(np.abs(w)))))
            assert error <= ROUTINES[name].tolerance, (
                f"{name}: error {error:.1e}, allowed {ROUTINES[name].tolerance:.0e}"
            )


@pytest.mark.parametrize("name", sorted(ROUTINES))
def test_routine_has_a_reference_and_samples(name):
    assert "reference" in ROUTINES[name].on
    assert name in SAMPLES, f"add samples of routine {name!r} to tests/kernels/test_routines.py"


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", sorted(FAST))
def test_fast_routine_is_the_reference(name, layout):
    shapes, make = SAMPLES[name]
    for seed, shape in enumerate(shapes):
        arguments = make(np.random.default_rng(seed), shape)
        want = outcome(ROUTINES[name].on["reference"], prepared(arguments, "float64"))
        assert_like(name, outcome(FAST[name], prepared(arguments, "float32", LAYOUTS[layout])), want)


@pytest.mark.parametrize("name", sorted(FAST))
def test_one_odd_array_among_contiguous_ones(name):
    """A slot or a gradient alone in another layout must not be read wrongly, nor its update be lost in a copy."""
    shapes, make = SAMPLES[name]
    for shape in (s for s in shapes if len(s) > 1):
        arguments = make(np.random.default_rng(1), shape)
        want = outcome(ROUTINES[name].on["reference"], prepared(arguments, "float64"))
        for only in (k for k, a in enumerate(arguments) if is_float(a)):
            for layout in (strided, LAYOUTS["transposed"]):
                assert_like(name, outcome(FAST[name], prepared(arguments, "float32", layout, only)), want)


@pytest.mark.parametrize("name", sorted(ROUTINES))
def test_reference_in_float32_is_near_float64(name):
    shapes, make = SAMPLES[name]
    for seed, shape in enumerate(shapes):
        arguments = make(np.random.default_rng(seed), shape)
        run = ROUTINES[name].on["reference"]
        assert_like(name, outcome(run, prepared(arguments, "float32")), outcome(run, prepared(arguments, "float64")))


@pytest.mark.parametrize("name", sorted(FAST))
def test_float64_is_computed_in_float64(name):
    shapes, make = SAMPLES[name]
    arguments = make(np.random.default_rng(0), shapes[-2])
    want = outcome(ROUTINES[name].on["reference"], prepared(arguments, "float64"))
    for g, w in zip(outcome(FAST[name], prepared(arguments, "float64")), want, strict=True):
        assert g.dtype == w.dtype
        assert np.allclose(g, w, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", sorted(FAST))
def test_results_are_the_same_from_run_to_run(name):
    shapes, make = SAMPLES[name]
    arguments = make(np.random.default_rng(3), shapes[-3])
    first, second = (outcome(FAST[name], prepared(arguments, "float32")) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


@pytest.mark.parametrize("name", [n for n in sorted(ROUTINES) if n.endswith("_many")])
def test_all_weights_at_once_are_updated_as_one_by_one(name):
    arguments = SAMPLES[name][1](np.random.default_rng(5), (40, 10))
    together, apart = prepared(arguments, "float32"), prepared(arguments, "float32")
    FAST[name](*together)
    lists = [a for a in apart if isinstance(a, list)]
    for arrays in zip(*lists, strict=True):
        FAST[name.removesuffix("_many")](*arrays, *apart[len(lists) :])
    for a, b in zip(together[: len(lists)], lists, strict=True):
        assert all(np.array_equal(x, y) for x, y in zip(a, b, strict=True))


def test_the_comparison_can_fail():
    """A planted fault in a routine: one entry off by ten times the tolerance."""
    arguments = SAMPLES["sigmoid"][1](np.random.default_rng(0), (32, 10))
    want = outcome(ROUTINES["sigmoid"].on["reference"], prepared(arguments, "float64"))
    off = [w.astype("float32") for w in want]
    off[0][3, 4] += 10 * ROUTINES["sigmoid"].tolerance
    with pytest.raises(AssertionError, match="allowed"):
        assert_like("sigmoid", off, want)


def test_back_ends_are_chosen_at_run_time():
    routine, before = ROUTINES["softmax"], config.backend()
    try:
        for backend, folder in (("numpy", "reference"), ("numba", "cpu")):
            config.set_backend(backend)
            kernels.softmax(np.ones((2, 3), "float32"), -1)
            assert routine.run is routine.on.get(folder, routine.on["reference"])
    finally:
        config.set_backend(before)


def test_an_unknown_routine_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no routine named 'sofmax'"):
        kernels.sofmax
