"""Normalisation: numbers brought to a common scale, and the gradients through it.

Index letters: i runs over what the statistics are taken over (n entries), k over the rest. γ and β have any shape that
repeats to that of x.
"""

import numpy as np

from teachkeras import config, kernels
from teachkeras.errors import ShapeError
from teachkeras.ops import elementwise, reductions
from teachkeras.ops.curves import rsqrt
from teachkeras.ops.norms import norm
from teachkeras.ops.op import op
from teachkeras.ops.reductions import axes_of, folded_shape, spread
from teachkeras.ops.shapes import as_tensor, reshape

_MEAN, _CENTRED = "sum(x, axis) / n", "(x - spread(sum(x, axis) / n))"
_VARIANCE = f"sum({_CENTRED} ** 2, axis) / n"
_G = "(y_bar[0] * gamma)"


def _statistics_shapes(x, gamma, beta, axis=-1, epsilon=1e-3):
    rest = folded_shape(x, axis)
    return [x, rest, rest]


@op(tex=r"\mu_k=\tfrac1n\sum_i x_{ik},\;\sigma_k^2=\tfrac1n\sum_i(x_{ik}-\mu_k)^2,\;\hat x_{ik}=\frac{x_{ik}-\mu_k}{\sqrt{\sigma_k^2+\varepsilon}},\;"
    r"y_{ik}=\gamma\hat x_{ik}+\beta",
    spec=f"(gamma * {_CENTRED} / sqrt(spread({_VARIANCE}) + epsilon) + beta, {_MEAN}, {_VARIANCE})",
    shape=_statistics_shapes, dtype="float", optional=("gamma", "beta"), keeps=("mean", "variance", "x_hat"))  # fmt: skip
def standardize(x, gamma=None, beta=None, axis=-1, epsilon=1e-3):
    """Numbers brought to mean 0 and variance 1 over some axes, then scaled by γ and moved by β.

    Args:
        x: The tensor.
        gamma: γ, None for 1.
        beta: β, None for 0.
        axis: The axis, or axes, over which mean and variance are taken.
        epsilon: ε, which keeps the division away from 0.

    Returns:
        y, the mean and the variance (the axes folded away).

    Source: Ioffe & Szegedy, "Batch normalization", 2015, algorithm 1; Ba, Kiros & Hinton, "Layer normalization", 2016.
    """
    axes = axes_of(axis, x.ndim)
    y, mean, variance, x_hat = kernels.standardize(x, gamma, beta, axes, x.dtype.type(epsilon))
    mean, variance = np.squeeze(mean, axes), np.squeeze(variance, axes)
    return (y, mean, variance), mean, variance, x_hat


def _composed_vjp(bars, x, gamma, beta, variance, x_hat, axis, epsilon):
    """The same gradient from x alone, so that it can be differentiated again."""
    axes = axes_of(axis, len(x.shape))
    centred = x - np.mean(x, axis=axes, keepdims=True)
    root = np.sqrt(np.mean(np.square(centred), axis=axes, keepdims=True) + epsilon)
    return _all_bars(bars, centred, centred / root, root, gamma, axes, x.shape)


def _all_bars(bars, centred, x_hat, root, gamma, axes, shape):
    """Gradients to x, γ and β from those to y, the mean and the variance (None where there is none)."""
    y_bar, mean_bar, variance_bar = bars
    n = float(np.prod([shape[a] for a in axes]))
    x_bar = gamma_bar = None
    if y_bar is not None:
        g = y_bar if gamma is None else y_bar * gamma
        x_bar = g - np.mean(g, axis=axes, keepdims=True) - x_hat * np.mean(g * x_hat, axis=axes, keepdims=True)
        x_bar, gamma_bar = x_bar / root, y_bar * x_hat
    if mean_bar is not None:
        share = spread(mean_bar, shape, axes, False) / n
        x_bar = share + centred * 0.0 if x_bar is None else x_bar + share
    if variance_bar is not None:
        share = spread(variance_bar, shape, axes, False) * centred * (2.0 / n)
        x_bar = share if x_bar is None else x_bar + share
    return x_bar, gamma_bar, y_bar


def _fitting(beta_bar, beta, y_bar):
    """Return β̄, which a routine may have summed to one entry a channel, so that β's shape can still be made of it."""
    return y_bar if beta is not None and beta.shape != beta_bar.shape else beta_bar


@standardize.vjp(
    tex=r"g=\bar y\gamma,\;\bar x_{ik}=\frac{g_{ik}-\frac1n\sum_j g_{jk}-\hat x_{ik}\frac1n\sum_j g_{jk}\hat x_{jk}}{\sqrt{\sigma_k^2+\varepsilon}},\;"
    r"\bar\gamma=\sum\bar y\hat x,\;\bar\beta=\sum\bar y",
    spec=f"({_G} - spread(sum({_G}, axis) / n) - x_hat * spread(sum({_G} * x_hat, axis) / n)) / sqrt(spread(variance) + epsilon)"
    f" + spread(y_bar[1]) / n + spread(y_bar[2]) * 2 * {_CENTRED} / n, y_bar[0] * x_hat, y_bar[0]",
    twin=_composed_vjp,
)
def standardize_vjp(bars, x, gamma, beta, variance, x_hat, axis, epsilon):
    axes = axes_of(axis, x.ndim)
    wide = np.expand_dims(variance, axes)
    y_bar, mean_bar, variance_bar = bars
    if y_bar is not None and mean_bar is None and variance_bar is None:
        x_bar, gamma_bar, beta_bar = kernels.standardize_vjp(y_bar, x_hat, wide, gamma, axes, x.dtype.type(epsilon))
        return x_bar, gamma_bar, _fitting(beta_bar, beta, y_bar)
    root = np.sqrt(wide + x.dtype.type(epsilon))
    return _all_bars(bars, x_hat * root, x_hat, root, gamma, axes, x.shape)


def _like_x(x, *_, **__):
    return x


@op(tex=r"\hat x=\frac{x-\mu}{\sqrt{\sigma^2+\varepsilon}},\quad y=\gamma\hat x+\beta", shape=_like_x, dtype="float",
    spec="gamma * (x - mean) / sqrt(variance + epsilon) + beta", optional=("gamma", "beta"), keeps=("x_hat",))  # fmt: skip
def standardize_by(x, mean, variance, gamma=None, beta=None, epsilon=1e-3):
    """Numbers brought to a scale by a mean and a variance that are given, such as moving averages.

    Args:
        x: The tensor.
        mean: μ.
        variance: σ².
        gamma: γ, None for 1.
        beta: β, None for 0.
        epsilon: ε, which keeps the division away from 0.

    Source: Ioffe & Szegedy, "Batch normalization", 2015, algorithm 2.
    """
    x_hat = (x - mean) / np.sqrt(variance + x.dtype.type(epsilon))
    y = x_hat if gamma is None else x_hat * gamma
    return y if beta is None else y + beta, x_hat


@standardize_by.vjp(
    tex=r"\bar x=\frac{\bar y\gamma}{\sqrt{\sigma^2+\varepsilon}},\;\bar\mu=-\sum\bar x,\;\bar{\sigma^2}=-\sum\frac{\bar x\hat x}{2\sqrt{\sigma^2+\varepsilon}},\;"
    r"\bar\gamma=\sum\bar y\hat x,\;\bar\beta=\sum\bar y",
    spec="y_bar * gamma / sqrt(variance + epsilon), -y_bar * gamma / sqrt(variance + epsilon), "
    "-y_bar * gamma * (x - mean) / (2 * (variance + epsilon) ** 1.5), y_bar * (x - mean) / sqrt(variance + epsilon), y_bar",
)
def standardize_by_vjp(y_bar, x, mean, variance, gamma, epsilon, want):
    root = np.sqrt(variance + epsilon)
    x_hat = (x - mean) / root if want[2] or want[3] else None
    x_bar = (y_bar if gamma is None else y_bar * gamma) / root
    variance_bar = x_bar * x_hat / root * -0.5 if want[2] else None
    return x_bar, -x_bar if want[1] else None, variance_bar, y_bar * x_hat if want[3] else None, y_bar


def batch_normalization(x, mean, variance, axis, offset=None, scale=None, epsilon=1e-3):
    """Normalise by a mean and a variance given for each entry of `axis`, then scale and offset.

    >>> batch_normalization([[1.0], [3.0]], [2.0], [1.0], axis=-1, epsilon=0.0).tolist()
    [[-1.0], [1.0]]
    """
    x = as_tensor(x)
    given = [None if p is None else _along(p, axis, x.shape) for p in (mean, variance, scale, offset)]
    return standardize_by(x, *given, epsilon=epsilon)


def layer_normalization(x, gamma=None, beta=None, axis=-1, epsilon=None, rms_scaling=False):
    """Normalise each sample over its own entries along `axis`, then scale by γ and move by β.

    >>> layer_normalization([[1.0, 3.0]], epsilon=0.0).tolist()
    [[-1.0, 1.0]]
    """
    x = as_tensor(x)
    epsilon = config.epsilon() if epsilon is None else epsilon
    gamma, beta = (None if p is None else _along(p, axis, x.shape) for p in (gamma, beta))
    if not rms_scaling:
        return standardize(x, gamma, beta, axis=axis, epsilon=epsilon)[0]
    y = x * rsqrt(reductions.var(x, axis=axis, keepdims=True) + epsilon)
    return y if gamma is None else y * gamma


def rms_normalization(x, scale=None, axis=-1, epsilon=None):
    """Divide each sample by the root of the mean of its squares along `axis`, then scale.

    >>> rms_normalization([[3.0, 3.0]], epsilon=0.0).tolist()
    [[1.0, 1.0]]

    Source: Zhang & Sennrich, "Root mean square layer normalization", 2019.
    """
    x = as_tensor(x)
    epsilon = config.epsilon() if epsilon is None else epsilon
    y = x * rsqrt(reductions.mean(elementwise.square(x), axis=axis, keepdims=True) + epsilon)
    return y if scale is None else y * scale


def _along(p, axis, shape):
    """Return `p`, which has one entry for each of one axis or several, in a form that repeats to `shape`.

    Raises:
        ShapeError: its length is another one.
    """
    p, axes = as_tensor(p), axes_of(axis, len(shape))
    wanted = tuple(shape[a] for a in axes)
    if any(n is not None and n != m for n, m in zip(wanted, p.shape, strict=True)):
        raise ShapeError("normalisation", expected=f"parameters of shape {wanted}", got=f"shape {tuple(p.shape)}")
    if axes == tuple(range(len(shape) - len(axes), len(shape))):
        return p  # as it is
    lengths = iter(p.shape)
    return reshape(p, newshape=tuple(next(lengths) if a in axes else 1 for a in range(len(shape))))


def normalize(x, axis=-1, order=2, epsilon=None):
    """Vectors along an axis brought to length 1: ``x / max(‖x‖, ε)``.

    Args:
        x: The tensor.
        axis: The axis, or axes, along which a vector lies.
        order: Which length: 2, 1, another number.
        epsilon: The smallest length that is divided by; by default ``config.epsilon()``.

    >>> normalize([[3.0, 4.0]]).numpy()
    array([[0.6, 0.8]], dtype=float32)
    """
    x = as_tensor(x)
    epsilon = config.epsilon() if epsilon is None else epsilon
    if order == 2:
        squares = reductions.sum(elementwise.square(x), axis=axis, keepdims=True)
        return elementwise.multiply(x, rsqrt(elementwise.maximum(squares, epsilon**2)))
    return elementwise.divide(x, elementwise.maximum(norm(x, ord=order, axis=axis, keepdims=True), epsilon))
