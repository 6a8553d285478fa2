"""A model as an ONNX file: op by op, inputs and outputs laid out as in Keras (channels last).

A model's ``call`` runs on symbolic tensors, which leave a graph of the ops behind; what each op becomes stands in
``_onnx_ops`` and ``_onnx_windows``, the few layers that need more in ``_onnx_layers``. So a layer of your own is
written too, if it computes with ops.

Source: ONNX operator schemas, opset 20.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from teachkeras import dtypes, tree
from teachkeras.errors import ArgumentError, MissingPackageError, TeachKerasError
from teachkeras.layers.core.input_layer import InputLayer
from teachkeras.layers.layer import Layer
from teachkeras.models.functional import Functional
from teachkeras.models.graph import GraphOp, graph_between
from teachkeras.symbolic import Node, SymbolicTensor, symbolic_in

OPSET, IR = 20, 9


def onnx_bytes(model):
    """Return a model as the bytes of an ONNX file; the batch axis stays open.

    Args:
        model: The model, built: a chain, a graph, or a class of your own that was called on ``Input`` or data.

    Raises:
        MissingPackageError: ``onnx`` is not installed.
        ArgumentError: an op that has no ONNX form here, or a model that is not built.
    """
    try:
        import onnx
    except ModuleNotFoundError as error:
        raise MissingPackageError(
            "export to ONNX", expected="the package onnx", got="none", fix='python -m pip install "teachkeras[onnx]"'
        ) from error
    model._require_built("export")
    graph = GraphWriter(onnx)
    starts = [SymbolicTensor(t.shape, t.dtype, name=t.name) for t in _inputs_of(model)]
    names = [graph.name(t.name or "input") for t in starts]
    graph.values.update((t.uid, name) for t, name in zip(starts, names, strict=True))
    struct = starts[0] if len(starts) == 1 else starts
    ends = graph.model(model, starts) if isinstance(model, Functional) else graph.trace(model, (struct,), {})
    results = [graph.add("Identity", [graph.values[t.uid]], name="output") for t in ends]
    described = [
        [graph.described(n, t) for n, t in zip(ns, ts, strict=True)] for ns, ts in ((names, starts), (results, ends))
    ]
    made = onnx.helper.make_graph(graph.nodes, model.name, *described, graph.constants)
    opsets = [onnx.helper.make_opsetid("", OPSET)]
    whole = onnx.helper.make_model(made, opset_imports=opsets, ir_version=IR, producer_name="teachkeras")
    onnx.checker.check_model(whole)
    return whole.SerializeToString()


def _inputs_of(model: Layer) -> list[SymbolicTensor]:
    """Return what a model starts from: its ``Input``s, or inputs of the shape that it was built for."""
    if getattr(model, "inputs", None):
        return model.inputs
    shapes = (model.build_config or {}).get("input_shape") if hasattr(model, "build_config") else None
    if shapes is None:
        raise ArgumentError(
            f"export to ONNX: {model.name!r}", expected="a model whose input shape is known", got="a class without it",
            fix="build it with model.build((None, ...)), or wrap it: Model(x, model(x)) with x = Input(...)",
        )  # fmt: skip
    found: list = []
    tree.map_shape_structure(lambda s: found.append(SymbolicTensor((None, *s[1:]), "float32")), shapes)
    return found


class GraphWriter:
    """Collects the nodes and constants of an ONNX graph.

    Attributes:
        values: The name of each symbolic tensor's value, by its uid.
    """

    def __init__(self, onnx: object):
        self.onnx = onnx
        self.nodes: list = []
        self.constants: list = []
        self.values: dict[int, str] = {}
        self._used: dict[str, int] = {}
        self._stored: dict[int, tuple[object, str]] = {}

    # --- names, nodes, constants ---

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
        array = np.asarray(value, None if dtype is None else dtypes.as_numpy(dtype))
        name = self.name("constant")
        self.constants.append(self.onnx.numpy_helper.from_array(np.ascontiguousarray(array).reshape(array.shape), name))
        return name

    def integers(self, *values: int) -> str:
        """Add a list of whole numbers, such as axes, and return its name."""
        return self.constant(values, "int64")

    def cast(self, name: str, dtype: str) -> str:
        """Add a change of type."""
        return self.add("Cast", [name], to=self.onnx.helper.np_dtype_to_tensor_dtype(dtypes.as_numpy(dtype)))

    def ref(self, thing: object, dtype: str | None = None) -> str:
        """Return the name of an argument's value: a symbolic tensor's, or a constant made of numbers or a variable."""
        if isinstance(thing, SymbolicTensor):
            name = self.values[thing.uid]
            return name if dtype in (None, thing.dtype) else self.cast(name, dtype)
        if not hasattr(thing, "numpy"):
            return self.constant(thing, dtype)
        held = self._stored.get((id(thing), dtype))  # a weight used twice is written once
        if held is None:
            held = self._stored[id(thing), dtype] = thing, self.constant(thing.numpy(), dtype)
        return held[1]

    def described(self, name: str, t: SymbolicTensor) -> object:
        """Return the description of an input or output."""
        kind = self.onnx.helper.np_dtype_to_tensor_dtype(dtypes.as_numpy(t.dtype))
        shape = [n if n is not None else f"{name}_{i}" for i, n in enumerate(t.shape)]
        return self.onnx.helper.make_tensor_value_info(name, kind, shape)

    # --- along the model ---

    def trace(self, layer: Layer, args: tuple, kwargs: dict, call: Callable | None = None) -> list[SymbolicTensor]:
        """Run a layer's ``call`` on symbolic tensors and write the ops that it runs; return its outputs."""
        fresh: list[SymbolicTensor] = []

        def own(t: object) -> object:
            if not isinstance(t, SymbolicTensor):
                return t
            is_float = dtypes.is_float(t.dtype) and getattr(layer, "autocast", True)
            made = SymbolicTensor(t.shape, layer.compute_dtype if is_float else t.dtype, name=t.name)
            self.values[made.uid] = self.ref(t, made.dtype)
            fresh.append(made)
            return made

        args, kwargs = tree.map_structure(own, list(args)), {k: tree.map_structure(own, v) for k, v in kwargs.items()}
        try:
            outputs = list(symbolic_in((call or layer._traced)(tuple(args), kwargs)))
            nodes = graph_between(fresh, [t for t in outputs if t.uid not in self.values]).nodes if outputs else []
        except (TeachKerasError, AttributeError, TypeError, ValueError) as error:
            raise ArgumentError(
                f"export to ONNX: {layer.name!r}",
                expected="a call that ops make, on known lengths",
                got=str(error)[:300],
            ) from error
        for node in nodes:
            self.node(node)
            if isinstance(node.operation, Layer) and node in node.operation._nodes:
                node.operation._nodes.remove(node)  # this walk leaves no trace
        return outputs

    def model(self, model: Functional, inputs: list[SymbolicTensor]) -> list[SymbolicTensor]:
        """Write the nodes of a graph of layers; return its outputs."""
        own = {t.uid: self.ref(given, t.dtype) for t, given in zip(model.inputs, inputs, strict=True)}
        outer, self.values = self.values, {**self.values, **own}
        for node in model._graph.nodes:
            if not isinstance(node.operation, InputLayer):
                self.node(node)
        ends = []
        for t in model.outputs:  # tensors of their own: a model may be called twice
            ends.append(SymbolicTensor(t.shape, t.dtype))
            outer[ends[-1].uid] = self.values[t.uid]
        self.values = outer
        return ends

    def node(self, node: Node) -> None:
        """Write one call of a layer or an op."""
        from teachkeras.export._onnx_layers import LAYERS
        from teachkeras.export._onnx_ops import write_op

        operation = node.operation
        if isinstance(operation, GraphOp):
            names = write_op(self, operation.op, node)
        else:
            convert = next((LAYERS[c.__name__] for c in type(operation).__mro__ if c.__name__ in LAYERS), None)
            if isinstance(operation, Functional) and type(operation).call is Functional.call:
                ends = self.model(operation, list(symbolic_in((node.args, node.kwargs)))[: len(operation.inputs)])
            elif convert is not None:
                ends = convert(self, operation, node)
            else:
                ends = self.trace(operation, node.args, node.kwargs)
            names = [self.ref(end, t.dtype) for end, t in zip(ends, node.outputs, strict=True)]
        self.values.update((t.uid, name) for t, name in zip(node.outputs, names, strict=False))
