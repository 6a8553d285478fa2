"""Normalisation: statistics over some axes, then every number by them."""

import numpy as np

from teachkeras.kernels.registry import routine


@routine("standardize", on="reference", tolerance=1e-5)
def standardize(x, gamma, beta, axis, epsilon):
    # μ = mean of x over the axes,  σ² = mean of (x - μ)²,  x̂ = (x - μ)/√(σ² + ε),  y = γ·x̂ + β
    mean = np.mean(x, axis=axis, keepdims=True)
    x_hat = x - mean
    variance = np.mean(np.square(x_hat), axis=axis, keepdims=True)
    x_hat = x_hat / np.sqrt(variance + epsilon)
    y = x_hat if gamma is None else x_hat * gamma
    return y if beta is None else y + beta, mean, variance, x_hat


@routine("standardize_vjp", on="reference", tolerance=2e-5)
def standardize_vjp(y_bar, x_hat, variance, gamma, axis, epsilon):
    # g = ȳ·γ,  x̄ = (g - mean g - x̂·mean(g·x̂))/√(σ² + ε),  γ̄ = Σ ȳ·x̂ and β̄ = Σ ȳ over what γ was repeated along
    # (these sums are left to the tape, which knows γ's shape; a faster routine may return them)
    g = y_bar if gamma is None else y_bar * gamma
    product = g * x_hat
    x_bar = g - np.mean(g, axis=axis, keepdims=True) - x_hat * np.mean(product, axis=axis, keepdims=True)
    return x_bar / np.sqrt(variance + epsilon), y_bar * x_hat, y_bar
