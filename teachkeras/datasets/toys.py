"""Toys: data made up by a formula and a seed, each the smallest on which one idea can be seen.

Points in the plane come as x (samples, 2) float32 and y (samples,), the class; classes take turns, so that any slice
holds all of them.
"""

from __future__ import annotations

import numpy as np

Pair = tuple[np.ndarray, np.ndarray]


def blobs(samples: int = 300, classes: int = 3, spread: float = 0.6, seed: int = 0) -> Pair:
    """Round clouds with their centres on a circle of radius 2: a linear model parts them.

    >>> x, y = blobs(6)
    >>> x.shape, y.tolist()
    ((6, 2), [0, 1, 2, 0, 1, 2])
    """
    y = np.arange(samples) % classes
    angle = 2 * np.pi * y / classes
    return _noisy(2 * np.cos(angle), 2 * np.sin(angle), spread, seed), y.astype("uint8")


def moons(samples: int = 300, noise: float = 0.1, seed: int = 0) -> Pair:
    """Two half circles that reach into each other: a curve must part them.

    >>> moons(4, noise=0)[0].shape
    (4, 2)
    """
    y = np.arange(samples) % 2
    angle = np.pi * (np.arange(samples) // 2) / max(1, (samples - 1) // 2)
    x = np.where(y == 0, np.cos(angle), 1 - np.cos(angle)), np.where(y == 0, np.sin(angle), 0.5 - np.sin(angle))
    return _noisy(*x, noise, seed), y.astype("uint8")


def circles(samples: int = 300, noise: float = 0.1, ratio: float = 0.5, seed: int = 0) -> Pair:
    """A ring around a ring: no line parts them, the distance from the middle does.

    >>> x, y = circles(8, noise=0)
    >>> np.round(np.hypot(*x.T), 3).tolist()[:4]
    [1.0, 0.5, 1.0, 0.5]
    """
    y = np.arange(samples) % 2
    angle = 2 * np.pi * (np.arange(samples) // 2) / max(1, (samples + 1) // 2)
    radius = np.where(y == 0, 1.0, ratio)
    return _noisy(radius * np.cos(angle), radius * np.sin(angle), noise, seed), y.astype("uint8")


def spirals(samples: int = 300, classes: int = 2, turns: float = 1.0, noise: float = 0.05, seed: int = 0) -> Pair:
    """Arms that wind around each other: hidden layers are needed.

    >>> spirals(6, classes=3)[1].tolist()
    [0, 1, 2, 0, 1, 2]
    """
    y = np.arange(samples) % classes
    radius = (1 + np.arange(samples) // classes) / (1 + (samples - 1) // classes)
    angle = 2 * np.pi * (turns * radius + y / classes)
    return _noisy(radius * np.cos(angle), radius * np.sin(angle), noise, seed), y.astype("uint8")


def xor(samples: int = 4, noise: float = 0.0, seed: int = 0) -> Pair:
    """Exclusive or: 1 where exactly one of two inputs is 1. One neuron can't; two and one can.

    >>> x, y = xor()
    >>> x.tolist(), y.tolist()
    ([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1, 0])
    """
    corner = np.arange(samples) % 4
    return _noisy(corner // 2, corner % 2, noise, seed), (corner // 2 ^ corner % 2).astype("uint8")


def sine(samples: int = 200, noise: float = 0.1, periods: float = 1.0, seed: int = 0) -> Pair:
    """A noisy sine wave: ``y = sin(2π·periods·x) + noise``, x from 0 to 1, as columns, for regression.

    >>> x, y = sine(5, noise=0)
    >>> x.ravel().tolist(), np.round(y.ravel(), 3).tolist()
    ([0.0, 0.25, 0.5, 0.75, 1.0], [0.0, 1.0, 0.0, -1.0, -0.0])
    """
    x = np.linspace(0, 1, samples)
    y = np.sin(2 * np.pi * periods * x) + noise * np.random.default_rng(seed).normal(size=samples)
    return x[:, None].astype("float32"), y[:, None].astype("float32")


def copy_task(samples: int = 1000, length: int = 5, symbols: int = 8, pause: int = 5, seed: int = 0) -> Pair:
    """Remember and repeat: symbols 2, 3, …, then a pause, then a sign (1) at which they are to be said again.

    Shapes: both (samples, 2·length + pause + 1), whole numbers; 0 is silence.

    >>> x, y = copy_task(1, length=2, symbols=3, pause=2)
    >>> x[0, :2].tolist() == y[0, -2:].tolist(), x[0, 2:].tolist(), y[0, :-2].tolist()
    (True, [0, 0, 1, 0, 0], [0, 0, 0, 0, 0])

    Source: Hochreiter & Schmidhuber, "Long short-term memory", 1997, section 5, in the form of Graves et al., 2014.
    """
    said = np.random.default_rng(seed).integers(2, 2 + symbols, (samples, length))
    x = np.zeros((samples, 2 * length + pause + 1), "int32")
    y = np.zeros_like(x)
    x[:, :length], x[:, length + pause], y[:, -length:] = said, 1, said
    return x, y


def _noisy(first: np.ndarray, second: np.ndarray, noise: float, seed: int) -> np.ndarray:
    points = np.stack([first, second], axis=1).astype("float64")
    return (points + noise * np.random.default_rng(seed).normal(size=points.shape)).astype("float32")
