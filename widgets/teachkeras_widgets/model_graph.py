"""A model as a graph: layers, the shapes between them, parameters; inner models open. Drawn in the page.

While ``fit`` runs, a graph that is on show tells of each layer how large its outputs and its gradients are.
"""

from itertools import pairwise

import numpy as np
from traitlets import Dict

from .finding import built, refuse
from .graph_statistics import Statistics
from .view import look, page
from .watching import Watching

MOST = 400  # layers on a page


class ModelGraph(Watching):
    """The layers of a model and how they are connected; a click shows a layer's settings and weights, or opens a model.

    A graph on show follows every ``fit`` of its model: mean, spread and zeros of each layer's output, norm of its
    gradient.

    Args:
        model: a built ``Sequential`` or functional model; a subclassed one shows its layers in order, unconnected.
        language: ``"en"`` or ``"zh"``.

    Raises:
        NotBuiltError, ArgumentError: there is no model, or nothing in it.

    Example::

        ModelGraph(model)
    """

    topic = "graph"
    _esm = page("graph_layout.js", "graph.js")
    _css = look("graph.css")
    setup = Dict().tag(sync=True)
    edits = Dict().tag(sync=True)

    def __init__(self, model, *, language=None):
        super().__init__(language=language)
        built("ModelGraph", model)
        refuse("ModelGraph", not model.layers, "a model without layers", "a model with layers", "add a Dense layer")
        self.setup = {"name": model.name, "graph": graph_of(model), "parameters": _count(model.weights),
                      "trainable": _count(model.trainable_weights)}  # fmt: skip
        self._statistics = Statistics(model)
        self.watch(model)

    # --- during fit ---------------------------------------------------------------------------------------------------

    def on_train_begin(self, logs=None):
        """Follow this fit if the graph is on show; it does not come by itself."""
        self._following = self.shown
        if self._following:
            super().on_train_begin(logs)

    def on_train_batch_begin(self, batch, logs=None):
        """Look at this batch, if it is time."""
        if self._following:
            super().on_train_batch_begin(batch, logs)

    def on_train_end(self, logs=None):
        """The last numbers stay."""
        if self._following:
            super().on_train_end(logs)

    def look(self, stack):
        """Listen to every layer for one batch."""
        self._statistics.listen(self.model, stack)

    def seen(self):
        """The numbers of each layer, by the key of its node."""
        table = self._statistics.table()
        return {"layers": table} if table else None

    def _follow_cell(self):
        """The picture is the graph's alone: it stays as it is."""

    # --- for print ----------------------------------------------------------------------------------------------------

    def figure(self):
        """The graph from top to bottom as a matplotlib figure."""
        from .graph_figure import graph_figure

        return graph_figure(self)


def graph_of(model):
    """``{"nodes": […], "edges": [[from, to], …], "connected": bool}``; one node for each call of a layer."""
    links = _functional(model)
    if links is None:
        layers = [layer for layer in model.layers if type(layer).__name__ != "InputLayer"][:MOST]
        names = [layer.name for layer in layers]
        chain = type(model).__name__ == "Sequential"
        nodes = [_node(layer, layer.name, shape) for layer, shape in zip(layers, _shapes(model, layers), strict=True)]
        if chain and getattr(model, "input_shape", None):
            nodes.insert(0, _input(model.input_shape))
            names.insert(0, nodes[0]["id"])
        return {"nodes": nodes, "edges": list(map(list, pairwise(names))) if chain else [],
                "connected": chain}  # fmt: skip
    layers = {layer.name: layer for layer in model.layers}
    nodes, edges = [], []
    for name, calls in links[:MOST]:
        for call, sources in enumerate(calls or [[]]):
            shape = _output_shape(layers[name], call)
            nodes.append(_node(layers[name], f"{name}/{call}" if call else name, shape, call))
            edges += [[f"{source}/{at}" if at else source, nodes[-1]["id"]] for source, at in sources]
    return {"nodes": nodes, "edges": edges, "connected": True}


def _functional(model):
    """``[(layer, [[(source layer, its call), …] for each call])]`` from the model's config; None where it has none."""
    try:
        config = model.get_config()
    except (NotImplementedError, TypeError, ValueError):
        return None
    if "input_layers" not in config:
        return None
    return [(layer["name"], [list(_histories(node)) for node in layer["inbound_nodes"]]) for layer in config["layers"]]


def _histories(node):
    """The (layer, call) that each tensor among a call's arguments comes from."""
    if isinstance(node, dict):
        if "keras_history" in node:
            yield tuple(node["keras_history"][:2])
        for value in node.values():
            yield from _histories(value)
    elif isinstance(node, list | tuple):
        for value in node:
            yield from _histories(value)


def _node(layer, name, shape, call=0):
    config = {}
    try:
        config = layer.get_config()
    except (NotImplementedError, TypeError, ValueError):
        pass
    inner = getattr(layer, "layers", None)
    plain = {k: v for k, v in config.items() if isinstance(v, str | int | float | bool) and k not in ("name", "dtype")}
    return {
        "id": name,
        "name": layer.name,
        "kind": type(layer).__name__,
        "call": call,
        "shape": shape,
        "parameters": _count(layer.weights),
        "trainable": _count(layer.trainable_weights),
        "weights": [[weight.name, list(weight.shape)] for weight in layer.weights][:12] if not inner else [],
        "config": plain,
        "inner": graph_of(layer) if isinstance(inner, list) and inner else None,
    }


def _input(shape):
    return {"id": "input", "name": "input", "kind": "Input", "call": 0, "shape": list(shape), "parameters": 0,
            "trainable": 0, "weights": [], "config": {}, "inner": None}  # fmt: skip


def _shapes(model, layers):
    """The output shape of each layer of a chain."""
    shape, found = getattr(model, "input_shape", None), []
    for layer in layers:
        try:
            shape = layer.compute_output_shape(shape)
        except Exception:  # any user's layer: its shape is not known then
            shape = None
        found.append(_listed(shape))
    return found


def _output_shape(layer, call):
    nodes = getattr(layer, "_inbound_nodes", None) or []
    outputs = getattr(nodes[call], "output_tensors", None) if call < len(nodes) else None
    if outputs:
        return _listed(outputs[0].shape)
    try:
        return _listed(layer.output.shape if not hasattr(layer, "batch_shape") else layer.batch_shape)
    except Exception:  # a layer called several times has no single output
        return None


def _listed(shape):
    if isinstance(shape, list | tuple) and all(isinstance(n, int | None) for n in shape):
        return list(shape)
    return None


def _count(weights):
    return int(sum(np.prod(weight.shape) for weight in weights))
