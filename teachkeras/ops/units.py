"""More activation functions: smooth and hard relatives of sigmoid, tanh and the rectified linear unit.

Index letters: i runs over the entries; σ is the sigmoid, Φ the normal distribution function, φ its density.
"""

import math

import numpy as np

from teachkeras import kernels
from teachkeras.ops.nn import hard_sigmoid, sigmoid, sigmoid_of, silu
from teachkeras.ops.op import op

_FLOAT = {"kind": "elementwise", "dtype": "float"}
_C = math.sqrt(2.0 / math.pi)  # Hendrycks & Gimpel 2016, "Gaussian error linear units", section 2


@op(tex=r"y_i = x_i\,\Phi(x_i) \approx \tfrac{x_i}2\bigl(1+\tanh(\sqrt{2/\pi}\,(x_i + 0.044715x_i^3))\bigr)",
    spec="where(approximate, x / 2 * (1 + tanh(0.7978845608028654 * (x + 0.044715 * x ** 3))), "
    "x / 2 * (1 + erf(0.7071067811865476 * x)))", **_FLOAT)  # fmt: skip
def gelu(x, approximate=True):
    """Gaussian error linear unit: the input times the chance that a normal variable is smaller."""
    return x * _normal(x, approximate, kernels.erf)


@gelu.vjp(
    tex=r"\bar x_i = \bar y_i\,(\Phi(x_i) + x_i\varphi(x_i))",
    spec="y_bar * where(approximate, 0.5 * (1 + tanh(0.7978845608028654 * (x + 0.044715 * x ** 3))) + 0.5 * x "
    "* (1 - tanh(0.7978845608028654 * (x + 0.044715 * x ** 3)) ** 2) * 0.7978845608028654 * (1 + 0.134145 * x ** 2), "
    "0.5 * (1 + erf(0.7071067811865476 * x)) + x * 0.3989422804014327 * exp(-x ** 2 / 2))",
)
def gelu_vjp(y_bar, x, approximate):
    if not approximate:
        from teachkeras.ops.curves import erf

        below = _normal(x, False, kernels.erf if isinstance(x, np.ndarray) else erf)
        return y_bar * (below + x * (0.5 * _C) * np.exp(-0.5 * x * x))
    t = np.tanh(_C * (x + 0.044715 * x * x * x))
    return y_bar * (0.5 * (1.0 + t) + 0.5 * _C * x * (1.0 - t * t) * (1.0 + 0.134145 * x * x))


def _normal(x, approximate, erf):
    """Return Φ(x), or the curve that stands for it."""
    if approximate:
        return 0.5 + 0.5 * np.tanh(_C * (x + 0.044715 * x * x * x))
    return 0.5 + 0.5 * erf(math.sqrt(0.5) * x)


@op(tex=r"y_i = \min(\max(x_i, -1), 1)", spec="min(max(x, -1), 1)", **_FLOAT)
def hard_tanh(x):
    """A hyperbolic tangent of three straight lines."""
    return np.clip(x, -1.0, 1.0)


@hard_tanh.vjp(tex=r"\bar x_i = \bar y_i\,[-1 < x_i < 1]", spec="y_bar * where((x > -1) * (x < 1), 1, 0)")
def hard_tanh_vjp(y_bar, y):
    return np.where(np.absolute(y) < 1.0, y_bar, 0.0)


@op(tex=r"y_i = x_i\,\min(\max(\tfrac{x_i}{6}+\tfrac12, 0), 1)", spec="x * min(max(x / 6 + 0.5, 0), 1)", **_FLOAT)
def hard_silu(x):
    """The input times its own hard sigmoid (hard swish)."""
    return x * hard_sigmoid.function(x)


@hard_silu.vjp(
    tex=r"\bar x_i = \bar y_i\,\bigl(h(x_i) + \tfrac{x_i}{6}[-3 < x_i < 3]\bigr)",
    spec="y_bar * (min(max(x / 6 + 0.5, 0), 1) + where((x > -3) * (x < 3), x / 6, 0))",
)
def hard_silu_vjp(y_bar, x):
    inside = np.where(np.absolute(x) < 3.0, x * (1 / 6), 0.0)
    return y_bar * (np.minimum(np.maximum(x * (1 / 6) + 0.5, 0.0), 1.0) + inside)


@op(tex=r"y_i = \ln\sigma(x_i) = -\ln(1+e^{-x_i})", spec="-log(1 + exp(-x))", **_FLOAT)
def log_sigmoid(x):
    """The logarithm of the sigmoid, without overflow."""
    return -np.logaddexp(-x, x.dtype.type(0))


@log_sigmoid.vjp(tex=r"\bar x_i = \bar y_i\,\sigma(-x_i)", spec="y_bar / (1 + exp(x))")
def log_sigmoid_vjp(y_bar, x):
    return y_bar * sigmoid_of(-x)


@op(
    tex=r"y_i = \max(x_i, 0) + \min(\alpha(e^{x_i/\alpha}-1), 0)",
    spec="where(x > 0, x, alpha * (exp(x / alpha) - 1))",
    **_FLOAT,
)
def celu(x, alpha=1.0):
    """An exponential linear unit whose slope has no jump at 0 for any alpha."""
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0) / alpha))


@celu.vjp(
    tex=r"\bar x_i = \bar y_i\,([x_i>0] + e^{x_i/\alpha}[x_i\le 0])", spec="y_bar * where(x > 0, 1, exp(x / alpha))"
)
def celu_vjp(y_bar, x, alpha):
    return y_bar * np.exp(np.minimum(x, 0.0) / alpha)


@op(tex=r"y_i = x_i - \tanh x_i", spec="x - tanh(x)", **_FLOAT)
def tanh_shrink(x):
    """What the hyperbolic tangent takes away."""
    return x - np.tanh(x)


@tanh_shrink.vjp(tex=r"\bar x_i = \bar y_i \tanh^2 x_i", spec="y_bar * tanh(x) ** 2")
def tanh_shrink_vjp(y_bar, x):
    return y_bar * np.square(np.tanh(x))


@op(tex=r"y_i = x_i\,[|x_i| > \tau]", spec="where(abs(x) > threshold, x, 0)", **_FLOAT)
def hard_shrink(x, threshold=0.5):
    """Numbers near 0 become 0, others stay."""
    return np.where(np.absolute(x) > threshold, x, 0.0)


@hard_shrink.vjp(tex=r"\bar x_i = \bar y_i\,[|x_i| > \tau]", spec="where(abs(x) > threshold, y_bar, 0)")
def hard_shrink_vjp(y_bar, x, threshold):
    return np.where(np.absolute(x) > threshold, y_bar, 0.0)


@op(tex=r"y_i = \operatorname{sign}(x_i)\max(|x_i| - \tau, 0)", spec="sign(x) * max(abs(x) - threshold, 0)", **_FLOAT)
def soft_shrink(x, threshold=0.5):
    """Numbers near 0 become 0, others move towards it."""
    return np.sign(x) * np.maximum(np.absolute(x) - threshold, 0.0)


@soft_shrink.vjp(tex=r"\bar x_i = \bar y_i\,[|x_i| > \tau]", spec="where(abs(x) > threshold, y_bar, 0)")
def soft_shrink_vjp(y_bar, x, threshold):
    return np.where(np.absolute(x) > threshold, y_bar, 0.0)


@op(tex=r"y_i = \tfrac12\bigl(x_i + \sqrt{x_i^2+b}\bigr)", spec="(x + sqrt(x ** 2 + b)) / 2", **_FLOAT)
def squareplus(x, b=4):
    """A smooth rectified linear unit without exponentials."""
    return 0.5 * (x + np.sqrt(x * x + b))


@squareplus.vjp(
    tex=r"\bar x_i = \tfrac12\bar y_i\bigl(1 + x_i/\sqrt{x_i^2+b}\bigr)", spec="y_bar * (1 + x / sqrt(x ** 2 + b)) / 2"
)
def squareplus_vjp(y_bar, x, b):
    return 0.5 * y_bar * (1.0 + x / np.sqrt(x * x + b))


def glu(x, axis=-1):
    """Gated linear unit: one half of the axis times the sigmoid of the other (Dauphin et al. 2017)."""
    from teachkeras.ops.arrange import split

    left, right = split(x, 2, axis=axis)
    return left * sigmoid(right)


aliases = {"swish": silu, "hard_swish": hard_silu, "logsigmoid": log_sigmoid}
