"""More curves, entry by entry: circular, hyperbolic and their inverses, logarithms to other bases, the error function.

Index letters: i runs over the entries. Specs use SymPy's names (``atan`` for ``arctan``), which are JavaScript's too.
"""

import numpy as np

from teachkeras import kernels
from teachkeras.ops.op import op

_FLOAT = {"kind": "elementwise", "dtype": "float"}


@op(tex=r"y_i = \tan x_i", spec="tan(x)", numpy=(np.tan,), **_FLOAT)
def tan(x):
    """Tangent."""
    return np.tan(x)


@tan.vjp(tex=r"\bar x_i = \bar y_i (1 + y_i^2)", spec="y_bar * (1 + y ** 2)")
def tan_vjp(y_bar, y):
    return y_bar * (1.0 + y * y)


@op(tex=r"y_i = \arcsin x_i", spec="asin(x)", numpy=(np.arcsin,), **_FLOAT)
def arcsin(x):
    """Inverse sine."""
    return np.arcsin(x)


@arcsin.vjp(tex=r"\bar x_i = \bar y_i / \sqrt{1 - x_i^2}", spec="y_bar / sqrt(1 - x ** 2)")
def arcsin_vjp(y_bar, x):
    return y_bar / np.sqrt(1.0 - x * x)


@op(tex=r"y_i = \arccos x_i", spec="acos(x)", numpy=(np.arccos,), **_FLOAT)
def arccos(x):
    """Inverse cosine."""
    return np.arccos(x)


@arccos.vjp(tex=r"\bar x_i = -\bar y_i / \sqrt{1 - x_i^2}", spec="-y_bar / sqrt(1 - x ** 2)")
def arccos_vjp(y_bar, x):
    return -y_bar / np.sqrt(1.0 - x * x)


@op(tex=r"y_i = \arctan x_i", spec="atan(x)", numpy=(np.arctan,), **_FLOAT)
def arctan(x):
    """Inverse tangent."""
    return np.arctan(x)


@arctan.vjp(tex=r"\bar x_i = \bar y_i / (1 + x_i^2)", spec="y_bar / (1 + x ** 2)")
def arctan_vjp(y_bar, x):
    return y_bar / (1.0 + x * x)


@op(tex=r"y_i = \angle(b_i, a_i)", spec="atan2(x1, x2)", numpy=(np.arctan2,), **_FLOAT)
def arctan2(x1, x2):
    """The angle of the point (x2, x1), between -π and π."""
    return np.arctan2(x1, x2)


@arctan2.vjp(
    tex=r"\bar a_i = \bar y_i b_i/(a_i^2+b_i^2),\; \bar b_i = -\bar y_i a_i/(a_i^2+b_i^2)",
    spec="y_bar * x2 / (x1 ** 2 + x2 ** 2), -y_bar * x1 / (x1 ** 2 + x2 ** 2)",
)
def arctan2_vjp(y_bar, x1, x2):
    scaled = y_bar / (x1 * x1 + x2 * x2)
    return scaled * x2, -scaled * x1


@op(tex=r"y_i = \sinh x_i", spec="sinh(x)", numpy=(np.sinh,), **_FLOAT)
def sinh(x):
    """Hyperbolic sine."""
    return np.sinh(x)


@sinh.vjp(tex=r"\bar x_i = \bar y_i \cosh x_i", spec="y_bar * cosh(x)")
def sinh_vjp(y_bar, x):
    return y_bar * np.cosh(x)


@op(tex=r"y_i = \cosh x_i", spec="cosh(x)", numpy=(np.cosh,), **_FLOAT)
def cosh(x):
    """Hyperbolic cosine."""
    return np.cosh(x)


@cosh.vjp(tex=r"\bar x_i = \bar y_i \sinh x_i", spec="y_bar * sinh(x)")
def cosh_vjp(y_bar, x):
    return y_bar * np.sinh(x)


@op(tex=r"y_i = \operatorname{arsinh} x_i", spec="asinh(x)", numpy=(np.arcsinh,), **_FLOAT)
def arcsinh(x):
    """Inverse hyperbolic sine."""
    return np.arcsinh(x)


@arcsinh.vjp(tex=r"\bar x_i = \bar y_i / \sqrt{x_i^2 + 1}", spec="y_bar / sqrt(x ** 2 + 1)")
def arcsinh_vjp(y_bar, x):
    return y_bar / np.sqrt(x * x + 1.0)


@op(tex=r"y_i = \operatorname{arcosh} x_i", spec="acosh(x)", numpy=(np.arccosh,), **_FLOAT)
def arccosh(x):
    """Inverse hyperbolic cosine, for numbers from 1 up."""
    return np.arccosh(x)


@arccosh.vjp(tex=r"\bar x_i = \bar y_i / \sqrt{x_i^2 - 1}", spec="y_bar / sqrt(x ** 2 - 1)")
def arccosh_vjp(y_bar, x):
    return y_bar / np.sqrt(x * x - 1.0)


@op(tex=r"y_i = \operatorname{artanh} x_i", spec="atanh(x)", numpy=(np.arctanh,), **_FLOAT)
def arctanh(x):
    """Inverse hyperbolic tangent, for numbers between -1 and 1."""
    return np.arctanh(x)


@arctanh.vjp(tex=r"\bar x_i = \bar y_i / (1 - x_i^2)", spec="y_bar / (1 - x ** 2)")
def arctanh_vjp(y_bar, x):
    return y_bar / (1.0 - x * x)


@op(tex=r"y_i = \log_2 x_i", spec="log(x) / log(2)", numpy=(np.log2,), **_FLOAT)
def log2(x):
    """Logarithm to base 2."""
    return np.log2(x)


@log2.vjp(tex=r"\bar x_i = \bar y_i / (x_i \ln 2)", spec="y_bar / (x * log(2))")
def log2_vjp(y_bar, x):
    return y_bar / (x * float(np.log(2.0)))


@op(tex=r"y_i = \log_{10} x_i", spec="log(x) / log(10)", numpy=(np.log10,), **_FLOAT)
def log10(x):
    """Logarithm to base 10."""
    return np.log10(x)


@log10.vjp(tex=r"\bar x_i = \bar y_i / (x_i \ln 10)", spec="y_bar / (x * log(10))")
def log10_vjp(y_bar, x):
    return y_bar / (x * float(np.log(10.0)))


@op(tex=r"y_i = \ln(e^{a_i} + e^{b_i})", spec="log(exp(x1) + exp(x2))", numpy=(np.logaddexp,), **_FLOAT)
def logaddexp(x1, x2):
    """Logarithm of the sum of two exponentials, without overflow."""
    return np.logaddexp(x1, x2)


@logaddexp.vjp(
    tex=r"\bar a_i = \bar y_i e^{a_i - y_i},\; \bar b_i = \bar y_i e^{b_i - y_i}",
    spec="y_bar * exp(x1 - y), y_bar * exp(x2 - y)",
)
def logaddexp_vjp(y_bar, x1, x2, y):
    return y_bar * np.exp(x1 - y), y_bar * np.exp(x2 - y)


@op(tex=r"y_i = 1/\sqrt{x_i}", spec="1 / sqrt(x)", **_FLOAT)
def rsqrt(x):
    """One over the square root."""
    return 1.0 / np.sqrt(x)


@rsqrt.vjp(tex=r"\bar x_i = -\tfrac12\bar y_i y_i^3", spec="-0.5 * y_bar * y ** 3")
def rsqrt_vjp(y_bar, y):
    return -0.5 * y_bar * y * y * y


@op(tex=r"y_i = \frac{2}{\sqrt\pi}\int_0^{x_i} e^{-t^2}\,dt", spec="erf(x)", **_FLOAT)
def erf(x):
    """The error function: the chance that a normal variable of variance 1/2 lies within x of 0."""
    return kernels.erf(x)


@erf.vjp(tex=r"\bar x_i = \tfrac{2}{\sqrt\pi}\,\bar y_i e^{-x_i^2}", spec="1.1283791670955126 * y_bar * exp(-x ** 2)")
def erf_vjp(y_bar, x):
    return 1.1283791670955126 * y_bar * np.exp(-x * x)


@op(tex=r"y_i = a_i \oplus b_i", spec="x1 != x2", kind="elementwise", dtype="bool", numpy=(np.logical_xor,))
def logical_xor(x1, x2):
    """True where exactly one holds."""
    return np.logical_xor(x1, x2)


@op(tex=r"y_i = \operatorname{sign}(x_i)\lfloor|x_i|\rfloor", spec="sign(x) * floor(abs(x))", kind="elementwise",
    numpy=(np.trunc,))  # fmt: skip
def trunc(x):
    """The integer part; no gradient flows."""
    return np.trunc(x)


@op(tex=r"\operatorname{erf}(y_i) = x_i", reason="the inverse of a curve with a spec", **_FLOAT)
def erfinv(x):
    """Inverse error function, for numbers between -1 and 1 (Winitzki 2008 as a start, then Halley's steps)."""
    p = np.asarray(x, "float64")
    with np.errstate(divide="ignore", invalid="ignore"):
        w = np.log1p(-p * p)
        a = 2.0 / (np.pi * 0.147) + 0.5 * w  # Winitzki 2008
        y = np.sign(p) * np.sqrt(np.sqrt(a * a - w / 0.147) - a)
        for _ in range(2):
            step = (kernels.erf(y) - p) * 0.5 * np.sqrt(np.pi) * np.exp(y * y)
            y = np.where(np.isfinite(step), y - step / (1.0 + y * step), y)
    return y.astype(x.dtype)


@erfinv.vjp(tex=r"\bar x_i = \tfrac{\sqrt\pi}2\,\bar y_i\,e^{y_i^2}")
def erfinv_vjp(y_bar, y):
    return 0.886226925452758 * y_bar * np.exp(y * y)
