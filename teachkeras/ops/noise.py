"""Random ops: what they draw is settled by (seed, counter), which stand in the record, so that it can be replayed."""

import numpy as np

from teachkeras import bits, kernels
from teachkeras.errors import ShapeError
from teachkeras.kernels import device
from teachkeras.ops.nn import SELU_ALPHA, SELU_SCALE
from teachkeras.ops.op import op


@op(tex=r"y_i = x_i m_i,\quad m_i = \tfrac{1}{1-r}\text{ with probability }1-r,\text{ else }0", spec="x * mask",
    shape=lambda x, **_: x, keeps=("mask",))  # fmt: skip
def dropout(x, rate=0.5, noise_shape=None, seed=0, counter=0):
    """Entries silenced at random, a share `rate` of them, the others scaled up so that the expected sum stays.

    Args:
        x: The tensor.
        rate: The share r that becomes 0, below 1.
        noise_shape: The shape of the mask, None for a length like that of `x`; axes of length 1 share their fate.
        seed: Half of the key of the draw.
        counter: The other half.

    Source: Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", JMLR 15 (2014).
    """
    shape = x.shape if noise_shape is None else _mask_shape(noise_shape, x.shape)
    mask = kernels.keep(shape, 1.0 - rate, seed, counter).astype(x.dtype)
    mask *= x.dtype.type(1.0 / (1.0 - rate))
    return x * mask, mask


@dropout.vjp(tex=r"\bar x_i = \bar y_i m_i", spec="y_bar * mask")
def dropout_vjp(y_bar, mask):
    return y_bar * mask


@op(tex=r"y_i = x_i + \sigma z_i,\quad z_i \sim \mathcal N(0, 1)", spec="x + noise", shape=lambda x, **_: x, dtype="float",
    keeps=("noise",))  # fmt: skip
def gaussian_noise(x, stddev=1.0, seed=0, counter=0):
    """Normal noise of mean 0 added.

    Args:
        x: The tensor.
        stddev: The standard deviation σ of the noise.
        seed: Half of the key of the draw.
        counter: The other half.
    """
    noise = device.put(bits.normal(x.shape, x.dtype, seed, counter))
    noise *= x.dtype.type(stddev)
    return x + noise, noise


@gaussian_noise.vjp(tex=r"\bar x_i = \bar y_i", spec="y_bar")
def gaussian_noise_vjp(y_bar):
    return y_bar


@op(tex=r"y_i = x_i m_i,\quad m_i \sim \mathcal N\bigl(1, \tfrac{r}{1-r}\bigr)", spec="x * mask", shape=lambda x, **_: x,
    dtype="float", keeps=("mask",))  # fmt: skip
def gaussian_dropout(x, rate=0.5, seed=0, counter=0):
    """Entries multiplied by normal noise of mean 1, whose variance is that of a dropout mask.

    Args:
        x: The tensor.
        rate: The share r of the dropout whose variance r/(1 - r) the noise has; below 1.
        seed: Half of the key of the draw.
        counter: The other half.

    Source: Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", JMLR 15 (2014), section 10.
    """
    mask = device.put(bits.normal(x.shape, x.dtype, seed, counter))
    mask *= x.dtype.type((rate / (1.0 - rate)) ** 0.5)
    mask += x.dtype.type(1.0)
    return x * mask, mask


@gaussian_dropout.vjp(tex=r"\bar x_i = \bar y_i m_i", spec="y_bar * mask")
def gaussian_dropout_vjp(y_bar, mask):
    return y_bar * mask


@op(tex=r"y_i = a\,(x_i m_i + \alpha'(1-m_i)) + b,\; \alpha'=-\lambda\alpha,\; a=\bigl((1-r)(1+r\alpha'^2)\bigr)^{-1/2},\;"
    r"b=-a r\alpha'", shape=lambda x, **_: x, dtype="float", keeps=("slope", "shift"), spec="x * slope + shift")  # fmt: skip
def alpha_dropout(x, rate=0.5, noise_shape=None, seed=0, counter=0):
    """Entries set to selu's lower limit α' at random, then all scaled and moved so that mean and variance stay.

    Args:
        x: The tensor.
        rate: The share r that is set to α', below 1.
        noise_shape: The shape of the mask m, None for a length like that of `x`; axes of length 1 share their fate.
        seed: Half of the key of the draw.
        counter: The other half.

    Source: Klambauer et al., "Self-normalizing neural networks", 2017, section "New dropout technique".
    """
    low = -SELU_ALPHA * SELU_SCALE
    a = ((1.0 - rate) * (1.0 + rate * low**2)) ** -0.5
    kept = kernels.keep(x.shape if noise_shape is None else _mask_shape(noise_shape, x.shape), 1.0 - rate, seed, counter)
    slope = np.where(kept, x.dtype.type(a), x.dtype.type(0))
    shift = np.where(kept, x.dtype.type(-a * low * rate), x.dtype.type(a * low * (1.0 - rate)))
    return x * slope + shift, slope, shift


@alpha_dropout.vjp(tex=r"\bar x_i = a\,\bar y_i m_i", spec="y_bar * slope")
def alpha_dropout_vjp(y_bar, slope):
    return y_bar * slope


def _mask_shape(noise_shape, x_shape):
    shape = tuple(x_shape[axis] if n is None else n for axis, n in enumerate(noise_shape))
    if len(shape) != len(x_shape) or any(n not in (1, m) for n, m in zip(shape, x_shape, strict=True)):
        raise ShapeError(
            "dropout", expected=f"noise_shape with 1 or the length of the input on each axis of {tuple(x_shape)}",
            got=str(tuple(noise_shape)),
        )
    return shape
