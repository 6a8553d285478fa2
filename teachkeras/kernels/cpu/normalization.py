"""Normalisation in few passes: NumPy goes through memory eight times forward and nine times back, these loops thrice.

Two layouts have loops: statistics of columns (a batch's channels) and of rows (a sample's features). Sums of a column
are taken over BLOCK rows in float32, the blocks' sums in float64: adding up 30,000 float32 numbers one by one loses two
digits.

A row of 16 channels is too short for a loop of its own: where channels are few, several rows are taken as one, and the
sums of what are the same channel folded at the end (``times``: how many rows went together).
"""

import math

import numpy as np

from teachkeras.kernels.cpu import inlined, jit
from teachkeras.kernels.reference import normalization as reference
from teachkeras.kernels.registry import routine

f = np.float32
BLOCK = 64
WIDE = 256  # entries that rows are put together to, at most
NONE = np.zeros(0, f)


def _way(x, axis, *others):
    """Return "rows" or "columns" with the matrix's shape for what the loops take, else None."""
    for a in (x, *others):
        if a is not None and (type(a) is not np.ndarray or a.dtype != f or not a.flags.c_contiguous or not a.size):
            return None, None
    axes = sorted(a % x.ndim for a in axis)
    if axes == [x.ndim - 1]:
        return "rows", (x.size // x.shape[-1], x.shape[-1])
    if axes == list(range(x.ndim - 1)):
        return "columns", (x.size // x.shape[-1], x.shape[-1])
    return None, None


def _together(rows, columns):
    """Return how many rows go together: a power of two that divides them, as long as they stay within WIDE."""
    times = 1
    while rows % (2 * times) == 0 and 2 * times * columns <= WIDE:
        times *= 2
    return times


def _or_none(parameter):
    return NONE if parameter is None else parameter


def _fit(x, *parameters):
    """Tell whether γ and β have one entry a channel (or are not there)."""
    return all(p is None or p.shape == x.shape[-1:] for p in parameters)


@inlined
def _add(a, total):
    for k in range(a.size):
        total[k] += a[k]


@inlined
def _add_square(a, mean, total):
    for k in range(a.size):
        d = a[k] - mean[k]
        total[k] += d * d


@inlined
def _add_product(a, b, total):
    for k in range(a.size):
        total[k] += a[k] * b[k]


@inlined
def _collect(part, total):
    for k in range(part.size):
        total[k] += part[k]
        part[k] = f(0)


@inlined
def _folded(total, times, rows, mean, sums):
    """Sum what are the same channel, and write the sum and the mean for each of them."""
    channels = total.size // times
    for k in range(channels):
        whole = 0.0
        for r in range(times):
            whole += total[r * channels + k]
        for r in range(times):
            mean[r * channels + k], sums[r * channels + k] = f(whole / (rows * times)), f(whole)
    total[:] = 0.0


@inlined
def _scale(x_hat, gamma, beta, y):
    if gamma.size > 0 and beta.size > 0:
        for k in range(y.size):
            y[k] = gamma[k] * x_hat[k] + beta[k]
    elif gamma.size > 0:
        for k in range(y.size):
            y[k] = gamma[k] * x_hat[k]
    elif beta.size > 0:
        for k in range(y.size):
            y[k] = x_hat[k] + beta[k]
    else:
        for k in range(y.size):
            y[k] = x_hat[k]


@inlined
def _centre(x, mean, scale, x_hat):
    for k in range(x.size):
        x_hat[k] = (x[k] - mean[k]) * scale[k]


@jit("void(f4[:,::1], i8, f4[::1], f4[::1], f4, f4[::1], f4[::1], f4[:,::1], f4[:,::1])")
def _columns(x, times, gamma, beta, epsilon, mean, variance, x_hat, y):
    # μ[k] = Σ_n x[n,k]/N;   σ²[k] = Σ_n (x[n,k] - μ[k])²/N
    # x̂[n,k] = (x[n,k] - μ[k])/√(σ²[k] + ε);   y[n,k] = γ[k]·x̂[n,k] + β[k]
    part, total, scale = np.zeros(x.shape[1], f), np.zeros(x.shape[1]), np.empty(x.shape[1], f)
    for start in range(0, len(x), BLOCK):
        for n in range(start, min(start + BLOCK, len(x))):
            _add(x[n], part)
        _collect(part, total)
    _folded(total, times, len(x), mean, part)
    part[:] = f(0)
    for start in range(0, len(x), BLOCK):
        for n in range(start, min(start + BLOCK, len(x))):
            _add_square(x[n], mean, part)
        _collect(part, total)
    _folded(total, times, len(x), variance, part)
    for k in range(scale.size):
        scale[k] = f(1) / math.sqrt(variance[k] + epsilon)
    for n in range(len(x)):
        _centre(x[n], mean, scale, x_hat[n])
        _scale(x_hat[n], gamma, beta, y[n])


@jit("void(f4[:,::1], f4[::1], f4[::1], f4, f4[::1], f4[::1], f4[:,::1], f4[:,::1])", any_order=True)
def _rows(x, gamma, beta, epsilon, mean, variance, x_hat, y):
    # the same for each row: μ[n] = Σ_k x[n,k]/K, …
    for n in range(len(x)):
        total = f(0)
        for k in range(x.shape[1]):
            total += x[n, k]
        mean[n] = total / f(x.shape[1])
        total = f(0)
        for k in range(x.shape[1]):
            x_hat[n, k] = x[n, k] - mean[n]
            total += x_hat[n, k] * x_hat[n, k]
        variance[n] = total / f(x.shape[1])
        scale = f(1) / math.sqrt(variance[n] + epsilon)
        for k in range(x.shape[1]):
            x_hat[n, k] *= scale
        _scale(x_hat[n], gamma, beta, y[n])


@routine("standardize", on="cpu")
def standardize(x, gamma, beta, axis, epsilon):
    # μ = mean of x over the axes,  σ² = mean of (x - μ)²,  x̂ = (x - μ)/√(σ² + ε),  y = γ·x̂ + β
    way, shape = _way(x, axis, gamma, beta)
    if way is None or not _fit(x, gamma, beta):
        return reference.standardize(x, gamma, beta, axis, epsilon)
    rows, columns = shape
    x_hat, y, gamma, beta = np.empty(x.shape, f), np.empty(x.shape, f), _or_none(gamma), _or_none(beta)
    if way == "rows":
        mean, variance = np.empty(rows, f), np.empty(rows, f)
        _rows(x.reshape(shape), gamma, beta, f(epsilon), mean, variance, x_hat.reshape(shape), y.reshape(shape))
        wide = *x.shape[:-1], 1
        return y, mean.reshape(wide), variance.reshape(wide), x_hat
    times, wide = _together(rows, columns), (*[1] * (x.ndim - 1), columns)
    mean, variance, shape = np.empty(times * columns, f), np.empty(times * columns, f), (-1, times * columns)
    scales = np.tile(gamma, times), np.tile(beta, times), f(epsilon)
    _columns(x.reshape(shape), times, *scales, mean, variance, x_hat.reshape(shape), y.reshape(shape))
    return y, mean[:columns].reshape(wide), variance[:columns].reshape(wide), x_hat


@inlined
def _column_bar(y_bar, x_hat, scale, mean, slope, x_bar):
    for k in range(y_bar.size):
        x_bar[k] = scale[k] * (y_bar[k] - mean[k] - x_hat[k] * slope[k])


@jit("void(f4[:,::1], f4[:,::1], i8, f4[::1], f4[::1], f4, f4[::1], f4[::1], f4[:,::1])")
def _columns_vjp(y_bar, x_hat, times, variance, gamma, epsilon, gamma_bar, beta_bar, x_bar):
    # γ̄[k] = Σ_n ȳ[n,k]·x̂[n,k];   β̄[k] = Σ_n ȳ[n,k];   x̄[n,k] = γ[k]/√(σ²[k] + ε)·(ȳ[n,k] - β̄[k]/N - x̂[n,k]·γ̄[k]/N)
    width = y_bar.shape[1]
    sums, products = np.zeros(width, f), np.zeros(width, f)
    total, total_products, scale = np.zeros(width), np.zeros(width), np.empty(width, f)
    for start in range(0, len(y_bar), BLOCK):
        for n in range(start, min(start + BLOCK, len(y_bar))):
            _add(y_bar[n], sums)
            _add_product(y_bar[n], x_hat[n], products)
        _collect(sums, total)
        _collect(products, total_products)
    _folded(total, times, len(y_bar), sums, beta_bar)
    _folded(total_products, times, len(y_bar), products, gamma_bar)
    for k in range(width):
        scale[k] = (gamma[k] if gamma.size > 0 else f(1)) / math.sqrt(variance[k] + epsilon)
    for n in range(len(y_bar)):
        _column_bar(y_bar[n], x_hat[n], scale, sums, products, x_bar[n])


@inlined
def _scaled(y_bar, gamma, out):
    if gamma.size > 0:
        for k in range(out.size):
            out[k] = y_bar[k] * gamma[k]
    else:
        for k in range(out.size):
            out[k] = y_bar[k]


@jit("void(f4[:,::1], f4[:,::1], f4[::1], f4[::1], f4, f4[::1], f4[::1], f4[:,::1])", any_order=True)
def _rows_vjp(y_bar, x_hat, variance, gamma, epsilon, gamma_bar, beta_bar, x_bar):
    # g = ȳ·γ[k];   x̄[n,k] = (g - Σ_j g[n,j]/K - x̂[n,k]·Σ_j g[n,j]·x̂[n,j]/K)/√(σ²[n] + ε);   γ̄ and β̄ as for columns
    width = y_bar.shape[1]
    sums, products, total, total_products = np.zeros(width, f), np.zeros(width, f), np.zeros(width), np.zeros(width)
    for start in range(0, len(y_bar), BLOCK):
        for n in range(start, min(start + BLOCK, len(y_bar))):
            _add(y_bar[n], sums)
            _add_product(y_bar[n], x_hat[n], products)
            _scaled(y_bar[n], gamma, x_bar[n])
            mean, slope = f(0), f(0)
            for k in range(width):
                mean += x_bar[n, k]
                slope += x_bar[n, k] * x_hat[n, k]
            mean, slope, scale = mean / f(width), slope / f(width), f(1) / math.sqrt(variance[n] + epsilon)
            for k in range(width):
                x_bar[n, k] = (x_bar[n, k] - mean - x_hat[n, k] * slope) * scale
        _collect(sums, total)
        _collect(products, total_products)
    for k in range(width):
        gamma_bar[k], beta_bar[k] = f(total_products[k]), f(total[k])


@routine("standardize_vjp", on="cpu")
def standardize_vjp(y_bar, x_hat, variance, gamma, axis, epsilon):
    # g = ȳ·γ,  x̄ = (g - mean g - x̂·mean(g·x̂))/√(σ² + ε);   γ̄ = Σ ȳ·x̂ and β̄ = Σ ȳ, already summed to one entry a channel
    way, shape = _way(x_hat, axis, y_bar, variance, gamma)
    if way is None or not _fit(x_hat, gamma) or y_bar.shape != x_hat.shape:
        return reference.standardize_vjp(y_bar, x_hat, variance, gamma, axis, epsilon)
    rows, columns = shape
    times = 1 if way == "rows" else _together(rows, columns)
    gamma_bar, beta_bar, x_bar = np.empty(times * columns, f), np.empty(times * columns, f), np.empty(x_hat.shape, f)
    shape, gamma, variance = (-1, times * columns), _or_none(gamma), variance.reshape(-1)
    bars = f(epsilon), gamma_bar, beta_bar, x_bar.reshape(shape)
    if way == "rows":
        _rows_vjp(y_bar.reshape(shape), x_hat.reshape(shape), variance, gamma, *bars)
    else:
        given = times, np.tile(variance, times), np.tile(gamma, times)
        _columns_vjp(y_bar.reshape(shape), x_hat.reshape(shape), *given, *bars)
    return x_bar, gamma_bar[:columns], beta_bar[:columns]
