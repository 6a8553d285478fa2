"""Points in the plane, in two classes, that tell networks apart: what a perceptron can't, and what needs more units."""

import numpy as np

POINTS = 200


def make(name, noise=0.1, seed=0):
    """``POINTS`` points in [-6, 6]² and their classes, 0 or 1.

    >>> points, labels = make("xor", noise=0.0)
    >>> points.shape, bool(np.all((points[:, 0] * points[:, 1] > 0) == (labels == 1)))
    ((200, 2), True)
    """
    random = np.random.default_rng(seed)
    points, labels = DATA[name](random)
    order = random.permutation(len(points))
    return (points + random.normal(size=points.shape) * noise * 3)[order].clip(-6, 6), labels[order]


def circles(random):
    """A disc inside a ring."""
    labels = np.arange(POINTS) % 2
    radius = np.where(labels == 1, random.uniform(0, 2.2, POINTS), random.uniform(3.6, 5.2, POINTS))
    angle = random.uniform(0, 2 * np.pi, POINTS)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1), labels


def xor(random):
    """Class 1 where both coordinates have the same sign: no straight line will do."""
    points = random.uniform(0.4, 5.2, (POINTS, 2)) * random.choice([-1, 1], (POINTS, 2))
    return points, (points[:, 0] * points[:, 1] > 0).astype(int)


def moons(random):
    """Two half moons, one in the other's arms."""
    labels = np.arange(POINTS) % 2
    angle = random.uniform(0, np.pi, POINTS)
    x = np.where(labels == 1, 3 * np.cos(angle) - 1.5, 1.5 - 3 * np.cos(angle))
    y = np.where(labels == 1, 3 * np.sin(angle) - 0.7, 0.7 - 3 * np.sin(angle))
    return np.stack([x, y], axis=1), labels


def spiral(random):
    """Two spirals around each other."""
    labels = np.arange(POINTS) % 2
    reach = np.sqrt(random.uniform(0.03, 1, POINTS))
    angle = reach * 1.75 * 2 * np.pi + labels * np.pi
    return np.stack([5 * reach * np.sin(angle), 5 * reach * np.cos(angle)], axis=1), labels


def blobs(random):
    """Two clouds that a straight line parts."""
    labels = np.arange(POINTS) % 2
    return random.normal(size=(POINTS, 2)) * 0.9 + np.where(labels[:, None] == 1, 2.2, -2.2), labels


DATA = {"circles": circles, "xor": xor, "moons": moons, "spiral": spiral, "blobs": blobs}
