"""Hills and valleys to walk on: loss surfaces over two weights, with their slopes, as specs that engine and page read.

The surface of a real model is its loss over two random directions from where its weights are, each direction scaled
filter by
filter to the weights' own size (Li et al. 2018, "Visualizing the loss landscape of neural nets").
"""

import numpy as np

from teachkeras.ops.spec import tree

from .finding import array, built, refuse

# name: (f, ∂f/∂x, ∂f/∂y, half the edge, start)
SURFACES = {
    "ravine": ("x ** 2 / 20 + y ** 2", "x / 10", "2 * y", 6.0, (-5.0, 2.5)),
    "bowl": ("(x ** 2 + y ** 2) / 4", "x / 2", "y / 2", 6.0, (-4.5, 3.5)),
    "valley": (
        "((1 - x) ** 2 + 5 * (y - x ** 2) ** 2) / 10",
        "(10 * x * (x ** 2 - y) + x - 1) / 5",
        "y - x ** 2",
        2.5,
        (-1.6, 1.8),
    ),
    "saddle": ("x ** 2 / 2 - y ** 2 / 2 + y ** 4 / 8", "x", "y ** 3 / 2 - y", 3.0, (-2.4, 0.01)),
    "waves": (
        "(x ** 2 + y ** 2) / 10 + 1 - cos(2 * x) * cos(2 * y)",
        "x / 5 + 2 * sin(2 * x) * cos(2 * y)",
        "y / 5 + 2 * cos(2 * x) * sin(2 * y)",
        4.0,
        (-3.4, 2.6),
    ),
    "four": (
        "((x ** 2 + y - 11) ** 2 + (x + y ** 2 - 7) ** 2) / 50",
        "(4 * x * (x ** 2 + y - 11) + 2 * (x + y ** 2 - 7)) / 50",
        "(2 * (x ** 2 + y - 11) + 4 * y * (x + y ** 2 - 7)) / 50",
        5.0,
        (-0.3, -0.9),
    ),
}
EDGE = 25  # points along an edge of a model's surface
SAMPLES = 256


def trees(name):
    """What the page needs of a surface."""
    value, dx, dy, reach, start = SURFACES[name]
    return {"value": tree(value), "dx": tree(dx), "dy": tree(dy), "reach": reach, "start": list(start)}


def of_model(model, x, y, seed=0, reach=1.0):
    """A model's loss on a grid of ``EDGE`` × ``EDGE`` points around its weights, the top row first."""
    built("Optimizers", model)
    refuse("Optimizers", not getattr(model, "compiled", False), "a model without loss", "a compiled model", "compile()")
    x, y = array("Optimizers", x)[:SAMPLES], array("Optimizers", y, "y")[:SAMPLES]
    refuse("Optimizers", len(x) != len(y), f"{len(x)} samples, {len(y)} targets", "as many targets as samples", "x, y")
    random, before = np.random.default_rng(seed), model.get_weights()
    one, two = (_direction(before, random) for _ in range(2))
    along = np.linspace(-reach, reach, EDGE)
    values = np.empty((EDGE, EDGE))
    try:
        for row, b in enumerate(along[::-1]):
            for column, a in enumerate(along):
                model.set_weights([w + a * u + b * v for w, u, v in zip(before, one, two, strict=True)])
                answer = model.test_on_batch(x, y)
                values[row, column] = answer[0] if isinstance(answer, list | tuple) else answer
    finally:
        model.set_weights(before)
        model.reset_metrics()
    return values


def _direction(weights, random):
    """A random direction, each filter (column) as long as the weights' own."""
    direction = []
    for weight in weights:
        step = random.normal(size=weight.shape)
        if weight.ndim > 1:
            axes = tuple(range(weight.ndim - 1))
            step *= _length(weight, axes) / np.maximum(_length(step, axes), 1e-12)
        else:
            step *= 0  # biases and statistics stay, as in the paper
        direction.append(step.astype(weight.dtype) if weight.dtype.kind == "f" else np.zeros_like(weight))
    return direction


def _length(values, axes):
    """The length of each filter, over however many axes it has."""
    return np.sqrt(np.square(values.astype("float64")).sum(axis=axes))
