"""Experiments on the real engine, after which the model is as it was: a loss landscape, a rate test, a race."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from teachkeras import optimizers
from teachkeras.batches import flatten
from teachkeras.explain.observing import tensors, untouched
from teachkeras.tape import Tape
from teachkeras.tensor import as_array


def _loss(model: object, x: object, y: object) -> float:
    return float(model.compute_loss(x, y, model(x, training=False), None, training=False).data)


def _directions(weights: list, seed: int, count: int) -> list[list[np.ndarray]]:
    """Return random directions, each filter (last axis) as long as the weight's own; zeros for biases."""
    rng, found = np.random.default_rng(seed), []
    for _ in range(count):
        parts = []
        for v in weights:
            d = rng.normal(size=v.shape)
            axes = tuple(range(v.ndim - 1))
            own, length = (
                np.sqrt(np.sum(np.square(a, dtype="float64"), axis=axes, keepdims=True)) for a in (v.data, d)
            )
            parts.append(np.zeros(v.shape) if v.ndim < 2 else d * own / np.maximum(length, 1e-12))
        found.append(parts)
    return found


def loss_landscape(
    model: object,
    x: object,
    y: object,
    extent: float = 1.0,
    points: int = 15,
    seed: int = 0,
    directions: list | None = None,
) -> dict[str, np.ndarray]:
    """Return the loss on a square patch around the present weights.

    Args:
        model: A compiled model; its weights are the same afterwards.
        x, y: A batch.
        extent: How far the patch reaches, in lengths of the weights.
        points: Points along each side; an odd number has the present weights in the middle.
        seed: Of the two random directions, made as long as the weights filter by filter.
        directions: Two directions of your own: lists with an array per trainable weight.

    Returns:
        ``a`` and ``b``, the steps along the two directions, and ``loss`` with ``loss[i, j]`` at ``(a[i], b[j])``.

    Source: Li, Xu, Taylor, Studer & Goldstein, "Visualizing the loss landscape of neural nets", NeurIPS 2018.
    """
    weights, (x, y) = model.trainable_weights, tensors([as_array(x), as_array(y)])
    first, second = directions or _directions(weights, seed, 2)
    line = np.linspace(-extent, extent, points)
    before, table = [v.numpy() for v in weights], np.empty((points, points))
    with untouched(model), np.errstate(all="ignore"):
        for i, j in np.ndindex(points, points):
            for v, w, d, e in zip(weights, before, first, second, strict=True):
                v.assign((w + line[i] * d + line[j] * e).astype(w.dtype))
            table[i, j] = _loss(model, x, y)
    return {"a": line, "b": line.copy(), "loss": table}


def _batches(x: object, y: object, size: int, steps: int, seed: int):
    rng, x, y = np.random.default_rng(seed), as_array(flatten(x)[0]), as_array(y)
    for _ in range(steps):
        chosen = rng.choice(len(x), min(size, len(x)), replace=False)
        yield tensors([x[chosen], y[chosen]])


def _steps(model: object, optimizer: object, x, y, batch_size, steps, seed, rates=None) -> list[float]:
    """Train for some steps with an optimizer of their own; returns the batch losses. Ends early on divergence."""
    weights, losses = model.trainable_weights, []
    optimizer.build(weights)
    for number, (xb, yb) in enumerate(_batches(x, y, batch_size, steps, seed)):
        if rates is not None:
            optimizer.learning_rate = float(rates[number])
        with Tape() as tape:
            loss = model.compute_loss(xb, yb, model(xb, training=True), None)
        losses.append(float(loss.data))
        if not np.isfinite(losses[-1]) or losses[-1] > 100 * (losses[0] + 1):
            break
        optimizer.apply(tape.gradients(loss, weights), weights)
    return losses


def learning_rate_test(
    model: object,
    x: object,
    y: object,
    low: float = 1e-6,
    high: float = 1.0,
    steps: int = 100,
    batch_size: int = 32,
    seed: int = 0,
) -> dict[str, object]:
    """Return the loss while the learning rate grows from `low` to `high`, a step at a time, and the rate it suggests.

    The model and its optimizer are as before afterwards.

    Returns:
        ``rate`` and ``loss`` of each step, ``smooth`` (the loss averaged over neighbours), ``suggested``: the rate at
        which the smoothed loss falls fastest.

    Source: Smith, "Cyclical learning rates for training neural networks", WACV 2017, section 3.3.
    """
    rates = np.geomspace(low, high, steps)
    optimizer = type(model.optimizer).from_config({**model.optimizer.get_config(), "learning_rate": float(low)})
    with untouched(model), np.errstate(all="ignore"):
        losses = np.array(_steps(model, optimizer, x, y, batch_size, steps, seed, rates))
    rates = rates[: len(losses)]
    fine = np.where(np.isfinite(losses), losses, np.nanmax(np.where(np.isfinite(losses), losses, np.nan)))
    width = max(3, steps // 12) | 1
    padded = np.pad(fine, width // 2, mode="edge")
    smooth = np.convolve(padded, np.ones(width) / width, mode="valid")
    slope = np.gradient(smooth, np.log(rates)) if len(rates) > 2 else np.zeros(len(rates))
    lowest = int(np.argmin(smooth))
    suggested = float(rates[int(np.argmin(slope[: max(lowest, 1)]))])
    return {"rate": rates, "loss": losses, "smooth": smooth, "suggested": suggested}


def optimizer_race(
    model: object,
    x: object,
    y: object,
    racers: Mapping[str, object] | list = ("sgd", "adam", "rmsprop"),
    steps: int = 100,
    batch_size: int = 32,
    seed: int = 0,
) -> dict[str, list[float]]:
    """Return the batch losses of several optimizers from the same weights, over the same batches, with the same chance.

    Args:
        model: A compiled model; it is the same afterwards.
        x, y: Data.
        racers: Optimizers by name: ``{"slow": SGD(0.001), "fast": SGD(0.1)}``, or a list of names.
        steps, batch_size, seed: The course.
    """
    racers = racers if isinstance(racers, Mapping) else {str(name): name for name in racers}
    found = {}
    for name, racer in racers.items():
        optimizer = optimizers.get(racer)
        optimizer = type(optimizer).from_config(optimizer.get_config())
        with untouched(model), np.errstate(all="ignore"):
            found[name] = _steps(model, optimizer, x, y, batch_size, steps, seed)
    return found
