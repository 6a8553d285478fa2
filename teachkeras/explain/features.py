"""Seeing through layers: activations, filters, neighbours of a word, attention, the gates of an LSTM."""

from __future__ import annotations

import numpy as np

from teachkeras.errors import ArgumentError, UnknownNameError
from teachkeras.explain.observing import observe
from teachkeras.layers.rnn.lstm import LSTMCell
from teachkeras.tensor import as_array
from teachkeras.tracing.hooks import layers_at


def activations(model: object, x: object, layer: object) -> np.ndarray:
    """Return what a layer puts out for a batch; for a convolution its feature maps ``(N, height, width, maps)``.

    Example:
        >>> from teachkeras import layers, models
        >>> dense = layers.Dense(2, "relu", kernel_initializer="ones", input_shape=(3,), name="hidden")
        >>> activations(models.Sequential([dense]), np.ones((1, 3), "float32"), "hidden")
        array([[3., 3.]], dtype=float32)
    """
    from teachkeras.explain.observing import tensors, untouched
    from teachkeras.tracing.hooks import hook

    seen: list[np.ndarray] = []
    (layer,) = layers_at(model, layer)[:1]
    with untouched(model), hook(model, layer, forward=lambda _, inputs, out: seen.append(np.array(as_array(out)))):
        model(tensors(x), training=False)
    return seen[-1]


def filters(layer: object) -> np.ndarray:
    """Return a convolution's filters, each an image: ``(filters, height, width, channels)``; of a Dense, its columns.

    Raises:
        ArgumentError: the layer has no kernel.
    """
    if not hasattr(layer, "kernel"):
        raise ArgumentError("filters", expected="a layer with a kernel", got=f"{layer!r:.60}")
    return np.moveaxis(layer.kernel.numpy(), -1, 0)


def neighbours(table: object, index: int, count: int = 5) -> list[tuple[int, float]]:
    """Return the rows of an embedding nearest to one of them: (row, cosine similarity), nearest first.

    Args:
        table: An Embedding layer, or its matrix ``(words, d)``.
        index: The row asked about.
        count: How many.

    Example:
        >>> neighbours(np.array([[1.0, 0.0], [2.0, 0.1], [0.0, 1.0]]), 0, count=1)
        [(1, 0.9987523388778446)]
    """
    table = table.embeddings.numpy() if hasattr(table, "embeddings") else np.asarray(as_array(table))
    if not 0 <= index < len(table):
        raise ArgumentError("neighbours", expected=f"a row from 0 to {len(table) - 1}", got=str(index))
    unit = table / np.maximum(np.linalg.norm(table, axis=-1, keepdims=True), 1e-12)
    near = unit @ unit[index]
    order = [int(i) for i in np.argsort(-near, kind="stable") if i != index][:count]
    return [(i, float(near[i])) for i in order]


def _within(scope: str, layer: object, model: object) -> bool:
    """Tell whether a step was taken inside a layer; a functional model's own path may stand before the layer's."""
    inside = f"{scope}/"
    return inside.startswith((f"{layer.path}/", f"{model.path or model.name}/{layer.path}/"))


def intermediates(model: object, x: object, layer: object) -> dict[str, np.ndarray]:
    """Return everything a layer forms for a batch, by ``op.name``: z, gates, attention weights, statistics.

    What the running routine never forms, such as a convolution's windows, is computed here and named
    ``"convolve.windows (derived)"``.
    """
    (layer,) = layers_at(model, layer)[:1]
    found: dict[str, np.ndarray] = {}
    for step in observe(model, x, training=False, phases="forward"):
        if _within(step.layer, layer, model):
            found.update({f"{step.op}.{n}": a for n, a in step.arrays.items() if n not in step.inputs})
            found.update({f"{step.op}.{n} (derived)": a for n, a in step.derived.items()})
    return found


def attention_maps(model: object, x: object, layer: object) -> np.ndarray:
    """Return an attention layer's weights for a batch, ``(N, …, queries, keys)``: every row sums to 1.

    Raises:
        UnknownNameError: the layer forms no attention weights.
    """
    (layer,) = layers_at(model, layer)[:1]
    for step in reversed(observe(model, x, training=False, phases="forward").steps):
        if _within(step.layer, layer, model):
            for name in ("weights", "scores", "attention"):
                if isinstance(step.kept.get(name), np.ndarray):
                    return step.kept[name]
            if step.op == "softmax" and step.output.ndim >= 3:
                return step.output
    raise UnknownNameError(
        "attention_maps", expected="an attention layer", got=f"{layer.name!r}, which has no softmax over keys"
    )


def gate_traces(model: object, x: object, layer: object) -> dict[str, np.ndarray]:
    """Return an LSTM's gates and states at every time step for a batch, by name, each ``(N, time, units)``.

    ``input``, ``forget``, ``candidate``, ``output``, ``cell`` and ``hidden`` are the engine's own: what the sequence op
    formed. Of a cell run step by step (``RNN(LSTMCell(…))``) they are computed here, from its weights.

    Raises:
        ArgumentError: the layer is no LSTM.

    Source: Hochreiter & Schmidhuber, "Long short-term memory", 1997; Gers et al., 2000 (the forget gate).
    """
    (layer,) = layers_at(model, layer)[:1]
    cell = getattr(layer, "cell", layer)
    if not isinstance(cell, LSTMCell):
        raise ArgumentError("gate_traces", expected="an LSTM layer", got=f"{type(layer).__name__} {layer.name!r}")
    steps = [s for s in observe(model, x, training=False, phases="forward") if _within(s.layer, layer, model)]
    for step in steps:
        if step.op == "lstm":
            gates = {name: step.kept[f"{name}_gate"] for name in ("input", "forget")}
            gates |= {"candidate": step.kept["candidate"], "output": step.kept["output_gate"]}
            return gates | {"cell": step.kept["cell"], "hidden": step.output["y0"]}
    return _traces_of_cell(cell, next(a for s in steps for a in s.inputs.values() if getattr(a, "ndim", 0) == 3))


def _traces_of_cell(cell: object, inputs: np.ndarray) -> dict[str, np.ndarray]:
    """Return the gates and states of an LSTM cell over a batch of sequences, computed here from its weights."""
    w, u = cell.kernel.numpy(), cell.recurrent_kernel.numpy()
    b = cell.bias.numpy() if cell.bias is not None else np.zeros(4 * cell.units, w.dtype)
    h = c = np.zeros((len(inputs), cell.units), w.dtype)
    gate = lambda z: as_array(cell.recurrent_activation(z))  # noqa: E731
    bend = lambda z: as_array(cell.activation(z))  # noqa: E731
    traces: dict[str, list] = {name: [] for name in ("input", "forget", "candidate", "output", "cell", "hidden")}
    for t in range(inputs.shape[1]):
        i, f, g, o = np.split(inputs[:, t] @ w + h @ u + b, 4, axis=-1)
        i, f, g, o = gate(i), gate(f), bend(g), gate(o)
        c = f * c + i * g
        h = o * bend(c)
        for name, value in zip(traces, (i, f, g, o, c, h), strict=True):
            traces[name].append(value)
    return {name: np.stack(values, axis=1) for name, values in traces.items()}
