"""Is a gradient right? Compare it with the slope that the numbers themselves show.

A derivative is the limit of a quotient of differences. Stop a little short of the limit and the quotient is a number
that anybody can compute without knowing a rule of differentiation, so it can judge the rules. With step ``h`` the
*central* difference

    df/dx ≈ (f(x + h) − f(x − h)) / 2h        error = h²·f'''/6 (cut-off) + ε·|f|/h (rounding)

errs least where both errors are equal, at ``h ≈ ε^(1/3)·max(1, |x|)``: 6·10⁻⁶ in float64, where ten digits survive. In
float32, half of the digits are gone, which is why the check always computes in float64.

Source: Press et al., *Numerical Recipes*, 3rd edition, section 5.7; CS231n, "Gradient checks".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from teachkeras.errors import ArgumentError, NoGradientError
from teachkeras.kernels import device
from teachkeras.tape import GradientTape
from teachkeras.tensor import Tensor, plain_array
from teachkeras.variable import Variable

STEP = float(np.finfo("float64").eps ** (1 / 3))


@dataclass(frozen=True)
class GradientCheck:
    """What :func:`check_gradient` found; true where the gradient is right.

    Attributes:
        error: The largest relative error of any entry.
        tolerance: The largest that is allowed.
        where: The worst entry, such as ``"x0[1, 2]"``.
        analytic: What the tape says there.
        numeric: What the differences say there.
        entries: How many entries were compared.
        gradients: The tape's gradient of each input, then of each variable; None where there is none.
    """

    error: float
    tolerance: float
    where: str
    analytic: float
    numeric: float
    entries: int
    gradients: tuple

    @property
    def passed(self) -> bool:
        """Whether every entry is within the tolerance."""
        return bool(self.error <= self.tolerance)

    def __bool__(self) -> bool:
        return self.passed

    def __str__(self) -> str:
        verdict = "right" if self.passed else "WRONG"
        return (
            f"gradient {verdict}: largest relative error {self.error:.1e} of {self.entries} entries "
            f"(allowed {self.tolerance:.0e})\n"
            f"  at {self.where}: the tape says {self.analytic:.10g}, central differences say {self.numeric:.10g}"
        )


def check_gradient(
    f: Callable,
    inputs: object,
    *,
    variables: Sequence[Variable] = (),
    output_gradient: object = None,
    step: float = STEP,
    tolerance: float = 1e-6,
) -> GradientCheck:
    """Compare the tape's gradient of `f` with central differences, entry by entry, in float64.

    Math:
        For an output y of any shape and a fixed ȳ, the tape gives ``x̄_i = Σ_k ȳ_k ∂y_k/∂x_i`` and the differences
        ``Σ_k ȳ_k (y_k(x_i + h) − y_k(x_i − h)) / 2h``. An entry's error is ``|a − n| / max(|a|, |n|, floor)``, the
        floor being 10⁻⁴ of the largest gradient or of ``Σ|ȳ_k y_k|``, below which the differences hold only rounding
        noise.

    Args:
        f: From one tensor per input to a tensor (or a list of them), composed of the engine's ops, without chance.
        inputs: An array-like, or a list of them. Floats are varied; integers and booleans are passed as they are.
        variables: Variables that `f` uses by itself, to be varied too; they get their values back.
        output_gradient: ȳ; by default fixed numbers near ±1, no two alike, so that errors can't cancel.
        step: h, relative to ``max(1, |x_i|)``.
        tolerance: The largest error that passes.

    Returns:
        A :class:`GradientCheck`; print it, or use it as a truth value.

    Raises:
        ArgumentError: `f` gives other numbers the second time, or there is nothing to vary.
        NoGradientError: an op on the way has no gradient.

    Example:
        >>> from teachkeras import ops
        >>> bool(check_gradient(lambda x: ops.tanh(x) * x, [0.3, -1.2, 2.0]))
        True
        >>> @ops.op.op(tex="y = x^3", kind="elementwise")
        ... def cube(x):
        ...     return x**3
        >>> @cube.vjp(tex="2x^2 (wrong)")
        ... def cube_vjp(y_bar, x):
        ...     return 2 * y_bar * x**2
        >>> report = check_gradient(cube, [2.0, 1.0], output_gradient=[1.0, 1.0])
        >>> print(report)
        gradient WRONG: largest relative error 3.3e-01 of 2 entries (allowed 1e-06)
          at x0[0]: the tape says 8, central differences say 12
        >>> del ops.op.OPS["cube"]
    """
    single = not isinstance(inputs, (list, tuple)) or all(np.ndim(i) == 0 and not hasattr(i, "shape") for i in inputs)
    arrays = [_wide(device.host(plain_array(i))) for i in ([inputs] if single else inputs)]
    with device.on_host(), _in_float64(variables):  # an entry at a time: no work for a GPU
        varied = [(f"x{k}", a) for k, a in enumerate(arrays) if a.dtype.kind == "f"]
        varied += [(v.path, v.data) for v in variables]
        if not sum(a.size for _, a in varied):
            raise ArgumentError(
                "check_gradient", expected="a floating-point input to vary", got=f"{len(arrays)} inputs without one"
            )
        outputs, tape, sources = _run(f, arrays, variables)
        y_bars = _cotangents(outputs, output_gradient)
        gradients = _analytic(outputs, y_bars, tape, sources)

        def value() -> float:
            return float(sum(np.sum(y.data * bar) for y, bar in zip(_forward(f, arrays), y_bars, strict=True)))

        if not value() == value():
            raise ArgumentError(
                "check_gradient",
                expected="the same output each time",
                got="another one the second time, or NaN",
                fix="leave randomness such as dropout out (training=False)",
            )
        numeric = [central_difference(value, array, step) for _, array in varied]
        scale = float(sum(np.sum(np.abs(y.data * bar)) for y, bar in zip(outputs, y_bars, strict=True)))
    return _compare([name for name, _ in varied], gradients, numeric, scale, tolerance)


def central_difference(value: Callable[[], float], array: np.ndarray, step: float = STEP) -> np.ndarray:
    """Return d value / d array, entry by entry; `array` is changed in place and put back.

    >>> x = np.array([1.0, 2.0])
    >>> central_difference(lambda: float(np.sum(x**2)), x).round(6)
    array([2., 4.])
    """
    slope = np.zeros_like(array)
    for place in np.ndindex(array.shape):
        middle = array[place]
        h = step * max(1.0, abs(middle))
        array[place] = middle + h
        right, high = array[place], value()
        array[place] = middle - h
        left, low = array[place], value()
        array[place] = middle
        slope[place] = (high - low) / (right - left)  # right − left, not 2h: what was really moved
    return slope


def _wide(array: np.ndarray) -> np.ndarray:
    """Return a copy, in float64 if it holds floats."""
    return np.array(array, "float64" if "float" in array.dtype.name else None)


def _forward(f: Callable, arrays: Sequence[np.ndarray]) -> list[Tensor]:
    y = f(*[Tensor(a) for a in arrays])
    return list(y) if isinstance(y, (list, tuple)) else [y]


def _run(f: Callable, arrays: Sequence[np.ndarray], variables: Sequence[Variable]) -> tuple:
    """Run `f` under a tape; return its outputs, the tape, and what the gradients are asked for."""
    tensors = [Tensor(a.copy()) for a in arrays]
    with GradientTape(persistent=True) as tape:
        tape.watch([*tensors, *variables])
        y = f(*tensors)
    sources = [t for t in tensors if t.dtype.kind == "f"] + list(variables)
    return (list(y) if isinstance(y, (list, tuple)) else [y]), tape, sources


def _cotangents(outputs: Sequence[Tensor], given: object) -> list[np.ndarray]:
    if given is not None:
        given = [given] if len(outputs) == 1 else given
        return [np.asarray(bar, "float64").reshape(y.shape) for bar, y in zip(given, outputs, strict=True)]
    rng = np.random.default_rng(20)
    return [rng.choice([-1.0, 1.0], y.shape) * rng.uniform(0.5, 1.5, y.shape) for y in outputs]


def _analytic(outputs: Sequence[Tensor], y_bars: Sequence, tape: GradientTape, sources: Sequence) -> tuple:
    if any(y.dtype.kind != "f" for y in outputs):
        raise NoGradientError(
            "check_gradient", expected="a floating-point output", got=f"dtype {outputs[0].dtype.name}"
        )
    total = [None] * len(sources)
    for y, y_bar in zip(outputs, y_bars, strict=True):
        for k, bar in enumerate(tape.gradients(y, sources, y_bar)):
            if bar is not None:
                total[k] = bar if total[k] is None else total[k] + bar
    return tuple(total)


def _compare(
    names: Sequence[str], gradients: tuple, numeric: Sequence, scale: float, tolerance: float
) -> GradientCheck:
    analytic = [np.zeros_like(n) if a is None else np.asarray(a) for a, n in zip(gradients, numeric, strict=True)]
    floor = 1e-4 * max([scale, 1e-30, *[float(np.max(np.abs(n))) for n in numeric if n.size]])
    worst = (-1.0, "", 0.0, 0.0)
    for name, a, n in zip(names, analytic, numeric, strict=True):
        if not a.size:
            continue
        error = np.abs(a - n) / np.maximum(np.maximum(np.abs(a), np.abs(n)), floor)
        error = np.where(np.isfinite(error), error, np.inf)
        place = np.unravel_index(int(np.argmax(error)), a.shape)
        if error[place] > worst[0]:
            entry = f"{name}[{', '.join(str(int(i)) for i in place)}]" if place else name
            worst = (float(error[place]), entry, float(a[place]), float(n[place]))
    error, where, a, n = worst
    return GradientCheck(error, tolerance, where, a, n, sum(n.size for n in numeric), gradients)


@contextmanager
def _in_float64(variables: Sequence[Variable]) -> Iterator[None]:
    """Let the variables hold float64 copies of their values for a while."""
    before = [v.data for v in variables]
    try:
        for v in variables:
            v.data = _wide(device.host(v.data))
        yield
    finally:
        for v, data in zip(variables, before, strict=True):
            v.data = data
