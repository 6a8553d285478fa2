"""A model as an ONNX file: layer by layer, inputs and outputs laid out as in Keras (channels last).

What each layer becomes stands in ``_onnx_layers``; here is what they share: names, constants, the walk along the model.

Source: ONNX operator schemas, opset 20.
"""

from __future__ import annotations

import numpy as np

from teachkeras import dtypes, tree
from teachkeras.errors import ArgumentError, MissingPackageError
from teachkeras.layers.core.input_layer import InputLayer
from teachkeras.models.functional import Functional
from teachkeras.models.sequential import Sequential
from teachkeras.symbolic import SymbolicTensor

OPSET, IR = 20, 9


def onnx_bytes(model):
    """Return a Sequential or functional model as the bytes of an ONNX file; the batch axis stays open.

    Raises:
        MissingPackageError: ``onnx`` is not installed.
        ArgumentError: a layer that has no ONNX form here, or a model that is not built.
    """
    try:
        import onnx
    except ModuleNotFoundError as error:
        raise MissingPackageError(
            "export to ONNX", expected="the package onnx", got="none", fix='python -m pip install "teachkeras[onnx]"'
        ) from error
    model._require_built("export")
    if not isinstance(model, (Sequential, Functional)):
        raise ArgumentError("export to ONNX", expected="a Sequential or functional model", got=type(model).__name__)
    graph = GraphWriter(onnx)
    starts = [graph.name(t.name or "input") for t in model.inputs]
    ends = graph.model(model, starts)
    outputs = []
    for name, t in zip(ends, model.outputs, strict=True):
        outputs.append(graph.add("Identity", [name], name="output"))
        graph.outputs.append(graph.described(outputs[-1], t))
    inputs = [graph.described(name, t) for name, t in zip(starts, model.inputs, strict=True)]
    made = onnx.helper.make_graph(graph.nodes, model.name, inputs, graph.outputs, graph.constants)
    opsets = [onnx.helper.make_opsetid("", OPSET)]
    whole = onnx.helper.make_model(made, opset_imports=opsets, ir_version=IR, producer_name="teachkeras")
    onnx.checker.check_model(whole)
    return whole.SerializeToString()


class GraphWriter:
    """Collects the nodes and constants of an ONNX graph."""

    def __init__(self, onnx: object):
        self.onnx = onnx
        self.nodes: list = []
        self.constants: list = []
        self.outputs: list = []
        self._used: dict[str, int] = {}

    def name(self, wanted: str) -> str:
        """Return an unused name."""
        number = self._used[wanted] = self._used.get(wanted, -1) + 1
        return f"{wanted}__{number}" if number else wanted

    def add(self, op: str, inputs: list[str], name: str = "", **attributes: object) -> str:
        """Add a node and return the name of its output."""
        return self.add_many(op, inputs, 1, name, **attributes)[0]

    def add_many(self, op: str, inputs: list[str], count: int, name: str = "", **attributes: object) -> list[str]:
        """Add a node of several outputs and return their names."""
        outputs = [self.name(name or op.lower()) for _ in range(count)]
        attributes = {key: value for key, value in attributes.items() if value is not None}
        self.nodes.append(self.onnx.helper.make_node(op, inputs, outputs, **attributes))
        return outputs

    def constant(self, value: object, dtype: str | None = None) -> str:
        """Add an array and return its name."""
        array = np.asarray(value, dtype)
        name = self.name("constant")
        self.constants.append(self.onnx.numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def described(self, name: str, t: SymbolicTensor) -> object:
        """Return the description of an input or output."""
        kind = self.onnx.helper.np_dtype_to_tensor_dtype(dtypes.as_numpy(t.dtype))
        shape = [n if n is not None else f"{name}_{i}" for i, n in enumerate(t.shape)]
        return self.onnx.helper.make_tensor_value_info(name, kind, shape)

    # --- along the model ---

    def model(self, model: object, inputs: list[str]) -> list[str]:
        """Add a model's layers; return the names of its outputs."""
        if isinstance(model, Sequential):
            names, shape = inputs, model.inputs[0].shape
            for layer in model.layers:
                names = self.layer(layer, names, [shape])
                shape = model.shapes[layer.name]
            return names
        values = {t.uid: name for t, name in zip(model.inputs, inputs, strict=True)}
        for node in model._graph.nodes:
            if isinstance(node.operation, InputLayer):
                continue
            given = [t for t in tree.flatten(list(node.args)) if isinstance(t, SymbolicTensor)]
            operation = getattr(node.operation, "op", node.operation)
            made = self.layer(operation, [values[t.uid] for t in given], [t.shape for t in given])
            values.update(zip([t.uid for t in node.outputs], made, strict=True))
        return [values[t.uid] for t in model.outputs]

    def layer(self, layer: object, inputs: list[str], shapes: list[tuple]) -> list[str]:
        """Add what a layer computes; return the names of its outputs."""
        from teachkeras.export._onnx_layers import CONVERTERS

        if isinstance(layer, (Sequential, Functional)):
            return self.model(layer, inputs)
        kind = type(layer).__name__ if hasattr(layer, "get_config") else f"ops.{layer.name}"
        if kind not in CONVERTERS:
            raise ArgumentError(
                f"export to ONNX: {layer.name!r}", expected="one of " + ", ".join(sorted(CONVERTERS)), got=kind
            )
        if getattr(layer, "compute_dtype", "float32") != "float32":
            raise ArgumentError(f"export to ONNX: {layer.name!r}", expected="float32", got=layer.compute_dtype)
        made = CONVERTERS[kind](self, layer, inputs, shapes)
        return made if isinstance(made, list) else [made]
