"""What an op must satisfy, as functions: each returns the largest relative error it saw (or raises AssertionError).

Tests run them over every op; the planted faults run the same functions and demand that one of them fails.
"""

import numpy as np
import op_own_checks
import spec_numpy
import spec_sympy
import sympy as sp
from op_samples import MISFITS, SPECIAL

from teachkeras import dtypes
from teachkeras.errors import NoGradientError, TeachKerasError
from teachkeras.gradcheck import STEP, check_gradient
from teachkeras.ops.op import OPS
from teachkeras.symbolic import SymbolicTensor
from teachkeras.tape import GradientTape, unbroadcast
from teachkeras.tensor import Tensor


def special(op, sample):
    """Kinks, ties, numbers that would overflow: the tabled values. Inputs that don't fit: an error of ours."""
    worst = 0.0
    for case, y, bars in SPECIAL.get(op.name, []):
        ys, _, got = vjp(op, case, y_bars=[np.full_like(out.data, 2.0) for out in many(case.call(op))])
        worst = max(worst, close(ys[0].data, y, 1e-12, "output") if y is not None else 0.0)
        for bar, want in zip(got, bars or [], strict=False):
            worst = max(worst, close(bar, 2.0 * np.asarray(want), 1e-12, "gradient"))
    if op.name in op_own_checks.CHECKS:
        op_own_checks.CHECKS[op.name](op)
    for case in MISFITS.get(op.name, []):
        try:
            case.call(op)
        except TeachKerasError:
            continue
        raise AssertionError(f"{op.name} took {[getattr(x, 'shape', x) for x in case.inputs]} {case.params}")
    return worst


def many(y):
    return list(y) if isinstance(y, (list, tuple)) else [y]


def close(got, want, tolerance=1e-9, what="", floor=1e-3):
    """Return the largest error relative to the largest entry (or `floor`); fail beyond the tolerance."""
    got, want = np.asarray(got), np.asarray(want)
    assert got.shape == want.shape, f"{what}: shape {got.shape} instead of {want.shape}"
    if not got.size:
        return 0.0
    same = (got == want) | (np.isnan(got) & np.isnan(want)) if got.dtype.kind in "fc" else got == want
    if np.all(same):
        return 0.0
    got, want = got.astype(float), want.astype(float)
    scale = max(floor, float(np.max(np.abs(want[np.isfinite(want)]), initial=0.0)))
    error = np.where(same, 0.0, np.abs(got - want)) / scale
    worst = float(np.max(np.where(np.isnan(error), np.inf, error)))
    assert worst <= tolerance, f"{what}: error {worst:.1e}\ngot  {got.ravel()[:8]}\nwant {want.ravel()[:8]}"
    return worst


def cotangents(ys, seed=1):
    rng = np.random.default_rng(seed)
    return [rng.choice([-1.0, 1.0], y.shape) * rng.uniform(0.5, 1.5, y.shape) for y in ys]


def of_floats(op, sample):
    """Return the op as a function of its floating-point inputs alone, and those."""
    at = sample.floats()
    if not sample.smooth:
        return None, []
    return (lambda *xs: sample.call(op, dict(zip(at, xs, strict=True)))), [np.array(sample.inputs[k]) for k in at]


def vjp(op, sample, wanted=None, y_bars=None):
    """Return (ys, y_bars, bars): outputs, the gradients put in, and the gradient of each floating-point input."""
    at = sample.floats()
    xs = {k: Tensor(np.array(sample.inputs[k])) for k in at}
    with GradientTape(persistent=True) as tape:
        tape.watch([xs[k] for k in at if wanted is None or k in wanted])
        ys = many(sample.call(op, xs))
    y_bars = cotangents(ys) if y_bars is None else y_bars
    bars = [None] * len(at)
    if op.gradient is None:
        return ys, y_bars, bars
    for y, y_bar in zip(ys, y_bars, strict=True):
        for k, bar in enumerate(tape.gradients(y, [xs[i] for i in at], y_bar)):
            if bar is not None:
                bars[k] = bar if bars[k] is None else bars[k] + bar
    return ys, y_bars, bars


def gradient(op, sample):
    """The vjp against central differences, entry by entry; an op without one must be flat between its jumps."""
    f, xs = of_floats(op, sample)
    if op.gradient is None:
        return _flat(f, xs)
    if not xs or many(f(*xs))[0].dtype.kind != "f":
        return 0.0
    if op.name == "stop_gradient":
        assert vjp(op, sample)[2] == [None], "a gradient flows through stop_gradient"
        return 0.0
    report = check_gradient(f, xs)
    assert report, str(report)
    for bar, x in zip(report.gradients, xs, strict=True):
        assert bar is not None, f"{op.name}: no gradient for an input of shape {x.shape}"
        assert bar.shape == x.shape, f"{op.name}: gradient of shape {bar.shape} for an input of shape {x.shape}"
    return report.error


def _flat(f, xs):
    if not xs or not all(np.isfinite(x).all() for x in xs):
        return 0.0
    for k, x in enumerate(xs):
        moved = many(f(*xs[:k], x + STEP, *xs[k + 1 :]))
        for a, b in zip(many(f(*xs)), moved, strict=True):
            close(a.numpy(), b.numpy(), what="an op without gradient that is not flat")
    return 0.0


def transposed(op, sample):
    """⟨ȳ, Jv⟩ = ⟨Jᵀȳ, v⟩ for a random direction v, with Jv from differences along v (error of fourth order)."""
    f, xs = of_floats(op, sample)
    if op.gradient is None or not xs or op.name == "stop_gradient" or many(f(*xs))[0].dtype.kind != "f":
        return 0.0
    vs = cotangents(xs, seed=5)
    ys, y_bars, bars = vjp(op, sample)

    def along(h):
        right = many(f(*[x + h * v for x, v in zip(xs, vs, strict=True)]))
        left = many(f(*[x - h * v for x, v in zip(xs, vs, strict=True)]))
        return sum(np.sum(b * (r.data - s.data)) for b, r, s in zip(y_bars, right, left, strict=True)) / (2 * h)

    h = 3e-5
    left = (4 * along(h / 2) - along(h)) / 3
    right = sum(np.sum(bar * v) for bar, v in zip(bars, vs, strict=True))
    size = sum(np.sum(np.abs(bar * v)) for bar, v in zip(bars, vs, strict=True)) + sum(
        np.sum(np.abs(y.data)) for y in ys
    )
    error = float(abs(left - right) / max(size, 1e-3))
    assert error <= 1e-8, f"<y_bar, Jv> = {left!r}, <J^T y_bar, v> = {right!r}"
    return error


def want_flags(op, sample):
    """Asking for one input's gradient gives the same as asking for all."""
    at = sample.floats()
    if op.gradient is None or len(at) < 2:
        return 0.0
    _, _, together = vjp(op, sample)
    for k, i in enumerate(at):
        _, _, alone = vjp(op, sample, wanted={i})
        close(alone[k], together[k], 0.0, f"gradient of input {i} asked for alone")
        assert all(bar is None for j, bar in enumerate(alone) if j != k), "a gradient that nobody asked for"
    return 0.0


def second(op, sample):
    """The gradient of the gradient against differences of the gradient, with respect to inputs and ȳ; or an error."""
    f, xs = of_floats(op, sample)
    if op.gradient is None or not xs or op.name == "stop_gradient" or many(f(*xs))[0].dtype.kind != "f":
        return 0.0
    y_bars = cotangents(many(f(*xs)))

    def first(*args):
        inputs, bars = args[: len(xs)], args[len(xs) :]
        with GradientTape(persistent=True) as tape:
            tape.watch(list(inputs))
            ys = many(f(*inputs))
        total = [None] * len(inputs)
        for y, y_bar in zip(ys, bars, strict=True):
            for k, g in enumerate(tape.gradient(y, list(inputs), output_gradients=y_bar)):
                if g is not None:
                    total[k] = g if total[k] is None else total[k] + g
        return total

    try:
        report = check_gradient(first, [*xs, *y_bars])
    except NoGradientError:
        assert op.gradient.once, f"the gradient of {op.name} cannot be differentiated again"
        return None
    assert report, f"second derivative of {op.name}: {report}"
    return report.error


def like_twin(op, sample):
    """An op that stands for another one in its reason is held to it: sparse cross-entropy to categorical."""
    if op.name != "sparse_categorical_crossentropy":
        return 0.0
    target, output = sample.inputs
    axis = sample.params.get("axis", -1)
    one_hot = np.moveaxis(np.eye(output.shape[axis])[target], -1, axis)
    dense, categorical = sample._replace(inputs=(one_hot, output)), OPS["categorical_crossentropy"]
    (_, _, (got,)), (_, _, (_, want)) = vjp(op, sample), vjp(categorical, dense)
    return max(close(sample.call(op).numpy(), dense.call(categorical).numpy(), 1e-12), close(got, want, 1e-12))


# --- specs -----------------------------------------------------------------------------------------------------------


def is_scalar_formula(op):
    """Tell whether the spec is a formula entry by entry, which SymPy can differentiate."""
    return op.kind in ("elementwise", "where") and op.spec is not None


def _names(op, sample):
    symbols = {name: sp.Symbol(name, real=True) for name in op.inputs}
    params = {n: v for n, v in {**op.params, **sample.params}.items() if isinstance(v, (bool, int, float))}
    values = {symbols[n]: x for n, x in zip(op.inputs, sample.inputs, strict=True)}
    names = {**symbols, **{n: sp.sympify(v) for n, v in params.items()}}
    if "condition" in names:  # a truth value
        names["condition"] = sp.Symbol("condition")
        values = {(names["condition"] if s.name == "condition" else s): v for s, v in values.items()}
    return names, values


def spec_forward(op, sample):
    """The forward spec against the code."""
    if op.spec is None or not sample.spec:
        return 0.0
    y = sample.call(op)
    tolerance = 1e-6 if many(y)[0].dtype == np.float32 else 1e-9  # integers give float32
    if is_scalar_formula(op):
        names, values = _names(op, sample)
        (expr,) = spec_sympy.expression(op.spec, names)
        return close(y.numpy(), spec_sympy.evaluate(expr, values), tolerance, f"spec {op.spec!r}")
    wanted = spec_numpy.evaluate(op.spec, op, sample)
    return max(close(a.numpy(), b, tolerance, f"spec {op.spec!r}") for a, b in zip(many(y), many(wanted), strict=True))


def spec_gradient(op, sample):
    """The vjp's spec against the code; a formula entry by entry also against ``sympy.diff`` of the forward spec."""
    if op.gradient is None or op.gradient.spec is None or not sample.spec or not sample.floats():
        return 0.0
    ys, y_bars, bars = vjp(op, sample)
    if ys[0].dtype.kind != "f":
        return 0.0
    if is_scalar_formula(op):
        wanted, worst = _sympy_vjp(op, sample, y_bars[0])
    else:
        single = not isinstance(sample.call(op), list)
        y, y_bar = (ys[0].data, y_bars[0]) if single else ([y.data for y in ys], y_bars)
        wanted, worst = many(spec_numpy.evaluate(op.gradient.spec, op, sample, y, y_bar)), 0.0
    for k, bar in zip(sample.floats(), bars, strict=True):
        x = sample.inputs[k]
        spec_bar = unbroadcast(
            np.array(np.broadcast_to(wanted[k], np.broadcast_shapes(np.shape(wanted[k]), x.shape))), x.shape, x.dtype
        )
        worst = max(worst, close(bar, spec_bar, 1e-9, f"vjp spec {op.gradient.spec!r}, input {k}"))
    return worst


def _sympy_vjp(op, sample, y_bar):
    names, values = _names(op, sample)
    (y,) = spec_sympy.expression(op.spec, names)
    bar = sp.Symbol("y_bar", real=True)
    values = {**values, bar: y_bar}
    exprs = spec_sympy.expression(op.gradient.spec, {**names, "y": y, "y_bar": bar})
    assert len(exprs) == len(op.inputs), f"vjp spec of {op.name} has {len(exprs)} entries for {len(op.inputs)} inputs"
    wanted, worst = [], 0.0
    for k, (name, expr) in enumerate(zip(op.inputs, exprs, strict=True)):
        wanted.append(spec_sympy.evaluate(expr, values))
        if k in sample.floats():
            by_sympy = spec_sympy.evaluate(bar * spec_sympy.slope(y, names[name]), values)
            worst = max(
                worst, close(wanted[-1], by_sympy, 1e-9, f"vjp spec {op.gradient.spec!r} against sympy.diff by {name}")
            )
    return wanted, worst


# --- shapes and dtypes -----------------------------------------------------------------------------------------------


def with_dtype(sample, dtype):
    """Return the sample with its floats in another number type."""
    inputs = tuple(x.astype(dtype) if x is not None and x.dtype.kind == "f" else x for x in sample.inputs)
    return sample._replace(inputs=inputs)


def fits(known, real):
    """Tell whether a symbolic shape agrees with a real one."""
    return len(known) == len(real) and all(k is None or k == r for k, r in zip(known, real, strict=True))


def shapes(op, sample):
    """A symbolic call gives the shape of the real one: exactly on known axes, and rightly with any axis unknown."""
    sample = with_dtype(sample, "float32")
    real = many(sample.call(op))
    for k, x in enumerate(sample.inputs):
        if x is None:
            continue
        for unknown in (None, *range(x.ndim)):
            if op.name == "squeeze" and unknown is not None and x.shape[unknown] == 1:
                continue  # an unknown length counts as more than 1, in Keras too
            shape = tuple(None if a == unknown else n for a, n in enumerate(x.shape))
            made = many(sample.call(op, {k: SymbolicTensor(shape, x.dtype.name)}))
            assert len(made) == len(real)
            for m, r in zip(made, real, strict=True):
                assert fits(m.shape, r.shape), f"{op.name}: symbolic {m.shape} for input {k} {shape}, really {r.shape}"
                assert unknown is not None or m.shape == r.shape, f"{op.name}: {m.shape} instead of {r.shape}"
                assert dtypes.name_of(m.dtype) == r.dtype.name, f"{op.name}: symbolic {m.dtype}, really {r.dtype.name}"
    return 0.0


def no_float64(op, sample):
    """From float32 comes float32: the output, the gradients, and everything the tape keeps."""
    sample = with_dtype(sample, "float32")
    xs = {k: Tensor(sample.inputs[k]) for k in sample.floats()}
    with GradientTape(persistent=True) as tape:
        tape.watch(list(xs.values()))
        ys = many(sample.call(op, xs))
    if sample.params.get("dtype") == "float64" or not xs:
        return 0.0
    for y in ys:
        assert y.dtype != np.float64, f"{op.name} gives float64"
    for record in tape.records:
        for name, saved in record.saved.items():
            for part in many(saved):
                assert getattr(part, "dtype", None) != np.float64, f"{op.name} saves {name} in float64"
        if op.gradient is None or ys[0].dtype.kind != "f":
            continue
        bars = [y.data for y in ys]
        for bar in op.gradient.run(bars[0] if len(ys) == 1 else tuple(bars), record, higher=False):
            assert bar is None or bar.dtype != np.float64, f"the vjp of {op.name} gives float64"
    return 0.0


GRADIENT = (gradient, transposed, want_flags)
SPECS = (spec_forward, spec_gradient)
FORMS = (shapes, no_float64)
ALL = (*GRADIENT, second, special, like_twin, *SPECS, *FORMS)
