"""Layers that need more than their ops in ONNX: ``LAYERS[class](writer, layer, node) -> outputs``.

A recurrent layer starts from zeros for as many samples as come; and where steps are masked, its steps are written one
by one, for ONNX's own LSTM and GRU know padding at the end only.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from teachkeras import tree
from teachkeras.errors import ArgumentError
from teachkeras.layers.rnn.rnn import RNN
from teachkeras.symbolic import Node, SymbolicTensor

LAYERS: dict[str, Callable] = {}


def writes(*names: str) -> Callable:
    """Decorator: this function writes the layers of these classes."""

    def note(function: Callable) -> Callable:
        LAYERS.update(dict.fromkeys(names, function))
        return function

    return note


@writes("RNN")
def recurrent(g, layer: RNN, node: Node) -> list[SymbolicTensor]:
    """Write a recurrent layer, its first states zeros unless they are given."""
    if layer.stateful:
        raise ArgumentError(f"export to ONNX: {layer.name!r}", expected="stateful=False", got="True")
    kwargs = dict(node.kwargs)
    names = ("sequences", "initial_state", "mask")
    kwargs.update(zip(names, node.args, strict=False))
    sequences, mask = kwargs["sequences"], kwargs.get("mask")
    if isinstance(sequences, (list, tuple)):
        sequences, *given = sequences
        kwargs["initial_state"] = given or kwargs.get("initial_state")
    states = kwargs.get("initial_state")
    if states is None:
        states = _zeros(g, layer, sequences)
    by_steps = mask is not None or layer.cell.__class__.__name__ not in ("LSTMCell", "GRUCell", "SimpleRNNCell")

    def call(args: tuple, kwargs: dict) -> object:
        if not by_steps:
            return layer.call(*args, **kwargs)
        layer.inner_loop = lambda *a, **k: RNN.inner_loop(layer, *a, **k)
        try:
            return layer.call(*args, **kwargs)
        finally:
            del layer.inner_loop

    more = {} if mask is None else {"mask": mask}
    return g.trace(layer, (sequences,), {"initial_state": states, **more}, call)


def _zeros(g, layer: RNN, sequences: SymbolicTensor) -> list:
    """Return symbolic first states, zeros for as many samples as there are sequences."""
    step = (1, *sequences.shape[2:])
    if hasattr(layer.cell, "state_shape"):  # images
        shapes: object = [tuple(layer.cell.state_shape(step))] * 2
    else:
        sizes = layer.cell.state_size
        sizes = list(sizes) if isinstance(sizes, (list, tuple)) else [sizes]
        shapes = tree.map_structure(lambda n: np.array((1, n)), [list(s) if tree.is_nested(s) else s for s in sizes])
    samples = g.add("Slice", [g.add("Shape", [g.ref(sequences)]), g.integers(0), g.integers(1)])

    def zeros(shape: object) -> SymbolicTensor:
        lengths = tuple(int(n) for n in shape)
        made = SymbolicTensor((None, *lengths[1:]), layer.cell.compute_dtype)
        wanted = g.add("Concat", [samples, g.integers(*lengths[1:])], axis=0)
        g.values[made.uid] = g.add("Expand", [g.constant(np.zeros([1] * len(lengths)), made.dtype), wanted])
        return made

    if isinstance(shapes[0], tuple):
        return [zeros(shape) for shape in shapes]
    return tree.map_structure(zeros, shapes)


@writes("TimeDistributed")
def over_time(g, layer, node: Node) -> list[SymbolicTensor]:
    """Write the inner layer once, for all steps of all samples together."""
    x = node.args[0]
    if node.kwargs.get("mask") is not None or x.shape[1] is None or None in x.shape[2:]:
        return g.trace(layer, node.args, node.kwargs)
    together, (result,) = SymbolicTensor((None, *x.shape[2:]), x.dtype), node.outputs
    g.values[together.uid] = g.add("Reshape", [g.ref(x), g.integers(-1, *x.shape[2:])])
    inner = Node(layer.layer, (together,), {})
    inner.outputs = [SymbolicTensor((None, *result.shape[2:]), result.dtype)]
    g.node(inner)
    return [_made(g, node, g.add("Reshape", [g.ref(inner.outputs[0]), g.integers(-1, *result.shape[1:])]))]


@writes("Cropping1D", "Cropping2D", "Cropping3D")
def cropping(g, layer, node: Node) -> list[SymbolicTensor]:
    """Write Slice."""
    pairs = [(axis, a, -b if b else 2**31 - 1) for axis, (a, b) in enumerate(layer._pairs()) if a or b]
    axes, starts, ends = zip(*pairs, strict=True) if pairs else ((), (), ())
    return [
        _made(
            g, node, g.add("Slice", [g.ref(node.args[0]), *[g.integers(*v) for v in (starts, ends, axes)]], layer.name)
        )
    ]


@writes("UpSampling1D", "UpSampling2D", "UpSampling3D")
def up_sampling(g, layer, node: Node) -> list[SymbolicTensor]:
    """Write Gather, every place several times."""
    if getattr(layer, "interpolation", "nearest") != "nearest":
        return g.trace(layer, node.args, node.kwargs)
    x, y = node.args[0], g.ref(node.args[0])
    for axis, (n, m) in enumerate(zip(x.shape, node.outputs[0].shape, strict=True)):
        if axis and n != m:
            y = g.add("Gather", [y, g.integers(*np.repeat(np.arange(n), m // n))], layer.name, axis=axis)
    return [_made(g, node, y)]


@writes("CategoryEncoding")
def category_encoding(g, layer, node: Node) -> list[SymbolicTensor]:
    """Write OneHot, and the largest or the sum of the rows of one sample."""
    if layer.output_mode == "int" or len(node.args) > 1 or node.kwargs.get("count_weights") is not None:
        raise ArgumentError(f"export to ONNX: {layer.name!r}", expected="one_hot, multi_hot or count", got="another")
    x, (result,) = node.args[0], node.outputs
    given = [g.ref(x, "int64"), g.constant(layer.num_tokens, "int64"), g.constant([0, 1], result.dtype)]
    rows = g.add("OneHot", given, layer.name, axis=-1)
    if layer.output_mode == "one_hot":
        rows = (
            g.add("Reshape", [rows, g.integers(-1, *result.shape[1:])]) if len(result.shape) == len(x.shape) else rows
        )
    else:
        rows = g.add("ReduceSum" if layer.output_mode == "count" else "ReduceMax", [rows, g.integers(-2)], keepdims=0)
    return [_made(g, node, rows)]


def _made(g, node: Node, name: str) -> SymbolicTensor:
    """Return the symbolic tensor of a value that was written for a call's first output."""
    made = SymbolicTensor(node.outputs[0].shape, node.outputs[0].dtype)
    g.values[made.uid] = name
    return made


def _unchanged(g, layer, node: Node) -> list[SymbolicTensor]:
    """Write nothing: these act in training only."""
    return [node.args[0]]


writes("RandomImageLayer", "Noisy")(_unchanged)
