"""Curves made of other curves, so that gradients, formulas and symbolic shapes come by themselves."""

import math

import numpy as np

from teachkeras import dtypes
from teachkeras.ops import creation, curves, elementwise
from teachkeras.ops.elementwise import (
    absolute,
    add,
    cast,
    divide,
    exp,
    log,
    multiply,
    power,
    sign,
    sqrt,
    square,
    subtract,
    where,
)
from teachkeras.ops.shapes import as_tensor


def _floats(*xs):
    """Return tensors, integers made floats; together they have one dtype."""
    xs = [as_tensor(x) for x in xs]
    wide = dtypes.result_type(*[x.dtype for x in xs], float)
    return [x if dtypes.name_of(x.dtype) == wide else cast(x, dtype=wide) for x in xs]


def fabs(x):
    """Absolute value, as a float."""
    return absolute(*_floats(x))


def cbrt(x):
    """Cube root, of negative numbers too."""
    (x,) = _floats(x)
    return multiply(sign(x), power(absolute(x), 1.0 / 3.0))


def exp2(x):
    """2 to the power of each entry."""
    return exp(multiply(*_floats(x), math.log(2.0)))


def deg2rad(x):
    """Degrees as radians."""
    return multiply(*_floats(x), math.pi / 180.0)


def rad2deg(x):
    """Radians as degrees."""
    return multiply(*_floats(x), 180.0 / math.pi)


def erfc(x):
    """What the error function lacks to 1."""
    return subtract(1.0, curves.erf(x))


def hypot(x1, x2):
    """Length of the hypotenuse, √(x1² + x2²)."""
    x1, x2 = _floats(x1, x2)
    return sqrt(add(square(x1), square(x2)))


def sinc(x):
    """sin(πx) / (πx), and 1 at 0.

    >>> float(sinc(0.0)), round(float(sinc(0.5)), 4)
    (1.0, 0.6366)
    """
    (x,) = _floats(x)
    zero = elementwise.equal(x, 0.0)
    safe = multiply(where(zero, 1.0, x), math.pi)
    return where(zero, 1.0, divide(elementwise.sin(safe), safe))


def logaddexp2(x1, x2):
    """Binary logarithm of the sum of two powers of 2."""
    x1, x2 = _floats(x1, x2)
    return divide(curves.logaddexp(multiply(x1, math.log(2.0)), multiply(x2, math.log(2.0))), math.log(2.0))


def fmax(x1, x2):
    """The larger of two; a NaN loses against a number."""
    x1, x2 = as_tensor(x1), as_tensor(x2)
    return where(elementwise.isnan(x1), x2, where(elementwise.isnan(x2), x1, elementwise.maximum(x1, x2)))


def fmin(x1, x2):
    """The smaller of two; a NaN loses against a number."""
    x1, x2 = as_tensor(x1), as_tensor(x2)
    return where(elementwise.isnan(x1), x2, where(elementwise.isnan(x2), x1, elementwise.minimum(x1, x2)))


def fmod(x1, x2):
    """Remainder with the sign of the dividend."""
    x1, x2 = as_tensor(x1), as_tensor(x2)
    return multiply(sign(x1), elementwise.mod(absolute(x1), absolute(x2)))


def heaviside(x1, x2):
    """0 below 0, 1 above, `x2` at 0."""
    x1, x2 = _floats(x1, x2)
    return where(elementwise.equal(x1, 0), x2, cast(elementwise.greater(x1, 0), dtype=dtypes.name_of(x1.dtype)))


def ldexp(x1, x2):
    """x1·2^x2."""
    (x1,) = _floats(x1)
    return multiply(x1, power(2.0, cast(x2, dtype=dtypes.name_of(x1.dtype))))


def divide_no_nan(x1, x2):
    """Quotient, and 0 where the divisor is 0."""
    x1, x2 = _floats(x1, x2)
    zero = elementwise.equal(x2, 0)
    return where(zero, 0.0, divide(x1, where(zero, 1.0, x2)))


def nan_to_num(x, nan=0.0, posinf=None, neginf=None):
    """NaN and the infinities replaced; by default by 0 and the largest numbers there are."""
    x = as_tensor(x)
    if not dtypes.is_float(x.dtype):
        return x
    limit = float(np.finfo(dtypes.as_numpy(dtypes.name_of(x.dtype))).max)
    high, low = limit if posinf is None else posinf, -limit if neginf is None else neginf
    infinite = elementwise.isinf(x)
    x = where(elementwise.logical_and(infinite, elementwise.greater(x, 0)), high, x)
    x = where(elementwise.logical_and(infinite, elementwise.less(x, 0)), low, x)
    return where(elementwise.isnan(x), nan, x)


def saturate_cast(x, dtype):
    """Cast to another number type; what does not fit becomes the nearest that does."""
    x = as_tensor(x)
    kind, own = dtypes.as_numpy(dtypes.name_of(dtype)), dtypes.as_numpy(dtypes.name_of(x.dtype))
    if kind.kind == "b":
        return cast(elementwise.clip(x, 0, 1), dtype="bool")
    low, high = (lambda i: (i.min, i.max))(np.iinfo(kind) if kind.kind in "iu" else np.finfo(kind))
    bounds = np.clip(np.array([low, high], object), *_range(own)) if own.kind != "b" else (0, 1)
    low, high = (own.type(b) for b in bounds)
    if own.kind == "f" and kind.kind in "iu" and float(high) > np.iinfo(kind).max:
        high = np.nextafter(high, own.type(0))
    return cast(elementwise.clip(x, low, high), dtype=dtypes.name_of(dtype))


def _range(kind):
    info = np.iinfo(kind) if kind.kind in "iu" else np.finfo(kind)
    return (int(info.min), int(info.max)) if kind.kind in "iu" else (float(info.min), float(info.max))


def polar(abs_, angle):
    """Complex numbers from lengths and angles."""
    from teachkeras.ops.complex import view_as_complex
    from teachkeras.ops.shapes import stack

    abs_, angle = _floats(abs_, angle)
    return view_as_complex(
        stack([multiply(abs_, elementwise.cos(angle)), multiply(abs_, elementwise.sin(angle))], axis=-1)
    )


def psnr(x1, x2, max_val):
    """Peak signal-to-noise ratio in decibels, 20 log₁₀(max) - 10 log₁₀(mean squared error)."""
    from teachkeras.ops.reductions import mean

    x1, x2 = _floats(x1, x2)
    error = mean(square(subtract(x1, x2)))
    return subtract(20.0 * math.log10(float(max_val)), multiply(log(error), 10.0 / math.log(10.0)))


def bartlett(x):
    """A window of `x` points in the shape of a triangle."""
    return _window(np.bartlett, x)


def blackman(x):
    """Blackman's window of `x` points."""
    return _window(np.blackman, x)


def hamming(x):
    """Hamming's window of `x` points.

    >>> hamming(3).numpy().round(2).tolist()
    [0.07999999821186066, 1.0, 0.07999999821186066]
    """
    return _window(np.hamming, x)


def hanning(x):
    """Von Hann's window of `x` points."""
    return _window(np.hanning, x)


def kaiser(x, beta):
    """Kaiser's window of `x` points; a larger `beta` is narrower."""
    return creation.convert_to_tensor(np.kaiser(int(x), float(beta)).astype("float32"))


def _window(function, x):
    return creation.convert_to_tensor(function(int(x)).astype("float32"))
