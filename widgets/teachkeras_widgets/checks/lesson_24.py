"""Checks of lesson 24, batch normalisation."""

import numpy as np

from teachkeras_widgets.checks import common
from teachkeras_widgets.lesson import exercise


@exercise("24.1")
def normalised(answer):
    """2 / √(8/3) = 1.225."""
    known = [
        (1, "this divides by the deviation over n - 1; batch normalisation divides by n."),
        (2 / (8 / 3), "this divides by the variance; its root is meant."),
        (2, "divide by the standard deviation."),
        (6 / np.sqrt(8 / 3), "the mean is not taken away."),
    ]
    return common.number(answer, 2 / np.sqrt(8 / 3), known)


@exercise("24.2")
def count(answer):
    """4·20 = 80."""
    known = [
        (40, "the two moving statistics are kept too (they are not trained, but they are there)."),
        (4, "four for each unit."),
        (20, "four for each unit: γ, β, moving mean, moving variance."),
        (60, "γ, β, moving mean *and* moving variance: four."),
    ]
    return common.number(answer, 80, known, within=1e-6)


@exercise("24.3")
def normalise(answer):
    """γ(x - μ)/√(σ² + ε) + β."""
    if hint := common.function(answer):
        return hint
    x = np.random.default_rng(24).normal(3, [0.05, 2.0], size=(8, 2))
    gamma, beta = np.array([2.0, 0.5]), np.array([-1.0, 3.0])
    mu, var = x.mean(axis=0), x.var(axis=0)
    right = gamma * (x - mu) / np.sqrt(var + 0.001) + beta
    known = [
        (gamma * (x - mu) / np.sqrt(var) + beta, "ε is missing under the root."),
        (gamma * (x - mu) / (var + 0.001) + beta, "the root is missing."),
        ((x - mu) / np.sqrt(var + 0.001), "γ and β are missing."),
        (gamma * ((x - mu) / np.sqrt(var + 0.001) + beta), "β is added at the very end, it is not scaled by γ."),
        (
            gamma * (x - x.mean()) / np.sqrt(x.var() + 0.001) + beta,
            "each column has its own mean and variance (axis=0).",
        ),
        (gamma * x / np.sqrt(var + 0.001) + beta, "the mean is not taken away."),
    ]
    return common.array(answer(x, gamma, beta), right, known)
