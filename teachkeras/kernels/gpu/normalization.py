"""Normalisation over the last axes (rows: a block each), or over all but the last (columns: sums in slices)."""

import math

from teachkeras.kernels.gpu import blocks, empty, in_order, is_ready, launch
from teachkeras.kernels.reference import normalization as reference
from teachkeras.kernels.registry import routine

SLICES = 256  # of the rows, whose sums are taken one by one


def _way(x, gamma, beta, axis):
    """Return "rows", "columns", or None for what the kernels do not take."""
    axes = tuple(sorted(a % x.ndim for a in axis))
    given = [p.shape for p in (gamma, beta) if p is not None]
    if axes == tuple(range(x.ndim - len(axes), x.ndim)) and all(s == x.shape[x.ndim - len(axes) :] for s in given):
        return "rows"
    if axes == tuple(range(x.ndim - 1)) and all(s == x.shape[-1:] for s in given):
        return "columns"
    return None


def _sizes(x, axis):
    """Return the shape of the statistics, the number of entries each is taken over, and how many there are."""
    axes = {a % x.ndim for a in axis}
    shape = tuple(1 if a in axes else n for a, n in enumerate(x.shape))
    count = math.prod(shape)
    return shape, x.size // count, count


@routine("standardize", on="gpu")
def standardize(x, gamma, beta, axis, epsilon):
    # μ = mean of x over the axes,  σ² = mean of (x - μ)²,  x̂ = (x - μ)/√(σ² + ε),  y = γ·x̂ + β
    way = _way(x, gamma, beta, axis) if is_ready(x, gamma, beta) else None
    if way is None:
        return reference.standardize(x, gamma, beta, axis, epsilon)
    x, gamma, beta = in_order(x, gamma, beta)
    shape, length, count = _sizes(x, axis)
    y, x_hat = empty(x.shape), empty(x.shape)
    if way == "rows":
        mean, variance = empty(shape), empty(shape)
        launch("normalization", "rows", count, x, gamma, beta, y, mean, variance, x_hat, length, float(epsilon))
        return y, mean, variance, x_hat
    mean = _column_means(x, None, shape, length, count)
    variance = _column_means(x, mean, shape, length, count)
    launch("normalization", "columns", blocks(x.size), x, mean, variance, gamma, beta, y, x_hat, x.size, count,
           float(epsilon))  # fmt: skip
    return y, mean, variance, x_hat


def _column_means(x, mean, shape, rows, columns):
    """Return the mean of each column, or with `mean` that of the squared distance from it."""
    slices, means = min(SLICES, rows), empty(shape)
    sums, power = empty((slices, columns)), 1 if mean is None else 2
    launch("normalization", "column_sums", blocks(sums.size), x, mean, sums, rows, columns, slices, power)
    launch("normalization", "column_means", blocks(columns), sums, means, 1, columns, slices, rows)
    return means


@routine("standardize_vjp", on="gpu")
def standardize_vjp(y_bar, x_hat, variance, gamma, axis, epsilon):
    # g = ȳ·γ,  x̄ = (g - mean g - x̂·mean(g·x̂))/√(σ² + ε),  γ̄ = Σ ȳ·x̂ and β̄ = Σ ȳ over what γ was repeated along
    way = _way(x_hat, gamma, None, axis) if is_ready(y_bar, x_hat, variance, gamma) else None
    if way is None:
        return reference.standardize_vjp(y_bar, x_hat, variance, gamma, axis, epsilon)
    y_bar, x_hat, variance, gamma = in_order(y_bar, x_hat, variance, gamma)
    _, length, count = _sizes(x_hat, axis)
    x_bar, product = empty(x_hat.shape), empty(x_hat.shape)
    if way == "rows":
        launch("normalization", "rows_vjp", count, y_bar, x_hat, variance, gamma, x_bar, product, length,
               float(epsilon))  # fmt: skip
        return x_bar, product, y_bar
    slices, means = min(SLICES, length), empty((2, count))
    sums = empty((2, slices, count))
    launch("normalization", "column_sums_vjp", blocks(slices * count), y_bar, x_hat, sums, length, count, slices)
    launch("normalization", "column_means", blocks(2 * count), sums, means, 2, count, slices, length)
    launch("normalization", "columns_vjp", blocks(x_hat.size), y_bar, x_hat, variance, gamma, means, x_bar, product,
           x_hat.size, count, float(epsilon))  # fmt: skip
    return x_bar, product, y_bar
